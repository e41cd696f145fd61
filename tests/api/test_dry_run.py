"""What a draft would have done with past records is said beside the present version, and agrees with what was done."""

from typing import Any

import httpx
import pytest
from tests.support.company import Clocked
from tests.support.definitions import shipped
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api

pytestmark = pytest.mark.db


async def draft(api: Api, kind: str, key: str, body: dict[str, Any]) -> httpx.AsyncClient:
    admin = await api.signed_in("admin")
    answer = await admin.put(f"/definitions/{kind}/{key}", json={"body": body})
    assert answer.status_code == 200, answer.text
    return admin


async def tried(admin: httpx.AsyncClient, kind: str, key: str, **query: Any) -> dict[str, Any]:
    answer = await admin.get(f"/definitions/{kind}/{key}/dry-run", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def verdicts(found: dict[str, Any]) -> dict[tuple[str | None, str | None], int]:
    return {(one["present"], one["draft"]): one["count"] for one in found["verdicts"]}


async def test_a_scorecard_shows_whose_grade_would_change(own_api: Api):
    api = own_api
    long = await api.lead(page_seconds=600, source="website")
    await api.lead(source="website")
    card = shipped("scorecard", "lead_score")
    admin = await draft(api, "scorecard", "lead_score", {**card, "bands": {"A": 30, "B": 20, "C": 0}})
    grades = {one["id"]: one["grade"] for one in (await admin.get("/objects/lead/records")).json()["items"]}
    found = await tried(admin, "scorecard", "lead_score")
    assert (found["object"], found["looked"]) == ("lead", len(grades))
    assert sum(one["count"] for one in found["verdicts"]) == len(grades)
    changed = next(one for one in found["examples"] if one["id"] == long["id"])
    assert (changed["present"], changed["draft"], changed["label"]) == (grades[long["id"]], "A", long["company"])
    assert found["differ"] == sum(n for (before, after), n in verdicts(found).items() if before != after)
    again = await admin.get("/objects/lead/records")
    assert {one["id"]: one["grade"] for one in again.json()["items"]} == grades
    assert (await tried(admin, "scorecard", "lead_score", last=1))["looked"] == 1


async def test_a_policy_shows_which_one_would_have_decided(own_api: Api):
    api = own_api
    await api.lead(source="website")
    await api.lead(source="expo")
    policy = shipped("assignment", "online")
    admin = await draft(api, "assignment", "online", {**policy, "when": "source == 'expo'"})
    found = await tried(admin, "assignment", "online")
    assert verdicts(found) == {("online", "online"): 1, ("online", None): 1}


async def test_a_rule_shows_how_often_it_would_run_and_agrees_with_how_often_it_did(own_api: Api, own_company: Clocked):
    api = own_api
    body = {
        "rule": "moved_on", "on": "lead", "label": "换了城市", "after": "updated",
        "when": "changed.city and before.city != null", "do": [{"notify": "owner", "title": "换城市"}],
    }  # fmt: skip
    admin = await draft(api, "rule", "moved_on", body)
    assert (await admin.post("/definitions/publish", json={"all": True})).status_code == 200
    lead = await api.lead(city="上海")
    for city in ("苏州", "无锡", "无锡", None, "常州"):
        now = (await admin.get(f"/objects/lead/records/{lead['id']}")).json()
        sent = {"version": now["version"], "city": city}
        answer = await admin.patch(f"/objects/lead/records/{lead['id']}", json=sent)
        assert answer.status_code == 200, answer.text
    other = await api.lead(city="上海")
    ran = len(await own_company.system_rows("event", type="rule.run"))
    assert ran == 3
    await draft(api, "rule", "moved_on", {**body, "when": "changed.city and city == '无锡'"})
    found = await tried(admin, "rule", "moved_on")
    assert verdicts(found) == {("3", "1"): 1, ("0", "0"): 1}
    assert [one["id"] for one in found["examples"]] == [lead["id"]]
    await draft(api, "rule", "moved_on", {**body, "once": True})
    assert verdicts(await tried(admin, "rule", "moved_on")) == {("3", "1"): 1, ("0", "0"): 1}
    assert other["id"] not in {one["id"] for one in found["examples"]}


async def test_only_who_may_define_tries_and_only_what_can_be_tried(api: Api):
    card = shipped("scorecard", "lead_score")
    admin = await draft(api, "scorecard", "lead_score", card)
    problem(await (await api.signed_in("sales1")).get("/definitions/scorecard/lead_score/dry-run"), 403, "forbidden")
    problem(await admin.get("/definitions/assignment/online/dry-run"), 404, "no_draft")
    assert wrong_fields(await admin.get("/definitions/view/lead_all/dry-run")) == {"kind": "not_one_of"}
    assert wrong_fields(await admin.get("/definitions/scorecard/lead_score/dry-run?last=501")) == {"last": "too_large"}
    await admin.delete("/definitions/scorecard/lead_score/draft")
