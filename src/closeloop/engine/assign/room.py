"""What a policy knows of its candidates at one moment, and counts on as it gives places away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from closeloop.access.duty import away
from closeloop.access.org import Org
from closeloop.engine.assign.model import Policy
from closeloop.expr import Env

FITS = "fits"


@dataclass(slots=True)
class Load:
    """How many open records of an object a person has, and how many policies gave the person today."""

    open: int = 0
    daily: int = 0


@dataclass(slots=True, eq=False)
class Candidate:
    """One person as a policy sees them while it deals. `load` is shared by an object's policies.

    A plain mutable object that is told apart by identity: a batch looks at each of them once a record.
    """

    person: UUID
    facts: Mapping[str, Any]
    """What the policy's expressions see as `candidate`."""
    load: Load
    bar: str
    """Why the person gets nothing, whatever room there is, or FITS."""
    open: int | None
    """How many open records the person may have; None for any number."""
    daily: int | None
    weight: int = 0
    """The share of a weighted policy, in hundredths."""
    turn: int = 0
    """The number of the person's last turn; 0 for none."""
    credit: int | None = None
    """What a weighted policy owes the person, in hundredths of a record times the weight of all."""
    told: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    """Each reason as decisions keep it: made once, since a batch gives the same ones over and over."""

    def standing(self) -> str:
        """Return why the person may be given nothing at all at the moment, whatever the record, or FITS."""
        if self.bar != FITS:
            return self.bar
        if self.open is not None and self.load.open >= self.open:
            return "no_room_open"
        if self.daily is not None and self.load.daily >= self.daily:
            return "no_room_daily"
        return FITS

    def tell(self, reason: str, *, eligible: bool) -> dict[str, Any]:
        """Return a reason as a decision keeps it; a reason belongs to those who fit or to those who don't."""
        found = self.told.get(reason)
        if found is None:
            found = self.told[reason] = {"person": self.person, "eligible": eligible, "reason": reason}
        return found


class Room:
    """A policy's candidates in their order. What a quota or a weight asks is asked once: of the candidate alone."""

    def __init__(self, policy: Policy, org: Org, env: Env, loads: Mapping[UUID, Load]) -> None:
        self.policy = policy
        self.candidates = list(_candidates(policy, org, env, loads))
        self._by_person = {one.person: one for one in self.candidates}
        self._turn = 0

    def of(self, person: UUID) -> Candidate | None:
        return self._by_person.get(person)

    def take_turn(self, person: UUID, turn: int, credit: int | None) -> None:
        """Note a turn as it was kept; that of somebody who is no candidate any more counts for the order."""
        self._turn = max(self._turn, turn)
        one = self._by_person.get(person)
        if one is not None:
            one.turn, one.credit = turn, credit

    def give(self, one: Candidate) -> None:
        """Count a place that a candidate has been given."""
        self._turn += 1
        one.turn = self._turn
        one.load.open += 1
        one.load.daily += 1


def _candidates(policy: Policy, org: Org, env: Env, loads: Mapping[UUID, Load]) -> Iterator[Candidate]:
    for person in policy.candidates(org):
        facts = policy.facts(person, org)
        open_, daily = policy.limit(policy.open, facts, env), policy.limit(policy.daily, facts, env)
        weight = policy.weights.of(person, facts, org, env) if policy.order == "weighted" else 0
        yield Candidate(person, facts, loads[person], _bar(policy, person, weight, org, env), open_, daily, weight)


def _bar(policy: Policy, person: UUID, weight: int, org: Org, env: Env) -> str:
    if not org.people[person].active:
        return "inactive"
    reason = away(org.people[person], env.now, policy.is_open) if policy.on_duty else None
    if reason is not None:
        return reason
    return "no_weight" if policy.order == "weighted" and weight == 0 else FITS
