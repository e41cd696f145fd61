"""The catalog tells each caller what that caller may see, and says when it is the same as before."""

import pytest
from tests.support.company import Clocked
from tests.support.web import Api

pytestmark = pytest.mark.db


async def test_it_holds_what_a_client_needs_to_draw_an_object(api: Api):
    catalog = (await (await api.signed_in("sales1")).get("/catalog")).json()
    lead = next(one for one in catalog["objects"] if one["name"] == "lead")
    fields = {field["name"]: field for field in lead["fields"]}
    assert fields["source"]["options"][0] == {"key": "website", "label": "Website", "color": None}
    assert fields["score"]["readonly"]
    assert fields["owner"]["system"]
    assert not fields["needs"]["can"]["sort"]
    assert [one["name"] for one in lead["operations"]] == [
        "touch", "solution_talk", "tag_needs", "claim", "release", "discard", "restore", "convert",
    ]  # fmt: skip
    assert lead["permissions"] == {"create": True, "update": True, "delete": False, "assign": False, "merge": False}
    assert {one["name"]: one["undo"] for one in lead["operations"] if one["undo"]} == {"discard": "restore"}
    assert [stage["key"] for stage in catalog["pipelines"][0]["stages"]] == [
        "new", "contacted", "qualified", "converted", "discarded",
    ]  # fmt: skip
    days = [stage["dwell"] and stage["dwell"] / 86_400 for stage in catalog["pipelines"][0]["stages"]]
    assert days == [1, 7, 7, None, None]
    assert {clock["key"] for clock in catalog["clocks"]} == {
        "assigned",
        "batch_script",
        "first_touch",
        "need_tags",
        "solution_talk",
        "untouched",
    }


async def test_an_object_says_what_several_of_its_records_are_called(api: Api):
    sales = await api.signed_in("sales1")
    for locale, label, plural in (("en-US", "Lead", "Leads"), ("zh-CN", "线索", "线索")):
        catalog = (await sales.get("/catalog", headers={"Accept-Language": locale})).json()
        lead = next(one for one in catalog["objects"] if one["name"] == "lead")
        assert (lead["label"], lead["label_plural"]) == (label, plural)


async def test_an_object_that_one_may_not_read_is_not_there(api: Api):
    catalog = (await (await api.signed_in("guest1")).get("/catalog")).json()
    assert catalog["objects"] == []
    assert catalog["pipelines"] == catalog["clocks"] == catalog["scorecards"] == []


async def test_it_is_sent_again_only_when_it_differs(api: Api):
    client = await api.signed_in("sales1")
    first = await client.get("/catalog")
    etag = {"If-None-Match": first.headers["etag"]}
    assert (await client.get("/catalog", headers=etag)).status_code == 304
    assert (await client.get("/catalog", headers={**etag, "Accept-Language": "zh-CN"})).status_code == 200
    assert (await (await api.signed_in("director")).get("/catalog", headers=etag)).status_code == 200


async def test_it_moves_on_with_the_organisation(api: Api, company: Clocked):
    client = await api.signed_in("sales1")
    etag = {"If-None-Match": (await client.get("/catalog")).headers["etag"]}
    await company.change_person("sales8", city="厦门")
    assert (await client.get("/catalog", headers=etag)).status_code == 200


async def test_a_pipeline_that_no_field_goes_through_yet_does_not_take_the_catalog_away(api: Api):
    admin = await api.signed_in("admin")
    stages = [{"key": "begun", "label": "开始"}]
    for key, of in (("touch_way", "touch"), ("lead_way", "lead")):
        body = {"pipeline": key, "on": of, "stages": stages}
        assert (await admin.put(f"/definitions/pipeline/{key}", json={"body": body})).status_code == 200
    published = await admin.post("/definitions/publish", json={"all": True, "note": "two pipelines"})
    assert published.status_code == 200, published.text
    answer = await admin.get("/catalog")
    assert answer.status_code == 200
    assert {one["key"] for one in answer.json()["pipelines"]} == {"lead", "opportunity"}
    back = {"release": published.json()["release"] - 1}
    assert (await admin.post("/definitions/rollback", json=back)).status_code == 200
