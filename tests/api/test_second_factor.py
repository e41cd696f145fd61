"""A second factor: set up, asked for, used once, recovered from, and required by a role."""

from collections.abc import AsyncGenerator
from datetime import timedelta

import httpx
import pytest
from pyotp.totp import TOTP
from tests.support.company import Clocked, fresh_company
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.access.sign_in import FAILURES
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.runtime.install import DEMO_PASSWORD

pytestmark = pytest.mark.db

GUARDED = Body(
    "role",
    "support",
    {"role": "support", "label": "技术支持", "second_factor": True, "objects": {"lead": {"read": "all"}}},
)


@pytest.fixture
async def guarded(database: Database, migrated_url: str) -> AsyncGenerator[tuple[Api, Clocked]]:
    """Return the API of a company whose role `support` asks for a second factor."""
    async with fresh_company(database, GUARDED) as company, serve(migrated_url, company) as api:
        yield api, company


async def enter(api: Api, login: str, otp: str | None = None) -> httpx.Response:
    body = {"login": login, "password": DEMO_PASSWORD, **({"otp": otp} if otp else {})}
    return await api.anyone().post("/session", json=body)


async def set_up(client: httpx.AsyncClient, company: Clocked) -> tuple[TOTP, list[str]]:
    secret = (await client.put("/me/totp", json={})).json()["secret"]
    code = TOTP(secret).at(company.clock.now())
    answer = await client.put("/me/totp", json={"code": code})
    assert answer.status_code == 200, answer.text
    return TOTP(secret), answer.json()["recovery_codes"]


async def test_a_code_is_asked_for_and_good_once(guarded: tuple[Api, Clocked]):
    api, company = guarded
    client = await api.sign_in("sales1")
    totp, _ = await set_up(client, company)
    assert (await client.get("/me")).json()["second_factor"] is True
    problem(await enter(api, "sales1"), 401, "otp_required")
    company.clock.move(timedelta(seconds=60))
    code = totp.at(company.clock.now())
    assert (await enter(api, "sales1", code)).status_code == 204
    problem(await enter(api, "sales1", code), 401, "bad_sign_in")
    company.clock.move(timedelta(seconds=30))
    assert (await enter(api, "sales1", totp.at(company.clock.now()))).status_code == 204


async def test_the_code_that_set_it_up_does_not_let_in(guarded: tuple[Api, Clocked]):
    api, company = guarded
    totp, _ = await set_up(await api.sign_in("sales1"), company)
    problem(await enter(api, "sales1", totp.at(company.clock.now())), 401, "bad_sign_in")


async def test_a_recovery_code_lets_in_once(guarded: tuple[Api, Clocked]):
    api, company = guarded
    _, codes = await set_up(await api.sign_in("sales1"), company)
    assert (await enter(api, "sales1", codes[0].upper())).status_code == 204
    problem(await enter(api, "sales1", codes[0]), 401, "bad_sign_in")
    assert (await enter(api, "sales1", codes[1])).status_code == 204


async def test_wrong_codes_lock_as_wrong_passwords_do(guarded: tuple[Api, Clocked]):
    api, company = guarded
    totp, _ = await set_up(await api.sign_in("sales1"), company)
    company.clock.move(timedelta(seconds=60))
    for _ in range(FAILURES):
        problem(await enter(api, "sales1"), 401, "otp_required")  # the password alone forgives nothing
        problem(await enter(api, "sales1", "000000"), 401, "bad_sign_in")
    problem(await enter(api, "sales1", totp.at(company.clock.now())), 423, "locked")


async def test_it_is_stored_encrypted_and_codes_hashed(guarded: tuple[Api, Clocked]):
    api, company = guarded
    totp, codes = await set_up(await api.sign_in("sales1"), company)
    (row,) = await company.system_rows("factor")
    stored = str(row)
    assert totp.secret not in stored
    assert not [code for code in codes if code in stored]


async def test_to_change_it_takes_the_password(guarded: tuple[Api, Clocked]):
    api, company = guarded
    client = await api.sign_in("sales1")
    await set_up(client, company)
    assert wrong_fields(await client.put("/me/totp", json={})) == {"password": "required"}
    problem(await client.put("/me/totp", json={"off": True, "password": "wrong"}), 401, "bad_sign_in")
    assert (await client.put("/me/totp", json={"off": True, "password": DEMO_PASSWORD})).status_code == 200
    assert (await enter(api, "sales1")).status_code == 204


async def test_a_wrong_first_code_puts_nothing_into_force(guarded: tuple[Api, Clocked]):
    api, _ = guarded
    client = await api.sign_in("sales2")
    problem(await client.put("/me/totp", json={"code": "123456"}), 409, "no_factor_begun")
    await client.put("/me/totp", json={})
    assert wrong_fields(await client.put("/me/totp", json={"code": "000000"})) == {"code": "wrong_code"}
    assert wrong_fields(await client.put("/me/totp", json={"code": 5})) == {"code": "required"}
    assert (await enter(api, "sales2")).status_code == 204


async def test_a_role_that_asks_for_it_lets_do_nothing_else_first(guarded: tuple[Api, Clocked]):
    api, company = guarded
    client = await api.sign_in("support1")
    assert (await client.get("/me")).json()["must"] == "second_factor"
    for path in ("/catalog", "/objects/lead/records", "/people", "/stream"):
        problem(await client.get(path), 403, "second_factor_needed")
    problem(await client.post("/tokens", json={"name": "x", "scopes": ["read"]}), 403, "second_factor_needed")
    await set_up(client, company)
    assert (await client.get("/me")).json()["must"] is None
    assert (await client.get("/objects/lead/records")).status_code == 200
    off = await client.put("/me/totp", json={"off": True, "password": DEMO_PASSWORD})
    problem(off, 403, "second_factor_needed")
