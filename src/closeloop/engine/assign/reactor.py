"""Wish for an owner: the first policy that fits a new record decides; without one its maker keeps it."""

from collections.abc import Iterable

from closeloop.engine.assign.model import POLICIES
from closeloop.events.model import CREATED
from closeloop.records.batch import Batch, Work
from closeloop.records.effects import Effect, WantPlace


class AssignReactor:
    """Runs after the score, which a policy may ask for."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        if not work.has(CREATED) or work.values.get("owner") is not None:
            return
        for policy in batch.catalog.on(POLICIES, work.what.name):
            if policy.fits(work.row, batch.env(work.actor)):
                yield WantPlace(policy.key, "created")
                return
