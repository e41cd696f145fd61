"""Turn a batch's working state into few statements: one a table and set of columns, whatever the number of rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from closeloop.catalog.snapshot import Snapshot
from closeloop.db.statement import Params, Statement, insert_rows, patch_rows, update_rows, upsert_rows
from closeloop.records.batch import Batch, RecordState

CHANNEL = "closeloop"
"""The channel of hints to web processes; a hint may get lost, what it tells of stands in the tables."""

_HINT_BYTES = 7_000  # PostgreSQL takes 8,000 bytes a notification
_MOST_TOLD = 150  # people of one hint; the others see their notices when their stream looks by itself
_NOTIFY = Statement("SELECT pg_notify(%s, %s)", "hint")

Call = tuple[Statement, Params]


def dump(value: Any) -> str:
    """Write JSON for a column or a recordset: decimals as strings, so that no digit is lost."""
    return orjson.dumps(value, default=_plain).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    raise TypeError


def record_calls(batch: Batch) -> list[Call]:
    """Return the statements that write the batch's records, which come before what refers to them."""
    catalog = batch.catalog
    calls: list[Call] = []
    new: dict[str, list[RecordState]] = {}
    changed: dict[tuple[str, tuple[str, ...]], list[RecordState]] = {}
    for state in batch.records.values():
        if state.is_new:
            new.setdefault(state.what.name, []).append(state)
        elif state.touched:
            changed.setdefault((state.what.name, tuple(sorted(state.touched))), []).append(state)
    for name, states in new.items():
        what = catalog.object(name)
        calls.append(_insert(catalog, what.table, what.columns, [state.row for state in states]))
    # what goes first makes room for whoever takes its unique values over
    for (name, columns), states in sorted(changed.items(), key=lambda one: "deleted_at" not in one[0][1]):
        calls.append(_update(catalog, name, columns, states))
    return calls


def other_calls(batch: Batch, event_rows: list[Mapping[str, Any]]) -> list[Call]:
    """Return the statements that write everything else that the batch holds."""
    catalog = batch.catalog
    calls: list[Call] = []
    if event_rows:
        calls.append(_insert(catalog, catalog.system.event, tuple(event_rows[0]), event_rows))
    for name, rows in batch.inserts.items():
        calls.append(_insert(catalog, getattr(catalog.system, name), tuple(rows[0]), rows))
    for name, by_id in batch.patches.items():
        calls += _patch(catalog, name, by_id)
    for name, by_key in batch.upserts.items():
        table: sa.Table = getattr(catalog.system, name)
        rows = list(by_key.values())
        key = [column.name for column in table.primary_key.columns]
        columns = tuple(rows[0])
        statement = _cached(catalog, ("upsert", name), partial(upsert_rows, table, key, columns))
        calls.append((statement, [dump(rows)]))
    return calls


def hint_call(batch: Batch, event_rows: Iterable[Mapping[str, Any]]) -> Call | None:
    """Return the statement that tells web processes which records and whose notices are new."""
    records = {(e["object"], str(e["record"])): (e["record_version"], e["type"]) for e in event_rows}
    people = {str(row["person"]) for row in batch.inserts.get("notice", ())}
    if not records and not people:
        return None
    hint: dict[str, Any] = {
        "company": str(batch.catalog.company.id),
        "records": [[name, record, version, kind] for (name, record), (version, kind) in records.items()],
        "people": list(people),
    }
    text = dump(hint)
    if len(text.encode()) > _HINT_BYTES:
        text = dump({"company": hint["company"], "many": sorted({name for name, _ in records})})
    return _NOTIFY, [CHANNEL, text]


def job_hint(catalog: Snapshot, person: UUID) -> Call:
    """Return the statement that tells web processes that a job of the person has moved on."""
    hint: dict[str, Any] = {"company": str(catalog.company.id), "records": [], "people": [], "job": str(person)}
    return _NOTIFY, [CHANNEL, dump(hint)]


def release_hint(catalog: Snapshot) -> Call:
    """Return the statement that tells web processes that another release is in force, for everybody or for a group."""
    hint: dict[str, Any] = {"company": str(catalog.company.id), "records": [], "people": [], "release": True}
    return _NOTIFY, [CHANNEL, dump(hint)]


def notice_calls(catalog: Snapshot, rows: Sequence[Mapping[str, Any]]) -> list[Call]:
    """Return the statements that write notices outside a batch and tell web processes whose they are; none for none."""
    if not rows:
        return []
    people = [str(row["person"]) for row in rows]
    hint: dict[str, Any] = {"company": str(catalog.company.id), "records": [], "people": people[:_MOST_TOLD]}
    return [(insert_rows(catalog.system.notice, list(rows[0])), [dump(rows)]), (_NOTIFY, [CHANNEL, dump(hint)])]


def _update(catalog: Snapshot, name: str, columns: tuple[str, ...], states: list[RecordState]) -> Call:
    table = catalog.object(name).table
    statement = _cached(catalog, ("update", name, columns), partial(update_rows, table, columns))
    rows = [{"id": s.id, "expected_version": s.loaded_version, **{c: s.row[c] for c in columns}} for s in states]
    return statement, [dump(rows)]


def _patch(catalog: Snapshot, name: str, by_id: Mapping[Any, Mapping[str, Any]]) -> Iterable[Call]:
    table: sa.Table = getattr(catalog.system, name)
    shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for record, values in by_id.items():
        shapes.setdefault(tuple(sorted(values)), []).append({"id": record, **values})
    for columns, rows in shapes.items():
        statement = _cached(catalog, ("patch", name, columns), partial(patch_rows, table, columns))
        yield statement, [dump(rows)]


def _insert(catalog: Snapshot, table: sa.Table, columns: tuple[str, ...], rows: list[Any]) -> Call:
    statement = _cached(catalog, ("insert", table.name, columns), partial(insert_rows, table, columns))
    return statement, [dump(rows)]


def _cached(catalog: Snapshot, key: tuple[object, ...], make: Callable[[], Statement]) -> Statement:
    found = catalog.statements.get(key)
    if found is None:
        found = catalog.statements[key] = make()
    return found
