"""Commands that others set off: whose rights they have, and whom a failure among them is laid to."""

from dataclasses import replace

from closeloop.base.errors import CloseloopError, FieldError
from closeloop.records.batch import Work

Excused = dict[tuple[int, ...], CloseloopError]
"""Optional commands that failed in an earlier attempt, by their path, with the reason."""


class Failed(Exception):
    """One command of the batch failed after the batch had begun to change: the others start again without it."""

    def __init__(self, work: Work, error: Exception) -> None:
        super().__init__(str(error))
        self.work = work
        self.error = error


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


def excusable(work: Work, error: Exception) -> Work | None:
    """Return the optional work that a failure is laid to: the nearest, or for a loop the one that began it."""
    optional = [one for one in work.lineage() if one.optional and one.failure is None]
    looped = isinstance(error, CloseloopError) and error.code == "too_deep"
    return (optional[-1] if looped else optional[0]) if optional else None


def lay(signal: Failed, failed: dict[int, Exception], excused: Excused) -> None:
    """Note whom a failure is laid to: an optional command, which is then only noted, or what somebody submitted."""
    error = placed(signal.work, signal.error)
    optional = excusable(signal.work, signal.error)
    if optional is None:
        failed[signal.work.path[0]] = error
    else:
        excused[optional.path] = error if isinstance(error, CloseloopError) else CloseloopError()


def placed(work: Work, error: Exception) -> Exception:
    """Name in an error about fields of a caused command the place in the definition that asked for it."""
    if not isinstance(error, CloseloopError) or ":" not in work.asked_by:
        return error
    fields = [FieldError(f"{work.asked_by}.{one.field}", one.code, one.params) for one in error.errors]
    return type(error)(error.code, errors=fields, data=error.data, **error.params)


def chain(work: Work) -> str:
    """Name the definitions that set each other off, in their order."""
    names = [one.asked_by.partition(":")[0] for one in work.lineage() if one.asked_by]
    return " → ".join(reversed(names))
