"""The object's own checks: what must hold of a record after every change to what they are about."""

from closeloop.base.errors import FieldError, Invalid
from closeloop.records.batch import Batch, Work
from closeloop.records.commands import CreateRecord


def require_checks(work: Work, batch: Batch) -> None:
    """Refuse a change that breaks a check; what comes in from outside is taken as it is, lest a lead be lost."""
    state, command = work.state, work.command
    if state is None or not state.what.checks or work.joined is not None:
        return
    if isinstance(command, CreateRecord) and command.lenient:
        return
    changed = None if state.is_new else work.changed()
    env = batch.env(work.actor)
    errors = [
        FieldError(check.field or "", "check_failed", {"message": check.message})
        for check in state.what.checks
        if (changed is None or not check.fields.isdisjoint(changed)) and check.holds.evaluate(state.row, env) is False
    ]
    if errors:
        raise Invalid(errors=errors)
