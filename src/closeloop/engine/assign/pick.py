"""Choose an owner: pure, from what is known of the candidates at the moment of choosing."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from closeloop.access.org import Org
from closeloop.engine.assign.model import Policy
from closeloop.expr import Env

SHOWN = 50
"""How many candidates a decision keeps with its reasons; of a larger team the rest is only counted."""


@dataclass(slots=True)
class Room:
    """What a policy knows of its candidates while the lock is held; it is counted on as places are given.

    `turns` are the policy's own; `open` and `daily` belong to the people and are shared by an object's policies.
    """

    turns: dict[UUID, int] = field(default_factory=dict[UUID, int])
    open: dict[UUID, int] = field(default_factory=dict[UUID, int])
    daily: dict[UUID, int] = field(default_factory=dict[UUID, int])
    quotas: dict[UUID, tuple[int | None, int | None]] = field(default_factory=dict[UUID, tuple[int | None, int | None]])
    """The policy's limits for each candidate, open and daily: they ask about nothing else, so once will do."""

    def give(self, person: UUID) -> None:
        self.turns[person] = max(self.turns.values(), default=0) + 1
        self.open[person] = self.open.get(person, 0) + 1
        self.daily[person] = self.daily.get(person, 0) + 1


@dataclass(frozen=True, slots=True)
class Choice:
    """Who was chosen, or nobody, and for each candidate why."""

    person: UUID | None
    candidates: list[dict[str, Any]]


def pick(policy: Policy, row: dict[str, Any], org: Org, room: Room, env: Env, avoid: UUID | None = None) -> Choice:
    """Choose by the policy's order among those who are active, on duty where that counts, and have room.

    Round robin gives to the one whose last turn is longest ago, so a person who comes back from leave gets one
    record like everybody else, not all that were missed. Preferred candidates come before the others.
    """
    reasons: dict[UUID, str] = {}
    fit: list[UUID] = []
    preferred: set[UUID] = set()
    everybody = policy.candidates(org)
    for one in everybody:
        reason, is_preferred = _reason(policy, row, org, one, room, env, avoid)
        reasons[one] = reason
        if reason == "fits":
            fit.append(one)
            if is_preferred:
                preferred.add(one)
    chosen: UUID | None = None
    if fit:
        pool = [one for one in fit if one in preferred] or fit
        if policy.order == "least_loaded":
            chosen = min(pool, key=lambda one: (room.open.get(one, 0), room.turns.get(one, 0)))
        else:
            chosen = min(pool, key=lambda one: room.turns.get(one, 0))
        for one in fit:
            reasons[one] = "not_preferred" if preferred and one not in preferred else _waits(policy)
        reasons[chosen] = "preferred" if chosen in preferred else "chosen"
    shown = everybody[:SHOWN] if chosen in everybody[:SHOWN] or chosen is None else [chosen, *everybody[: SHOWN - 1]]
    return Choice(chosen, [{"person": one, "eligible": one in fit, "reason": reasons[one]} for one in shown])


def _waits(policy: Policy) -> str:
    return "more_loaded" if policy.order == "least_loaded" else "later_turn"


def _reason(
    policy: Policy, row: dict[str, Any], org: Org, one: UUID, room: Room, env: Env, avoid: UUID | None
) -> tuple[str, bool]:
    """Return why a candidate is passed over, or `fits`, and whether the policy prefers the candidate."""
    person = org.people[one]
    if not person.active:
        return "inactive", False
    if policy.on_duty and not person.on_duty:
        return "off_duty", False
    if one == avoid:
        return "had_it", False
    if policy.open is None and policy.daily is None and policy.prefer is None:
        return "fits", False
    quotas = room.quotas.get(one)
    if quotas is None:
        candidate = person.as_candidate()
        quotas = (policy.limit(policy.open, candidate, env), policy.limit(policy.daily, candidate, env))
        room.quotas[one] = quotas
    open_, daily = quotas
    if open_ is not None and room.open.get(one, 0) >= open_:
        return "no_room_open", False
    if daily is not None and room.daily.get(one, 0) >= daily:
        return "no_room_daily", False
    if policy.prefer is None:
        return "fits", False
    both = row.copy()  # not made anew: the row knows what lies beyond it
    both.update(person.as_candidate())
    return "fits", policy.prefer.evaluate(both, env) is True
