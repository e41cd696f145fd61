"""Wish for an owner: the first policy that fits a new record decides; without one its maker keeps it."""

from collections.abc import Iterable

from closeloop.base.errors import Invalid
from closeloop.engine.assign.model import POLICIES, Policy
from closeloop.events.model import ASSIGNED, CREATED, UPDATED
from closeloop.records.batch import Batch, Work
from closeloop.records.effects import Effect, Patch, SetFields, WantPlace


class AssignReactor:
    """Runs after the score, which a policy may ask for; what somebody takes out of a pool waits no more."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        if work.has(ASSIGNED) and work.before and work.before["owner"] is None:
            yield from _taken(work, batch)
        for want in work.wants:
            policy_of(work, want, batch)  # one that no policy is for fails here, where it takes nobody with it
        if not work.has(CREATED) or work.values.get("owner") is not None:
            return
        for policy in batch.catalog.on(POLICIES, work.what.name):
            if policy.fits(work.row, batch.env(work.actor)):
                yield WantPlace(policy.key, "created")
                return


def policy_of(work: Work, want: WantPlace, batch: Batch) -> Policy:
    """Return the policy that decides over a wish: the one it names, or the first that fits; raises Invalid for none."""
    env = batch.env(work.actor)
    for policy in batch.catalog.on(POLICIES, work.what.name):
        if policy.key == want.policy or (not want.policy and policy.fits(work.row, env)):
            return policy
    raise Invalid("no_policy")


def _taken(work: Work, batch: Batch) -> Iterable[Effect]:
    """Take a record that was given to somebody by hand out of the pools that policies put it into."""
    yield Patch("waiting", work.row["id"], {"until": batch.now})
    policies = batch.catalog.on(POLICIES, work.what.name)
    emptied = {one.pool_field: None for one in policies if one.pool and work.row.get(one.pool_field) == one.pool}
    if emptied:
        yield SetFields(emptied, UPDATED)
