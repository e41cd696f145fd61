"""Say what a publication would do, and do nothing: definitions, tables, values that don't fit, and what is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from closeloop.base.clock import Clock
from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.model import Company, Definition
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.engine import Database
from closeloop.runtime.convert import Losses, count_losses
from closeloop.runtime.publish import Decide, work_out
from closeloop.schema.changes import Change


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be done; nothing but `problems` where the definitions can't be compiled."""

    definitions: Sequence[Definition] = ()
    changes: Sequence[Change] = ()
    conversions: Sequence[Losses] = ()
    problems: Sequence[FieldError] = field(default_factory=list[FieldError])


async def preview(
    database: Database, clock: Clock, company: Company, decide: Decide, at_hand: Snapshot | None = None
) -> Preview:
    """Work a publication out, and count the values that its conversions would leave behind."""
    try:
        async with database.transaction() as tx:
            made = await work_out(tx, clock, company, decide, at_hand)
    except Invalid as error:
        if error.code != "bad_definition":
            raise
        return Preview(problems=error.errors)
    converted = {one.place for one in made.retypes}
    problems = [
        FieldError(f"{one.table}.{one.name}", f"unsafe_{one.kind}")
        for one in made.plan.problems
        if (one.table, one.name) not in converted
    ]
    losses = [await count_losses(database, one) for one in made.retypes]
    return Preview(made.changed, made.plan.changes, losses, problems)
