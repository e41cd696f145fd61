"""What a dead process has left behind is finished or undone, and drift is told and not touched."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.support.company import Clocked
from tests.support.definitions import changed, note_object, release, shipped

from closeloop.base.ids import new_id
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.runtime import mend as mending
from closeloop.runtime import publish as publishing
from closeloop.runtime.convert import FILLED_LEASE, convert_fields, retypes
from closeloop.runtime.mend import drift_of, mend_due, mend_tables
from closeloop.runtime.publish import order_of, patiently, work_out
from closeloop.schema.apply import finish
from closeloop.schema.plan import Plan

pytestmark = pytest.mark.db


async def sql(company: Clocked, text: str) -> None:
    async with company.database.autocommit() as session:
        await session.execute(Statement(text.replace("SCHEMA", company.company.schema), "test", prepared=False))


async def drift(company: Clocked) -> list[str]:
    return await drift_of(company.database, company.company)


async def test_a_company_as_it_was_made_has_not_drifted(own_company: Clocked):
    assert await drift(own_company) == []
    await release(own_company, note_object(worth={"type": "text", "label": "值"}))
    await release(own_company, note_object())
    assert await drift(own_company) == []


async def test_every_kind_of_drift_is_told(own_company: Clocked):
    await release(own_company, note_object(worth={"type": "text", "label": "值"}))
    await release(own_company, note_object())
    await sql(own_company, "ALTER TABLE SCHEMA.lead ADD COLUMN by_hand text")
    await sql(own_company, "DROP INDEX SCHEMA.lead_owner")
    await sql(own_company, "ALTER TABLE SCHEMA.touch RENAME COLUMN kind TO sort")
    await sql(own_company, "CREATE TABLE SCHEMA.found (id uuid CONSTRAINT found_pk PRIMARY KEY)")
    await sql(own_company, "ALTER TABLE SCHEMA.memo DROP COLUMN trash1_worth")
    await sql(own_company, "ALTER TABLE SCHEMA.memo ADD COLUMN sys_new_title text")
    found = await drift(own_company)
    assert sorted(found) == [
        "found: not defined",
        "lead.by_hand: not defined",
        "lead: index lead_owner missing",
        "memo.sys_new_title: left behind by a conversion",
        "memo.worth: not in the trash, where it should be",
        "touch.kind: missing",
        "touch.sort: not defined",
    ]
    assert sorted(await drift(own_company)) == sorted(found)


async def test_drift_of_the_kernels_own_tables_is_told_alone(own_company: Clocked):
    await sql(own_company, "ALTER TABLE SCHEMA.sys_notice DROP COLUMN level")
    assert await drift(own_company) == ["sys_notice.level: needs_default, which no safe change mends"]


async def test_late_changes_of_a_dead_publication_are_made_once_they_are_overdue(
    own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    async def die(*_: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(publishing, "finish", die)
    lead = shipped("object", "lead")
    searched = changed("object", "lead", fields={**lead["fields"], "other": {"type": "relation", "object": "lead"}})
    with pytest.raises(ConnectionError):
        await release(own_company, searched)
    await own_company.refresh()
    assert await drift(own_company) == ["lead: index lead_other_r missing"]
    assert await mend_due(own_company) == 0
    own_company.clock.move(timedelta(minutes=6))
    assert await mend_due(own_company) == 1
    assert await drift(own_company) == []
    assert await mend_due(own_company) == 0


async def test_what_a_newer_release_leaves_to_be_done_is_not_forgotten_with_what_is_mended(
    own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    """Somebody publishes while an index is being built, and dies."""
    lead = shipped("object", "lead")

    def with_index(*names: str) -> Body:
        more = {name: {"type": "relation", "object": "lead"} for name in names}
        return changed("object", "lead", fields={**lead["fields"], **more})

    async def die(*_: object) -> None:
        raise ConnectionError

    async def publishes_meanwhile(database: Database, schema: str, planned: Plan) -> None:
        await finish(database, schema, planned)
        monkeypatch.setattr(mending, "finish", finish)
        with pytest.raises(ConnectionError):
            await release(own_company, with_index("other", "third"))

    monkeypatch.setattr(publishing, "finish", die)
    with pytest.raises(ConnectionError):
        await release(own_company, with_index("other"))
    monkeypatch.setattr(mending, "finish", publishes_meanwhile)
    await mend_tables(own_company.database, own_company.company, own_company.clock)
    await own_company.refresh()
    assert await drift(own_company) == ["lead: index lead_third_r missing"]
    own_company.clock.move(timedelta(minutes=6))
    assert await mend_due(own_company) == 1
    assert await drift(own_company) == []


async def test_a_dead_conversion_is_undone_once_it_is_overdue(own_company: Clocked):
    await release(own_company, note_object(worth={"type": "text", "label": "值"}))
    decide = order_of([note_object(worth={"type": "integer", "label": "值"})])
    async with own_company.database.transaction() as tx:
        made = await work_out(tx, own_company.clock, own_company.company, decide)
    await convert_fields(
        own_company.database, own_company.clock, own_company.company, retypes(made.before, made.catalog), patiently
    )
    await own_company.refresh()
    assert await drift(own_company) == []
    assert await mend_due(own_company) == 0
    own_company.clock.move(FILLED_LEASE)
    assert await mend_due(own_company) == 1
    await own_company.refresh()
    assert await drift(own_company) == []
    assert own_company.catalog.object("memo").becoming == {}


async def test_what_another_worker_mends_is_left_to_it(own_company: Clocked):
    row = {
        "id": new_id(own_company.clock),
        "due_at": own_company.clock.now(),
        "lease_until": own_company.clock.now() + timedelta(minutes=1),
    }
    await own_company.change(sa.insert(own_company.tables.alteration).values(row))
    assert await mend_due(own_company) == 0
