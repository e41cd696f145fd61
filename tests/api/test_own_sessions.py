"""One's own sessions and password, and the trail of who signed in."""

from datetime import timedelta

import pytest
from tests.support.company import Clocked
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.access.sign_in import FAILURES, LASTS
from closeloop.runtime.install import DEMO_PASSWORD

pytestmark = pytest.mark.db

NEW = "ein langes Wort"


async def test_sessions_are_listed_and_ended_one_by_one_or_together(api: Api):
    here, there, elsewhere = [await api.sign_in("sales5") for _ in range(3)]
    listed = (await here.get("/me/sessions")).json()["items"]
    assert [one["current"] for one in listed] == [False, False, True]
    assert all(one["agent"].startswith("python-httpx") for one in listed)
    assert (await here.delete(f"/me/sessions/{listed[0]['id']}")).status_code == 204
    problem(await elsewhere.get("/me"), 401, "expired")
    assert (await there.get("/me")).status_code == 200
    assert (await here.delete("/me/sessions")).status_code == 204
    problem(await there.get("/me"), 401, "expired")
    assert (await here.get("/me")).status_code == 200


async def test_nobody_ends_anothers_session(api: Api):
    mine = await api.sign_in("sales6")
    session = (await mine.get("/me/sessions")).json()["items"][0]["id"]
    problem(await (await api.signed_in("sales7")).delete(f"/me/sessions/{session}"), 404, "not_found")
    assert (await mine.get("/me")).status_code == 200


async def test_sessions_come_in_pages(api: Api):
    for _ in range(3):
        client = await api.sign_in("sales8")
    first = (await client.get("/me/sessions?limit=2")).json()
    rest = (await client.get(f"/me/sessions?limit=2&cursor={first['next_cursor']}")).json()
    assert (len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (2, 1, None)


async def test_when_a_session_was_last_used_is_known_to_the_minutes(own_company: Clocked, migrated_url: str):
    async with serve(migrated_url, own_company) as api:
        client = await api.sign_in("sales1")
        start = own_company.clock.now()
        seen = []
        for minutes in (0, 4, 2, 5):
            own_company.clock.move(timedelta(minutes=minutes))
            await client.get("/me")
            (row,) = await own_company.system_rows("session")
            seen.append((row["seen_at"] - start).total_seconds() // 60)
        assert seen == [0, 0, 6, 11]
        own_company.clock.move(LASTS)
        await api.sign_in("sales1")
        assert len(await own_company.system_rows("session")) == 1  # the old one was put away


async def test_another_password_ends_the_other_sessions(own_company: Clocked, migrated_url: str):
    async with serve(migrated_url, own_company) as api:
        here, there = await api.sign_in("sales1"), await api.sign_in("sales1")
        problem(await here.put("/me/password", json={"password": "wrong", "new": NEW}), 401, "bad_sign_in")
        for new, code in (("short", "weak_password"), (DEMO_PASSWORD, "same_password"), (7, "required")):
            answer = await here.put("/me/password", json={"password": DEMO_PASSWORD, "new": new})
            assert wrong_fields(answer) == {"new": code}
        assert (await there.get("/me")).status_code == 200
        answer = await here.put("/me/password", json={"password": DEMO_PASSWORD, "new": NEW})
        assert answer.status_code == 204, answer.text
        assert (await here.get("/me")).status_code == 200
        problem(await there.get("/me"), 401, "expired")
        old = await api.anyone().post("/session", json={"login": "sales1", "password": DEMO_PASSWORD})
        problem(old, 401, "bad_sign_in")
        await api.sign_in("sales1", NEW)


async def test_guessing_the_present_password_locks_too(own_company: Clocked, migrated_url: str):
    async with serve(migrated_url, own_company) as api:
        client = await api.sign_in("sales1")
        for _ in range(FAILURES):
            problem(await client.put("/me/password", json={"password": "wrong", "new": NEW}), 401, "bad_sign_in")
        problem(await client.put("/me/password", json={"password": DEMO_PASSWORD, "new": NEW}), 423, "locked")


async def test_the_trail_tells_administrators_who_signed_in_and_who_failed(own_company: Clocked, migrated_url: str):
    async with serve(migrated_url, own_company) as api:
        await api.sign_in("sales1")
        for _ in range(FAILURES):
            await api.anyone().post("/session", json={"login": "sales1", "password": "wrong"})
        await api.anyone().post("/session", json={"login": "typed my password here", "password": "wrong"})
        problem(await (await api.sign_in("director")).get("/audit"), 403, "forbidden")
        admin = await api.sign_in("admin")
        person = own_company.id_of("sales1")
        items = (await admin.get(f"/audit?person={person}")).json()["items"]
        kinds = [one["type"] for one in items]
        assert kinds == ["session.locked", *["session.refused"] * (FAILURES - 1), "session.started"]
        assert items[-1]["actor"]["label"] == "林晓"
        everything = (await admin.get("/audit?limit=200")).text
        assert "typed my password" not in everything
        first = (await admin.get("/audit?limit=2&type=session.refused")).json()
        rest = (await admin.get(f"/audit?limit=5&type=session.refused&cursor={first['next_cursor']}")).json()
        assert (len(first["items"]), len(rest["items"])) == (2, FAILURES - 3)
