"""Definitions over HTTP: who may, drafts, comparison, publication, pilots, going back."""

import asyncio
from typing import Any

import httpx
import pytest
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api

pytestmark = pytest.mark.db


def view(key: str, **other: Any) -> dict[str, Any]:
    return {"view": key, "on": "lead", "label": "试", "columns": ["name"], **other}


async def put(api: Api, kind: str, key: str, body: Any, **headers: str) -> httpx.Response:
    admin = await api.signed_in("admin")
    return await admin.put(f"/definitions/{kind}/{key}", json={"body": body}, headers=headers)


async def publish(api: Api, *keys: str, kind: str = "view", **rest: Any) -> dict[str, Any]:
    admin = await api.signed_in("admin")
    items = [{"kind": kind, "key": key} for key in keys]
    answer = await admin.post("/definitions/publish", json={"items": items, **rest})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def views(api: Api, login: str) -> set[str]:
    found = await (await api.signed_in(login)).get("/objects/lead/views")
    return {one["key"] for one in found.json()["items"]}


async def one(api: Api, kind: str, key: str) -> dict[str, Any]:
    answer = await (await api.signed_in("admin")).get(f"/definitions/{kind}/{key}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_draft_changes_nothing_until_it_is_published(api: Api):
    answer = await put(api, "view", "drafted", view("drafted"))
    assert answer.json()["problems"] == []
    assert "drafted" not in await views(api, "sales1")
    assert (await one(api, "view", "drafted"))["draft"]["by"]["label"]
    done = await publish(api, "drafted")
    assert done["definitions"] == [{"kind": "view", "key": "drafted", "version": 1}]
    assert "drafted" in await views(api, "sales1")
    there = await one(api, "view", "drafted")
    assert (there["draft"], there["version"], there["app"]) == (None, 1, None)


async def test_a_draft_that_is_wrong_is_told_with_each_place(api: Api):
    answer = await put(api, "view", "wrong", view("wrong", columns=["nothing"], filter="stage ="))
    assert wrong_fields(answer, "bad_definition") == {"columns": "unknown_field", "filter": "bad_expression"}
    admin = await api.signed_in("admin")
    misspelt = {"body": view("wrong", filter="pone == null")}
    answer = await admin.put("/definitions/view/wrong", json=misspelt, headers={"Accept-Language": "en-US"})
    assert "phone" in answer.json()["errors"][0]["message"]
    assert wrong_fields(await put(api, "view", "wrong", view("other")), "bad_definition") == {"view": "immutable_name"}
    assert wrong_fields(await put(api, "spell", "x", {"spell": "x"})) == {"kind": "unknown_kind"}
    assert wrong_fields(await put(api, "view", "wrong", [])) == {"body": "not_a_mapping"}
    problem(await admin.get("/definitions/view/wrong"), 404, "unknown_definition")


async def test_a_calendar_and_the_attributes_of_people_are_drafted_too(api: Api):
    calendar = (await one(api, "calendar", "duty_hours"))["body"]
    assert (await put(api, "calendar", "duty_hours", {**calendar, "label": "值班"})).json()["problems"] == []
    profile = (await one(api, "profile", "person"))["body"]
    assert (await put(api, "profile", "person", profile)).json()["problems"] == []


async def test_what_a_draft_would_break_elsewhere_is_told_and_not_published(api: Api):
    lead = (await one(api, "object", "lead"))["body"]
    fields = {name: field for name, field in lead["fields"].items() if name != "first_touch_at"}
    answer = await put(api, "object", "lead", {**lead, "fields": fields})
    assert answer.status_code == 200, answer.text
    assert any(found["field"].startswith("clock/first_touch: ") for found in answer.json()["problems"])
    admin = await api.signed_in("admin")
    refused = await admin.post("/definitions/publish", json={"items": [{"kind": "object", "key": "lead"}]})
    assert "clock/first_touch: met" in wrong_fields(refused, "bad_definition")
    assert (await admin.delete("/definitions/object/lead/draft")).status_code == 204
    problem(await admin.delete("/definitions/object/lead/draft"), 404, "no_draft")


async def test_who_drafts_from_what_has_moved_on_is_told(api: Api):
    first = await put(api, "view", "raced", view("raced"), **{"If-Match": '"new"'})
    assert first.status_code == 200
    problem(await put(api, "view", "raced", view("raced"), **{"If-Match": '"new"'}), 409, "draft_moved_on")
    again = await put(api, "view", "raced", view("raced", sort="name"), **{"If-Match": first.headers["etag"]})
    assert again.status_code == 200
    await publish(api, "raced")
    admin = await api.signed_in("admin")
    tag = (await admin.get("/definitions/view/raced")).headers["etag"]
    assert (await put(api, "view", "raced", view("raced"), **{"If-Match": tag})).status_code == 200


@pytest.mark.parametrize("there", [False, True])
async def test_of_two_who_draft_from_the_same_at_once_one_is_told(api: Api, there: bool):
    key = f"both_at_once_{int(there)}"
    tag = (await put(api, "view", key, view(key))).headers["etag"] if there else '"new"'
    drafts = [put(api, "view", key, view(key, position=n), **{"If-Match": tag}) for n in range(4)]
    answers = await asyncio.gather(*drafts)
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409]
    for late in (one for one in answers if one.status_code == 409):
        problem(late, 409, "draft_moved_on")
    (kept,) = (one.headers["etag"] for one in answers if one.status_code == 200)
    assert (await put(api, "view", key, view(key), **{"If-Match": kept})).status_code == 200


