"""Automatic numbers: reserved from counter rows by a short statement of its own, before the batch's transaction.

No lock is held longer than that statement takes; a batch that fails leaves a gap.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime

import orjson

from closeloop.catalog.field_types.counted import period, written
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.records.commands import Command, CreateRecord

Counter = tuple[str, str, str]
"""(object, field, the period within which it counts)."""


class Short(Exception):
    """A record needs a number that hasn't been reserved: reserve it and start again."""

    def __init__(self, counter: Counter) -> None:
        super().__init__(counter)
        self.counter = counter


class Numbers:
    """The numbers that a batch has in hand."""

    def __init__(self, catalog: Snapshot, now: datetime) -> None:
        self.catalog = catalog
        self._today = now.astimezone(catalog.zone).date()
        self._wanted: dict[Counter, int] = {}
        self._reserved: dict[Counter, deque[int]] = {}

    def want(self, commands: Iterable[Command]) -> None:
        """Count the numbers that the commands are known to need."""
        for command in commands:
            what = self.catalog.objects.get(command.object) if isinstance(command, CreateRecord) else None
            if what is not None:
                for counter in self._counters(what).values():
                    self._wanted[counter] = self._wanted.get(counter, 0) + 1

    def want_another(self, short: Short) -> None:
        """Count one more: twice as many as are known, since what asked for one may ask for more."""
        self._wanted[short.counter] = self._wanted.get(short.counter, 0) * 2 + 1

    async def reserve(self, database: Database) -> None:
        """Reserve all that are wanted, in one statement; what an earlier attempt took is not given again."""
        if not self._wanted:
            return
        rows = [
            {"object": name, "field": field, "period": within, "value": count}
            for (name, field, within), count in sorted(self._wanted.items())
        ]
        async with database.autocommit() as session:
            found = await session.fetch(_statement(self.catalog), [orjson.dumps(rows).decode()])
        for name, field, within, last in found:
            count = self._wanted[name, field, within]
            self._reserved[name, field, within] = deque(range(last - count + 1, last + 1))

    def give(self, what: ObjectType) -> Mapping[str, str]:
        """Return the numbers of a new record by field; raises Short where there are none left."""
        given: dict[str, str] = {}
        for name, counter in self._counters(what).items():
            left = self._reserved.get(counter)
            if not left:
                raise Short(counter)
            given[name] = written(what.numbered[name].format or "", self._today, left.popleft())
        return given

    def _counters(self, what: ObjectType) -> Mapping[str, Counter]:
        return {name: (what.name, name, period(f.format or "", self._today)) for name, f in what.numbered.items()}


def _statement(catalog: Snapshot) -> Statement:
    found: Statement | None = catalog.statements.get("numbers")
    if found is None:
        table = f'"{catalog.company.schema}"."sys_counter"'
        columns = "object, field, period, value"
        found = Statement(
            f"INSERT INTO {table} AS c ({columns}) SELECT {columns} FROM json_to_recordset(%s::json)"  # noqa: S608 - our own names
            " AS r(object text, field text, period text, value bigint) ON CONFLICT (object, field, period)"
            " DO UPDATE SET value = c.value + EXCLUDED.value RETURNING object, field, period, value",
            "reserve numbers",
        )
        catalog.statements["numbers"] = found
    return found
