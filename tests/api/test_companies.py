"""One company's people and keys are nobody in another company, on the same process and database."""

import pytest
from tests.support.problems import problem
from tests.support.web import INTAKE_KEY, Api

pytestmark = pytest.mark.db


async def test_a_session_is_of_one_company(api: Api, neighbour: Api):
    client = await api.sign_in("admin")
    client.headers["Closeloop-Company"] = neighbour.company
    problem(await client.get("/me"), 401, "expired")


async def test_a_company_that_is_not_there_or_not_named_is_not_found(api: Api, neighbour: Api):
    client = await api.sign_in("admin")
    client.headers["Closeloop-Company"] = "nowhere"
    problem(await client.get("/me"), 404, "unknown_company")
    del client.headers["Closeloop-Company"]
    problem(await client.get("/me"), 404, "unknown_company")


async def test_a_record_of_another_company_is_not_there_whatever_is_done_to_it(api: Api, neighbour: Api):
    lead = await neighbour.lead()
    admin = await api.signed_in("admin")
    place = f"/objects/lead/records/{lead['id']}"
    for path in (place, f"{place}/timeline", f"{place}/explain"):
        problem(await admin.get(path), 404, "not_found")
    problem(await admin.patch(place, json={"note": "mine"}), 404, "not_found")
    problem(await admin.delete(place), 404, "not_found")
    problem(await admin.post(f"{place}/transition", json={"to": "contacted"}), 404, "not_found")
    problem(await admin.post(f"{place}/assign", json={}), 404, "not_found")
    touch = {"values": {"kind": "call", "outcome": "interested"}}
    problem(await admin.post(f"{place}/do/touch", json=touch), 404, "not_found")
    assert (await admin.get("/clocks", params={"object": "lead", "record": lead["id"]})).json() == {"items": []}
    answer = await admin.post("/objects/touch/records", json={"lead": lead["id"], "kind": "call"})
    assert problem(answer, 422, "invalid")["errors"][0]["code"] == "unknown_record"


async def test_lists_and_figures_hold_only_the_own_company(api: Api, neighbour: Api):
    lead = await neighbour.lead(company="只在隔壁")
    admin, other = await api.signed_in("admin"), await neighbour.signed_in("admin")
    asked = {"filter": "company == '只在隔壁'", "count": "true"}
    assert (await admin.get("/objects/lead/records", params=asked)).json()["total"] == 0
    assert [one["id"] for one in (await other.get("/objects/lead/records", params=asked)).json()["items"]] == [
        lead["id"]
    ]


async def test_a_lead_is_not_given_to_somebody_of_another_company(api: Api, neighbour: Api):
    lead = await api.lead()
    stranger = (await (await neighbour.signed_in("sales1")).get("/me")).json()["person"]["id"]
    admin = await api.signed_in("admin")
    answer = await admin.post(f"/objects/lead/records/{lead['id']}/assign", json={"person": stranger})
    assert problem(answer, 422, "invalid")["errors"][0]["field"] == "person"


async def test_an_idempotency_key_is_of_one_company(api: Api, neighbour: Api):
    mine, theirs = await api.post_lead("the-key"), await neighbour.post_lead("the-key", company="another body")
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert mine.json()["id"] != theirs.json()["id"]


async def test_intake_without_a_company_is_refused_where_there_are_several(api: Api, neighbour: Api):
    client = neighbour.anyone()
    del client.headers["Closeloop-Company"]
    answer = await client.post("/intake/website", json={"phone": "1"}, headers={"Closeloop-Intake-Key": INTAKE_KEY})
    problem(answer, 404, "unknown_company")
