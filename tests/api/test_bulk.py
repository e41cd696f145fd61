"""One deed on many records: the same guards as alone, each refusal told, a job beyond two hundred."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import sqlalchemy as sa
from tests.support.company import Clocked, a_phone
from tests.support.jobs import work_off
from tests.support.problems import problem
from tests.support.web import Api

from closeloop.base.errors import Unavailable
from closeloop.records.commands import CreateRecord
from closeloop.records.execute import Executor
from closeloop.runtime.bulk import BulkJob
from closeloop.runtime.job_runner import JobRunner

pytestmark = pytest.mark.db

BULK = "/objects/lead/bulk"


@pytest.fixture
async def admin(api: Api) -> httpx.AsyncClient:
    return await api.signed_in("admin")


async def make_leads(company: Clocked, number: int, owner: str, city: str) -> list[str]:
    """Make leads of one owner, told apart by their city."""
    values = {"owner": company.id_of(owner), "city": city}
    commands = [CreateRecord("lead", {"phone": a_phone(), **values}) for _ in range(number)]
    return [str(outcome.record()["id"]) for outcome in await company.run(*commands, by="admin")]


async def test_a_change_is_made_to_each_and_a_refusal_takes_nothing_with_it(
    api: Api, admin: httpx.AsyncClient, company: Clocked
):
    ids = await make_leads(company, 3, "sales1", "A")
    answer = await admin.post(BULK, json={"ids": [*ids, str(uuid4())], "change": {"industry": "机械"}})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["done"], body["failed"]) == (3, 1)
    assert [item["ok"] for item in body["items"]] == [True, True, True, False]
    assert body["items"][3]["error"]["code"] == "not_found"
    for one in ids:
        assert (await admin.get(f"/objects/lead/records/{one}")).json()["industry"] == "机械"


async def test_a_bad_value_is_told_for_each_record(admin: httpx.AsyncClient, company: Clocked):
    ids = await make_leads(company, 2, "sales1", "A")
    body = (await admin.post(BULK, json={"ids": ids, "change": {"phone": "no number"}})).json()
    assert body["failed"] == 2
    assert body["items"][0]["error"]["errors"][0]["field"] == "phone"


async def test_an_operation_an_assignment_and_a_deletion_pass_their_guards(
    api: Api, admin: httpx.AsyncClient, company: Clocked
):
    ids = await make_leads(company, 2, "sales1", "B")
    asked = {"ids": ids, "operation": "touch", "values": {"kind": "call", "outcome": "interested"}}
    touched = (await (await api.signed_in("sales1")).post(BULK, json=asked)).json()
    assert (touched["done"], touched["failed"]) == (2, 0), touched
    given = await admin.post(BULK, json={"ids": ids, "assign": {"person": str(company.id_of("sales2"))}})
    assert given.json()["done"] == 2
    for one in ids:
        assert (await admin.get(f"/objects/lead/records/{one}")).json()["owner"]["id"] == str(company.id_of("sales2"))
    gone = await admin.post(BULK, json={"ids": ids, "delete": True})
    assert gone.json()["done"] == 2
    assert (await admin.get(f"/objects/lead/records/{ids[0]}")).status_code == 404


async def test_somebody_elses_records_are_not_there_and_rights_count_for_each(api: Api, company: Clocked):
    mine, theirs = await make_leads(company, 1, "sales3", "C"), await make_leads(company, 1, "sales4", "C")
    sales = await api.signed_in("sales3")
    body = (await sales.post(BULK, json={"ids": [*mine, *theirs], "change": {"city": "X"}})).json()
    assert [item["ok"] for item in body["items"]] == [True, False]
    assert body["items"][1]["error"]["code"] == "not_found"
    body = (await sales.post(BULK, json={"ids": mine, "delete": True})).json()
    assert body["items"][0]["error"]["code"] == "forbidden"
    finance = await api.signed_in("finance1")
    assert (await finance.post(BULK, json={"ids": mine, "delete": True})).status_code == 404


async def test_a_filter_finds_what_the_caller_may_read(api: Api, company: Clocked):
    await make_leads(company, 2, "sales5", "D"), await make_leads(company, 2, "sales6", "D")
    sales = await api.signed_in("sales5")
    body = (await sales.post(BULK, json={"filter": "city == 'D'", "change": {"city": "E"}})).json()
    assert (body["done"], body["failed"]) == (2, 0)


async def test_more_than_two_hundred_are_a_job_with_the_same_guards(
    api: Api, admin: httpx.AsyncClient, company: Clocked
):
    ids = await make_leads(company, 230, "sales7", "F")
    asked = {"filter": "city == 'F'", "change": {"city": "G"}}
    answer = await admin.post(BULK, json=asked, headers={"Idempotency-Key": "all of F"})
    assert answer.status_code == 202
    job = answer.json()
    assert (job["state"], job["total"], job["progress"]) == ("queued", 230, 0)
    again = await admin.post(BULK, json=asked, headers={"Idempotency-Key": "all of F"})
    assert again.json()["id"] == job["id"]
    await admin.delete(f"/objects/lead/records/{ids[0]}")
    await work_off(company, JobRunner((BulkJob(),)))
    job = (await admin.get(f"/jobs/{job['id']}")).json()
    assert (job["state"], job["progress"], job["counts"]) == ("done", 229, {"updated": 229})
    sales = await api.signed_in("sales7")
    assert (await sales.get("/objects/lead/records", params={"filter": "city == 'G'", "count": "true"})).json()[
        "total"
    ] == 229


async def test_a_job_over_ids_keeps_what_it_could_not_do(admin: httpx.AsyncClient, company: Clocked):
    ids = await make_leads(company, 201, "sales8", "H")
    missing = str(uuid4())
    answer = await admin.post(BULK, json={"ids": [missing, *ids], "assign": {"person": str(company.id_of("sales1"))}})
    assert answer.status_code == 202
    await work_off(company, JobRunner((BulkJob(),)))
    job = (await admin.get(f"/jobs/{answer.json()['id']}")).json()
    assert (job["state"], job["error_count"], job["counts"]) == ("done", 1, {"failed": 1, "updated": 201})
    assert [(one["row"], one["record"], one["code"]) for one in job["errors"]] == [(1, missing, "not_found")]
    file = (await admin.get(f"/jobs/{job['id']}/errors")).text
    assert missing in file
    told = [n for n in await company.system_rows("notice", type="assigned_many") if n["params"] == {"count": 201}]
    assert [company.login_of(one["person"]) for one in told] == ["sales1"]
    singly = await company.system_rows("notice", type="assigned", person=company.id_of("sales1"))
    assert not {str(notice["record"]) for notice in singly} & set(ids)


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        ({"ids": [str(uuid4())]}, "change", "one_deed"),
        ({"ids": [str(uuid4())], "delete": True, "change": {"city": "X"}}, "change", "one_deed"),
        ({"delete": True}, "ids", "ids_or_filter"),
        ({"ids": [str(uuid4())], "filter": "city == 'X'", "delete": True}, "ids", "ids_or_filter"),
        ({"ids": [], "delete": True}, "ids", "not_a_list"),
        ({"ids": ["no id"], "delete": True}, "ids", "not_an_id"),
        ({"ids": [str(uuid4())], "change": {"nonsense": 1}}, "change.nonsense", "unknown_field"),
        ({"ids": [str(uuid4())], "change": {}}, "change", "required"),
        ({"ids": [str(uuid4())], "operation": "nonsense"}, "operation", "unknown_operation"),
        ({"ids": [str(uuid4())], "operation": 5}, "operation", "not_text"),
        ({"ids": [str(uuid4())], "assign": {"person": "no id"}}, "assign.person", "not_an_id"),
        ({"ids": [str(uuid4())], "delete": True, "values": {}}, "values", "unknown_parameter"),
        ({"ids": [str(uuid4())], "delete": True, "more": 1}, "more", "unknown_parameter"),
    ],
)
async def test_wrong_input_is_told_at_its_place(admin: httpx.AsyncClient, asked: dict[str, Any], field: str, code: str):
    answer = await admin.post(BULK, json=asked)
    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]


async def test_a_key_makes_a_change_happen_once(api: Api, admin: httpx.AsyncClient, company: Clocked, neighbour: Api):
    ids = await make_leads(company, 3, "sales1", "K")
    missing, key = str(uuid4()), {"Idempotency-Key": "once for all"}
    touch = {"ids": [*ids, missing], "operation": "touch", "values": {"kind": "call", "outcome": "interested"}}
    first = await admin.post(BULK, json=touch, headers=key)
    assert (first.json()["done"], first.json()["failed"]) == (3, 1)
    again = await admin.post(BULK, json=touch, headers=key)
    assert (again.status_code, again.json()) == (200, first.json())
    in_chinese = await admin.post(BULK, json=touch, headers={**key, "Accept-Language": "zh-CN"})
    assert in_chinese.json()["items"][3]["error"]["detail"] != first.json()["items"][3]["error"]["detail"]
    assert await touches(company, ids) == 3
    for other in ({**touch, "ids": ids}, {"ids": ids, "delete": True}):
        problem(await admin.post(BULK, json=other, headers=key), 409, "idempotency_mismatch")
    problem(
        await admin.post("/objects/touch/bulk", json={"ids": ids, "delete": True}, headers=key),
        409,
        "idempotency_mismatch",
    )
    somebody = await (await api.signed_in("sales1")).post(BULK, json=touch, headers=key)
    assert somebody.json()["done"] == 3  # a key is of one person
    stranger = await (await neighbour.signed_in("admin")).post(BULK, json=touch, headers=key)
    assert (stranger.json()["done"], stranger.json()["failed"]) == (0, 4)
    assert await touches(company, ids) == 6


async def test_a_key_of_a_filter_stands_for_what_was_found_at_first(admin: httpx.AsyncClient, company: Clocked):
    ids = await make_leads(company, 2, "sales1", "L")
    asked, key = {"filter": "city == 'L'", "change": {"city": "M"}}, {"Idempotency-Key": "from L to M"}
    first = await admin.post(BULK, json=asked, headers=key)
    assert first.json()["done"] == 2
    await make_leads(company, 1, "sales1", "L")
    assert (await admin.post(BULK, json=asked, headers=key)).json() == first.json()
    assert {item["id"] for item in first.json()["items"]} == set(ids)


async def test_the_key_of_a_job_is_the_jobs_though_fewer_are_left_to_be_found(
    admin: httpx.AsyncClient, company: Clocked
):
    await make_leads(company, 201, "sales1", "N")
    asked, key = {"filter": "city == 'N'", "change": {"city": "O"}}, {"Idempotency-Key": "from N to O"}
    job = (await admin.post(BULK, json=asked, headers=key)).json()
    await work_off(company, JobRunner((BulkJob(),)))
    again = await admin.post(BULK, json=asked, headers=key)
    assert (again.status_code, again.json()["id"], again.json()["state"]) == (202, job["id"], "done")


async def test_requests_with_one_key_at_a_time_do_it_once(admin: httpx.AsyncClient, company: Clocked):
    ids = await make_leads(company, 5, "sales1", "P")
    touch = {"ids": ids, "operation": "touch", "values": {"kind": "call", "outcome": "interested"}}
    sent = [admin.post(BULK, json=touch, headers={"Idempotency-Key": "four times"}) for _ in range(4)]
    answers = await asyncio.gather(*sent)
    assert [one.json() for one in answers] == [answers[0].json()] * 4
    assert answers[0].json()["done"] == 5
    assert await touches(company, ids) == 5


async def test_what_a_killed_request_has_left_undone_is_done_by_the_next(
    admin: httpx.AsyncClient, company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    """A change that the database refuses for one record is cut in parts; the process dies behind the first part."""
    ids = await make_leads(company, 4, "sales1", "Q")
    touch = {"ids": ids, "operation": "touch", "values": {"kind": "call", "outcome": "interested"}}
    whole, parts = Executor._attempt, 0  # pyright: ignore[reportPrivateUsage]

    async def dies(self: Executor, asked: Any) -> Any:
        nonlocal parts
        parts += 1
        if len(asked.todo) == 4:
            raise RuntimeError
        if parts > 2:
            raise Unavailable
        return await whole(self, asked)

    monkeypatch.setattr(Executor, "_attempt", dies)
    assert (await admin.post(BULK, json=touch, headers={"Idempotency-Key": "in parts"})).status_code == 503
    monkeypatch.undo()
    assert await touches(company, ids) == 2
    answer = (await admin.post(BULK, json=touch, headers={"Idempotency-Key": "in parts"})).json()
    assert (answer["done"], answer["failed"]) == (4, 0)
    assert await touches(company, ids) == 4


async def touches(company: Clocked, ids: list[str]) -> int:
    table = company.catalog.object("touch").table
    return len(await company.rows(sa.select(table.c.id).where(table.c.lead.in_([UUID(one) for one in ids]))))


async def test_a_bad_filter_and_an_unknown_object_are_told(admin: httpx.AsyncClient, api: Api):
    answer = await admin.post(BULK, json={"filter": "city ==", "delete": True})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_expression")
    assert (await admin.post("/objects/nonsense/bulk", json={"filter": "true", "delete": True})).status_code == 404
    assert (await api.anyone().post(BULK, json={"ids": [], "delete": True})).status_code == 401