async def test_who_tries_something_sees_what_everybody_is_given_meanwhile(api: Api):
    sales1 = await api.signed_in("sales1")
    me = (await sales1.get("/me")).json()["person"]["id"]
    await put(api, "view", "on_trial", view("on_trial"))
    release = (await publish(api, "on_trial", to={"pilot": {"people": [me]}}))["release"]
    tag = (await sales1.get("/catalog")).headers["etag"]
    await put(api, "view", "for_all", view("for_all"))
    await publish(api, "for_all")
    answer = await sales1.get("/catalog", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    (lead,) = (one for one in answer.json()["objects"] if one["name"] == "lead")
    assert {"on_trial", "for_all"} <= {one["key"] for one in lead["views"]}
    again = {"If-None-Match": answer.headers["etag"]}
    assert (await sales1.get("/catalog", headers=again)).status_code == 304
    assert (await (await api.signed_in("admin")).delete(f"/releases/{release}")).status_code == 200


async def test_two_versions_are_compared_place_by_place(api: Api):
    await put(api, "view", "compared", view("compared", sort="name"))
    await publish(api, "compared")
    await put(api, "view", "compared", view("compared", columns=["name", "phone"]))
    admin = await api.signed_in("admin")
    found = (await admin.get("/definitions/view/compared/diff")).json()["items"]
    assert found == [
        {"place": "columns", "from": ["name"], "to": ["name", "phone"]},
        {"place": "sort", "from": "name", "to": None},
    ]
    assert (await admin.get("/definitions/view/compared/diff?from=1&to=present")).json()["items"] == []
    problem(await admin.get("/definitions/view/compared/diff?from=9"), 404, "unknown_version")


async def test_a_removal_is_a_draft_too_and_a_version_comes_back(api: Api):
    await put(api, "view", "gone", view("gone"))
    await publish(api, "gone")
    admin = await api.signed_in("admin")
    assert (await admin.delete("/definitions/view/gone")).status_code == 200
    assert "gone" in await views(api, "sales1")
    await publish(api, "gone")
    assert "gone" not in await views(api, "sales1")
    back = await admin.post("/definitions/rollback", json={"kind": "view", "key": "gone", "version": 1})
    assert back.status_code == 200, back.text
    assert "gone" in await views(api, "sales1")
    problem(await admin.delete("/definitions/view/never"), 404, "unknown_definition")


async def test_a_group_tries_it_before_the_others(api: Api):
    sales1 = (await (await api.signed_in("sales1")).get("/me")).json()["person"]["id"]
    await put(api, "view", "tried", view("tried"))
    release = (await publish(api, "tried", to={"pilot": {"people": [sales1]}}, note="try it"))["release"]
    assert "tried" in await views(api, "sales1")
    assert "tried" not in await views(api, "sales2")
    (trial,) = (await one(api, "view", "tried"))["pilots"]
    assert (trial["release"], trial["version"]) == (release, 1)
    assert ([found["id"] for found in trial["people"]], trial["departments"]) == ([sales1], [])
    admin = await api.signed_in("admin")
    marked = (await admin.get("/definitions?kind=view&limit=500")).json()["items"]
    assert [found["key"] for found in marked if found["pilot"]] == ["tried"]
    listed = (await admin.get("/releases")).json()["items"]
    pilot = next(found for found in listed if found["release"] == release)
    assert (pilot["note"], pilot["present"], pilot["pilot"]["people"][0]["id"]) == ("try it", False, sales1)
    assert (await admin.post("/definitions/publish", json={"pilot": release})).status_code == 200
    assert "tried" in await views(api, "sales2")
    assert (await one(api, "view", "tried"))["pilots"] == []
    problem(await admin.post("/definitions/publish", json={"pilot": release}), 404, "unknown_release")


async def test_a_department_tries_it_with_those_below_until_the_pilot_is_ended(api: Api):
    client = await api.signed_in("sales1")
    departments = (await client.get("/departments")).json()["items"]
    root = next(found["id"] for found in departments if found["parent"] is None)
    await put(api, "view", "ended", view("ended"))
    release = (await publish(api, "ended", to={"pilot": {"departments": [root]}}))["release"]
    assert "ended" in await views(api, "sales1")
    admin = await api.signed_in("admin")
    assert (await admin.delete(f"/releases/{release}")).status_code == 200
    assert "ended" not in await views(api, "sales1")
    problem(await admin.delete(f"/releases/{release}"), 404, "unknown_release")


async def test_a_group_that_is_none_and_what_can_not_be_tried_are_refused(api: Api):
    await put(api, "view", "refused", view("refused"))
    lead = (await one(api, "object", "touch"))["body"]
    await put(api, "object", "touch", {**lead, "label": "联系"})
    admin = await api.signed_in("admin")
    sales1 = (await (await api.signed_in("sales1")).get("/me")).json()["person"]["id"]

    async def refusal(key: str, to: Any, kind: str = "view") -> dict[str, str]:
        items = [{"kind": kind, "key": key}]
        return wrong_fields(await admin.post("/definitions/publish", json={"items": items, "to": to}))

    nobody = "00000000-0000-7000-8000-000000000001"
    assert await refusal("refused", "some") == {"to": "not_one_of"}
    assert await refusal("refused", {"pilot": {}}) == {"to.pilot": "required"}
    assert await refusal("refused", {"pilot": {"people": ["x"]}}) == {"to.pilot.people[0]": "not_an_id"}
    assert await refusal("refused", {"pilot": {"people": [nobody]}}) == {"to.pilot.people[0]": "unknown_person"}
    assert await refusal("refused", {"pilot": {"departments": [nobody]}}) == {
        "to.pilot.departments[0]": "unknown_department"
    }
    assert await refusal("touch", {"pilot": {"people": [sales1]}}, "object") == {"object": "not_pilotable"}
    assert await refusal("never", "everyone") == {"items.view/never": "no_draft"}
    await admin.delete("/definitions/object/touch/draft")


async def test_a_release_can_be_taken_back(api: Api):
    before = (await (await api.signed_in("sales1")).get("/catalog")).json()
    admin = await api.signed_in("admin")
    await put(api, "view", "taken_back", view("taken_back"))
    await publish(api, "taken_back")
    back = await admin.post("/definitions/rollback", json={"release": before["version"], "note": "sorry"})
    assert back.status_code == 200, back.text
    after = (await (await api.signed_in("sales1")).get("/catalog")).json()
    assert {**after, "version": 0} == {**before, "version": 0}
    problem(await admin.post("/definitions/rollback", json={"release": 999}), 404, "unknown_release")
    assert wrong_fields(await admin.post("/definitions/rollback", json={})) == {"kind": "required"}


async def test_a_release_tells_what_it_changed_and_what_going_back_would(api: Api):
    admin = await api.signed_in("admin")

    async def told(release: int) -> tuple[list[Any], list[Any]]:
        answer = (await admin.get(f"/releases/{release}")).json()
        changes = [
            [(found["kind"], found["key"], found["label"], found["from"], found["to"]) for found in answer[name]]
            for name in ("changed", "back")
        ]
        return changes[0], changes[1]

    installed = (await admin.get("/releases/1")).json()["changed"]
    pipeline = next(one for one in installed if one["kind"] == "pipeline")
    assert (pipeline["label"], pipeline["on"]) == ("Lead", "lead"), "what has no label goes by its object's"
    await put(api, "view", "told", view("told"))
    first = (await publish(api, "told"))["release"]
    assert await told(first) == ([("view", "told", "试", None, 1)], [])
    await put(api, "view", "told", view("told", label={"zh-CN": "再试"}))
    second = (await publish(api, "told"))["release"]
    assert await told(second) == ([("view", "told", "再试", 1, 2)], [])
    assert await told(first) == ([("view", "told", "试", None, 1)], [("view", "told", "试", 2, 1)])
    await admin.delete("/definitions/view/told")
    third = (await publish(api, "told"))["release"]
    assert (await told(third))[0] == [("view", "told", "再试", 2, None)]
    await put(api, "view", "told", view("told"))
    people = [(await admin.get("/me")).json()["person"]["id"]]
    pilot = (await publish(api, "told", to={"pilot": {"people": people}}))["release"]
    assert await told(pilot) == ([("view", "told", "试", None, 3)], [])
    await admin.delete(f"/releases/{pilot}")
    problem(await admin.get("/releases/4711"), 404, "unknown_release")


async def test_who_may_define_some_kinds_sees_no_more_of_a_release(api: Api):
    await put(api, "view", "seen", view("seen"))
    hook = {"webhook": "unseen", "on": "lead", "label": "试", "url": "https://erp.test/in", "events": ["created"]}
    await put(api, "webhook", "unseen", hook)
    admin, director = await api.signed_in("admin"), await api.signed_in("director")
    items = [{"kind": "view", "key": "seen"}, {"kind": "webhook", "key": "unseen"}]
    release = (await admin.post("/definitions/publish", json={"items": items})).json()["release"]
    changed = (await director.get(f"/releases/{release}")).json()["changed"]
    assert [found["key"] for found in changed] == ["seen"]


async def test_what_was_removed_is_listed_until_it_is_there_again(api: Api):
    await put(api, "options", "gone", {"options": "gone", "label": "试", "values": {"a": "甲"}})
    await publish(api, "gone", kind="options")
    admin, manager = await api.signed_in("admin"), await api.signed_in("manager1")
    asked = {"kind": "options", "removed": "true"}
    assert (await admin.get("/definitions", params=asked)).json()["items"] == []
    removal = {"changes": [{"remove": {"kind": "options", "key": "gone"}}]}
    assert (await admin.post("/catalog/apply", json=removal)).status_code == 200
    (found,) = (await admin.get("/definitions", params=asked)).json()["items"]
    assert (found["key"], found["label"], found["version"]) == ("gone", "试", None)
    # Who may not read the kind isn't told what there was of it.
    assert (await manager.get("/definitions", params=asked)).json()["items"] == []
    back = {"kind": "options", "key": "gone", "version": 1}
    assert (await admin.post("/definitions/rollback", json=back)).status_code == 200
    assert (await admin.get("/definitions", params=asked)).json()["items"] == []


async def test_a_condition_that_was_begun_and_left_empty_is_refused(api: Api):
    policy = {"assignment": "half", "on": "lead", "label": "试", "to": {"role": "sales", "where": " "}}
    told = wrong_fields(await put(api, "assignment", "half", policy), "bad_definition")
    assert told == {"to.where": "required"}


async def test_a_pipeline_goes_by_the_name_of_its_object(api: Api):
    assert (await one(api, "pipeline", "lead"))["label"] == (await one(api, "object", "lead"))["label"]


async def test_a_definition_tells_what_can_be_done_with_its_kind(api: Api):
    assert (await one(api, "scorecard", "lead_score"))["can"] == {"dry_run": True, "pilot": True}
    assert (await one(api, "object", "lead"))["can"] == {"dry_run": False, "pilot": False}


async def test_the_list_is_paged_and_of_one_kind_where_asked(api: Api):
    admin = await api.signed_in("admin")
    keys: list[str] = []
    cursor = ""
    while True:
        page = (await admin.get("/definitions", params={"kind": "role", "limit": 2, "cursor": cursor})).json()
        keys += [found["key"] for found in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert keys == sorted(keys)
    assert {"admin", "sales"} <= set(keys)
    first = (await admin.get("/definitions", params={"kind": "scorecard"})).json()["items"][0]
    assert first == {
        "kind": "scorecard", "key": "lead_score", "label": first["label"], "on": "lead", "app": "sales", "version": 1,
        "draft": False, "offer": None, "pilot": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/definitions/view/lead_all"),
        ("PUT", "/definitions/view/lead_all"),
        ("DELETE", "/definitions/view/lead_all"),
        ("DELETE", "/definitions/view/lead_all/draft"),
        ("GET", "/definitions/view/lead_all/diff"),
        ("GET", "/releases"),
        ("GET", "/trash"),
    ],
)
async def test_who_is_no_administrator_may_not(api: Api, method: str, path: str):
    body = {"body": view("lead_all")} if method == "PUT" else None
    problem(await (await api.signed_in("manager1")).request(method, path, json=body), 403, "forbidden")
    problem(await api.anyone().request(method, path, json=body), 401, "not_signed_in")


async def test_who_is_no_administrator_publishes_nothing_and_sees_nothing(api: Api):
    manager = await api.signed_in("manager1")
    await put(api, "view", "not_yours", view("not_yours"))
    assert (await manager.get("/definitions")).json()["items"] == []
    body: dict[str, Any] = {"items": [{"kind": "view", "key": "not_yours"}]}
    problem(await manager.post("/definitions/publish", json=body), 403, "forbidden")
    assert wrong_fields(await manager.post("/definitions/publish", json={"all": True})) == {
        "items": "nothing_to_publish"
    }
    body = {"kind": "view", "key": "lead_all", "version": 1}
    problem(await manager.post("/definitions/rollback", json=body), 403, "forbidden")
    body = {"changes": [{"remove": {"kind": "view", "key": "lead_all"}}]}
    for path in ("/catalog/plan", "/catalog/apply"):
        problem(await manager.post(path, json=body), 403, "forbidden")


async def test_another_companys_definitions_are_its_own(api: Api, neighbour: Api):
    await put(api, "view", "ours", view("ours"))
    await publish(api, "ours")
    other = await neighbour.signed_in("admin")
    problem(await other.get("/definitions/view/ours"), 404, "unknown_definition")
    assert "ours" not in await views(neighbour, "sales1")


async def test_a_role_may_define_some_and_only_read_others(api: Api):
    support = (await one(api, "role", "support"))["body"]
    await put(api, "role", "support", {**support, "definitions": {"operation": "write", "clock": "read"}})
    await publish(api, "support", kind="role")
    client = await api.signed_in("support1")
    found = (await client.get("/definitions")).json()["items"]
    assert {one["kind"] for one in found} == {"operation", "clock"}
    assert (await client.get("/definitions/clock/first_touch")).status_code == 200
    clock = (await client.get("/definitions/clock/first_touch")).json()["body"]
    problem(await client.put("/definitions/clock/first_touch", json={"body": clock}), 403, "forbidden")
    problem(await client.get("/definitions/view/lead_all"), 403, "forbidden")
    body = (await client.get("/definitions/operation/tag_needs")).json()["body"]
    saved = await client.put("/definitions/operation/tag_needs", json={"body": {**body, "label": "标记需求"}})
    assert saved.status_code == 200, saved.text
    await put(api, "view", "of_others", view("of_others"))
    done = await client.post("/definitions/publish", json={"all": True})
    assert [(found["kind"], found["key"]) for found in done.json()["definitions"]] == [("operation", "tag_needs")]
    problem(await client.post("/definitions/rollback", json={"release": 1}), 403, "forbidden")
