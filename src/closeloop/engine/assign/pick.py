"""Choose an owner: pure, from what is known of the candidates at the moment of choosing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from closeloop.engine.assign.room import FITS, Candidate, Room
from closeloop.expr import Env, Expression
from closeloop.records.related import RecordRow

SHOWN = 50
"""How many candidates a decision keeps with its reasons; of a larger team the rest is only counted."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """Who was chosen, or nobody, and for each candidate why."""

    chosen: Candidate | None
    candidates: list[dict[str, Any]]


class Look:
    """Asks a policy's expressions about one record and one candidate after the other."""

    def __init__(self, row: Row, env: Env) -> None:
        self._record, self._env = row, env
        self._row: dict[str, Any] | None = None

    def ask(self, expression: Expression, one: Candidate) -> Any:
        if self._row is None:  # the copy of a record's row knows what lies beyond it
            self._row = self._record.copy() if isinstance(self._record, RecordRow) else dict(self._record)
        self._row.update(one.facts)
        return expression.evaluate(self._row, self._env)


def pick(room: Room, row: Row, env: Env, avoid: UUID | None = None) -> Choice:
    """Choose by the policy's order among those who are active, on duty where that counts, and have room.

    Round robin gives to the one whose last turn is longest ago, so a person who comes back from leave gets one
    record like everybody else, not all that were missed. Preferred candidates come before the others. Every order
    breaks ties by turn.
    """
    policy, everybody, look = room.policy, room.candidates, Look(row, env)
    reasons = [_reason(one, policy.where, look, avoid) for one in everybody]
    fit = [one for one, reason in zip(everybody, reasons, strict=True) if reason == FITS]
    preferred: list[Candidate] = []
    if policy.prefer is not None:
        preferred = [one for one in fit if look.ask(policy.prefer, one) is True]
    liked = set(preferred)
    chosen: Candidate | None = None
    waits = FITS
    if fit:
        choose, waits = _ORDERS[policy.order]
        chosen = choose(preferred or fit, policy.by, look)
    told: list[dict[str, Any]] = []
    for one, reason in zip(everybody, reasons, strict=True):
        if reason != FITS:
            told.append(one.tell(reason, eligible=False))
        elif one is chosen:
            told.append(one.tell("preferred" if preferred else "chosen", eligible=True))
        else:
            told.append(one.tell("not_preferred" if liked and one not in liked else waits, eligible=True))
    return Choice(chosen, _shown(told, everybody, chosen))


def _reason(one: Candidate, where: Expression | None, look: Look, avoid: UUID | None) -> str:
    """Return why a candidate may not be given the record, or FITS."""
    standing = one.standing()
    if standing != FITS:
        return standing
    if avoid is not None and one.person == avoid:
        return "had_it"
    if where is not None and look.ask(where, one) is not True:
        return "not_for_record"
    return FITS


def _shown(
    told: list[dict[str, Any]], everybody: Sequence[Candidate], chosen: Candidate | None
) -> list[dict[str, Any]]:
    """Return the reasons that are kept: of a large team the first ones, and that of the chosen one."""
    if len(told) <= SHOWN:
        return told
    at = everybody.index(chosen) if chosen is not None else 0
    return told[:SHOWN] if at < SHOWN else [told[at], *told[: SHOWN - 1]]


def _longest_ago(asked: Sequence[Candidate], by: Expression | None, look: Look) -> Candidate:  # noqa: ARG001 - its shape
    return min(asked, key=_turn)


def _turn(one: Candidate) -> int:
    return one.turn


def _least_loaded(asked: Sequence[Candidate], by: Expression | None, look: Look) -> Candidate:  # noqa: ARG001 - its shape
    return min(asked, key=lambda one: (one.load.open, one.turn))


def _weighted(asked: Sequence[Candidate], by: Expression | None, look: Look) -> Candidate:  # noqa: ARG001 - its shape
    """Choose by smooth weighted round robin, as nginx spreads requests (its change 52327e0627f4, May 2012).

    Everybody asked is credited with their weight; the one with the most credit is chosen and pays the sum of all
    weights. With weights w and their sum W, nobody's credit ever falls to -W or below: who is chosen has the most of
    credits that sum up to W, so more than 0 before paying. After W choices each credit is a whole number of W (it is
    W times w less W times the choices), none is below 0, and they sum up to 0: so everybody was chosen exactly w
    times, however ties are broken.
    """
    total = 0
    for one in asked:
        total += one.weight
        one.credit = (one.credit or 0) + one.weight
    chosen = max(asked, key=lambda one: (one.credit or 0, -one.turn))
    chosen.credit = (chosen.credit or 0) - total
    return chosen


def _most(asked: Sequence[Candidate], by: Expression | None, look: Look) -> Candidate:
    """Choose whoever the policy's expression gives the most; without a value one comes last."""
    assert by is not None

    def worth(one: Candidate) -> tuple[bool, Any, int]:
        value = look.ask(by, one)
        return value is not None, Decimal(0) if value is None else value, -one.turn

    return max(asked, key=worth)


_ORDERS: Mapping[str, tuple[Callable[[Sequence[Candidate], Expression | None, Look], Candidate], str]] = {
    "round_robin": (_longest_ago, "later_turn"),
    "weighted": (_weighted, "later_turn"),
    "least_loaded": (_least_loaded, "more_loaded"),
    "by_expression": (_most, "comes_later"),
}
"""Each order's way to choose, and why the others wait."""
