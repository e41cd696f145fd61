"""Tell the people whom an assignment concerns: who has the record now, and who had it."""

from collections.abc import Iterable
from uuid import UUID

from closeloop.events.model import ASSIGNED, CREATED
from closeloop.records.batch import Batch, Work
from closeloop.records.commands import HANDED_OVER, AssignRecord
from closeloop.records.effects import Effect, Notify


class AssignmentNotices:
    """Nobody is told of what they did themselves."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        if not work.has(ASSIGNED) and not work.has(CREATED):
            return
        if isinstance(work.command, AssignRecord) and work.command.reason == HANDED_OVER:
            return
        before = work.before.get("owner")
        owner = work.row["owner"]
        actor = work.actor.id
        by = work.actor.person
        if owner is not None and owner != actor:
            yield Notify([owner], "assigned", "info", {"by": by.name if by else None}, "assigned_many")
        if before is not None and before not in (owner, actor):
            yield Notify([before], "taken_over", "warning", {"owner": _name(batch, owner)}, "taken_over_many")


def _name(batch: Batch, person: UUID | None) -> str | None:
    found = batch.org.people.get(person) if person is not None else None
    return found.name if found else None
