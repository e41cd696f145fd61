"""The same contact is one lead: whoever writes the number how, through however many processes, in whichever order."""

import asyncio

import pytest
from tests.support.company import Clocked, a_phone

from closeloop.base.errors import Conflict
from closeloop.records.commands import CreateRecord, MoveRecord

pytestmark = pytest.mark.db


async def test_two_processes_at_once_make_one_lead(own_company: Clocked):
    other = await own_company.another_process()
    for _ in range(10):
        phone = a_phone()
        receipts = await asyncio.gather(own_company.take_in({"phone": phone}), other.take_in({"phone": f"+86-{phone}"}))
        assert len({one.record for one in receipts}) == 1
        assert sorted(one.duplicate_of is not None for one in receipts) == [False, True]
    table = own_company.catalog.object("lead").table
    assert len(await own_company.rows(table.select())) == 10


async def test_two_contacts_crossed_between_processes_do_not_block_each_other(own_company: Clocked):
    other = await own_company.another_process()
    for n in range(10):
        one = {"phone": a_phone(), "email": f"a{n}@example.com"}
        two = {"phone": a_phone(), "email": f"b{n}@example.com"}
        async with asyncio.timeout(20):
            await asyncio.gather(
                own_company.take_in(one),
                other.take_in({"phone": two["phone"], "email": one["email"]}),
                own_company.take_in(two),
                other.take_in({"phone": one["phone"], "email": two["email"]}),
            )


async def test_twice_in_one_batch_is_once(own_company: Clocked):
    phone = a_phone()
    first, second = await own_company.run(
        *(CreateRecord("lead", {"phone": phone, "source": "ad"}, joins=True) for _ in range(2))
    )
    assert second.joined == first.record()["id"] == second.record()["id"]
    table = own_company.catalog.object("lead").table
    assert len(await own_company.rows(table.select())) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"phone": "138 0013-8000"}, {"phone": "＋８６13800138000"}),
        ({"phone": "010-65551234"}, {"phone": "+86 10 6555 1234"}),
        ({"phone": "13800138001", "email": "Wang.Fang@Example.com"}, {"email": "wang.fang@example.COM"}),
    ],
)
async def test_normal_forms_decide(own_company: Clocked, first: dict[str, str], second: dict[str, str]):
    made = await own_company.take_in(first)
    assert (await own_company.take_in(second)).duplicate_of == made.record


async def test_a_join_goes_on_with_the_trail_and_alerts_the_owner(own_company: Clocked):
    lead = await own_company.lead(company="先来")
    own = own_company.login_of(lead["owner"])
    receipt = await own_company.take_in({"phone": lead["phone"], "company": "再来", "note": "again", "page_views": 3})
    assert (receipt.record, receipt.duplicate_of) == (lead["id"], lead["id"])
    after = await own_company.record("lead", lead["id"])
    assert after["version"] == lead["version"] + 1
    assert {n: v for n, v in after.items() if n not in ("version", "updated_at", "updated_by")} == {
        n: v for n, v in lead.items() if n not in ("version", "updated_at", "updated_by")
    }
    (joined,) = await own_company.system_rows("event", type="record.joined")
    assert (joined["record"], joined["record_version"]) == (lead["id"], after["version"])
    assert joined["why"]["by"] == "phone"
    assert joined["why"]["channel"] == "website"
    assert joined["why"]["values"]["note"] == "again"
    notices = await own_company.system_rows("notice")
    assert [(own_company.login_of(one["person"]), one["type"]) for one in notices] == [
        (own, "assigned"), (own, "joined"),
    ]  # fmt: skip
    assert len(await own_company.system_rows("clock")) == 3
    assert len(await own_company.system_rows("event", type="record.created")) == 1
    assert [one["type"] for one in await own_company.system_rows("event", record=lead["id"])].count(
        "record.scored"
    ) == 1


async def test_the_same_company_alone_is_flagged_and_makes_its_own_lead(own_company: Clocked):
    first = await own_company.lead(company="云启（北京）科技")
    second = await own_company.lead(company="云启(北京) 科技有限公司")
    assert second["id"] != first["id"]
    (flagged,) = await own_company.system_rows("event", type="record.flagged")
    assert flagged["record"] == second["id"]
    (match,) = flagged["why"]["duplicates"]
    assert (match["id"], match["by"], match["label"]) == (str(first["id"]), "company", "云启（北京）科技")
    assert second["owner"] is not None


async def test_a_discarded_lead_does_not_catch_the_next_one(own_company: Clocked):
    lead = await own_company.lead()
    await own_company.run(MoveRecord("lead", lead["id"], to="discarded", values={"discard_reason": "no_need"}))
    receipt = await own_company.take_in({"phone": lead["phone"]})
    assert receipt.duplicate_of is None
    assert receipt.record != lead["id"]


async def test_by_hand_a_duplicate_is_refused_with_what_is_there(own_company: Clocked):
    lead = await own_company.lead(company="在先")
    (outcome,) = await own_company.run(CreateRecord("lead", {"phone": lead["phone"], "source": "manual"}), by="sales1")
    assert isinstance(outcome.error, Conflict)
    assert [one["id"] for one in outcome.error.data["duplicates"]] == [lead["id"]]
    assert len(await own_company.system_rows("event", type="record.created")) == 1
