"""No payload is lost: what our own processing fails on is kept and taken up again until it comes through."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.support.company import Clocked, a_phone

from closeloop.base.errors import Conflict, Invalid, Unavailable
from closeloop.records.batch import Batch, Work
from closeloop.records.batcher import Batcher
from closeloop.records.effects import Effect
from closeloop.records.execute import Executor
from closeloop.runtime.kernel import make_parts
from closeloop.runtime.worker import sweep

pytestmark = pytest.mark.db


class Faulty:
    """A reactor with a switch: a mistake in somebody's rule."""

    def __init__(self) -> None:
        self.broken = True

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        if self.broken and work.what.name == "lead":
            raise RuntimeError("a bug in a rule")
        return ()


@pytest.fixture
def rule(own_company: Clocked) -> Faulty:
    """Put a faulty rule into the company's write path."""
    faulty = Faulty()
    parts = make_parts()
    own_company.executor = Executor(own_company, replace(parts, deciders=(*parts.deciders, faulty)), own_company.clock)
    own_company.batcher = Batcher(own_company.executor)
    return faulty


async def test_it_is_kept_under_its_receipt_and_comes_through_later(own_company: Clocked, rule: Faulty):
    payload = {"phone": a_phone(), "company": "保留"}
    receipt = await own_company.take_in(payload, "key")
    assert (receipt.state, receipt.record) == ("kept", None)
    again = await own_company.take_in(payload, "key")
    assert again.intake == receipt.intake
    (row,) = await own_company.system_rows("intake")
    assert (row["id"], row["payload"], row["state"], row["attempts"]) == (receipt.intake, payload, "kept", 1)
    rule.broken = False
    await sweep(own_company, own_company.clock)
    assert (await own_company.system_rows("intake"))[0]["state"] == "kept"
    own_company.clock.move(timedelta(seconds=10))
    await sweep(own_company, own_company.clock)
    (row,) = await own_company.system_rows("intake")
    assert (row["id"], row["state"], row["retry_at"]) == (receipt.intake, "done", None)
    lead = await own_company.record("lead", row["record"])
    assert lead["company"] == "保留"
    assert lead["owner"] is not None
    assert len(await own_company.system_rows("clock", record=lead["id"])) == 3
    answer = await own_company.take_in(payload, "key")
    assert (answer.state, answer.record) == ("done", lead["id"])


async def test_it_is_tried_again_ever_more_seldom_and_never_given_up(own_company: Clocked, rule: Faulty):
    await own_company.take_in({"phone": a_phone()})
    pauses: list[timedelta] = []
    for _ in range(10):
        (row,) = await own_company.system_rows("intake")
        pauses.append(row["retry_at"] - own_company.clock.now())
        own_company.clock.move_to(row["retry_at"])
        await sweep(own_company, own_company.clock)
    assert pauses[:4] == [timedelta(seconds=s) for s in (10, 20, 40, 80)]
    assert pauses[-1] == timedelta(hours=1)
    rule.broken = False
    own_company.clock.move(timedelta(hours=1))
    await sweep(own_company, own_company.clock)
    assert (await own_company.system_rows("intake"))[0]["state"] == "done"


async def test_two_workers_at_once_make_one_lead_of_it(own_company: Clocked, rule: Faulty):
    await own_company.take_in({"wechat": "only-wechat"})  # no normal form, so that no duplicate is found by one
    rule.broken = False
    other = await own_company.another_process()
    own_company.clock.move(timedelta(seconds=10))
    await gather_sweeps(own_company, other)
    assert len(await own_company.system_rows("event", type="record.created")) == 1
    assert [row["state"] for row in await own_company.system_rows("intake")] == ["done"]


async def gather_sweeps(*processes: Clocked) -> None:
    await asyncio.gather(*(sweep(one, one.clock) for one in processes for _ in range(2)))


async def test_a_faulty_rule_for_one_keeps_no_other(own_company: Clocked, rule: Faulty):
    await own_company.take_in({"phone": a_phone()})
    rule.broken = False
    assert (await own_company.take_in({"phone": a_phone()})).state == "done"


async def test_a_key_that_comes_with_something_else_is_refused_whatever_became_of_the_first(
    own_company: Clocked, rule: Faulty
):
    await own_company.take_in({"phone": a_phone()}, "kept")
    with pytest.raises(Invalid):
        await own_company.take_in({"note": "no contact"}, "refused")
    for key in ("kept", "refused"):
        for other in ({"phone": a_phone()}, {"note": "no contact either"}):
            with pytest.raises(Conflict) as caught:
                await own_company.take_in(other, key)
            assert caught.value.code == "idempotency_mismatch"


async def test_what_no_database_takes_is_not_answered_with_success(
    own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    async def away(*_: object) -> None:
        raise Unavailable

    monkeypatch.setattr(own_company.executor, "_attempt", away)
    with pytest.raises(Unavailable):
        await own_company.take_in({"phone": a_phone()})
    assert await own_company.system_rows("intake") == []
