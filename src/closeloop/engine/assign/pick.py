"""Choose an owner: pure, from what is known of the candidates at the moment of choosing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from closeloop.access.duty import away
from closeloop.access.org import Org
from closeloop.engine.assign.model import Policy
from closeloop.expr import Env
from closeloop.records.related import RecordRow

SHOWN = 50
"""How many candidates a decision keeps with its reasons; of a larger team the rest is only counted."""

FITS = "fits"

Row = Mapping[str, Any]


@dataclass(slots=True)
class Room:
    """What a policy knows of its candidates while the lock is held; it is counted on as places are given.

    `turns` and `credits` are the policy's own; `open` and `daily` belong to the people and are shared by an object's
    policies.
    """

    turns: dict[UUID, int] = field(default_factory=dict[UUID, int])
    credits: dict[UUID, int] = field(default_factory=dict[UUID, int])
    """What a weighted policy owes each candidate, in hundredths of a record times the weight of all."""
    open: dict[UUID, int] = field(default_factory=dict[UUID, int])
    daily: dict[UUID, int] = field(default_factory=dict[UUID, int])
    quotas: dict[UUID, tuple[int | None, int | None]] = field(default_factory=dict[UUID, tuple[int | None, int | None]])
    """The policy's limits for each candidate, open and daily: they ask about nothing else, so once will do."""
    weights: dict[UUID, int] = field(default_factory=dict[UUID, int])
    away: dict[UUID, str | None] = field(default_factory=dict[UUID, str | None])
    """Why a candidate is off duty at the moment of the batch, where the policy asks for it."""

    def give(self, person: UUID) -> None:
        self.turns[person] = max(self.turns.values(), default=0) + 1
        self.open[person] = self.open.get(person, 0) + 1
        self.daily[person] = self.daily.get(person, 0) + 1


@dataclass(frozen=True, slots=True)
class Choice:
    """Who was chosen, or nobody, and for each candidate why."""

    person: UUID | None
    candidates: list[dict[str, Any]]


class Look:
    """One policy looking for one record's owner."""

    def __init__(self, policy: Policy, row: Row, org: Org, room: Room, env: Env) -> None:
        self.policy, self.org, self.room, self.env = policy, org, room, env
        self._record = row
        self._row: dict[str, Any] | None = None
        self._at: UUID | None = None

    def ask(self, one: UUID) -> Row:
        """Return the row that holds the record and one candidate; it is the same row each time."""
        if self._row is None:  # the copy of a record's row knows what lies beyond it
            self._row = self._record.copy() if isinstance(self._record, RecordRow) else dict(self._record)
        if self._at != one:
            self._row.update(self.policy.facts(one, self.org))
            self._at = one
        return self._row

    def standing(self, one: UUID) -> str:
        """Return why a candidate may be given nothing at all at the moment, whatever the record, or FITS."""
        person, policy, room = self.org.people[one], self.policy, self.room
        if not person.active:
            return "inactive"
        if policy.on_duty:
            if one not in room.away:
                room.away[one] = away(person, self.env.now, policy.is_open)
            reason = room.away[one]
            if reason is not None:
                return reason
        if policy.order == "weighted" and self.weight(one) == 0:
            return "no_weight"
        if policy.open is None and policy.daily is None:
            return FITS
        quotas = room.quotas.get(one)
        if quotas is None:
            candidate = policy.facts(one, self.org)
            quotas = (policy.limit(policy.open, candidate, self.env), policy.limit(policy.daily, candidate, self.env))
            room.quotas[one] = quotas
        open_, daily = quotas
        if open_ is not None and room.open.get(one, 0) >= open_:
            return "no_room_open"
        if daily is not None and room.daily.get(one, 0) >= daily:
            return "no_room_daily"
        return FITS

    def reason(self, one: UUID, avoid: UUID | None) -> str:
        """Return why a candidate may not be given the record, or FITS."""
        found = self.standing(one)
        if found != FITS:
            return found
        if one == avoid:
            return "had_it"
        where = self.policy.where
        if where is not None and where.evaluate(self.ask(one), self.env) is not True:
            return "not_for_record"
        return FITS

    def weight(self, one: UUID) -> int:
        found = self.room.weights.get(one)
        if found is None:
            found = self.policy.weights.of(one, self.policy.facts(one, self.org), self.org, self.env)
            self.room.weights[one] = found
        return found

    def prefers(self, one: UUID) -> bool:
        prefer = self.policy.prefer
        return prefer is not None and prefer.evaluate(self.ask(one), self.env) is True

    def turn(self, one: UUID) -> int:
        return self.room.turns.get(one, 0)


