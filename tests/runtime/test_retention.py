"""What has had its time is deleted, and nothing else; the company says how long each is kept."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from tests.support.company import Clocked
from tests.support.definitions import release

from closeloop.base.errors import Invalid
from closeloop.base.ids import new_id
from closeloop.catalog.store import Body
from closeloop.runtime import retention
from closeloop.runtime.retention import EVERY, Retention

pytestmark = pytest.mark.db

DAY = timedelta(days=1)


async def counts(company: Clocked) -> dict[str, int]:
    names = ("answer", "notice", "job", "job_error", "intake", "session", "daily", "outbox", "event", "audit", "clock")
    return {name: len(await company.system_rows(name)) for name in names}


async def leave_something_of_everything(company: Clocked) -> None:
    """Leave rows as the mechanisms do: a lead with its notices, payload and daily place, and what ended long ago."""
    await company.take_in({"company": "云麓机床", "phone": "13900001111"})
    now, person = company.clock.now(), company.id_of("sales1")
    tables, job = company.tables, new_id(company.clock)
    outbox = {"event": job, "target": "erp", "type": "record.created", "object": "lead", "record": job, "payload": {}}
    rows = [
        sa.insert(tables.session).values(
            id=new_id(company.clock), token_hash=str(job), person=person, created_at=now, expires_at=now + DAY, agent=""
        ),
        sa.insert(tables.answer).values(person=person, key="k", at=now, hash="h", status=201, body={}),
        sa.insert(tables.job).values(
            id=job, kind="import", state="done", created_at=now, finished_at=now, attempts=1, step=0, progress=0,
            errors=1, params={}, cursor={},
        ),
        sa.insert(tables.job_error).values(job=job, row=1, problem={}),
        *(
            sa.insert(tables.outbox).values(
                id=new_id(company.clock), state=state, attempts=1, key=state, created_at=now, **outbox
            )
            for state in ("waiting", "done", "dead")
        ),
    ]  # fmt: skip
    await company.change(*rows)


async def test_each_thing_goes_when_its_time_is_over_and_records_never(own_company: Clocked):
    await leave_something_of_everything(own_company)
    before = await counts(own_company)
    assert all(before[name] for name in before if name != "audit")
    look = Retention()

    async def after(days: int) -> set[str]:
        own_company.clock.move(days * DAY)
        while await look.look(own_company):
            pass
        left = await counts(own_company)
        changed = {name for name in left if left[name] < before[name]}
        before.update(left)
        return changed

    assert await after(1) == {"session"}
    assert await after(5) == set()
    assert await after(2) == {"answer"}
    assert await after(60) == {"daily"}
    assert await after(30) >= {"job", "outbox"}
    assert await after(1) <= {"job_error"}
    assert before["job_error"] == 0
    assert await after(100) == {"notice"}
    assert await after(300) == {"intake", "outbox"}
    assert [row["state"] for row in await own_company.system_rows("outbox")] == ["waiting"]
    assert await after(3000) == set()
    assert before["event"] > 0
    assert len(await own_company.rows(sa.select(own_company.catalog.object("lead").table.c.id))) == 1


async def test_the_company_says_how_long(own_company: Clocked):
    await leave_something_of_everything(own_company)
    await release(own_company, Body("retention", "company", {"retention": "company", "days": {"notices": 3}}))
    own_company.clock.move(4 * DAY)
    await Retention().look(own_company)
    left = await counts(own_company)
    assert left["notice"] == 0
    assert left["answer"] == left["intake"] == 1


async def test_the_audit_trail_stays_unless_the_company_says_for_how_long(own_company: Clocked):
    def entry() -> sa.Insert:
        now = own_company.clock.now()
        return sa.insert(own_company.tables.audit).values(id=new_id(own_company.clock), at=now, type="session.started")

    async def look() -> int:
        await Retention().look(own_company)
        return len(await own_company.system_rows("audit", type="session.started"))

    await own_company.change(entry())
    own_company.clock.move(400 * DAY)
    await own_company.change(entry())
    assert await look() == 2
    await release(own_company, Body("retention", "company", {"retention": "company", "days": {"audit": 365}}))
    assert await look() == 1
    own_company.clock.move(364 * DAY)
    assert await look() == 1
    own_company.clock.move(2 * DAY)
    assert await look() == 0


async def test_marks_of_past_runs_go_and_those_that_keep_a_rule_from_running_again_stay(own_company: Clocked):
    rule = {"on": "lead", "every": {"daily": "09:00"}, "do": [{"notify": "owner"}]}
    await release(
        own_company,
        Body("rule", "daily_look", {"rule": "daily_look", "label": "daily", **rule}),
        Body("rule", "one_look", {"rule": "one_look", "label": "one", **rule, "once": True}),
    )
    record, mark = new_id(own_company.clock), sa.insert(own_company.tables.rule_run)

    async def run_all() -> None:
        now = own_company.clock.now()
        for name, occurrence in {"daily_look": now, "one_look": now, "gone": now, "at_once": None}.items():
            await own_company.change(
                mark.values(rule=name, record=record, at=now, occurrence=occurrence),
            )

    async def left() -> set[str]:
        await Retention().look(own_company)
        return {row["rule"] for row in await own_company.system_rows("rule_run")}

    await run_all()
    own_company.clock.move(59 * DAY)
    assert await left() == {"daily_look", "one_look", "gone", "at_once"}
    own_company.clock.move(2 * DAY)
    assert await left() == {"one_look", "gone", "at_once"}


@pytest.mark.parametrize(
    ("days", "place", "code"),
    [
        ({"audit": 179}, "days.audit", "too_small"),
        ({"audit": "3y"}, "days.audit", "wrong_kind"),
        ({"notices": 0}, "days.notices", "too_small"),
        ({"notices": "3d"}, "days.notices", "wrong_kind"),
        ({"notices": 100_000}, "days.notices", "too_large"),
        ({"events": 3}, "days.events", "unknown_key"),
    ],
)
async def test_a_wrong_time_is_refused_at_its_place(
    own_company: Clocked, days: dict[str, object], place: str, code: str
):
    with pytest.raises(Invalid) as refused:
        await release(own_company, Body("retention", "company", {"retention": "company", "days": days}))
    assert [(one.field, one.code) for one in refused.value.errors] == [(f"retention/company: {place}", code)]


async def test_a_long_backlog_goes_in_pieces_and_is_looked_at_once_an_hour(
    own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    person, tables = own_company.id_of("sales1"), own_company.tables
    rows = [
        {"person": person, "key": str(i), "at": own_company.clock.now(), "hash": "h", "status": 201, "body": {}}
        for i in range(7)
    ]
    await own_company.change(*(sa.insert(tables.answer).values(**row) for row in rows))
    own_company.clock.move(8 * DAY)
    look = Retention()
    assert [await look.look(own_company) for _ in range(4)] == [True, True, False, False]
    assert await own_company.system_rows("answer") == []
    await own_company.change(sa.insert(tables.answer).values(**rows[0]))
    await look.look(own_company)
    assert len(await own_company.system_rows("answer")) == 1
    own_company.clock.move(EVERY)
    await look.look(own_company)
    assert await own_company.system_rows("answer") == []
