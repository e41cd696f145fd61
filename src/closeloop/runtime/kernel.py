"""The composition root: which mechanisms there are, and the order in which they work on a change."""

from collections.abc import Sequence
from typing import Any

from closeloop.access.roles import ROLES
from closeloop.catalog.retention import RETENTION
from closeloop.catalog.snapshot import Kind
from closeloop.connect.channels import CHANNELS
from closeloop.connect.inbound import IntakeKeeper, IntakeLoader
from closeloop.connect.webhooks import WEBHOOKS, WebhookReactor
from closeloop.engine.assign.again import DealAgain, DealAgainHandler, WaitingLoader
from closeloop.engine.assign.model import POLICIES
from closeloop.engine.assign.reactor import AssignReactor
from closeloop.engine.assign.reserve import AssignReserver
from closeloop.engine.boards.model import BOARDS
from closeloop.engine.clocks.fire import FireClock, FireHandler
from closeloop.engine.clocks.hold import HoldHandler
from closeloop.engine.clocks.model import CLOCKS
from closeloop.engine.clocks.reactor import ClockLoader, ClockReactor
from closeloop.engine.dedupe.matches import MatchLoader
from closeloop.engine.dedupe.reactor import DedupeReactor
from closeloop.engine.desk.model import DESKS
from closeloop.engine.merge.handler import MergeHandler, MergeRecord, PointerLoader
from closeloop.engine.metrics.model import METRICS
from closeloop.engine.notify.reactor import AssignmentNotices
from closeloop.engine.operations.handler import OperationHandler, RunOperation
from closeloop.engine.operations.limits import LimitLoader
from closeloop.engine.operations.model import OPERATIONS
from closeloop.engine.playbooks.handler import GuidedHandler, RunGuided
from closeloop.engine.playbooks.model import PLAYBOOKS
from closeloop.engine.rules.marks import MarkLoader
from closeloop.engine.rules.model import RULES
from closeloop.engine.rules.reactor import RuleHandler, RuleReactor, RunRule
from closeloop.engine.scoring.model import SCORECARDS
from closeloop.engine.scoring.reactor import ScoreReactor
from closeloop.engine.stages.gates import GATES
from closeloop.engine.stages.moves import MoveHandler
from closeloop.engine.stages.stays import StayLoader, StayReactor
from closeloop.engine.steps.commands import CarryOn, HoldClock
from closeloop.engine.steps.run import CarryOnHandler
from closeloop.records.commands import (
    AssignRecord,
    Command,
    CreateRecord,
    DeleteRecord,
    MoveRecord,
    UnassignRecord,
    UpdateRecord,
)
from closeloop.records.filing import FileLoader, FileUses
from closeloop.records.handlers import AssignHandler, CreateHandler, DeleteHandler, UnassignHandler, UpdateHandler
from closeloop.records.load import RecordLoader, RelationLoader
from closeloop.records.once import AnswerKeeper, AnswerLoader
from closeloop.records.parts import Handler, Parts

KINDS: Sequence[Kind[Any]] = (
    ROLES, GATES, SCORECARDS, POLICIES, CLOCKS, OPERATIONS, PLAYBOOKS, RULES, METRICS, BOARDS, DESKS, CHANNELS,
    WEBHOOKS, RETENTION,
)  # fmt: skip
"""The kinds of definition beyond objects, pipelines, option lists and views, which the catalog knows itself.

Of pipelines the catalog reads the stages, and GATES what they require.
"""

HANDLERS: dict[type[Command], Handler] = {
    CreateRecord: CreateHandler(),
    UpdateRecord: UpdateHandler(),
    MoveRecord: MoveHandler(),
    AssignRecord: AssignHandler(),
    DealAgain: DealAgainHandler(),
    UnassignRecord: UnassignHandler(),
    DeleteRecord: DeleteHandler(),
    MergeRecord: MergeHandler(),
    RunOperation: OperationHandler(),
    RunGuided: GuidedHandler(OperationHandler()),
    FireClock: FireHandler(),
    HoldClock: HoldHandler(),
    RunRule: RuleHandler(),
    CarryOn: CarryOnHandler(),
}


def make_parts() -> Parts:
    """Return the write path's lists; a mechanism that isn't here does nothing."""
    return Parts(
        loaders=(
            AnswerLoader(),
            IntakeLoader(),
            MatchLoader(),  # takes its locks before anything else is read
            LimitLoader(),  # takes its locks before the records are read
            RecordLoader(),
            RelationLoader(HANDLERS),
            FileLoader(HANDLERS),
            PointerLoader(),
            StayLoader(),
            WaitingLoader(),
            ClockLoader(),
            MarkLoader(),
        ),
        handlers=HANDLERS,
        deciders=(DedupeReactor(), ScoreReactor(), AssignReactor()),
        reserver=AssignReserver(),
        followers=(StayReactor(), ClockReactor(), FileUses(), RuleReactor(), AssignmentNotices(), WebhookReactor()),
        closers=(AnswerKeeper(), IntakeKeeper()),
    )