def pick(policy: Policy, row: Row, org: Org, room: Room, env: Env, avoid: UUID | None = None) -> Choice:
    """Choose by the policy's order among those who are active, on duty where that counts, and have room.

    Round robin gives to the one whose last turn is longest ago, so a person who comes back from leave gets one
    record like everybody else, not all that were missed. Preferred candidates come before the others. Every order
    breaks ties by turn.
    """
    look = Look(policy, row, org, room, env)
    everybody = policy.candidates(org)
    reasons = {one: look.reason(one, avoid) for one in everybody}
    fit = [one for one in everybody if reasons[one] == FITS]
    preferred = {one for one in fit if look.prefers(one)} if policy.prefer is not None else set[UUID]()
    chosen: UUID | None = None
    if fit:
        asked = [one for one in fit if one in preferred] or fit
        choose, waits = _ORDERS[policy.order]
        chosen = choose(look, asked)
        for one in fit:
            reasons[one] = "not_preferred" if preferred and one not in preferred else waits
        reasons[chosen] = "preferred" if chosen in preferred else "chosen"
    shown = everybody[:SHOWN] if chosen in everybody[:SHOWN] or chosen is None else [chosen, *everybody[: SHOWN - 1]]
    return Choice(chosen, [{"person": one, "eligible": one in fit, "reason": reasons[one]} for one in shown])


def _longest_ago(look: Look, asked: Sequence[UUID]) -> UUID:
    return min(asked, key=look.turn)


def _least_loaded(look: Look, asked: Sequence[UUID]) -> UUID:
    return min(asked, key=lambda one: (look.room.open.get(one, 0), look.turn(one)))


def _weighted(look: Look, asked: Sequence[UUID]) -> UUID:
    """Choose by smooth weighted round robin, as nginx spreads requests (its change 52327e0627f4, May 2012).

    Everybody asked is credited with their weight; the one with the most credit is chosen and pays the sum of all
    weights. With weights w and their sum W, nobody's credit ever falls to -W or below: who is chosen has the most of
    credits that sum up to W, so more than 0 before paying. After W choices each credit is a whole number of W (it is
    W times w less W times the choices), none is below 0, and they sum up to 0: so everybody was chosen exactly w
    times, however ties are broken.
    """
    owed, total = look.room.credits, 0
    for one in asked:
        weight = look.weight(one)
        total += weight
        owed[one] = owed.get(one, 0) + weight
    chosen = max(asked, key=lambda one: (owed[one], -look.turn(one)))
    owed[chosen] -= total
    return chosen


def _most(look: Look, asked: Sequence[UUID]) -> UUID:
    """Choose whoever the policy's expression gives the most; without a value one comes last."""
    by = look.policy.by
    assert by is not None

    def worth(one: UUID) -> tuple[bool, Any, int]:
        value = by.evaluate(look.ask(one), look.env)
        return value is not None, Decimal(0) if value is None else value, -look.turn(one)

    return max(asked, key=worth)


_ORDERS: Mapping[str, tuple[Callable[[Look, Sequence[UUID]], UUID], str]] = {
    "round_robin": (_longest_ago, "later_turn"),
    "weighted": (_weighted, "later_turn"),
    "least_loaded": (_least_loaded, "more_loaded"),
    "by_expression": (_most, "comes_later"),
}
"""Each order's way to choose, and why the others wait."""
