"""Objects and fields change on a running company: values survive, and what can't be kept is told before."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from tests.support.company import Clocked
from tests.support.definitions import note_object, release

from closeloop.base.errors import Conflict, Invalid
from closeloop.catalog.releases import Removal
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.store import Present, load_present
from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.records.commands import CreateRecord, UpdateRecord
from closeloop.records.numbers import Numbers
from closeloop.runtime import convert
from closeloop.runtime.convert import convert_fields, retypes, undo
from closeloop.runtime.preview import preview
from closeloop.runtime.publish import order_of, patiently, publish_in, work_out
from closeloop.runtime.trash import purge
from closeloop.schema import apply
from closeloop.schema.introspect import present_shape
from closeloop.schema.shape import SchemaShape

pytestmark = pytest.mark.db

TEXT = {"type": "text", "label": "值"}
NUMBER = {"type": "decimal", "label": "值"}


async def memo(company: Clocked, **values: Any) -> UUID:
    (outcome,) = await company.run(CreateRecord("memo", {"title": "t", **values}))
    return outcome.record()["id"]


async def value(company: Clocked, record: UUID, name: str = "worth") -> Any:
    return (await company.record("memo", record))[name]


async def shape(company: Clocked) -> SchemaShape:
    async with company.database.autocommit() as session:
        return await present_shape(session, company.company.schema)


async def test_a_field_of_another_type_keeps_the_values_that_fit(own_company: Clocked):
    await release(own_company, note_object(worth=TEXT))
    records = [await memo(own_company, worth=one) for one in ("12.5", "1,000", None)]
    made = await release(own_company, note_object(worth=NUMBER))
    assert [await value(own_company, one) for one in records] == [Decimal("12.5"), Decimal(1000), None]
    assert [type(one).__name__ for one in made.plan.changes] == ["DropColumn", "AdoptColumn"]
    assert (await in_force(own_company)).conversions == []
    assert list((await shape(own_company)).tables["memo"].hidden) == ["trash1_worth"]


async def test_values_that_do_not_fit_are_shown_and_stay_behind_only_if_accepted(own_company: Clocked):
    await release(own_company, note_object(worth=TEXT))
    good, bad = await memo(own_company, worth="7"), await memo(own_company, worth="seven")
    decide = order_of([note_object(worth=NUMBER)])
    found = await preview(own_company.database, own_company.clock, own_company.company, decide)
    assert [one.out() for one in found.conversions] == [
        {
            "object": "memo", "field": "worth", "from": "text", "to": "decimal", "values": 2, "lost": 1,
            "examples": [{"id": str(bad), "value": "seven"}],
        }
    ]  # fmt: skip
    assert found.problems == []
    with pytest.raises(Invalid) as caught:
        await release(own_company, note_object(worth=NUMBER))
    assert [(one.field, one.code) for one in caught.value.errors] == [("memo.worth", "values_lost")]
    assert await value(own_company, bad) == "seven"
    await release(own_company, note_object(worth=NUMBER), accept_loss=True)
    assert (await value(own_company, good), await value(own_company, bad)) == (Decimal(7), None)


async def test_what_is_written_during_a_conversion_is_converted_too(own_company: Clocked):
    await release(own_company, note_object(worth=TEXT))
    old = await memo(own_company, worth="1")
    other = await own_company.another_process()
    (one,) = retypes(own_company.catalog, await compiled(own_company, note_object(worth=NUMBER)))
    await convert_fields(own_company.database, own_company.clock, own_company.company, [one], patiently)
    new = await memo(other, worth="2")
    await other.run(UpdateRecord("memo", old, values={"worth": "3"}))
    await own_company.run(UpdateRecord("memo", new, values={"title": "other"}))
    await release(own_company, note_object(worth=NUMBER))
    await other.refresh()
    assert (await value(other, old), await value(other, new)) == (Decimal(3), Decimal(2))


async def test_a_release_that_comes_while_a_number_is_reserved_is_the_one_that_the_record_is_made_by(
    own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    numbered = {"no": {"type": "auto_number", "label": "编号", "format": "M-{number}"}}
    await release(own_company, note_object(**numbered))
    reserve, releases = Numbers.reserve, [note_object(**numbered, worth={**NUMBER, "default": 7})]

    async def slowly(numbers: Numbers, database: Database) -> None:
        await reserve(numbers, database)
        if releases:
            await release(own_company, releases.pop())

    monkeypatch.setattr(Numbers, "reserve", slowly)
    assert await value(own_company, await memo(own_company)) == Decimal(7)


async def test_a_row_that_changes_under_the_filling_is_read_again(
    own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    await release(own_company, note_object(worth=TEXT))
    record = await memo(own_company, worth="1")
    other = await own_company.another_process()
    read = convert._Values.behind  # pyright: ignore[reportPrivateUsage]

    async def behind(self: Any, session: Any, after: UUID) -> Any:
        rows = await read(self, session, after)
        if rows:
            await other.run(UpdateRecord("memo", record, values={"title": "changed"}))
        return rows

    monkeypatch.setattr(convert._Values, "behind", behind)  # pyright: ignore[reportPrivateUsage]
    await release(own_company, note_object(worth=NUMBER))
    assert await value(own_company, record) == Decimal(1)


async def test_a_conversion_that_died_is_undone_and_one_that_lives_is_left_alone(own_company: Clocked):
    await release(own_company, note_object(worth=TEXT))
    record = await memo(own_company, worth="1")
    (one,) = retypes(own_company.catalog, await compiled(own_company, note_object(worth=NUMBER)))
    await convert_fields(own_company.database, own_company.clock, own_company.company, [one], patiently)
    with pytest.raises(Conflict, match="conversion_running"):
        await convert_fields(own_company.database, own_company.clock, own_company.company, [one], patiently)
    own_company.clock.move(timedelta(hours=1))
    await convert_fields(own_company.database, own_company.clock, own_company.company, [one], patiently)
    await undo(own_company.database, own_company.company, "memo", "worth")
    assert (await shape(own_company)).tables["memo"].hidden == {}
    assert (await in_force(own_company)).conversions == []
    assert await value(own_company, record) == "1"
    await memo(own_company, worth="2")


async def test_who_publishes_the_same_again_meanwhile_does_not_put_half_of_the_values_in_force(
    own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    await release(own_company, note_object(worth=TEXT))
    record = await memo(own_company, worth="1")
    read = convert._Values.behind  # pyright: ignore[reportPrivateUsage]
    again: list[str] = []

    async def behind(self: Any, session: Any, after: UUID) -> Any:
        if not again and (await in_force(own_company)).conversions:
            again.append("begun")
            with pytest.raises(Conflict, match="conversion_running"):
                await release(own_company, note_object(worth=NUMBER))
            again.append("refused")
        return await read(self, session, after)

    monkeypatch.setattr(convert._Values, "behind", behind)  # pyright: ignore[reportPrivateUsage]
    await release(own_company, note_object(worth=NUMBER))
    assert again == ["begun", "refused"]
    assert await value(own_company, record) == Decimal(1)


async def test_a_field_that_comes_back_has_its_values(own_company: Clocked):
    await release(own_company, note_object(worth=TEXT))
    record = await memo(own_company, worth="dear")
    await release(own_company, note_object())
    assert "worth" not in await own_company.record("memo", record)
    assert [(row["object"], row["field"]) for row in await own_company.system_rows("trash")] == [("memo", "worth")]
    await release(own_company, note_object(worth=TEXT))
    assert await value(own_company, record) == "dear"
    assert await own_company.system_rows("trash") == []
    assert (await shape(own_company)).tables["memo"].hidden == {}


async def test_a_field_of_another_type_does_not_take_what_is_in_the_trash(own_company: Clocked):
    await release(own_company, note_object(worth=TEXT))
    record = await memo(own_company, worth="dear")
    await release(own_company, note_object())
    await release(own_company, note_object(worth=NUMBER))
    assert await value(own_company, record) is None


async def test_an_object_that_comes_back_has_its_records(own_company: Clocked):
    await release(own_company, note_object(worth=TEXT))
    record = await memo(own_company, worth="dear")
    before = (await shape(own_company)).tables["memo"]
    await release(own_company, Removal("object", "memo"))
    assert "memo" not in (await shape(own_company)).tables
    await release(own_company, note_object(worth=TEXT, more=TEXT))
    assert await value(own_company, record) == "dear"
    await release(own_company, note_object(worth=TEXT))
    assert (await shape(own_company)).tables["memo"] == before


async def test_a_field_comes_back_also_when_its_object_had_been_away_meanwhile(own_company: Clocked):
    await release(own_company, note_object(worth=TEXT))
    record = await memo(own_company, worth="dear")
    await release(own_company, Removal("object", "memo"))
    await release(own_company, note_object())
    await release(own_company, note_object(worth=TEXT))
    assert await value(own_company, record) == "dear"


async def test_what_lies_in_the_trash_for_long_is_destroyed_by_command(own_company: Clocked):
    await release(own_company, note_object(worth=TEXT))
    await release(own_company, note_object())
    own_company.clock.move(timedelta(days=10))
    await release(own_company, Removal("object", "memo"))
    long_ago = own_company.clock.now() - timedelta(days=5)
    assert await purge(own_company.database, own_company.company, long_ago) == ["memo.worth"]
    hidden = (await shape(own_company)).hidden
    assert list(hidden) == ["trash1_memo"]
    assert hidden["trash1_memo"].hidden == {}
    now = own_company.clock.now() + timedelta(seconds=1)
    assert await purge(own_company.database, own_company.company, now) == ["memo"]
    assert (await shape(own_company)).hidden == {}
    assert await purge(own_company.database, own_company.company, now) == []


async def test_a_lock_that_others_hold_is_waited_for_and_asked_for_again(
    own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    await release(own_company, note_object())
    monkeypatch.setattr(apply, "LOCK_SECONDS", 0.05)
    tries = 0
    async with own_company.database.transaction() as reader:
        name = own_company.company.schema
        await reader.fetch(Statement(f'SELECT id FROM "{name}".memo', "test"))

        async def add() -> Any:
            nonlocal tries
            tries += 1
            if tries == 2:
                await reader.commit_with([])
            async with own_company.database.transaction() as tx:
                return await publish_in(tx, own_company.clock, own_company.company, order_of([note_object(worth=TEXT)]))

        await patiently(add)
    assert tries == 2
    assert await memo(own_company, worth="x")


async def compiled(company: Clocked, *changes: Any) -> Snapshot:
    """Return what the company's catalog would be after changes."""
    async with company.database.transaction() as tx:
        return (await work_out(tx, company.clock, company.company, order_of(changes))).catalog


async def in_force(company: Clocked) -> Present:
    async with company.database.autocommit() as session:
        return await load_present(session, company.tables)
