"""Intake over HTTP: who may post, what comes back, and that a key makes it happen once."""

import asyncio
import json

import pytest
from tests.support.company import Clocked, a_phone
from tests.support.problems import problem, wrong_fields
from tests.support.web import INTAKE_KEY, Api

from closeloop.api.intake import LARGEST

pytestmark = pytest.mark.db


async def test_a_lead_comes_back_with_its_id_and_is_dealt_already(api: Api):
    answer = await api.post_lead(company="云启", name="李雷", page_seconds=240, downloads=1)
    assert answer.status_code == 201
    assert answer.json().keys() == {"id", "object"}
    lead = (await (await api.signed_in("admin")).get(f"/objects/lead/records/{answer.json()['id']}")).json()
    assert lead["owner"]["label"]
    assert lead["source"] == "website"
    assert lead["score"] == 10 + 20 + 15 + 15


async def test_the_channels_key_is_asked_for(api: Api):
    client = api.anyone()
    problem(await client.post("/intake/website", json={"phone": "1"}), 401, "bad_intake_key")
    answer = await client.post("/intake/website", json={"phone": "1"}, headers={"Closeloop-Intake-Key": "wrong"})
    problem(answer, 403, "bad_intake_key")
    answer = await client.post("/intake/nowhere", json={}, headers={"Closeloop-Intake-Key": INTAKE_KEY})
    problem(answer, 404, "not_found")


async def test_a_repeated_key_gives_the_same_answer_and_another_body_is_refused(api: Api, company: Clocked):
    values = {"phone": a_phone(), "company": "一次"}
    first = await api.post_lead("once", **values)
    second = await api.post_lead("once", **values)
    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert len(await company.system_rows("intake", key="once")) == 1
    lead = first.json()["id"]
    assert await company.system_rows("event", type="record.joined", record=lead) == []
    problem(await api.post_lead("once", **{**values, "company": "两次"}), 409, "idempotency_mismatch")


async def test_posted_many_times_at_once_it_still_happens_once(api: Api, company: Clocked):
    values = {"phone": a_phone()}
    answers = await asyncio.gather(*(api.post_lead("at once", **values) for _ in range(8)))
    assert {one.status_code for one in answers} == {201}
    assert len({one.text for one in answers}) == 1
    assert len(await company.system_rows("intake", key="at once")) == 1


async def test_a_known_phone_joins_the_lead_that_is_there(api: Api):
    phone = a_phone()
    first = (await api.post_lead(phone=phone)).json()
    second = await api.post_lead(phone=f"+86 {phone}")
    assert second.status_code == 201
    assert second.json() == {"id": first["id"], "object": "lead", "duplicate_of": first["id"]}


async def test_without_any_contact_it_is_refused_and_kept(api: Api, company: Clocked):
    for contact in ({"phone": None}, {"phone": ""}):
        answer = await api.post_lead(company="无联系方式", **contact)
        assert wrong_fields(answer, "no_contact") == dict.fromkeys(("phone", "email", "wechat"), "no_contact")
    refused = await company.system_rows("intake", state="refused")
    kept = [row for row in refused if row["payload"].get("company") == "无联系方式"]
    assert len(kept) == 2
    assert [row["problem"] for row in kept] == [{"code": "no_contact"}] * 2


async def test_a_contact_that_nobody_can_use_is_none(api: Api, company: Clocked):
    """The form's visitor is told at the field, and can mend it; another way to reach them is enough."""
    answer = await api.post_lead(company="打不通", phone="call me")
    assert wrong_fields(answer, "no_contact") == {"phone": "not_phone", "email": "no_contact", "wechat": "no_contact"}
    assert (await api.post_lead(company="打不通", phone="call me", wechat="yunqi_li")).status_code == 201
    rows = await company.system_rows("intake")
    assert sorted(row["state"] for row in rows if row["payload"].get("company") == "打不通") == ["done", "refused"]


async def test_what_was_refused_is_refused_again_under_its_key(api: Api, company: Clocked):
    bodies = [(await api.post_lead("refused", phone=None, note="x")).json() for _ in range(2)]
    assert bodies[0]["code"] == "no_contact"
    assert bodies[1] == bodies[0]
    assert len(await company.system_rows("intake", key="refused")) == 1


async def test_bad_optional_values_are_put_aside_and_the_lead_is_made(api: Api, company: Clocked):
    values = {"page_seconds": "many", "utm": {"a": [1]}, "score": 100, "owner": "me", "stage": "converted"}
    answer = await api.post_lead(**values, email="not one")
    assert answer.status_code == 201
    (row,) = [await company.record("lead", answer.json()["id"])]
    assert row["extra"] == {
        "page_seconds": {"value": "many", "problem": "not_number"},
        "email": {"value": "not one", "problem": "not_email"},
        "utm": {"a": [1]},
        "score": 100,
        "stage": "converted",
    }
    assert (row["stage"], row["score"]) == ("new", 15)


async def test_what_is_no_payload_is_refused(api: Api):
    client = api.anyone()
    headers = {"Closeloop-Intake-Key": INTAKE_KEY}
    for content in (b"", b"{", b"[]", b"\xff"):
        problem(await client.post("/intake/website", content=content, headers=headers), 422, "bad_json")
    huge = json.dumps({"phone": a_phone(), "note": "x" * LARGEST}).encode()
    problem(await client.post("/intake/website", content=huge, headers=headers), 422, "too_big")

    async def in_parts():
        yield huge

    problem(await client.post("/intake/website", content=in_parts(), headers=headers), 422, "too_big")


async def test_a_character_that_no_database_takes_harms_nobody_else(api: Api):
    answers = await asyncio.gather(
        api.post_lead(company="good"), api.post_lead(odd="a\x00b"), api.post_lead(company="too")
    )
    assert [one.status_code for one in answers][::2] == [201, 201]
    assert answers[1].status_code in (201, 422)
