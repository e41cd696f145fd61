"""Wish for an owner: the first policy that fits a new record decides; without one its maker keeps it."""

from collections.abc import Iterable

from closeloop.engine.assign.model import POLICIES
from closeloop.events.model import ASSIGNED, CREATED, UPDATED
from closeloop.records.batch import Batch, Work
from closeloop.records.effects import Effect, Patch, SetFields, WantPlace


class AssignReactor:
    """Runs after the score, which a policy may ask for; what somebody takes out of a pool waits no more."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        if work.has(ASSIGNED) and work.before and work.before["owner"] is None:
            yield from _taken(work, batch)
        if not work.has(CREATED) or work.values.get("owner") is not None:
            return
        for policy in batch.catalog.on(POLICIES, work.what.name):
            if policy.fits(work.row, batch.env(work.actor)):
                yield WantPlace(policy.key, "created")
                return


def _taken(work: Work, batch: Batch) -> Iterable[Effect]:
    """Take a record that was given to somebody by hand out of the pools that policies put it into."""
    yield Patch("waiting", work.row["id"], {"until": batch.now})
    policies = batch.catalog.on(POLICIES, work.what.name)
    emptied = {one.pool_field: None for one in policies if one.pool and work.row.get(one.pool_field) == one.pool}
    if emptied:
        yield SetFields(emptied, UPDATED)
