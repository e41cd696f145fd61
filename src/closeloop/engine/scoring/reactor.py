"""Score a record when it is made and whenever a field changes that a factor looks at."""

from collections.abc import Iterable

from closeloop.engine.scoring.model import SCORECARDS
from closeloop.events.model import CREATED, SCORED
from closeloop.records.batch import Batch, Work
from closeloop.records.effects import Effect, SetFields


class ScoreReactor:
    """Keeps with the score what each factor gave and the values that it saw."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        if work.state is None or not work.events:
            return
        created = work.has(CREATED)
        changed = work.changed()
        for card in batch.catalog.on(SCORECARDS, work.what.name):
            if not created and not changed & card.fields:
                continue
            total, grade, factors = card.score(work.row, batch.env(work.actor))
            values = {
                name: value
                for name, value in ((card.total_field, total), (card.grade_field, grade))
                if name is not None
            }
            score = {
                "scorecard": card.key,
                "definition": card.definition.id,
                "total": total,
                "grade": grade,
                "factors": factors,
            }
            yield SetFields(values, SCORED, {"score": score})
