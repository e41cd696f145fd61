"""What is done about commands that fail in the middle of a batch: whom a failure is laid to, and who starts again."""

from collections.abc import Sequence
from uuid import UUID

from closeloop.base.errors import CloseloopError, Conflict, FieldError
from closeloop.catalog.snapshot import Snapshot
from closeloop.records.batch import Work
from closeloop.records.commands import Submission

Excused = dict[tuple[int, ...], CloseloopError]
"""Optional commands that failed in an earlier attempt, by their path, with the reason."""


class Failed(Exception):
    """Commands of the batch failed after it had begun to change: it starts again without what they are laid to."""

    def __init__(self, failures: Sequence[tuple[Work, Exception]]) -> None:
        super().__init__(str(failures[0][1]))
        self._failures = failures

    def lay(self, failed: dict[int, Exception], excused: Excused) -> None:
        """Lay each failure to an optional command in its line, or to the submission that it came from."""
        for work, error in self._failures:
            told = _placed(work, error)
            optional = _excusable(work, error)
            if optional is None:
                failed[work.path[0]] = told
            else:
                excused[optional.path] = told if isinstance(told, CloseloopError) else CloseloopError()


class Trouble:
    """The failures of one round of commands. The round goes on after the first, to find the others of the same attempt.

    What works on a record that a failed command has touched, and a conflict, may be a consequence only: it counts in
    an attempt of its own. So a batch is done again a few times, not once for each of its commands that fail.
    """

    def __init__(self, round_: Sequence[Work]) -> None:
        self._round = round_
        self._failures: list[tuple[Work, Exception]] = []
        self._roots: set[int] = set()
        self._touched: set[UUID] = set()

    def concerns(self, work: Work) -> bool:
        """Tell whether a command belongs to a submission of which something has failed: it needn't be done."""
        return work.path[0] in self._roots

    def note(self, work: Work, error: Exception) -> None:
        consequence = isinstance(error, Conflict) or (work.state is not None and work.state.id in self._touched)
        if not self._failures or not consequence:
            self._failures.append((work, error))
        self._roots.add(work.path[0])
        same = (one.state for one in self._round if one.path[0] == work.path[0])
        self._touched.update(state.id for state in same if state is not None)

    def end(self) -> None:
        """Raise Failed if anything has failed."""
        if self._failures:
            raise Failed(self._failures)


def _excusable(work: Work, error: Exception) -> Work | None:
    """Return the optional work that a failure is laid to: the nearest, or for a loop the one that began it."""
    optional = [one for one in work.lineage() if one.optional and one.failure is None]
    looped = isinstance(error, CloseloopError) and error.code == "too_deep"
    return (optional[-1] if looped else optional[0]) if optional else None


def _placed(work: Work, error: Exception) -> Exception:
    """Name in an error about fields of a caused command the place in the definition that asked for it."""
    if not isinstance(error, CloseloopError) or ":" not in work.asked_by:
        return error
    fields = [FieldError(f"{work.asked_by}.{one.field}", one.code, one.params) for one in error.errors]
    return type(error)(error.code, errors=fields, data=error.data, **error.params)


def chain_of(work: Work) -> str:
    """Name the definitions that set each other off, in their order."""
    names = [one.asked_by.partition(":")[0] for one in work.lineage() if one.asked_by]
    return " → ".join(reversed(names))


def at_field(error: Exception, catalog: Snapshot) -> Exception:
    """Tell a value that must be unique and is taken at its field."""
    if isinstance(error, Conflict) and error.code == "taken":
        for what in catalog.objects.values():
            field = what.taken_by.get(error.params.get("constraint", ""))
            if field is not None:
                return Conflict("taken", errors=[FieldError(field, "taken")])
    return error


def met_its_twin(submission: Submission, error: Exception) -> bool:
    """Tell whether the same write came in twice at once, and the other one was first to take the key."""
    keyed = submission.once is not None or (submission.inbound is not None and submission.inbound.key is not None)
    return keyed and isinstance(error, Conflict) and error.code == "taken"
