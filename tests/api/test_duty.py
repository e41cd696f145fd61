"""When people are on duty: their switch, their calendar and their leave, and who may set them."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.engine.test_assign import SALES, policy_with
from tests.support.company import Clocked, fresh_company
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.db.engine import Database

pytestmark = pytest.mark.db

WEEK = Body("calendar", "company", {"calendar": "company", "public": "none"})


@pytest.fixture
async def own(database: Database, migrated_url: str) -> AsyncGenerator[tuple[Api, Clocked]]:
    """Return the API of a company whose leads go to who is on duty, of whom there are two at first."""
    async with (
        fresh_company(database, policy_with(duty="on_duty"), WEEK) as company,
        serve(migrated_url, company) as api,
    ):
        for login in SALES[2:]:
            await company.change_person(login, on_duty=False)
        yield api, company


async def owners_of(company: Clocked, count: int = 4) -> set[str | None]:
    await company.refresh()
    return {company.login_of((await company.lead())["owner"]) for _ in range(count)}


async def test_who_is_on_leave_gets_nothing_on_the_days_of_the_company_s_zone(own: tuple[Api, Clocked]):
    api, company = own
    manager = await api.sign_in("manager1")
    path = f"/people/{company.id_of('sales1')}/duty"
    leave = [{"from": "2026-03-05", "until": "2026-03-06", "note": "年假"}]
    answer = await manager.put(path, json={"leave": leave})
    assert answer.status_code == 200, answer.text
    assert answer.json()["now"] == {"on_duty": True, "code": None, "reason": None}
    assert answer.json()["leave"] == [{"from": "2026-03-04T16:00:00Z", "until": "2026-03-06T16:00:00Z", "note": "年假"}]
    assert await owners_of(company) == {"sales1", "sales2"}
    company.clock.move_to(datetime(2026, 3, 4, 16, 0, tzinfo=UTC))  # midnight in Shanghai
    assert await owners_of(company) == {"sales2"}
    told = (await manager.get(path)).json()["now"]
    assert (told["code"], told["reason"]) == ("on_leave", "is on leave")
    company.clock.move_to(datetime(2026, 3, 6, 16, 0, tzinfo=UTC))
    assert await owners_of(company) == {"sales1", "sales2"}
    assert (await manager.get(path)).json()["leave"] == []
    (entry,) = await company.system_rows("audit", type="person.duty")
    assert (company.login_of(entry["actor"]), entry["data"]) == ("manager1", {"leave": leave})


async def test_the_duty_calendar_is_judged_at_the_record_s_moment(own: tuple[Api, Clocked]):
    api, company = own
    manager = await api.sign_in("manager1")
    path = f"/people/{company.id_of('sales1')}/duty"
    assert (await manager.put(path, json={"calendar": "company"})).json()["calendar"] == "company"
    assert await owners_of(company) == {"sales1", "sales2"}
    company.clock.move_to(datetime(2026, 3, 6, 16, 0, tzinfo=UTC))  # Saturday in Shanghai
    assert await owners_of(company) == {"sales2"}
    reasons = (await company.system_rows("event", type="record.assigned"))[-1]["why"]["assignment"]["candidates"]
    assert (reasons[0]["reason"], reasons[2]["reason"]) == ("off_hours", "off_duty")
    assert (await manager.put(path, json={"calendar": None})).json()["calendar"] is None
    assert await owners_of(company) == {"sales1", "sales2"}


async def test_duty_is_set_by_the_person_by_those_above_and_by_administrators_only(own: tuple[Api, Clocked]):
    api, company = own
    path = f"/people/{company.id_of('sales1')}/duty"
    mine = await api.sign_in("sales1")
    assert (await mine.put(path, json={"leave": [{"from": "2026-03-09", "until": "2026-03-09"}]})).status_code == 200
    assert (await mine.put(path, json={"on_duty": False})).json()["now"]["code"] == "off_duty"
    problem(await mine.put(path, json={"calendar": None}), 403, "forbidden")
    assert len((await mine.get(path)).json()["leave"]) == 1
    for login, status in (("sales2", 403), ("finance1", 403), ("director", 200), ("admin", 200)):
        client = await api.sign_in(login)
        assert (await client.get(path)).status_code == status, login
        assert (await client.put(path, json={"on_duty": True})).status_code == status, login
    problem(await mine.get("/people/00000000-0000-7000-8000-000000000000/duty"), 404, "not_found")
    problem(await api.anyone().get(path), 401, "not_signed_in")


async def test_another_company_s_people_are_not_there(own: tuple[Api, Clocked], company: Clocked):
    api, _ = own
    admin = await api.sign_in("admin")
    problem(await admin.get(f"/people/{company.id_of('sales1')}/duty"), 404, "not_found")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"calendar": "nowhere"}, {"calendar": "not_an_option"}),
        ({"on_duty": 1, "other": 1}, {"on_duty": "not_boolean", "other": "unknown_parameter"}),
        ({"leave": {}}, {"leave": "not_a_list"}),
        ({"leave": [1]}, {"leave[0]": "not_a_mapping"}),
        ({"leave": [{"from": "2026-03-09"}]}, {"leave[0].until": "not_datetime"}),
        ({"leave": [{"from": "2026-03-09T10:00:00", "until": "x"}]},
         {"leave[0].from": "not_datetime", "leave[0].until": "not_datetime"}),
        ({"leave": [{"from": "2026-03-09", "until": "2026-03-08"}]}, {"leave[0].until": "ends_too_soon"}),
        ({"leave": [{"from": "9999-12-31", "until": "9999-12-31"}]}, {"leave[0].until": "not_datetime"}),
        ({"leave": [{"from": "2026-03-09", "until": "2026-03-09", "note": "x" * 201}]}, {"leave[0].note": "too_long"}),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_told_at_its_place(
    api: Api, company: Clocked, body: dict[str, Any], wrong: dict[str, str]
):
    admin = await api.signed_in("admin")
    assert wrong_fields(await admin.put(f"/people/{company.id_of('sales1')}/duty", json=body)) == wrong
