"""Commands that others set off: under whose rights they are done, and where they stand in the chain of causes."""

from dataclasses import replace

from closeloop.records.batch import Work
from closeloop.records.failures import Excused


def caused(work: Work, excused: Excused) -> list[Work]:
    """Return the works that a work set off: under the rights of the definition that asked for them."""
    if not work.then:
        return []
    actor = replace(work.actor, elevated=True)
    cause = work.events[-1].id if work.events else work.cause
    works: list[Work] = []
    for number, then in enumerate(work.then):
        path = (*work.path, number)
        one = Work(work.submission, then.command, actor, work.depth + 1, then.cause or cause, work, path)
        one.asked_by, one.optional, one.failure = then.asked_by, then.optional, excused.get(path)
        works.append(one)
    return works
