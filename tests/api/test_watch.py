"""How records are spread over people: who waits while others pile up, why, and the alarms about it."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.engine.test_assign import SALES, policy_with
from tests.engine.test_assign_orders import by_hand
from tests.support.company import Clocked, fresh_company
from tests.support.definitions import changed, release
from tests.support.problems import problem
from tests.support.web import Api, serve

from closeloop.base.errors import Invalid
from closeloop.db.engine import Database
from closeloop.runtime.watch import EVERY, Watcher

pytestmark = pytest.mark.db

PATH = "/assignment/lead/watch"


@pytest.fixture
async def own(database: Database, migrated_url: str) -> AsyncGenerator[tuple[Api, Clocked]]:
    async with fresh_company(database) as company, serve(migrated_url, company) as api:
        yield api, company


async def days_of_leads(company: Clocked, days: int, each: int = 4, **values: Any) -> None:
    """Take leads in on so many days, and end on the day after."""
    for _ in range(days):
        for _ in range(each):
            await company.lead(**values)
        company.clock.move(timedelta(days=1))


async def causes(client: httpx.AsyncClient, company: Clocked, login: str) -> dict[str, Any]:
    answer = await client.get(f"{PATH}/{company.id_of(login)}")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert [one["key"] for one in body["causes"]] == ["rule", "people", "room", "filters", "connector", "change"]
    assert all(one["text"] not in ("", one["code"]) for one in body["causes"])
    return {**body, **{one["key"]: one for one in body["causes"]}}


async def test_who_waits_on_duty_while_others_pile_up_comes_first(own: tuple[Api, Clocked]):
    api, company = own
    for login in SALES[2:]:
        await company.change_person(login, on_duty=False, active=login not in ("sales3", "sales4"))
    await company.change_person("sales1", quota_daily=0)
    await company.change_person("sales5", quota_daily=0)
    await days_of_leads(company, 4)
    director = await api.sign_in("director")
    body = (await director.get(PATH)).json()
    assert (body["days"], body["automatic"], body["may_switch"], body["waiting"]) == (3, True, True, 0)
    first = body["items"][0]
    assert (first["person"]["label"], first["waits"], first["idle_days"], first["open"]) == ("林晓", True, 4, 0)
    assert [one["person"]["label"] for one in body["items"] if one["waits"]] == ["林晓"]
    two = next(one for one in body["items"] if one["person"]["label"] == "陈思齐")
    assert (two["on_duty"], two["open"], two["given"], two["waits"]) == (True, 4, 2, False)
    away = next(one for one in body["items"] if one["person"]["label"] == "周明轩")
    assert (away["on_duty"], away["away"], away["waits"]) == (False, "has left", False)
    assert len(body["items"]) == 8


@pytest.mark.parametrize(
    "policy",
    [
        {},
        {"order": "weighted", "weight": "candidate.weight"},
        {"order": "weighted", "weight": {"people": {"sales1": 0}}},
    ],
)
async def test_who_takes_no_part_waits_for_nothing(database: Database, migrated_url: str, policy: dict[str, Any]):
    body = policy_with(**policy, watch={"days": 2})
    async with fresh_company(database, body) as company, serve(migrated_url, company) as api:
        await company.change_person("sales1", attributes={"weight": "0"})
        await company.change_person("sales2", quota_daily=0)
        await days_of_leads(company, 3, 8)
        items = (await (await api.sign_in("director")).get(PATH)).json()["items"]
        assert [one["person"]["label"] for one in items if one["waits"]] == ["陈思齐"]
        left_out = next(one for one in items if one["person"]["label"] == "林晓")
        assert (left_out["part"], left_out["idle_days"], left_out["given"]) == (False, None, 0)
        assert all(one["part"] and one["idle_days"] is not None for one in items if one is not left_out)
        assert items[-1] is left_out
        await Watcher(company).look()
        (told,) = await company.system_rows("notice", type="watch_idle", person=company.id_of("manager1"))
        assert told["params"]["people"] == ["陈思齐"]


async def test_each_cause_is_found_in_its_turn(own: tuple[Api, Clocked]):
    api, company = own
    director = await api.sign_in("director")
    await days_of_leads(company, 1, 8)
    calm = await causes(director, company, "sales1")
    assert (calm["cause"], calm["rule"]["code"], calm["people"]["code"]) == ("change", "in_policies", "on_duty")
    assert (calm["filters"]["decisions"], calm["filters"]["chosen"], calm["connector"]["code"]) == (8, 1, "flowing")
    assert calm["change"]["what"] == "assignment"  # the policy was installed a day ago

    await company.change_person("sales1", quota_daily=0)
    full = await causes(director, company, "sales1")
    assert (full["cause"], full["room"]["code"]) == ("room", "no_room_daily")
    await company.change_person("sales1", active=False)
    assert (await causes(director, company, "sales1"))["people"]["code"] == "inactive"
    manager = await causes(director, company, "manager1")
    assert (manager["cause"], manager["rule"]["code"], manager["people"]["roles"]) == (
        "rule",
        "in_no_policy",
        ["sales"],
    )
    assert manager["people"]["code"] == "no_role"
    assert manager["share"] is None

    await company.change_person("sales1", active=True, quota_daily=None)
    await release(company, by_hand("finance_first", 1, to={"role": "finance"}))
    company.clock.move(timedelta(days=9))
    assert (await causes(director, company, "sales1"))["connector"]["code"] == "silent"
    for _ in range(100):
        await company.lead()
    others = await causes(director, company, "sales1")
    assert (others["cause"], others["rule"]["code"], others["rule"]["others"]) == ("rule", "others_decide", 100)
    assert len(others["rule"]["records"]) == 5


async def test_conditions_and_preferences_that_pass_somebody_over_are_a_cause(database: Database, migrated_url: str):
    policy = policy_with(to={"role": "sales", "where": "candidate.city != '上海'"}, duty="on_duty")
    async with fresh_company(database, policy) as company, serve(migrated_url, company) as api:
        await days_of_leads(company, 1)
        director = await api.sign_in("director")
        found = await causes(director, company, "sales1")
        assert (found["cause"], found["filters"]["passed"], found["filters"]["decisions"]) == ("filters", 4, 4)
        assert len(found["filters"]["records"]) == 4
        assert (await causes(director, company, "sales2"))["filters"]["holds"] is False
        await company.change_person("sales1", on_duty=False)
        assert (await causes(director, company, "sales1"))["cause"] == "people"
        await director.put("/assignment/lead", json={"automatic": False})
        off = await causes(director, company, "sales1")
        assert (off["cause"], off["rule"]["code"], off["automatic"]) == ("rule", "by_hand", False)


async def test_a_channel_that_refuses_all_is_a_cause(own: tuple[Api, Clocked]):
    api, company = own
    for _ in range(2):
        assert (await api.post_lead(phone="x")).status_code == 422
    found = await causes(await api.sign_in("director"), company, "sales1")
    assert (found["cause"], found["connector"]["code"], found["connector"]["channels"][0]["refused"]) == (
        "connector", "refusing", 2,
    )  # fmt: skip


async def test_a_change_of_the_person_is_named(own: tuple[Api, Clocked]):
    api, company = own
    await days_of_leads(company, 10, 1)
    director, admin = await api.sign_in("director"), await api.sign_in("admin")
    assert (await causes(director, company, "sales1"))["change"]["holds"] is False
    await admin.patch(f"/people/{company.id_of('sales1')}", json={"quota_open": 3})
    change = (await causes(director, company, "sales1"))["change"]
    assert (change["holds"], change["what"], change["by"]["label"]) == (True, "person.changed", "贺兰")
    assert "person.changed" not in change["text"]


async def test_one_sees_the_people_whose_records_one_may_assign(own: tuple[Api, Clocked], company: Clocked):
    api, mine = own
    manager = await api.sign_in("manager1")
    assert len((await manager.get(PATH)).json()["items"]) == 8
    await mine.change(mine.tables.membership.delete().where(mine.tables.membership.c.person == mine.id_of("sales8")))
    await mine.change_person("sales8", city="x")
    assert len((await manager.get(PATH)).json()["items"]) == 7
    problem(await manager.get(f"{PATH}/{mine.id_of('sales8')}"), 404, "not_found")
    problem(await manager.get(f"{PATH}/{company.id_of('sales1')}"), 404, "not_found")  # of another company
    for login, status in (("sales1", 403), ("finance1", 404)):
        client = await api.sign_in(login)
        assert (await client.get(PATH)).status_code == status
        assert (await client.get(f"{PATH}/{mine.id_of('sales1')}")).status_code == status
    assert (await api.anyone().get(PATH)).status_code == 401
    assert (await manager.get(f"{PATH}/x")).status_code == 422


WATCH = {"days": 2, "waiting": 1, "per_person": 2, "swing": 0.5}


async def test_alarms_are_given_once_a_day_whoever_looks(database: Database, migrated_url: str):
    async with fresh_company(database, policy_with(watch=WATCH)) as company, serve(migrated_url, company) as api:
        for login in SALES[2:]:
            await company.change_person(login, active=False)
        await company.change_person("sales1", quota_daily=0)
        watchers = [Watcher(company), Watcher(await company.another_process())]

        async def told() -> list[str]:
            await company.refresh()
            for watcher in watchers:
                await watcher.look()
            rows = await company.system_rows("notice", person=company.id_of("manager1"))
            return sorted(row["type"] for row in rows if row["type"].startswith("watch_"))

        assert await told() == []
        await days_of_leads(company, 3, 1)
        assert await told() == ["watch_full", "watch_idle"]
        company.clock.move(EVERY)
        assert await told() == ["watch_full", "watch_idle"]
        await company.change_person("sales2", quota_daily=0)
        for _ in range(2):
            await company.lead()
        company.clock.move(EVERY)
        assert await told() == ["watch_full", "watch_idle", "watch_waiting"]
        company.clock.move(timedelta(days=1))
        # another day; nobody waits while others are given records, since nobody is
        assert await told() == sorted(["watch_full", "watch_waiting"] * 2 + ["watch_idle"])
        manager = await api.sign_in("manager1")
        shown = {one["title"] for one in (await manager.get("/notifications")).json()["items"]}
        assert {"Lead: none for 2 days for 林晓", "Lead: 2 without an owner"} <= shown


async def test_a_working_day_that_differs_from_those_before_raises_an_alarm(database: Database):
    async with fresh_company(database, policy_with(watch={"swing": 0.5})) as company:
        found: list[Any] = []
        for count in (2, 2, 2, 0, 0, 2, 2, 4, 2, 2, 0, 0, 2):  # from a Wednesday on; at weekends nothing
            await days_of_leads(company, 1, count)
            await Watcher(company).look()
            found = await company.system_rows("notice", type="watch_swing")
        told = {(one["params"]["day"], one["params"]["count"], one["params"]["mean"]) for one in found}
        assert told == {("2026-03-11", 4, 2.0)}


@pytest.mark.parametrize(
    ("watch", "place"),
    [
        ({"days": 0}, "watch.days"),
        ({"waiting": -1}, "watch.waiting"),
        ({"per_person": -5}, "watch.per_person"),
        ({"swing": "x"}, "watch.swing"),
    ],
)
async def test_what_is_wrong_with_the_watch_is_told_at_its_place(company: Clocked, watch: dict[str, Any], place: str):
    with pytest.raises(Invalid) as wrong:
        await release(company, changed("assignment", "online", watch=watch))
    assert [(one.field, one.code) for one in wrong.value.errors] == [(f"assignment/online: {place}", "out_of_range")]


async def test_what_waits_is_listed_to_be_dealt_again(own: tuple[Api, Clocked]):
    api, company = own
    for login in SALES:
        await company.change_person(login, quota_open=0)
    first, second = [(await company.lead(company=name))["id"] for name in ("甲机械", "乙机械")]
    director = await api.sign_in("director")
    listed = (await director.get("/assignment/lead/waiting", params={"limit": "1"})).json()
    assert [(one["id"], one["label"], one["policy"]) for one in listed["items"]] == [(str(first), "甲机械", "online")]
    assert listed["more"] is True
    await company.change_person("sales1", quota_open=None)
    ids = [str(first), str(second)]
    await director.post("/objects/lead/bulk", json={"ids": ids, "assign": {"note": "again"}})
    after = (await director.get("/assignment/lead/waiting")).json()
    assert after == {"items": [], "more": False}
