"""Run rules whose time has come: over all records that they are for, a page at a time, late rather than never."""

import structlog

from closeloop.base.errors import NotFound, codes_of
from closeloop.engine.rules.model import RULES, Rule
from closeloop.engine.rules.reactor import RunRule
from closeloop.engine.rules.timer import LEASE, Due, claim_schedules, keep_in_step, next_time, note
from closeloop.records.commands import Submission
from closeloop.records.query import Query, Reader
from closeloop.runtime.company import CompanyRuntime

PAGE = 200
PAGES = 5
"""Pages of a run in one look, so that a long one keeps no clock waiting."""

_log = structlog.stdlib.get_logger()


async def run_schedules(runtime: CompanyRuntime) -> bool:
    """Run what is due of one company; returns whether a run goes on.

    Each record of a run is marked in the same transaction as what was done to it. So a run that was cut off goes on
    behind the last page that was noted, and does no record twice.
    """
    now = runtime.clock.now()
    async with runtime.database.transaction() as tx:
        dues, revision, org = await claim_schedules(tx, runtime.catalog, now)
    await runtime.fresh(revision, org)
    if "schedules in step" not in runtime.catalog.statements:
        async with runtime.database.transaction() as tx:
            await keep_in_step(tx, runtime.catalog, runtime.clock)
        runtime.catalog.statements["schedules in step"] = True
    going_on = False
    for due in dues:
        rule = runtime.catalog.all(RULES).get(due.rule)
        if rule is not None:
            going_on = await _run(runtime, rule, due) or going_on
    return going_on


async def _run(runtime: CompanyRuntime, rule: Rule, due: Due) -> bool:
    catalog, actor = runtime.catalog, runtime.system()
    reader = Reader(catalog, actor, actor.env(runtime.clock.now(), catalog))
    source = rule.where.source if rule.where is not None else None
    cursor, done = due.cursor, due.done
    for _ in range(PAGES):
        async with runtime.database.autocommit() as session:
            page = await reader.page(session, Query(rule.object, source, sort="id", limit=PAGE, cursor=cursor))
        commands = [RunRule(rule.object, row["id"], rule=rule.key, occurrence=due.at) for row in page.rows]
        noted = rule.on_error == "record"
        outcomes = await runtime.executor.run([Submission(one, actor, may_fail=noted) for one in commands])
        for command, outcome in zip(commands, outcomes, strict=True):
            if outcome.error is not None and not isinstance(outcome.error, NotFound):
                _log.warning("a rule failed", rule=rule.key, record=str(command.record), error=codes_of(outcome.error))
        cursor, done = page.next_cursor, done + len(page.rows)
        now = runtime.clock.now()
        async with runtime.database.autocommit() as session:
            if cursor is None:
                following = next_time(rule, now, catalog)
                ended = {"cursor": None, "done": 0, "last_at": now, "last_done": done}
                await note(session, catalog, due, next_at=following, lease_until=None, **ended)
                return False
            await note(session, catalog, due, cursor=cursor, done=done, lease_until=now + LEASE)
    async with runtime.database.autocommit() as session:
        await note(session, runtime.catalog, due, lease_until=None)
    return True
