"""Signing in and out, and who is let in afterwards."""

from datetime import timedelta

import pytest
from tests.support.company import Clocked
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.access.sign_in import FAILURES, LASTS, LOCKED_FOR
from closeloop.runtime.install import DEMO_PASSWORD

pytestmark = pytest.mark.db


async def try_password(api: Api, login: str, password: str):
    return await api.anyone().post("/session", json={"login": login, "password": password})


async def test_the_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(api: Api):
    answer = await try_password(api, "sales1", DEMO_PASSWORD)
    assert answer.status_code == 204
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie


async def test_over_https_the_cookie_is_secure(api: Api):
    client = api.anyone()
    answer = await client.post(
        "https://closeloop.test/api/v1/session", json={"login": "sales1", "password": DEMO_PASSWORD}
    )
    assert "Secure" in answer.headers["set-cookie"]


async def test_me_tells_person_roles_departments_company_and_the_time(api: Api, company: Clocked):
    me = (await (await api.signed_in("sales1")).get("/me")).json()
    assert me["person"]["login"] == "sales1"
    assert me["person"]["id"] == str(company.id_of("sales1"))
    assert [role["key"] for role in me["roles"]] == ["sales"]
    assert [one["label"] for one in me["departments"]] == ["华东一组"]
    assert me["company"]["time_zone"] == "Asia/Shanghai"
    assert me["permissions"] == {"everything": False, "people": False, "definitions": {}, "assigns": []}
    assert me["now"] == "2026-03-04T02:00:00Z"
    admin = (await (await api.signed_in("admin")).get("/me")).json()
    may = admin["permissions"]
    assert (may["everything"], may["people"], set(may["definitions"].values())) == (True, True, {"write"})
    assert {"object", "options", "view", "calendar", "scorecard", "role"} <= may["definitions"].keys()


async def test_me_tells_which_definitions_a_role_grants(api: Api):
    director = (await (await api.signed_in("director")).get("/me")).json()["permissions"]
    assert director["definitions"].items() >= {("scorecard", "write"), ("assignment", "write")}
    assert "role" not in director["definitions"]
    assert "lead" in director["assigns"]


async def test_without_a_session_nothing_is_told(api: Api):
    for path in ("/me", "/catalog", "/objects/lead/records", "/people", "/notifications", "/clocks?object=lead"):
        problem(await api.anyone().get(path), 401, "not_signed_in")


async def test_a_made_up_cookie_is_no_session(api: Api):
    client = api.anyone()
    client.cookies.set("closeloop_session", "x" * 43)
    problem(await client.get("/me"), 401, "expired")


async def test_signing_out_ends_this_session_and_no_other(api: Api):
    one, other = await api.sign_in("sales2"), await api.sign_in("sales2")
    token = one.cookies["closeloop_session"]
    assert (await one.delete("/session")).status_code == 204
    one.cookies.set("closeloop_session", token)
    problem(await one.get("/me"), 401, "expired")
    assert (await other.get("/me")).status_code == 200


async def test_wrong_login_and_wrong_password_are_told_apart_by_nothing(api: Api):
    wrong = await try_password(api, "sales3", "wrong")
    unknown = await try_password(api, "nobody", "wrong")
    problem(wrong, 401, "bad_sign_in")
    assert wrong.json() == unknown.json()
    assert "set-cookie" not in wrong.headers


async def test_what_is_missing_is_named(api: Api):
    assert wrong_fields(await api.anyone().post("/session", json={"login": 5})) == {
        "login": "required",
        "password": "required",
    }
    problem(await api.anyone().post("/session", content=b"{"), 422, "bad_json")
    problem(await api.anyone().post("/session", content=b"[]"), 422, "bad_json")


async def test_failures_lock_the_login_for_a_while_and_a_success_forgets_them(own_company: Clocked, migrated_url: str):
    async with serve(migrated_url, own_company) as api:
        for _ in range(FAILURES - 1):
            problem(await try_password(api, "sales1", "wrong"), 401, "bad_sign_in")
        await api.sign_in("sales1")
        for _ in range(FAILURES):
            problem(await try_password(api, "sales1", "wrong"), 401, "bad_sign_in")
        own_company.clock.move(timedelta(minutes=5))
        locked = await try_password(api, "sales1", DEMO_PASSWORD)
        problem(locked, 423, "locked")
        left = LOCKED_FOR - timedelta(minutes=5)
        assert 0 <= int(locked.headers["retry-after"]) - left.total_seconds() <= 1
        await api.sign_in("sales2")
        own_company.clock.move(left)
        await api.sign_in("sales1")


async def test_a_session_ends_by_itself(own_company: Clocked, migrated_url: str):
    async with serve(migrated_url, own_company) as api:
        client = await api.sign_in("sales1")
        own_company.clock.move(LASTS - timedelta(seconds=1))
        assert (await client.get("/me")).status_code == 200
        own_company.clock.move(timedelta(seconds=1))
        problem(await client.get("/me"), 401, "expired")


async def test_whoever_leaves_is_signed_out_at_once_and_does_not_come_in_again(own_company: Clocked, migrated_url: str):
    async with serve(migrated_url, own_company) as api:
        client = await api.sign_in("sales1")
        assert (await client.get("/me")).status_code == 200
        await own_company.change_person("sales1", active=False)
        problem(await client.get("/me"), 401, "expired")
        problem(await try_password(api, "sales1", DEMO_PASSWORD), 401, "bad_sign_in")


async def test_writes_from_another_site_are_refused_and_reads_are_not(api: Api):
    client = await api.signed_in("sales1")
    foreign = {"Origin": "https://evil.test"}
    for method, path in (
        ("POST", "/objects/lead/records"),
        ("PATCH", "/me"),
        ("DELETE", "/session"),
        ("POST", "/session"),
        ("POST", "/notifications/read"),
        ("POST", "/objects/lead/aggregate"),
    ):
        answer = await client.request(method, path, json={}, headers=foreign)
        problem(answer, 403, "foreign_origin")
    assert (await client.get("/me", headers=foreign)).status_code == 200
    assert (
        await client.patch("/me", json={"locale": "zh-CN"}, headers={"Origin": "http://closeloop.test"})
    ).status_code == 200


async def test_a_person_changes_the_own_language_to_one_that_there_is(api: Api):
    client = await api.sign_in("sales4")
    assert (await client.patch("/me", json={"locale": "en-US"})).json() == {"locale": "en-US"}
    assert (await client.get("/me")).json()["person"]["locale"] == "en-US"
    assert wrong_fields(await client.patch("/me", json={"locale": "tlh"})) == {"locale": "not_an_option"}


async def test_errors_speak_the_readers_language(api: Api):
    english = await api.anyone().get("/me")
    chinese = await api.anyone().get("/me", headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert english.json()["detail"] == "please sign in"
    assert chinese.json()["detail"] == "请先登录"
