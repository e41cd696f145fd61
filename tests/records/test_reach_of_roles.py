"""A role that reaches what leads to one's own records: the same for reading and changing, and found by indexes."""

import re
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from tests.records.test_paths import OBJECTS, a_role, listed, made
from tests.support.company import Clocked, fresh_company

from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.records.commands import DeleteRecord, UpdateRecord
from closeloop.records.query import Reader

pytestmark = pytest.mark.db


async def test_what_leads_to_ones_own_records_is_found_by_indexes(database: Database) -> None:
    reach = ["own", "buyer.owner == me", "agent.owner == me"]
    async with fresh_company(database, *OBJECTS, a_role(deal={"read": reach, "update": reach})) as company:
        me, other = company.id_of("sales1"), company.id_of("sales2")

        async def owned(object_name: str, owner: UUID | None, **values: Any) -> UUID:
            record = await made(company, object_name, **values)
            table = company.catalog.object(object_name).table
            await company.change(sa.update(table).where(table.c.id == record).values(owner=owner))
            return record

        buyers = {owner: await owned("buyer", owner, name="b") for owner in (me, other, None)}
        agents = {owner: await owned("agent", owner, name="a") for owner in (me, other, None)}
        gone = await owned("buyer", me, name="gone")
        deals: dict[str, UUID] = {}
        mine: set[str] = set()
        for owner in (me, other, None):
            for buyer in (*buyers.values(), gone, None):
                for agent in (*agents.values(), None):
                    name = f"d{len(deals)}"
                    deals[name] = await owned("deal", owner, name=name, buyer=buyer, agent=agent)
                    if owner == me or buyer == buyers[me] or agent == agents[me]:
                        mine.add(name)
        assert (await company.run(DeleteRecord("buyer", gone)))[0].error is None
        assert await listed(company, "sales1", "name != ''") == mine
        outcomes = await company.run(
            *(UpdateRecord("deal", deal, values={"limit": 1}) for deal in deals.values()), by="sales1"
        )
        assert {name for name, one in zip(deals, outcomes, strict=True) if one.error is None} == mine

        plan = await plan_of_deals(company, me, other)
        for index in ("deal_owner", "deal_buyer_r", "deal_agent_r", "buyer_owner", "agent_owner"):
            assert index in plan
        assert "Seq Scan" not in plan


async def plan_of_deals(company: Clocked, reader: UUID, other: UUID) -> str:
    """Return how a list is read when there are many more deals, of somebody else."""
    actor = company.actor_of(company.org.people[reader])
    readable = Reader(company.catalog, actor, actor.env(company.clock.now(), company.catalog))
    what = company.catalog.object("deal")
    asked, params = readable.compile(
        what,
        sa.select(what.table.c.name).where(what.table.c.deleted_at.is_(None), readable.within(what).element),
        "deals",
    )
    deal, schema = f'"{what.table.schema}".deal', what.table.schema
    others = {"id": "gen_random_uuid()", "owner": f"'{other}'", "buyer": "NULL", "agent": "NULL"}
    names = [one.name for one in what.table.columns if one.computed is None]
    chosen = ", ".join(others.get(name, f'"{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    async with company.database.transaction() as tx:
        for text in (
            f"INSERT INTO {deal} ({quoted}) SELECT {chosen} FROM {deal}, generate_series(1, 50)",
            f"ANALYZE {deal}",
            f'ANALYZE "{schema}".buyer',
            "SET LOCAL enable_seqscan = off",  # few records of one's own would be read whole
        ):
            await tx.execute(Statement(text, "test", prepared=False), ())
        explain = Statement("EXPLAIN " + re.sub(r"\$\d+", "%s", asked.text), "test", prepared=False)
        return "\n".join(row[0] for row in await tx.fetch(explain, asked.values(params)))
