"""Who there is: people, departments and roles."""

import httpx
import pytest
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api

pytestmark = pytest.mark.db


async def test_people_come_page_by_page_each_once(api: Api):
    client = await api.signed_in("sales1")
    logins: list[str] = []
    cursor = ""
    while True:
        page = (await client.get("/people", params={"limit": 4, **({"cursor": cursor} if cursor else {})})).json()
        assert len(page["items"]) <= 4
        logins += [one["login"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert logins == sorted(logins)
    assert set(logins) == {
        "admin", "director", "manager1", "finance1", "guest1", "support1", *(f"sales{n}" for n in range(1, 9)),
    }  # fmt: skip


async def test_people_are_found_by_a_part_of_name_or_login(api: Api):
    client = await api.signed_in("sales1")
    found = (await client.get("/people", params={"q": "晓"})).json()["items"]
    assert [one["login"] for one in found] == ["sales1"]
    found = (await client.get("/people", params={"q": "SALES"})).json()["items"]
    assert len(found) == 8
    assert [role["key"] for role in found[0]["roles"]] == ["sales"]


async def logins(client: httpx.AsyncClient, **asked: str) -> list[str]:
    page = (await client.get("/people", params=asked)).json()
    assert page["total"] == len(page["items"])
    return [one["login"] for one in page["items"]]


async def test_people_are_found_by_department_role_and_duty(api: Api):
    admin = await api.signed_in("admin")
    tree = {one["key"]: one["id"] for one in (await admin.get("/departments")).json()["items"]}
    whole, heads = await logins(admin, department=tree["hq"]), await logins(admin, role="manager")
    assert heads == ["manager1"]
    assert set(whole) > set(heads)
    assert await logins(admin, role="sales", q="sales3") == ["sales3"]
    sales3 = (await admin.get("/people", params={"q": "sales3"})).json()["items"][0]
    assert sales3["away"] is None
    try:
        await admin.put(f"/people/{sales3['id']}/duty", json={"on_duty": False})
        assert await logins(admin, role="sales", on_duty="false") == ["sales3"]
        assert "sales3" not in await logins(admin, on_duty="true")
        assert (await admin.get(f"/people/{sales3['id']}")).json()["away"] == "is off duty"
        assert "sales3" in await logins(admin, active="true")
        assert await logins(admin, active="false") == []
    finally:
        await admin.put(f"/people/{sales3['id']}/duty", json={"on_duty": True})


async def test_the_attributes_of_people_are_named_in_the_readers_language(api: Api):
    admin = await api.signed_in("admin")
    items = {one["name"]: one for one in (await admin.get("/people/attributes")).json()["items"]}
    assert items["level"]["options"] == ["junior", "senior", "expert"]
    assert (items["territories"]["label"], items["territories"]["type"]) == ("Territories", "list")


async def test_the_departments_form_one_tree(api: Api):
    client = await api.signed_in("sales1")
    departments = (await client.get("/departments")).json()["items"]
    ids = {one["id"] for one in departments}
    assert [one["key"] for one in departments if one["parent"] is None] == ["hq"]
    assert all(one["parent"] in ids for one in departments if one["parent"] is not None)


async def test_roles_are_named_in_the_readers_language(api: Api):
    client = await api.signed_in("sales1")
    roles = (await client.get("/roles")).json()["items"]
    assert {"key": "sales", "label": "Salesperson"} in roles


async def test_limits_are_checked(api: Api):
    client = await api.signed_in("sales1")
    assert list(wrong_fields(await client.get("/people", params={"limit": 501}))) == ["limit"]
    problem(await api.anyone().get("/departments"), 401, "not_signed_in")
    problem(await api.anyone().get("/roles"), 401, "not_signed_in")
