"""Records over HTTP: make, read, change, move, operate, assign and trash them, with all that may be wrong about it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.support.company import Clocked, a_phone, fresh_company
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api

from closeloop.db.engine import Database
from closeloop.engine.operations.handler import RunOperation

pytestmark = pytest.mark.db

LEADS = "/objects/lead/records"
NOBODY = str(uuid4())


def at(lead: dict[str, object]) -> str:
    return f"{LEADS}/{lead['id']}"


class TestCreate:
    async def test_the_answer_is_the_whole_record_after_all_that_it_set_off(self, api: Api, company: Clocked):
        client = await api.signed_in("sales1")
        values = {
            "name": "王芳", "company": "远航仪表", "phone": a_phone(), "source": "manual",
            "page_seconds": "200", "registered_capital": "6,000,000.5", "needs": ["trial", "price"],
        }  # fmt: skip
        answer = await client.post(LEADS, json=values)
        assert answer.status_code == 201
        lead = answer.json()
        assert lead["version"] == 1
        assert lead["created_at"] == "2026-03-04T02:00:00Z"
        assert lead["owner"] == {"id": str(company.id_of("sales1")), "label": "林晓"}
        assert lead["registered_capital"] == "6000000.5"
        assert lead["needs"] == ["price", "trial"]
        assert (lead["stage"], lead["score"], lead["grade"]) == ("new", 55, "B")
        assert (await client.get(at(lead))).json() == lead

    async def test_every_wrong_field_is_named_at_once_and_nothing_is_made(self, api: Api):
        client = await api.signed_in("sales1")
        company = "只有错误"
        values = {
            "company": company, "phone": "abc", "email": "x", "source": "unheard of", "page_seconds": "1.5",
            "page_views": -1, "budget": "much", "next_contact_at": "2026-03-04T10:00:00", "needs": "fun",
            "score": 99, "stage": "converted", "owner_id": 1, "created_at": "2020-01-01T00:00:00Z",
        }  # fmt: skip
        assert wrong_fields(await client.post(LEADS, json=values)) == {
            "phone": "not_phone", "email": "not_email", "source": "not_an_option", "page_seconds": "not_integer",
            "page_views": "too_small", "budget": "not_number", "next_contact_at": "no_zone",
            "needs": "not_an_option", "score": "readonly", "stage": "readonly", "owner_id": "unknown_field",
            "created_at": "readonly",
        }  # fmt: skip
        admin = await api.signed_in("admin")
        listed = await admin.get(LEADS, params={"filter": f"company == '{company}'"})
        assert listed.json()["items"] == []

    async def test_what_is_required_must_be_there_and_point_to_what_one_may_see(self, api: Api):
        client = await api.signed_in("sales1")
        assert wrong_fields(await client.post("/objects/touch/records", json={})) == {"kind": "required"}
        others = await api.lead_of("sales2")
        for lead in (NOBODY, others["id"]):
            answer = await client.post("/objects/touch/records", json={"lead": lead, "kind": "call"})
            assert wrong_fields(answer) == {"lead": "unknown_record"}

    async def test_a_relation_comes_out_with_its_title(self, api: Api):
        client = await api.signed_in("sales1")
        lead = await api.lead_of("sales1", company="标题公司")
        touch = (await client.post("/objects/touch/records", json={"lead": lead["id"], "kind": "call"})).json()
        assert touch["lead"] == {"id": lead["id"], "label": "标题公司"}

    async def test_only_those_with_the_right_make_records(self, api: Api):
        client = await api.signed_in("finance1")
        problem(await client.post(LEADS, json={"phone": a_phone()}), 403, "forbidden")
        problem(await api.anyone().post(LEADS, json={}), 401, "not_signed_in")

    async def test_an_owner_is_given_only_by_those_who_may_assign(self, api: Api, company: Clocked):
        values = {"source": "manual", "owner": str(company.id_of("sales2"))}
        client = await api.signed_in("sales1")
        assert wrong_fields(await client.post(LEADS, json=values)) == {"owner": "may_not_assign"}
        manager = await api.signed_in("manager1")
        assert (await manager.post(LEADS, json=values)).json()["owner"]["label"] == "陈思齐"
        beyond = {**values, "owner": str(company.id_of("director"))}
        assert wrong_fields(await manager.post(LEADS, json=beyond)) == {"owner": "may_not_assign"}
        assert wrong_fields(await manager.post(LEADS, json={"owner": NOBODY})) == {"owner": "unknown_person"}

    async def test_the_same_phone_is_refused_with_what_is_there(self, api: Api):
        lead = await api.lead_of("sales1", company="先来的")
        client = await api.signed_in("sales1")
        phone = lead["phone"]
        answer = await client.post(LEADS, json={"phone": f"+86 {phone[:3]}-{phone[3:]}", "source": "manual"})
        body = problem(answer, 409, "duplicate")
        assert [one["id"] for one in body["duplicates"]] == [lead["id"]]

    async def test_a_body_that_is_no_json_object_is_refused(self, api: Api):
        client = await api.signed_in("sales1")
        for content in (b"", b"{", b"[1]", b'"x"', b"\xff\xfe"):
            problem(await client.post(LEADS, content=content), 422, "bad_json")

    async def test_an_unknown_object_is_not_found(self, api: Api):
        client = await api.signed_in("admin")
        for method, path in (("GET", "records"), ("POST", "records"), ("GET", "views"), ("POST", "aggregate")):
            answer = await client.request(method, f"/objects/nothing/{path}", json={})
            problem(answer, 404, "unknown_object")


class TestReadAndChange:
    async def test_a_record_is_read_by_owner_superiors_and_nobody_beside(self, api: Api):
        lead = await api.lead_of("sales1")
        for login in ("sales1", "manager1", "director", "admin"):
            assert (await (await api.signed_in(login)).get(at(lead))).status_code == 200
        for login in ("sales2", "sales5"):
            problem(await (await api.signed_in(login)).get(at(lead)), 404, "not_found")
        for login in ("finance1", "support1"):
            problem(await (await api.signed_in(login)).get(at(lead)), 404, "unknown_object")

    async def test_who_may_not_see_it_can_do_nothing_to_it(self, api: Api):
        lead = await api.lead_of("sales1")
        other = await api.signed_in("sales2")
        problem(await other.patch(at(lead), json={"note": "x"}), 404, "not_found")
        problem(await other.delete(at(lead)), 404, "not_found")
        problem(await other.post(f"{at(lead)}/transition", json={"to": "contacted"}), 404, "not_found")
        problem(await other.post(f"{at(lead)}/assign", json={}), 404, "not_found")
        problem(await other.post(f"{at(lead)}/do/touch", json={"values": {}}), 404, "not_found")

    async def test_a_change_scores_again_and_raises_the_version_by_one(self, api: Api):
        lead = await api.lead_of("sales1", company="甲", name="乙")
        client = await api.signed_in("sales1")
        answer = await client.patch(at(lead), json={"version": lead["version"], "downloads": 3})
        changed = answer.json()
        assert answer.status_code == 200
        assert changed["version"] == lead["version"] + 1
        assert changed["score"] == lead["score"] + 15
        assert (await client.get(at(lead))).json() == changed

    async def test_a_stale_version_is_refused_with_the_present_record(self, api: Api):
        lead = await api.lead_of("sales1")
        client = await api.signed_in("sales1")
        newer = (await client.patch(at(lead), json={"version": lead["version"], "note": "first"})).json()
        for extra in ({"version": lead["version"]}, {}):
            headers = {} if extra else {"If-Match": f'"{lead["version"]}"'}
            answer = await client.patch(at(lead), json={"note": "second", **extra}, headers=headers)
            assert problem(answer, 409, "version_conflict")["current"] == newer
        answer = await client.post(f"{at(lead)}/transition", json={"to": "contacted", "version": lead["version"]})
        problem(answer, 409, "version_conflict")
        assert (await client.patch(at(lead), json={"note": "third"})).json()["note"] == "third"

    @pytest.mark.parametrize("version", ["x", [], {}, 1.5, True])
    async def test_a_version_is_a_whole_number(self, api: Api, version: object):
        lead = await api.lead_of("sales1")
        client = await api.signed_in("sales1")
        assert wrong_fields(await client.patch(at(lead), json={"version": version})) == {"version": "not_integer"}

    async def test_what_was_read_may_be_written_back(self, api: Api):
        lead = await api.lead_of("sales1", needs=["price"], budget="12.50", next_contact_at="2026-03-05T09:00:00+08:00")
        client = await api.signed_in("sales1")
        catalog = (await client.get("/catalog")).json()
        fields = next(one for one in catalog["objects"] if one["name"] == "lead")["fields"]
        body = {field["name"]: lead[field["name"]] for field in fields if not field["readonly"]}
        same = await client.patch(at(lead), json=body)
        assert same.json() == lead

    async def test_wrong_values_are_named_and_change_nothing(self, api: Api):
        lead = await api.lead_of("sales1")
        client = await api.signed_in("sales1")
        answer = await client.patch(at(lead), json={"note": "kept out", "downloads": "x", "owner": NOBODY})
        assert wrong_fields(answer) == {"downloads": "not_number", "owner": "readonly"}
        assert (await client.get(at(lead))).json() == lead

    async def test_an_id_that_is_none_is_refused(self, api: Api):
        client = await api.signed_in("sales1")
        assert list(wrong_fields(await client.get(f"{LEADS}/17"))) == ["record"]


class TestTrash:
    async def test_a_deleted_record_is_gone_everywhere(self, api: Api):
        lead = await api.lead_of("sales1")
        director, owner = await api.signed_in("director"), await api.signed_in("sales1")
        problem(await owner.delete(at(lead)), 403, "forbidden")
        assert (await director.delete(at(lead))).status_code == 204
        problem(await director.delete(at(lead)), 404, "not_found")
        problem(await owner.get(at(lead)), 404, "not_found")
        problem(await owner.get(f"{at(lead)}/timeline"), 404, "not_found")
        listed = await owner.get(LEADS, params={"filter": f"phone == '{lead['phone']}'", "count": "true"})
        assert listed.json()["total"] == 0

    async def test_its_phone_is_free_again(self, api: Api):
        lead = await api.lead_of("sales1")
        await (await api.signed_in("director")).delete(at(lead))
        again = await api.post_lead(phone=lead["phone"])
        assert again.json().keys() == {"id", "object"}


class TestMove:
    async def test_a_gate_asks_for_what_is_missing_and_takes_it_along(self, api: Api):
        lead = await api.lead_of("sales1")
        client = await api.signed_in("sales1")
        move = f"{at(lead)}/transition"
        body = problem(await client.post(move, json={"to": "qualified"}), 422, "gate_unmet")
        assert body["unmet"] == [{"kind": "field", "field": "needs", "label": "Needs"}]
        answer = await client.post(move, json={"to": "qualified", "values": {"needs": ["trial"]}, "note": "asked"})
        assert (answer.json()["stage"], answer.json()["needs"]) == ("qualified", ["trial"])
        assert answer.json()["version"] == lead["version"] + 1

    async def test_wrong_input_is_named(self, api: Api):
        lead = await api.lead_of("sales1")
        client = await api.signed_in("sales1")
        move = f"{at(lead)}/transition"
        assert wrong_fields(await client.post(move, json={})) == {"to": "required"}
        assert wrong_fields(await client.post(move, json={"to": 3})) == {"to": "not_text"}
        assert wrong_fields(await client.post(move, json={"to": "nowhere"})) == {"to": "not_an_option"}
        assert wrong_fields(await client.post(move, json={"to": "contacted", "values": [1]})) == {
            "values": "not_a_mapping"
        }
        assert wrong_fields(await client.post(move, json={"to": "contacted", "then": 1})) == {
            "then": "unknown_parameter"
        }
        answer = await client.post(move, json={"to": "contacted", "values": {"stage": "won"}})
        assert wrong_fields(answer) == {"stage": "readonly"}
        assert (await client.get(at(lead))).json()["stage"] == "new"


class TestOperation:
    async def test_a_touch_is_one_step_for_the_owner(self, api: Api):
        lead = await api.lead_of("sales1")
        client = await api.signed_in("sales1")
        values = {
            "kind": "call",
            "outcome": "interested",
            "summary": "likes it",
            "next_contact_at": "2026-03-06T01:00:00Z",
        }
        done = await client.post(f"{at(lead)}/do/touch", json={"version": lead["version"], "values": values})
        assert done.status_code == 200, done.text
        after = done.json()
        assert after["stage"] == "contacted"
        assert after["first_touch_at"] == after["last_touch_at"] == "2026-03-04T02:00:00Z"
        assert after["next_contact_at"] == "2026-03-06T01:00:00Z"
        touches = await client.get("/objects/touch/records", params={"filter": "summary == 'likes it'"})
        (touch,) = touches.json()["items"]
        assert touch["lead"]["id"] == lead["id"]
        assert touch["owner"]["label"] == "林晓"
        assert (await client.get(at(lead))).json() == after

    async def test_the_first_touch_stays_the_first(self, database: Database):
        async with fresh_company(database) as own:
            lead = await own.lead()
            owner = own.login_of(lead["owner"])
            from_operation = {"kind": "call", "outcome": "no_answer"}
            first = await own.run(touch(lead, from_operation), by=owner)
            own.clock.move(timedelta(hours=1))
            second = await own.run(touch(lead, from_operation), by=owner)
            assert second[0].record()["first_touch_at"] == first[0].record()["first_touch_at"]
            assert second[0].record()["last_touch_at"] == own.clock.now()

    async def test_its_input_is_checked_like_a_record(self, api: Api):
        lead = await api.lead_of("sales1")
        client = await api.signed_in("sales1")
        do = f"{at(lead)}/do/touch"
        assert wrong_fields(await client.post(do, json={"values": {}})) == {"kind": "required", "outcome": "required"}
        wrong = {"kind": "telepathy", "outcome": "interested", "mood": 1}
        assert wrong_fields(await client.post(do, json={"values": wrong})) == {
            "kind": "not_an_option", "mood": "unknown_field",
        }  # fmt: skip
        assert (await client.get(at(lead))).json() == lead

    async def test_a_role_grants_it_and_its_own_condition_narrows(self, api: Api):
        lead = await api.lead_of("sales1")
        body = {"values": {"needs": ["price"]}}
        manager = await api.signed_in("manager1")
        assert (await manager.post(f"{at(lead)}/do/tag_needs", json=body)).status_code == 200
        out_of_tree = await api.lead_of("finance1")
        director = await api.signed_in("director")
        problem(await director.post(f"{at(out_of_tree)}/do/tag_needs", json=body), 403, "operation_not_now")

    async def test_an_unknown_operation_is_not_found_for_whoever_may_do_all(self, api: Api):
        lead = await api.lead()
        admin = await api.signed_in("admin")
        problem(await admin.post(f"{at(lead)}/do/fly", json={}), 404, "unknown_operation")


class TestAssign:
    async def test_by_hand_to_a_person_or_back_to_the_policy(self, api: Api, company: Clocked):
        lead = await api.lead()
        manager = await api.signed_in("manager1")
        given = await manager.post(f"{at(lead)}/assign", json={"person": str(company.id_of("sales7"))})
        assert given.json()["owner"]["label"] == "罗子昂"
        again = await manager.post(f"{at(lead)}/assign", json={})
        assert again.json()["owner"]["label"] not in (None, "罗子昂")

    async def test_who_may_not_assign_is_refused(self, api: Api, company: Clocked):
        lead = await api.lead_of("sales1")
        client = await api.signed_in("sales1")
        body = {"person": str(company.id_of("sales2"))}
        problem(await client.post(f"{at(lead)}/assign", json=body), 403, "forbidden")

    async def test_nobody_gets_a_record_who_is_not_there_or_out_of_reach(self, api: Api, company: Clocked):
        lead = await api.lead()
        manager = await api.signed_in("manager1")
        for person in ("x", 7):
            answer = await manager.post(f"{at(lead)}/assign", json={"person": person})
            assert wrong_fields(answer) == {"person": "not_an_id"}
        assert wrong_fields(await manager.post(f"{at(lead)}/assign", json={"person": NOBODY})) == {
            "person": "unknown_person"
        }
        answer = await manager.post(f"{at(lead)}/assign", json={"person": str(company.id_of("finance1"))})
        assert wrong_fields(answer) == {"person": "may_not_assign"}


class TestIdempotency:
    async def test_the_same_key_and_body_give_the_first_answer_and_do_it_once(self, api: Api):
        client = await api.signed_in("sales1")
        body = {"source": "manual", "phone": a_phone(), "company": "一次"}
        headers = {"Idempotency-Key": "create-once"}
        first = await client.post(LEADS, json=body, headers=headers)
        await client.patch(at(first.json()), json={"note": "moved on"})
        second = await client.post(LEADS, json=body, headers=headers)
        assert (second.status_code, second.json()) == (201, first.json())
        other = await client.post(LEADS, json={**body, "company": "两次"}, headers=headers)
        problem(other, 409, "idempotency_mismatch")

    async def test_a_step_with_a_key_is_done_once(self, api: Api):
        lead = await api.lead_of("sales1")
        client = await api.signed_in("sales1")
        body = {"version": lead["version"], "values": {"kind": "visit", "outcome": "interested", "summary": "once"}}
        answers = [
            await client.post(f"{at(lead)}/do/touch", json=body, headers={"Idempotency-Key": "touch-once"})
            for _ in range(2)
        ]
        assert [one.status_code for one in answers] == [200, 200]
        assert answers[0].json() == answers[1].json()
        asked = {"filter": "summary == 'once'", "count": "true"}
        assert (await client.get("/objects/touch/records", params=asked)).json()["total"] == 1
        elsewhere = await api.lead_of("sales1")
        answer = await client.post(f"{at(elsewhere)}/do/touch", json=body, headers={"Idempotency-Key": "touch-once"})
        problem(answer, 409, "idempotency_mismatch")

    async def test_a_key_is_the_callers_own(self, api: Api):
        headers = {"Idempotency-Key": "shared-key"}
        ids: set[str] = set()
        for login in ("sales1", "sales2"):
            client = await api.signed_in(login)
            ids.add((await client.post(LEADS, json={"source": "manual"}, headers=headers)).json()["id"])
        assert len(ids) == 2

    async def test_what_failed_may_be_tried_again_and_fails_again(self, api: Api):
        lead = await api.lead_of("sales1")
        client = await api.signed_in("sales1")
        headers = {"Idempotency-Key": "failing"}
        for _ in range(2):
            answer = await client.patch(at(lead), json={"downloads": "x"}, headers=headers)
            assert wrong_fields(answer) == {"downloads": "not_number"}
        answer = await client.patch(at(lead), json={"downloads": 1}, headers=headers)
        assert answer.json()["downloads"] == 1


def touch(lead: dict[str, object], values: dict[str, object]) -> RunOperation:
    return RunOperation("lead", lead["id"], operation="touch", values=values)


async def test_every_transfer_says_from_whom_to_whom_by_whom_and_why(api: Api):
    lead = await api.lead()
    admin, manager = await api.signed_in("admin"), await api.signed_in("manager1")
    path = f"/objects/lead/records/{lead['id']}"
    one, other = [
        (await admin.get("/people", params={"q": login})).json()["items"][0]["id"] for login in ("sales3", "sales4")
    ]
    first = lead["owner"]["id"]
    to = other if first == one else one
    note = {"person": to, "note": " 客户要求换人 "}
    assert (await manager.post(f"{path}/assign", json=note)).status_code == 200
    assert (await manager.post(f"{path}/assign", json={"note": "again"})).status_code == 200
    items = (await manager.get(f"{path}/transfers")).json()["items"]
    told = [(item["from"] and item["from"]["id"], item["to"]["id"], item["code"], item["note"]) for item in items]
    last = items[0]["to"]["id"]
    assert told == [
        (to, last, "by_hand", "again"),
        (first, to, "by_hand", "客户要求换人"),
        (None, first, "created", None),
    ]
    assert last not in (None, to)
    assert [item["by_kind"] for item in items] == ["person", "person", "channel"]
    assert (items[0]["policy"], items[1]["policy"], items[1]["by"]["label"]) == ("online", None, "沈知远")
    assert items[1]["reason"] == "assigned by hand"
    page = (await manager.get(f"{path}/transfers", params={"limit": 1})).json()
    rest = (await manager.get(f"{path}/transfers", params={"cursor": page["next_cursor"]})).json()
    assert [*page["items"], *rest["items"]] == items
    finance = await api.signed_in("finance1")
    problem(await finance.get(f"{path}/transfers"), 404, "unknown_object")
    assert wrong_fields(await manager.post(f"{path}/assign", json={"note": "x" * 501})) == {"note": "too_long"}
