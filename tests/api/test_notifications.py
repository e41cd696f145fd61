"""One's own notices: listed newest first, counted, and marked as read by nobody else."""

import pytest
from tests.support.problems import wrong_fields
from tests.support.web import Api

pytestmark = pytest.mark.db


async def test_a_new_owner_is_told_which_record_and_in_the_own_language(api: Api):
    lead = await api.lead_of("sales1", company="通知公司")
    client = await api.signed_in("sales1")
    newest = (await client.get("/notifications")).json()["items"][0]
    assert (newest["type"], newest["object"], newest["record"]) == ("assigned", "lead", lead["id"])
    assert newest["title"] == "New Lead: 通知公司"
    chinese = (await client.get("/notifications", headers={"Accept-Language": "zh-CN"})).json()["items"][0]
    assert chinese["title"] == "新的线索：通知公司"


async def test_whoever_is_given_a_new_record_by_hand_is_told_and_its_maker_is_not(api: Api):
    client, manager = await api.signed_in("sales7"), await api.signed_in("manager1")
    values = {"company": "代建公司", "source": "manual"}
    owner = (await client.get("/me")).json()["person"]["id"]
    given = (await manager.post("/objects/lead/records", json={**values, "owner": owner})).json()
    own = (await client.post("/objects/lead/records", json=values)).json()
    told = [one["record"] for one in (await client.get("/notifications", params={"limit": 200})).json()["items"]]
    assert given["id"] in told
    assert own["id"] not in told


async def test_whoever_loses_a_record_is_told_who_has_it(api: Api):
    lead = await api.lead_of("sales2", company="转出公司")
    admin = await api.signed_in("admin")
    other = (await (await api.signed_in("sales3")).get("/me")).json()["person"]["id"]
    await admin.post(f"/objects/lead/records/{lead['id']}/assign", json={"person": other})
    newest = (await (await api.signed_in("sales2")).get("/notifications")).json()["items"][0]
    assert newest["type"] == "taken_over"
    assert "周明轩" in newest["body"]


async def test_they_come_page_by_page_and_only_the_unread_if_asked(api: Api):
    for _ in range(5):
        await api.lead_of("sales4")
    client = await api.signed_in("sales4")
    first = (await client.get("/notifications", params={"limit": 3})).json()
    rest = (await client.get("/notifications", params={"cursor": first["next_cursor"], "limit": 200})).json()
    ids = [one["id"] for one in [*first["items"], *rest["items"]]]
    assert ids == sorted(set(ids), reverse=True)
    unread = first["unread"]
    assert (await client.post("/notifications/read", json={"ids": ids[:2]})).json() == {"marked": 2}
    assert (await client.post("/notifications/read", json={"ids": ids[:2]})).json() == {"marked": 0}
    left = (await client.get("/notifications", params={"unread": "true", "limit": 200})).json()
    assert left["unread"] == unread - 2
    assert not set(ids[:2]) & {one["id"] for one in left["items"]}
    await client.post("/notifications/read", json={"all": True})
    assert (await client.get("/notifications", params={"unread": "true"})).json()["items"] == []


async def test_nobody_reads_or_marks_those_of_others(api: Api):
    await api.lead_of("sales5")
    theirs = (await (await api.signed_in("sales5")).get("/notifications")).json()
    other = await api.signed_in("sales6")
    ids = [one["id"] for one in theirs["items"]]
    assert (await other.post("/notifications/read", json={"ids": ids})).json() == {"marked": 0}
    assert not set(ids) & {one["id"] for one in (await other.get("/notifications")).json()["items"]}
    assert (await (await api.signed_in("sales5")).get("/notifications")).json()["unread"] == theirs["unread"]


async def test_wrong_input_is_named(api: Api):
    client = await api.signed_in("sales1")
    assert wrong_fields(await client.post("/notifications/read", json={})) == {"ids": "not_a_list"}
    assert wrong_fields(await client.post("/notifications/read", json={"ids": "x"})) == {"ids": "not_a_list"}
    assert wrong_fields(await client.post("/notifications/read", json={"ids": ["x"]})) == {"ids": "not_an_id"}
    assert wrong_fields(await client.get("/notifications", params={"cursor": "x"})) == {"cursor": "bad_cursor"}


async def test_one_says_how_one_wants_to_be_told(api: Api):
    client = await api.signed_in("sales8")
    route = "/me/notifications/preferences"
    usual = (await client.get(route)).json()
    assert usual["levels"]["info"] == {"in_app": True, "email": "now"}
    assert (usual["quiet"], usual["address"]) == (None, None)
    assert "assigned" in usual["known"]["types"]
    wanted = {"types": {"assigned": {"in_app": False, "email": "digest"}}, "quiet": {"from": "22:00", "to": "08:00"}}
    changed = await client.put(route, json=wanted)
    assert changed.status_code == 200
    assert (await client.get(route)).json() == changed.json()
    assert changed.json()["types"] == wanted["types"]
    before = (await client.get("/notifications")).json()["unread"]
    lead = await api.lead_of("sales8", company="静音公司")
    listed = (await client.get("/notifications")).json()
    assert listed["items"][0]["record"] == lead["id"]
    assert listed["items"][0]["read_at"] is not None
    assert listed["unread"] == before
    assert (await (await api.signed_in("sales7")).get(route)).json()["types"] == {}
    wrong = {"quiet": {"from": "8"}, "levels": {"danger": {"email": "digest"}}, "x": 1}
    assert wrong_fields(await client.put(route, json=wrong)) == {
        "quiet.from": "bad_hour", "quiet.to": "bad_hour", "levels.danger.email": "not_one_of", "x": "unknown_parameter",
    }  # fmt: skip
    assert (await client.put(route, json={})).json()["types"] == {}
    for method in ("GET", "PUT"):
        assert (await api.anyone().request(method, route, json={})).status_code == 401


async def test_an_address_is_given_by_who_administers_people_and_checked(api: Api):
    admin = await api.signed_in("admin")
    person = (await (await api.signed_in("sales6")).get("/me")).json()["person"]["id"]
    for wrong in ("x", "a@b", "a b@example.com", "a@example.com\r\nBcc: b@example.com", "a@example.com,b@example.com"):
        assert wrong_fields(await admin.patch(f"/people/{person}", json={"email": wrong})) == {"email": "not_email"}
    answer = await admin.patch(f"/people/{person}", json={"email": "he@example.com"})
    assert answer.json()["email"] == "he@example.com"
    seen = (await (await api.signed_in("sales1")).get(f"/people/{person}")).json()
    assert "email" not in seen
    assert (await admin.patch(f"/people/{person}", json={"email": None})).json()["email"] is None
