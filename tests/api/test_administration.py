"""People, departments and roles as administrators change them, and what happens when somebody leaves."""

from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.company import Clocked, fresh_company
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.db.engine import Database

pytestmark = pytest.mark.db

STAFF = Body("role", "staff", {"role": "staff", "label": "人事", "people": "manage", "objects": {}})
NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
async def own(database: Database, migrated_url: str) -> AsyncGenerator[tuple[Api, Clocked]]:
    """Return the API of a company of the test's own, where finance1 administers people and nothing else."""
    async with fresh_company(database, STAFF) as company, serve(migrated_url, company) as api:
        admin = await api.sign_in("admin")
        person = company.id_of("finance1")
        answer = await admin.patch(f"/people/{person}", json={"roles": ["finance", "staff"]})
        assert answer.status_code == 200, answer.text
        await company.refresh()
        yield api, company


async def department(client: httpx.AsyncClient, key: str) -> str:
    return next(one["id"] for one in (await client.get("/departments")).json()["items"] if one["key"] == key)


async def test_a_new_person_sets_a_password_of_their_own_first(own: tuple[Api, Clocked]):
    api, _ = own
    staff = await api.sign_in("finance1")
    team = await department(staff, "east_sales_1")
    body = {"login": "new.one", "name": "新人", "departments": [team], "roles": ["sales"], "quota_open": 20}
    made = await staff.post("/people", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["departments"] == [{"id": team, "label": "华东一组"}]
    client = await api.sign_in("new.one", made.json()["password"])
    assert (await client.get("/me")).json()["must"] == "password"
    problem(await client.get("/objects/lead/records"), 403, "password_needed")
    change = {"password": made.json()["password"], "new": "mein eigenes Wort"}
    assert (await client.put("/me/password", json=change)).status_code == 204
    assert (await client.get("/objects/lead/records")).status_code == 200
    assert made.json()["password"] not in (await staff.get("/audit?limit=200")).text


async def test_who_does_not_administer_people_changes_nobody(own: tuple[Api, Clocked]):
    api, company = own
    person, team = company.id_of("sales2"), next(iter(company.org.departments))
    calls = [
        ("POST", "/people"), ("PATCH", f"/people/{person}"), ("POST", f"/people/{person}/password"),
        ("DELETE", f"/people/{person}/sessions"), ("DELETE", f"/people/{person}/totp"),
        ("POST", f"/people/{person}/deactivate"), ("POST", f"/people/{person}/reactivate"),
        ("POST", f"/people/{person}/hand_over"), ("GET", f"/people/{person}/holdings"),
        ("POST", "/departments"), ("PATCH", f"/departments/{team}"),
        ("DELETE", f"/departments/{team}"),
    ]  # fmt: skip
    director = await api.sign_in("director")
    for method, path in calls:
        problem(await director.request(method, path, json={}), 403, "forbidden")
        problem(await api.anyone().request(method, path, json={}), 401, "not_signed_in")
    assert (await company.another_process()).org.version == company.org.version


async def test_people_of_another_company_are_not_there(own: tuple[Api, Clocked], company: Clocked):
    api, _ = own
    admin = await api.sign_in("admin")
    stranger = company.id_of("sales1")
    for method, path in (
        ("GET", ""), ("PATCH", ""), ("POST", "/password"), ("POST", "/deactivate"), ("POST", "/hand_over"),
        ("GET", "/holdings"),
    ):  # fmt: skip
        problem(await admin.request(method, f"/people/{stranger}{path}", json={}), 404, "not_found")
    body = {"roles": ["sales"], "departments": [str(next(iter(company.org.departments)))]}
    mine = (await admin.get("/people?q=sales1")).json()["items"][0]["id"]
    assert wrong_fields(await admin.patch(f"/people/{mine}", json=body)) == {"departments": "unknown_department"}


NEW = {"login": "n1", "name": "x"}
WRONG: list[tuple[dict[str, Any], dict[str, str]]] = [
    ({}, {"login": "required", "name": "required"}),
    ({"login": "sales1", "name": "x"}, {"login": "taken"}),
    ({"login": "SALES1", "name": "x"}, {"login": "taken"}),
    ({"login": "a b", "name": " "}, {"login": "bad_login", "name": "required"}),
    ({"login": "n1", "name": "x" * 101}, {"name": "too_long"}),
    ({**NEW, "roles": ["king"]}, {"roles": "unknown_role"}),
    ({**NEW, "roles": "sales"}, {"roles": "not_a_list"}),
    ({**NEW, "departments": [NOBODY]}, {"departments": "unknown_department"}),
    ({**NEW, "departments": ["x"]}, {"departments": "not_an_id"}),
    ({**NEW, "quota_open": -1, "quota_daily": True}, {"quota_open": "out_of_range", "quota_daily": "not_integer"}),
    ({**NEW, "on_duty": 1, "locale": "fr"}, {"on_duty": "not_boolean", "locale": "not_an_option"}),
    ({**NEW, "password": "x"}, {"password": "unknown_parameter"}),
]


async def test_each_wrong_value_is_named(own: tuple[Api, Clocked]):
    api, _ = own
    admin = await api.sign_in("admin")
    for body, expected in WRONG:
        assert wrong_fields(await admin.post("/people", json=body)) == expected


async def test_who_administers_people_raises_nobody_above_themselves(own: tuple[Api, Clocked]):
    api, company = own
    staff, me = await api.sign_in("finance1"), company.id_of("finance1")
    for roles in (["finance", "staff", "admin"], ["finance"]):
        answer = await staff.patch(f"/people/{me}", json={"roles": roles})
        assert wrong_fields(answer) == {"roles": "may_not_grant"}
    body = {"login": "x1", "name": "x", "roles": ["admin"]}
    assert wrong_fields(await staff.post("/people", json=body)) == {"roles": "may_not_grant"}
    boss = company.id_of("admin")
    for method, path in (
        ("PATCH", ""), ("POST", "/password"), ("POST", "/deactivate"), ("DELETE", "/totp"), ("DELETE", "/sessions"),
    ):  # fmt: skip
        problem(await staff.request(method, f"/people/{boss}{path}", json={}), 403, "forbidden")


async def test_a_company_keeps_an_administrator(own: tuple[Api, Clocked]):
    api, company = own
    admin, me = await api.sign_in("admin"), company.id_of("admin")
    problem(await admin.patch(f"/people/{me}", json={"roles": ["sales"]}), 409, "last_administrator")
    problem(await admin.post(f"/people/{me}/deactivate"), 409, "not_yourself")
    second = company.id_of("director")
    assert (await admin.patch(f"/people/{second}", json={"roles": ["admin"]})).status_code == 200
    assert (await admin.patch(f"/people/{me}", json={"roles": ["sales"]})).status_code == 200
    problem(await admin.patch(f"/people/{me}", json={"roles": ["admin"]}), 403, "forbidden")


async def test_departments_stay_a_tree(own: tuple[Api, Clocked]):
    api, company = own
    admin = await api.sign_in("admin")
    sales, east = await department(admin, "sales"), await department(admin, "east_sales")
    for parent in (sales, east):
        answer = await admin.patch(f"/departments/{sales}", json={"parent": parent})
        assert wrong_fields(answer) == {"parent": "in_a_circle"}
    made = await admin.post("/departments", json={"key": "west", "name": "西南大区", "parent": sales})
    assert made.status_code == 201
    west = made.json()["id"]
    assert wrong_fields(await admin.post("/departments", json={"key": "west", "name": "x"})) == {"key": "taken"}
    assert wrong_fields(await admin.post("/departments", json={"key": "W", "head": NOBODY})) == {
        "key": "bad_name",
        "name": "required",
        "head": "unknown_person",
    }
    head = str(company.id_of("manager1"))
    moved = await admin.patch(f"/departments/{west}", json={"parent": east, "name": "西南", "head": head})
    assert (moved.json()["parent"], moved.json()["head"]) == (east, head)
    problem(await admin.delete(f"/departments/{east}"), 409, "department_in_use")
    assert (await admin.delete(f"/departments/{west}")).status_code == 204
    problem(await admin.patch(f"/departments/{west}", json={"name": "x"}), 404, "not_found")


async def test_a_move_changes_what_a_manager_sees_at_once(own: tuple[Api, Clocked]):
    api, company = own
    lead = await api.lead_of("sales1")
    manager, admin = await api.sign_in("manager1"), await api.sign_in("admin")
    assert (await manager.get(f"/objects/lead/records/{lead['id']}")).status_code == 200
    finance = await department(admin, "finance")
    person = company.id_of("sales1")
    assert (await admin.patch(f"/people/{person}", json={"departments": [finance]})).status_code == 200
    problem(await manager.get(f"/objects/lead/records/{lead['id']}"), 404, "not_found")


async def test_a_reset_password_is_good_once_and_ends_the_sessions(own: tuple[Api, Clocked]):
    api, company = own
    staff, person = await api.sign_in("finance1"), company.id_of("sales1")
    before = await api.sign_in("sales1")
    password = (await staff.post(f"/people/{person}/password")).json()["password"]
    problem(await before.get("/me"), 401, "expired")
    client = await api.sign_in("sales1", password)
    assert (await client.get("/me")).json()["must"] == "password"
    assert (await staff.delete(f"/people/{person}/sessions")).status_code == 204
    problem(await client.get("/me"), 401, "expired")


async def test_one_goes_off_duty_by_oneself(own: tuple[Api, Clocked]):
    api, company = own
    client, person = await api.sign_in("sales1"), company.id_of("sales1")
    assert (await client.put(f"/people/{person}/duty", json={"on_duty": False})).json()["on_duty"] is False
    assert wrong_fields(await client.put(f"/people/{person}/duty", json={})) == {"on_duty": "required"}
    await company.refresh()
    assert company.org.people[person].on_duty is False
    problem(await client.put(f"/people/{company.id_of('sales2')}/duty", json={"on_duty": False}), 403, "forbidden")


async def test_who_leaves_is_out_in_one_step_and_the_list_tells_what_they_held(own: tuple[Api, Clocked]):
    api, company = own
    leads = [await api.lead_of("manager1", source="website") for _ in range(7)]
    leaver = await api.sign_in("manager1")
    program = api.anyone()
    token = (await leaver.post("/tokens", json={"name": "x", "scopes": ["read"]})).json()["secret"]
    program.headers["Authorization"] = f"Bearer {token}"
    admin, person = await api.sign_in("admin"), company.id_of("manager1")
    answer = (await admin.post(f"/people/{person}/deactivate")).json()
    (held,) = answer["objects"]
    assert (held["object"], held["count"], len(held["first"])) == ("lead", 7, 5)
    assert held["clocks"] > 0
    assert {one["id"] for one in held["first"]} <= {one["id"] for one in leads}
    assert {one["key"] for one in answer["heads"]} == {"east_sales", "east_sales_1", "east_sales_2"}
    assert [one["key"] for one in answer["roles"]] == ["manager"]
    assert (answer["person"]["active"], answer["person"]["on_duty"]) == (False, False)
    problem(await leaver.get("/me"), 401, "expired")
    problem(await program.get("/me"), 401, "bad_token")
    body = {"login": "manager1", "password": "closeloop-demo"}
    problem(await api.anyone().post("/session", json=body), 401, "bad_sign_in")
    staff = (await (await api.sign_in("finance1")).get(f"/people/{person}/holdings")).json()
    assert [(one["count"], one["first"]) for one in staff["objects"]] == [(7, [])]  # not theirs to read


async def test_records_go_to_somebody_else_and_are_told_once(own: tuple[Api, Clocked]):
    api, company = own
    for _ in range(3):
        await api.lead_of("sales1")
    staff = await api.sign_in("finance1")
    person, to = company.id_of("sales1"), company.id_of("sales2")
    for wrong in (str(person), NOBODY):
        answer = await staff.post(f"/people/{person}/deactivate", json={"to": wrong})
        assert wrong_fields(answer) == {"to": "unknown_person"}
    assert (await staff.get(f"/people/{person}")).json()["active"] is True
    before = len(await company.system_rows("notice", person=to))
    answer = (await staff.post(f"/people/{person}/deactivate", json={"to": str(to)})).json()
    assert (answer["handed_over"] >= 3, answer["objects"]) == (True, [])
    new = (await company.system_rows("notice", person=to))[before:]
    assert [(one["type"], one["params"]["count"]) for one in new] == [("handed_over", answer["handed_over"])]
    events = await company.system_rows("event", type="record.assigned")
    given = [one for one in events if one["why"]["assignment"]["reason"] == "handed_over"]
    assert len(given) == answer["handed_over"]
    assert {one["actor"] for one in given} == {company.id_of("finance1")}
    notices = (await (await api.sign_in("sales2")).get("/notifications")).json()["items"]
    assert notices[0]["title"] == "林晓’s records are yours now"
    assert (await staff.post(f"/people/{person}/reactivate")).json()["active"] is True
    await api.sign_in("sales1")


async def test_many_records_go_in_batches_and_the_rest_is_told(
    own: tuple[Api, Clocked], monkeypatch: pytest.MonkeyPatch
):
    api, company = own
    monkeypatch.setattr("closeloop.runtime.people.AT_ONCE", 4)
    monkeypatch.setattr("closeloop.runtime.people.MOST", 10)
    for _ in range(13):
        await api.lead_of("manager1")
    admin = await api.sign_in("admin")
    person, to = company.id_of("manager1"), str(company.id_of("sales2"))
    path = f"/people/{person}/hand_over"
    assert wrong_fields(await admin.post(path, json={"to": to, "objects": ["deal"]})) == {"objects": "unknown_object"}
    assert wrong_fields(await admin.post(path, json={"objects": ["lead"]})) == {"to": "required"}
    assert (await admin.post(path, json={"to": to, "objects": ["touch"]})).json() == {"handed_over": 0, "remaining": 0}
    assert (await admin.post(path, json={"to": to})).json() == {"handed_over": 10, "remaining": 3}
    assert (await admin.post(path, json={"to": to})).json() == {"handed_over": 3, "remaining": 0}


KEYS = ("hq", "sales", "east_sales", "east_sales_1", "east_sales_2", "finance", "support")


@settings(max_examples=10)
@given(moves=st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS) | st.none()), max_size=5))
async def test_no_sequence_of_moves_makes_a_circle(api: Api, moves: list[tuple[str, str | None]]):
    admin = await api.signed_in("admin")
    ids = {one["key"]: one["id"] for one in (await admin.get("/departments")).json()["items"]}
    for key, parent in moves:
        answer = await admin.patch(f"/departments/{ids[key]}", json={"parent": ids[parent] if parent else None})
        assert answer.status_code in (200, 422)
    parents = {one["id"]: one["parent"] for one in (await admin.get("/departments")).json()["items"]}
    for one in parents:
        seen: list[str] = []
        at: str | None = one
        while at is not None:
            assert at not in seen
            seen.append(at)
            at = parents[at]


async def test_attributes_of_people_are_those_that_the_company_has_defined(api: Api):
    admin = await api.signed_in("admin")
    person = (await admin.get("/people", params={"q": "sales7"})).json()["items"][0]
    path = f"/people/{person['id']}"
    changed = await admin.patch(path, json={"attributes": {"territories": ["江苏", "江苏"], "weight": 1.5}})
    assert changed.status_code == 200, changed.text
    said = {"territories": ["江苏"], "product_lines": [], "level": None, "weight": "1.5"}
    assert changed.json()["attributes"] == said
    changed = await admin.patch(path, json={"attributes": {"level": "senior", "weight": None}})
    assert changed.json()["attributes"] == {**said, "level": "senior", "weight": None}
    wrong = await admin.patch(path, json={"attributes": {"level": "boss", "weight": "x", "other": 1, "territories": 1}})
    assert wrong_fields(wrong) == {
        "attributes.level": "not_an_option",
        "attributes.weight": "not_number",
        "attributes.other": "unknown_field",
        "attributes.territories": "not_a_list",
    }
    sales = await api.signed_in("sales1")
    problem(await sales.patch(path, json={"attributes": {"weight": 2}}), 403, "forbidden")
    assert "attributes" not in (await sales.get(path)).json()
