"""Moves along a pipeline: gates, skips and ways back, as the pipeline says."""

import pytest
from tests.support.company import Clocked, fresh_company, sales_app

from closeloop.base.errors import Invalid
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.records.commands import MoveRecord, UpdateRecord

pytestmark = pytest.mark.db


async def code_of(company: Clocked, command: MoveRecord) -> str | None:
    (outcome,) = await company.run(command)
    assert outcome.error is None or isinstance(outcome.error, Invalid)
    return outcome.error.code if outcome.error else None


def strict(skip: bool, back: bool) -> Body:
    body = next(one.body for one in sales_app() if one.kind == "pipeline")
    return Body("pipeline", "lead", {**body, "moves": {"skip": skip, "back": back}})


async def test_a_strict_pipeline_goes_step_by_step_and_only_on(database: Database):
    async with fresh_company(database, strict(skip=False, back=False)) as company:
        lead = await company.lead(needs=["price"])
        assert await code_of(company, MoveRecord("lead", lead["id"], to="qualified")) == "no_skipping"
        assert await code_of(company, MoveRecord("lead", lead["id"], to="contacted")) is None
        assert await code_of(company, MoveRecord("lead", lead["id"], to="new")) == "no_way_back"
        assert await code_of(company, MoveRecord("lead", lead["id"], to="qualified")) is None
        assert (await company.record("lead", lead["id"]))["stage"] == "qualified"


async def test_an_end_is_reached_from_everywhere(database: Database):
    async with fresh_company(database, strict(skip=False, back=False)) as company:
        lead = await company.lead()
        lost = MoveRecord("lead", lead["id"], to="discarded", values={"discard_reason": "no_need"})
        assert await code_of(company, lost) is None


async def test_a_gate_counts_what_is_empty_as_missing(company: Clocked):
    lead = await company.lead(needs=["price"])
    await company.run(UpdateRecord("lead", lead["id"], values={"needs": []}))
    assert await code_of(company, MoveRecord("lead", lead["id"], to="qualified")) == "gate_unmet"
    assert (await company.record("lead", lead["id"]))["stage"] == "new"


async def test_a_move_that_is_refused_keeps_none_of_its_values(company: Clocked):
    lead = await company.lead()
    refused = MoveRecord("lead", lead["id"], to="qualified", values={"note": "x"})
    assert await code_of(company, refused) == "gate_unmet"
    assert (await company.record("lead", lead["id"]))["note"] is None
