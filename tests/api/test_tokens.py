"""Tokens for programs: never more than their person, never more than their scopes, and gone when they are gone."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.support.company import Clocked
from tests.support.jobs import work_off
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.runtime.bulk import BulkJob
from closeloop.runtime.job_runner import JobRunner

pytestmark = pytest.mark.db


async def token(client: httpx.AsyncClient, *scopes: str, **more: Any) -> dict[str, Any]:
    answer = await client.post("/tokens", json={"name": "程序", "scopes": list(scopes), **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def program(api: Api, secret: str) -> httpx.AsyncClient:
    client = api.anyone()
    client.headers["Authorization"] = f"Bearer {secret}"
    return client


async def test_a_token_acts_for_its_person_and_no_further(api: Api):
    mine, other = await api.lead_of("sales1"), await api.lead_of("sales2")
    made = await token(await api.signed_in("sales1"), "read", "write")
    assert made["secret"].startswith("clp_")
    client = program(api, made["secret"])
    assert (await client.get("/me")).json()["person"]["login"] == "sales1"
    assert (await client.get(f"/objects/lead/records/{mine['id']}")).status_code == 200
    problem(await client.get(f"/objects/lead/records/{other['id']}"), 404, "not_found")
    changed = await client.patch(f"/objects/lead/records/{mine['id']}", json={"note": "程序写的"})
    assert changed.json()["note"] == "程序写的"


async def test_scopes_narrow_what_it_may_do(api: Api):
    lead = await api.lead_of("sales1")
    path = f"/objects/lead/records/{lead['id']}"
    me = await api.signed_in("sales1")
    reads = program(api, (await token(me, "object:lead:read"))["secret"])
    assert (await reads.get(path)).status_code == 200
    problem(await reads.patch(path, json={"note": "x"}), 403, "forbidden")
    problem(await reads.post("/objects/lead/records", json={"phone": "13900000001"}), 403, "forbidden")
    problem(await reads.get("/objects/touch/records"), 404, "unknown_object")
    problem(await reads.get("/notifications"), 403, "token_scope")
    assert [one["name"] for one in (await reads.get("/catalog")).json()["objects"]] == ["lead"]
    others = program(api, (await token(me, "object:touch:write"))["secret"])
    problem(await others.get(path), 404, "unknown_object")
    writes = program(api, (await token(me, "object:lead:write"))["secret"])
    assert (await writes.patch(path, json={"note": "x"})).status_code == 200


async def test_long_work_stays_within_the_scopes_of_the_token_that_asked_for_it(api: Api, company: Clocked):
    admin = await api.signed_in("admin")
    lead = await api.lead_of("sales1", note="alt")
    ids = [lead["id"], *(str(UUID(int=n)) for n in range(200))]
    answers: list[str | None] = []
    for scopes in (("object:lead:read",), ("object:lead:write",)):
        client = program(api, (await token(admin, *scopes))["secret"])
        asked = await client.post("/objects/lead/bulk", json={"ids": ids, "change": {"note": "neu"}})
        assert asked.status_code == 202, asked.text
        await work_off(company, JobRunner((BulkJob(),)))
        answers.append((await admin.get(f"/objects/lead/records/{lead['id']}")).json()["note"])
    assert answers == ["alt", "neu"]


async def test_an_administrators_token_is_no_administrator(api: Api):
    client = program(api, (await token(await api.signed_in("admin"), "read"))["secret"])
    assert (await client.get("/me")).json()["permissions"] == {
        "everything": False,
        "people": False,
        "definitions": {},
        "assigns": [],
    }
    problem(await client.get("/audit"), 403, "forbidden")
    lead = await api.lead()
    problem(await client.patch(f"/objects/lead/records/{lead['id']}", json={"note": "x"}), 403, "forbidden")


async def test_no_token_has_a_say_in_how_one_signs_in(api: Api):
    client = program(api, (await token(await api.signed_in("sales1"), "read", "write", "people"))["secret"])
    for method, path in (
        ("GET", "/tokens"), ("POST", "/tokens"), ("GET", "/me/sessions"), ("PUT", "/me/password"),
        ("PUT", "/me/totp"), ("DELETE", "/session"),
    ):  # fmt: skip
        problem(await client.request(method, path, json={}), 403, "token_scope")


async def test_what_is_wrong_is_named(api: Api):
    client = await api.signed_in("sales1")
    assert wrong_fields(await client.post("/tokens", json={})) == {"name": "required", "scopes": "required"}
    body = {"name": "x", "scopes": ["everything", "read"], "expires_at": "2026-01-01T00:00:00Z"}
    assert wrong_fields(await client.post("/tokens", json=body)) == {
        "scopes": "unknown_scope",
        "expires_at": "in_the_past",
    }
    body = {"name": "x", "scopes": ["read"], "expires_at": "2027-01-01T00:00:00"}
    assert wrong_fields(await client.post("/tokens", json=body)) == {"expires_at": "no_zone"}
    problem(await program(api, "clp_made_up").get("/me"), 401, "bad_token")
    basic = api.anyone()
    basic.headers["Authorization"] = "Basic c2FsZXMxOng="
    problem(await basic.get("/me"), 401, "bad_token")


async def test_only_its_hash_is_kept_and_only_its_owner_sees_it(api: Api, company: Clocked):
    client = await api.signed_in("sales3")
    made = await token(client, "read")
    listed = (await client.get("/tokens")).json()["items"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert "secret" not in listed[0]
    assert made["secret"] not in str(await company.system_rows("token"))
    other = await api.signed_in("sales4")
    assert (await other.get("/tokens")).json()["items"] == []
    problem(await other.delete(f"/tokens/{made['id']}"), 404, "not_found")
    assert (await program(api, made["secret"]).get("/me")).status_code == 200


async def test_a_revoked_one_and_one_that_has_expired_are_good_no_more(own_company: Clocked, migrated_url: str):
    async with serve(migrated_url, own_company) as api:
        client = await api.sign_in("sales1")
        end = (own_company.clock.now() + timedelta(hours=1)).isoformat()
        short, gone = await token(client, "read", expires_at=end), await token(client, "read")
        for one in (short, gone):
            assert (await program(api, one["secret"]).get("/me")).status_code == 200
        assert (await client.get("/tokens")).json()["items"][0]["last_used_at"] is not None
        assert (await client.delete(f"/tokens/{gone['id']}")).status_code == 204
        problem(await program(api, gone["secret"]).get("/me"), 401, "bad_token")
        own_company.clock.move(timedelta(hours=1))
        problem(await program(api, short["secret"]).get("/me"), 401, "bad_token")
