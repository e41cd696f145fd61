"""The demo company's past: what it shows must be what its rules have done, in the order of time, and nothing later."""

from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from tests.support.company import DEMO, Clocked, sales_app

from closeloop.apps.sales.demo.days import begin
from closeloop.apps.sales.demo.habits import HABITS, USUAL
from closeloop.apps.sales.demo.words import make_lead
from closeloop.apps.sales.demo.world import World
from closeloop.base.clock import FrozenClock
from closeloop.base.settings import Settings
from closeloop.connect.store import open_store
from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.runtime.app_files import read_yaml
from closeloop.runtime.files import Files
from closeloop.runtime.history import Histories, Tell
from closeloop.runtime.install import ask_for_history, create_company
from closeloop.runtime.mend import drift_of

pytestmark = pytest.mark.db

BEGAN = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
"""A Monday morning before work."""
DAYS = 10
FIRST = {"lead": "new", "opportunity": "contact"}
"""The stage of a record that was never moved."""
ENDED = BEGAN + timedelta(days=DAYS)


class Cut(Exception):
    """The process dies."""


@dataclass(frozen=True)
class Lived:
    """A company with a past, and what its people were refused meanwhile."""

    company: Clocked
    world: World


@pytest.fixture(scope="module")
async def lived(database: Database) -> AsyncGenerator[Lived]:
    """Return a company that has lived for some days, cut off in the middle of them."""
    clock = FrozenClock(BEGAN)
    content = read_yaml(DEMO / "company.yaml")
    made = await create_company(
        database, clock, {**content, "company": {**content["company"], "key": "lived"}}, sales_app(), "sales"
    )
    async with database.autocommit() as session:
        await ask_for_history(session, clock, made, "sales", DAYS)
    company = Clocked(made, database, clock)
    await company.refresh()
    with TemporaryDirectory() as home:
        files = Files(open_store(Settings(home=Path(home))), 10_000_000)

        def tell(done: int, total: int) -> None:
            if done == 3:
                raise Cut

        def histories(tell: Tell) -> Histories:
            return Histories(files, {"sales": begin}, tell, FrozenClock(ENDED))

        with suppress(Cut):
            await histories(tell).write(company, clock)
        clock.move_to(ENDED)
        world = await histories(lambda *_: None).write(company, clock)
        assert isinstance(world, World)
        assert await histories(lambda *_: None).write(company, clock) is None
        yield Lived(company, world)
    async with database.autocommit() as session:
        await session.execute(Statement("DELETE FROM platform.company WHERE id = %s", "test"), [made.id])
        await session.execute(Statement(f"DROP SCHEMA {made.schema} CASCADE", "test", prepared=False))


def table(lived: Lived, name: str) -> sa.Table:
    return lived.company.catalog.object(name).table


async def test_there_is_a_history_and_hardly_anything_was_refused(lived: Lived):
    # now and then somebody else was quicker, as in life
    assert lived.world.refused.total() < 5, lived.world.refused
    counts = {}
    for name in ("lead", "touch", "todo", "opportunity"):
        (row,) = await lived.company.rows(sa.select(sa.func.count().label("n")).select_from(table(lived, name)))
        counts[name] = row["n"]
    assert counts["lead"] > 120
    assert counts["touch"] > counts["lead"]
    assert counts["todo"] > 20
    assert counts["opportunity"] > 0
    (job,) = await lived.company.system_rows("job", kind="demo_history")
    assert (job["state"], job["finished_at"]) == ("done", ENDED)


async def test_nothing_lies_in_the_future_and_all_of_it_after_the_beginning(lived: Lived):
    moments: list[datetime] = []
    for name, columns in {
        "event": ("at",), "notice": ("at", "read_at"), "clock": ("started_at", "met_at", "ended_at"), "intake": ("at",),
    }.items():  # fmt: skip
        rows = await lived.company.system_rows(name)
        moments += [row[column] for row in rows for column in columns if row[column] is not None]
    for name in ("lead", "touch", "todo", "customer", "contact", "opportunity"):
        what = table(lived, name)
        for row in await lived.company.rows(sa.select(what.c.created_at, what.c.updated_at)):
            moments += row.values()
    assert min(moments) >= BEGAN
    assert max(moments) <= ENDED


