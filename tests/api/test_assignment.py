"""Assignment by hand for a while, and again by the policies; what was dealt wrongly is dealt anew in bulk."""

from collections import Counter
from collections.abc import AsyncGenerator
from typing import Any

import pytest
import sqlalchemy as sa
from tests.engine.test_assign import SALES, intakes, policy_with
from tests.support.company import Clocked, fresh_company
from tests.support.definitions import changed, release
from tests.support.jobs import job_row, work_off
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.db.engine import Database
from closeloop.records.commands import AssignRecord
from closeloop.runtime.bulk import BulkJob
from closeloop.runtime.dealing import Dealer
from closeloop.runtime.job_runner import JobRunner

pytestmark = pytest.mark.db

PATH = "/assignment/lead"


@pytest.fixture
async def own(database: Database, migrated_url: str) -> AsyncGenerator[tuple[Api, Clocked]]:
    async with fresh_company(database) as company, serve(migrated_url, company) as api:
        yield api, company


async def test_by_hand_new_records_wait_and_managers_are_told(own: tuple[Api, Clocked]):
    api, company = own
    other = await company.another_process()
    director = await api.sign_in("director")
    assert (await director.get(PATH)).json()["automatic"] is True
    answer = await director.put(PATH, json={"automatic": False, "note": "规则要改"})
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["automatic"], told["by"]["label"], told["note"], told["waiting"]) == (False, "顾行舟", "规则要改", 0)
    assert [one["key"] for one in told["policies"]] == ["online"]
    leads = [await other.lead(), await api.lead()]  # whichever process takes them in
    for lead in leads:
        row = await company.record("lead", lead["id"])
        assert (row["owner"], row["pool"]) == (None, "public")
        why = (await company.system_rows("event", type="record.unassigned", record=lead["id"]))[0]["why"]
        assert why["assignment"]["reason"] == "manual_mode"
    notices = await company.system_rows("notice", person=company.id_of("manager1"))
    assert [one["type"] for one in notices] == ["dealing_off", "by_hand", "by_hand"]
    manager = await api.sign_in("manager1")
    shown = (await manager.get("/notifications")).json()["items"]
    assert {one["title"] for one in shown} >= {"Lead: assigned by hand from now on"}
    assert (await director.get(PATH)).json()["waiting"] == 2
    await company.refresh()
    assert not await Dealer(company).look()
    assert (await company.record("lead", leads[0]["id"]))["owner"] is None

    by_hand = f"/objects/lead/records/{leads[0]['id']}/assign"  # what somebody asks for is done all the same
    assert (await director.post(by_hand, json={})).json()["owner"] is not None
    assert (await director.get(PATH)).json()["waiting"] == 1
    await director.put(PATH, json={"automatic": True})
    await company.refresh()
    await Dealer(company).look()
    assert (await company.record("lead", leads[1]["id"]))["owner"] is not None
    entries = await company.system_rows("audit", type="assignment.switched")
    assert [one["data"]["automatic"] for one in entries] == [False, True]


async def test_by_hand_no_clock_takes_a_record_from_its_owner(own: tuple[Api, Clocked]):
    api, company = own
    lead = await company.lead()
    director = await api.sign_in("director")
    await director.put(PATH, json={"automatic": False})
    await company.refresh()
    await company.run(AssignRecord("lead", lead["id"], policy="online", reason="clock"))
    assert (await company.record("lead", lead["id"]))["owner"] == lead["owner"]
    assert len(await company.system_rows("event", type="record.kept")) == 1


async def test_who_may_switch_and_what_is_wrong(own: tuple[Api, Clocked], company: Clocked):
    api, _ = own
    body = {"automatic": False}
    for login, seen, switched in (("sales1", 403, 403), ("finance1", 404, 404), ("manager1", 200, 403)):
        client = await api.sign_in(login)
        assert (await client.get(PATH)).status_code == seen, login
        assert (await client.put(PATH, json=body)).status_code == switched, login
    admin = await api.sign_in("admin")
    problem(await admin.get("/assignment/nothing"), 404, "unknown_object")
    problem(await api.anyone().get(PATH), 401, "not_signed_in")
    assert wrong_fields(await admin.put(PATH, json={"automatic": 1, "x": 1, "note": "x" * 501})) == {
        "automatic": "not_boolean",
        "x": "unknown_parameter",
        "note": "too_long",
    }
    await admin.put(PATH, json=body)
    await company.refresh()  # another company's records are dealt as before
    assert company.org.by_hand == frozenset()
    assert (await company.lead())["owner"] is not None


async def test_what_was_dealt_wrongly_is_dealt_again_in_bulk_under_all_quotas(own: tuple[Api, Clocked]):
    api, company = own
    await release(company, changed("assignment", "online", to={"role": "finance"}))  # the mistake
    await intakes(company, 230)
    await release(company, policy_with())
    for login, most in (("sales1", 0), ("sales2", 7)):
        await company.change_person(login, quota_daily=most)
    admin = await api.sign_in("admin")
    filter_ = f"owner == '{company.id_of('finance1')}'"
    found = (await admin.get("/objects/lead/records", params={"filter": filter_, "count": "true"})).json()["total"]
    assert found == 230
    asked = {"filter": filter_, "assign": {"note": "策略已改"}}
    answer = await admin.post("/objects/lead/bulk", json=asked)
    assert answer.status_code == 202, answer.text
    await work_off(company, JobRunner([BulkJob()]))
    assert (await job_row(company, answer.json()["id"]))["state"] == "done"
    counts = await held(company)
    assert (counts["sales1"], counts["sales2"], counts["finance1"]) == (0, 7, 0)
    rest = [counts[login] for login in SALES[2:]]
    assert sum(rest) == 223
    assert max(rest) - min(rest) <= 1
    events = await company.system_rows("event", type="record.assigned")
    assert {one["why"]["assignment"]["note"] for one in events[230:]} == {"策略已改"}


async def test_records_that_no_policy_is_for_are_told_one_by_one(own: tuple[Api, Clocked]):
    api, company = own
    admin = await api.sign_in("admin")
    ids = [str((await company.lead(source=source))["id"]) for source in ("website", "manual", "website", "manual")]
    answer = (await admin.post("/objects/lead/bulk", json={"ids": ids, "assign": {}})).json()
    assert [one["ok"] for one in answer["items"]] == [True, False, True, False]
    assert answer["items"][1]["error"]["code"] == "no_policy"
    for given, code in (
        ({"note": 1}, "not_text"),
        ({"note": "x" * 501}, "too_long"),
        ({"who": "x"}, "unknown_parameter"),
    ):
        wrong = await admin.post("/objects/lead/bulk", json={"ids": ids, "assign": given})
        assert wrong_fields(wrong) == {f"assign.{next(iter(given))}": code}


async def held(company: Clocked) -> Counter[str | None]:
    table = company.catalog.object("lead").table
    query: Any = sa.select(table.c.owner, sa.func.count().label("n")).group_by(table.c.owner)
    rows = await company.rows(query)
    return Counter({company.login_of(row["owner"]): row["n"] for row in rows})
