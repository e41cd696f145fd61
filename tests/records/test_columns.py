"""A path becomes a column of its own table or of one that is joined, each once."""

from collections.abc import AsyncGenerator
from typing import Any

import pytest
import sqlalchemy as sa
from tests.support.company import Clocked, fresh_company, with_fields

from closeloop.db.engine import Database
from closeloop.expr import Env
from closeloop.records.columns import Columns
from closeloop.records.commands import CreateRecord, DeleteRecord

pytestmark = pytest.mark.db


@pytest.fixture(scope="module")
async def linked(database: Database) -> AsyncGenerator[Clocked]:
    """Return a company whose touches point to a lead and, over it, to another lead."""
    above = with_fields("lead", above={"type": "relation", "object": "lead"})
    async with fresh_company(database, above) as company:
        yield company


def columns_of(company: Clocked) -> Columns:
    return Columns(company.catalog, company.catalog.object("touch"), Env(company.clock.now(), company.catalog.zone))


async def made(within: Clocked, object_name: str, **values: Any) -> Any:
    (outcome,) = await within.run(CreateRecord(object_name, values))
    return outcome.record()["id"]


async def test_a_path_leads_over_relations_and_is_empty_where_they_end(linked: Clocked):
    top = await made(linked, "lead", company="Top", city="Beijing")
    middle = await made(linked, "lead", company="Middle", above=top)
    gone = await made(linked, "lead", company="Gone")
    touches = [await made(linked, "touch", lead=lead, kind="call") for lead in (middle, top, gone)]
    await linked.run(DeleteRecord("lead", gone))

    columns = columns_of(linked)
    elements = [columns(path) for path in ("kind", "lead.company", "lead.above.company", "lead.above.city")]
    own = columns("id")
    query = sa.select(*elements).select_from(columns.source).where(own.in_(touches)).order_by(own)
    assert [tuple(row.values()) for row in await linked.rows(query)] == [
        ("call", "Middle", "Top", "Beijing"),
        ("call", "Top", None, None),
        ("call", None, None, None),
    ]


def test_a_relation_is_joined_once(linked: Clocked):
    columns = columns_of(linked)
    for path in ("lead.company", "lead.city", "lead.above.city", "lead.above.company"):
        columns(path)
    assert str(columns.source).count("JOIN") == 2