async def test_events_of_a_record_stand_in_the_order_of_time(lived: Lived):
    last: dict[object, datetime] = {}
    for event in sorted(await lived.company.system_rows("event"), key=lambda one: one["id"]):
        assert last.get(event["record"], BEGAN) <= event["at"]
        last[event["record"]] = event["at"]


async def test_a_record_stands_where_its_last_move_left_it(lived: Lived):
    stages: dict[object, str] = {}
    for event in await lived.company.system_rows("event"):
        if "stage" in (event["changes"] or {}):
            stages[event["record"]] = event["changes"]["stage"][1]
    for name in ("lead", "opportunity"):
        what = table(lived, name)
        rows = await lived.company.rows(sa.select(what.c.id, what.c.stage))
        assert {row["id"]: row["stage"] for row in rows} == {
            row["id"]: stages.get(row["id"], FIRST[name]) for row in rows
        }


async def test_every_converted_lead_has_its_three_records(lived: Lived):
    lead, deal, contact = table(lived, "lead"), table(lived, "opportunity"), table(lived, "contact")
    joined = lead.outerjoin(deal, deal.c.id == lead.c.opportunity).outerjoin(contact, contact.c.id == lead.c.contact)
    query = (
        sa.select(lead.c.customer, lead.c.converted_at, deal.c.customer.label("of"), contact.c.id.label("who"))
        .select_from(joined)
        .where(lead.c.stage == "converted")
    )
    rows = await lived.company.rows(query)
    assert rows
    for row in rows:
        assert row["customer"] == row["of"]
        assert row["who"]
        assert row["converted_at"]


async def test_nobody_has_more_than_the_quotas_allow(lived: Lived):
    people = lived.company.org.people
    given = await lived.company.system_rows("daily", object="lead")
    assert given
    for row in given:
        quota = people[row["person"]].quota_daily
        assert quota is None or row["given"] <= quota
    lead = table(lived, "lead")
    query = sa.select(lead.c.owner).where(
        lead.c.owner.is_not(None), lead.c.stage.in_(("new", "contacted", "qualified"))
    )
    held = Counter(row["owner"] for row in await lived.company.rows(query))
    for person, count in held.items():
        quota = people[person].quota_open
        assert quota is None or count <= quota


async def test_needs_are_noted_with_the_first_touches_by_all_but_a_few(lived: Lived):
    lead = table(lived, "lead")
    query = sa.select(lead.c.owner, lead.c.needs).where(lead.c.stage == "contacted", lead.c.owner.is_not(None))
    noted: dict[bool, list[bool]] = {True: [], False: []}
    for row in await lived.company.rows(query):
        login = lived.company.org.people[row["owner"]].login
        noted[HABITS.get(login, USUAL).tidy > 0.9].append(row["needs"] is not None)
    assert sum(noted[True]) > 0.8 * len(noted[True]) > 0
    assert sum(noted[False]) < len(noted[False])


async def test_every_breach_was_told_to_the_owner(lived: Lived):
    told = {(one["record"], one["at"]) for one in await lived.company.system_rows("notice", type="clock_late")}
    owned: dict[object, bool] = {}
    breaches = 0
    for event in sorted(await lived.company.system_rows("event"), key=lambda one: one["id"]):
        if "owner" in (event["changes"] or {}):
            owned[event["record"]] = event["changes"]["owner"][1] is not None
        if event["type"] != "clock.breached" or not owned.get(event["record"]):
            continue
        if event["why"]["clock"]["policy"] in ("first_touch", "need_tags", "untouched", "batch_script"):
            breaches += 1
            assert (event["record"], event["at"]) in told
    assert breaches


async def test_somebody_comes_twice_and_somebody_else_takes_over(lived: Lived):
    intakes = await lived.company.system_rows("intake")
    assert any(one["duplicate_of"] for one in intakes)
    reasons = Counter(
        event["why"]["assignment"]["reason"]
        for event in await lived.company.system_rows("event")
        if "assignment" in (event["why"] or {})
    )
    assert reasons["clock"]
    assert reasons["by_hand"]


async def test_the_tables_are_what_the_definitions_say(lived: Lived):
    assert await drift_of(lived.company.database, lived.company.company) == []


def test_what_is_made_up_is_the_same_each_time():
    first, second = (make_lead(Random("a seed"), "website", 7) for _ in range(2))
    assert first == second
    assert first["phone"].startswith("154")
