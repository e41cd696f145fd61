"""Find the rules that a change sets off, and run them: each as a command of its own, caused by what happened."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from closeloop.base.errors import Invalid, NotFound
from closeloop.catalog.expressions import row_for
from closeloop.catalog.model import Field
from closeloop.catalog.snapshot import Snapshot
from closeloop.engine.rules.marks import mark_of, set_mark
from closeloop.engine.rules.model import RULES, Rule, index_of
from closeloop.engine.steps.commands import NO_VALUES
from closeloop.engine.steps.run import Context, ask, do_steps, failure_log
from closeloop.events.model import RULE_FAILED, RULE_RUN
from closeloop.records.batch import Batch, Work
from closeloop.records.commands import RecordCommand, Values
from closeloop.records.effects import Effect, Log, Then, Upsert
from closeloop.records.handlers import begin_change


@dataclass(frozen=True, slots=True)
class RunRule(RecordCommand):
    """Do what a rule says for one record: after something that happened, or for a time that it was due at."""

    rule: str = ""
    after: str = ""
    before: Mapping[str, Any] = field(default_factory=dict[str, Any])
    changed: frozenset[str] = frozenset()
    occurrence: datetime | None = None


class RuleReactor:
    """Stands behind the clocks: a rule sees the record with its score, its owner and its clocks."""

    def react(self, work: Work, batch: Batch) -> Iterable[Effect]:
        if not work.events:
            return
        index = index_of(batch.catalog, work.what.name)
        if not index.rules:
            return
        candidates = index.candidates(work)
        if not candidates:
            return
        changed = frozenset(work.changed())
        facts = {"before": work.before, "changed": {name: name in changed for name in work.what.fields}}
        env = batch.env(work.actor)
        record = work.row["id"]
        for rule, trigger, cause in candidates:
            if rule.when is not None:
                row = row_for(rule.when, work.row, **facts)
                if rule.when.evaluate(row, env) is not True:
                    continue
            if _goes_round(rule, record, changed, work):
                continue
            if rule.once:
                if mark_of(batch, rule.key, record) is not None:
                    continue
                set_mark(batch, rule.key, record, batch.now)
            command = RunRule(
                work.what.name, record, rule=rule.key, after=trigger.word, before=work.before, changed=changed
            )
            yield Then(command, f"rule/{rule.key}", optional=rule.on_error == "record", cause=cause.id)


def _goes_round(rule: Rule, record: UUID, changed: frozenset[str], work: Work) -> bool:
    """Tell whether the rule has run for the record in this chain and nothing that it reads has changed since."""
    if changed & rule.reads:
        return False
    commands = (one.command for one in work.lineage())
    return any(isinstance(one, RunRule) and (one.rule, one.record) == (rule.key, record) for one in commands)


class RuleHandler:
    """Runs a rule under the rights of its definition; the run, or why it failed, stands on the record's timeline."""

    def inputs(self, command: RunRule, catalog: Snapshot) -> tuple[Values, Mapping[str, Field]]:  # noqa: ARG002
        return NO_VALUES, {}

    def check(self, work: Work, batch: Batch) -> None:
        command = work.command
        assert isinstance(command, RunRule)
        work.state = batch.records.get((command.object, command.record))
        if work.state is None or command.rule not in batch.catalog.all(RULES):
            raise NotFound

    def start(self, work: Work, batch: Batch) -> Iterable[Effect]:
        command = work.command
        assert isinstance(command, RunRule)
        rule = batch.catalog.all(RULES)[command.rule]
        begin_change(work)
        changed = {name: name in command.changed for name in work.what.fields}
        context = Context(
            asked_by=f"rule/{rule.key}",
            reason="rule",
            row=work.row.copy(),
            roots={"before": command.before, "changed": changed},
            params={"by": rule.label},
            failed=RULE_FAILED,
        )
        mark = {"rule": rule.key, "record": command.record, "at": batch.now, "occurrence": command.occurrence}
        marks = [Upsert("rule_run", mark)] if rule.once or command.occurrence is not None else []
        if work.failure is not None:
            return [failure_log(context, work), *marks]
        if command.occurrence is not None and not _is_due(rule, command.occurrence, context, work, batch):
            return []
        unmet = ask(rule.steps, context, work.what, batch.env(work.actor))
        if unmet:
            raise Invalid("operation_unmet", data={"unmet": unmet})
        done = do_steps(rule.steps, context, work, batch)
        run = {
            "rule": rule.key,
            "definition": rule.definition.id,
            "after": command.after or None,
            "due_at": command.occurrence,
            "did": done.did,
        }
        return [Log(RULE_RUN, {"rule": run}), *done.effects, *marks]


def _is_due(rule: Rule, occurrence: datetime, context: Context, work: Work, batch: Batch) -> bool:
    """Judge the record once more under its lock: another worker may have done it, or it may fit no longer."""
    mark = mark_of(batch, rule.key, work.row["id"])
    if mark is not None and (rule.once or mark >= occurrence):
        return False
    env = batch.env(work.actor)
    for condition in (rule.where, rule.when):
        if condition is not None:
            row = row_for(condition, work.row, **context.roots)
            if condition.evaluate(row, env) is not True:
                return False
    set_mark(batch, rule.key, work.row["id"], occurrence)
    return True
