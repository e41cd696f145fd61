"""Releases, groups that try one, and what goes on running on the version that it began with."""

import gc
import weakref
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.company import Clocked, sales_app
from tests.support.definitions import changed, note_object, release, shipped

from closeloop.api.catalog import describe
from closeloop.base.errors import Invalid
from closeloop.catalog.releases import Change, Removal
from closeloop.catalog.store import Body, Group
from closeloop.db.engine import Database
from closeloop.engine.clocks.fire import FireClock
from closeloop.engine.clocks.model import CLOCKS
from closeloop.records.commands import CreateRecord, DeleteRecord, MoveRecord, Submission, UpdateRecord
from closeloop.records.query import Query, Reader
from closeloop.runtime.definitions import release_order
from closeloop.runtime.install import install
from closeloop.runtime.publish import publish
from closeloop.schema.introspect import present_shape

pytestmark = pytest.mark.db

LATER = changed("clock", "first_touch", target="45m", met="next_contact_at != null")
STRICT = [
    {**stage, "enter": [{"kind": "field", "fields": ["needs"]}]} if stage["key"] == "contacted" else stage
    for stage in shipped("pipeline", "lead")["stages"]
]


async def take_back(company: Clocked, number: int) -> None:
    decide = release_order(company, number, by=None, note="")
    await publish(company.database, company.clock, company.company, decide)
    await company.refresh()


async def clock_of(company: Clocked, record: Any) -> dict[str, Any]:
    (found,) = await company.system_rows("clock", record=record, policy="first_touch")
    return found


async def test_a_running_clock_is_judged_by_the_version_it_began_with(own_company: Clocked):
    old = await own_company.lead()
    await release(own_company, LATER)
    new = await own_company.lead()
    for record in (old["id"], new["id"]):
        await own_company.run(UpdateRecord("lead", record, values={"next_contact_at": "2026-03-05T09:00:00+08:00"}))
    assert (await clock_of(own_company, old["id"]))["state"] == "running"
    assert (await clock_of(own_company, new["id"]))["state"] == "met"


async def test_a_clock_fires_and_ends_as_it_began_when_its_policy_is_gone(own_company: Clocked):
    lead = await own_company.lead()
    other = await own_company.another_process()
    clocks = [one for one in sales_app() if one.kind in ("clock", "board")]
    named = [Removal("rule", key) for key in ("rose_to_a", "assigned_late")]
    await release(own_company, *named, *(Removal(one.kind, one.key) for one in clocks))
    clock = await clock_of(own_company, lead["id"])
    own_company.clock.move_to(clock["due_at"])
    (outcome,) = await other.run(FireClock("lead", lead["id"], clock=clock["id"]))
    assert outcome.error is None
    assert (await clock_of(own_company, lead["id"]))["state"] == "breached"
    assert {row["params"]["clock"]["zh-CN"] for row in await own_company.system_rows("notice", type="clock_late")} == {
        shipped("clock", "first_touch")["label"]["zh-CN"]
    }
    (outcome,) = await other.run(DeleteRecord("lead", lead["id"]))
    assert outcome.error is None
    assert (await clock_of(own_company, lead["id"]))["ended_at"] is not None


async def test_a_version_that_a_changed_object_no_longer_fits_gives_way_to_the_present_one(own_company: Clocked):
    more = {**shipped("object", "lead")["fields"], "seen": {"type": "checkbox", "label": "已看"}}
    await release(own_company, changed("object", "lead", fields=more), changed("clock", "first_touch", met="seen"))
    lead = await own_company.lead()
    await release(own_company, changed("object", "lead"), LATER)
    await own_company.run(UpdateRecord("lead", lead["id"], values={"next_contact_at": "2026-03-05T09:00:00+08:00"}))
    assert (await clock_of(own_company, lead["id"]))["state"] == "met"


async def test_a_gate_is_that_of_the_version_under_which_the_stay_began(own_company: Clocked):
    old = await own_company.lead()
    await release(own_company, changed("pipeline", "lead", stages=STRICT))
    new = await own_company.lead()
    (free,) = await own_company.run(MoveRecord("lead", old["id"], to="contacted"))
    (held,) = await own_company.run(MoveRecord("lead", new["id"], to="contacted"))
    assert free.error is None
    assert isinstance(held.error, Invalid)
    assert held.error.code == "gate_unmet"
    stays = await own_company.system_rows("stage_stay", record=old["id"])
    present = own_company.catalog.definition("pipeline", "lead")
    assert present is not None
    assert [stay["definition"] == present.id for stay in stays] == [False, True]


async def test_people_of_a_pilot_work_with_its_release_and_the_others_with_theirs(own_company: Clocked):
    group = Group(people=frozenset({own_company.id_of("sales1")}))
    made = await release(own_company, LATER, group=group)
    assert own_company.catalog.release == 1
    actors = [own_company.actor_of(own_company.org.people[own_company.id_of(login)]) for login in ("sales1", "sales2")]
    assert [own_company.catalog_for(actor).release for actor in actors] == [made.number, 1]
    outcomes = await own_company.run(CreateRecord("lead", {"phone": "13900000001", "source": "website"}), by="sales1")
    outcomes += await own_company.run(CreateRecord("lead", {"phone": "13900000002", "source": "website"}), by="sales2")
    spans = [
        ((await clock_of(own_company, one.record()["id"]))["due_at"] - own_company.clock.now()).total_seconds() / 60
        for one in outcomes
    ]
    releases = [
        (await own_company.system_rows("event", record=one.record()["id"], type="record.created"))[0]["release"]
        for one in outcomes
    ]
    assert (spans, releases) == ([45, 30], [made.number, 1])
    await own_company.run(
        UpdateRecord("lead", outcomes[0].record()["id"], values={"next_contact_at": "2026-03-05T09:00:00+08:00"})
    )
    assert (await clock_of(own_company, outcomes[0].record()["id"]))["state"] == "met"


async def test_a_batch_of_people_of_several_releases_answers_each_in_order(own_company: Clocked):
    group = Group(people=frozenset({own_company.id_of("sales1")}))
    await release(own_company, LATER, group=group)
    people = [own_company.actor_of(own_company.org.people[own_company.id_of(f"sales{n}")]) for n in (2, 1, 2, 1)]
    commands = [CreateRecord("lead", {"phone": f"1390000001{n}"}) for n in range(4)]
    asked = [Submission(command, actor) for command, actor in zip(commands, people, strict=True)]
    outcomes = await own_company.executor.run(asked)
    assert [one.record()["phone"] for one in outcomes] == [f"1390000001{n}" for n in range(4)]
    assert [one.record()["created_by"] for one in outcomes] == [actor.id for actor in people]


async def test_what_breaks_a_pilot_is_refused_and_names_it(own_company: Clocked):
    more = {**shipped("object", "lead")["fields"], "seen": {"type": "checkbox", "label": "已看"}}
    await release(own_company, changed("object", "lead", fields=more))
    group = Group(people=frozenset({own_company.id_of("sales1")}))
    made = await release(own_company, changed("clock", "first_touch", met="seen"), group=group)
    with pytest.raises(Invalid) as caught:
        await release(own_company, changed("object", "lead"))
    assert [one.field for one in caught.value.errors] == [f"pilot {made.number}: clock/first_touch: met"]


async def test_an_upgrade_takes_what_the_company_left_alone_and_keeps_what_it_changed(
    own_company: Clocked, database: Database
):
    await release(own_company, LATER, Removal("view", "lead_all"))
    newer = [
        changed("clock", "first_touch", target="20m"),
        changed("clock", "need_tags", target="20m"),
        changed("view", "lead_all", sort="name"),
        changed("scorecard", "lead_score"),
    ]
    await install(database, own_company.clock, own_company.company, newer, app="sales")
    await install(database, own_company.clock, own_company.company, newer, app="sales")
    await own_company.refresh()
    clocks = own_company.catalog.all(CLOCKS)
    assert [clocks[key].target.total_seconds() / 60 for key in ("first_touch", "need_tags")] == [45, 20]
    assert own_company.catalog.definition("view", "lead_all") is None
    versions = await own_company.system_rows("definition", kind="clock", key="first_touch")
    assert sorted((row["version"], row["app"]) for row in versions) == [(1, "sales"), (2, None), (3, "sales")]


FIELDS: dict[str, Any] = {
    "a": {"type": "text", "label": "甲"},
    "b": {"type": "integer", "label": "乙"},
    "c": {"type": "date", "label": "丙"},
}


@st.composite
def some_changes(draw: st.DrawFn) -> list[Change]:
    """Draw changes of the shipped definitions and of an object of the test's own."""
    changes: list[Change] = []
    fields = {name: FIELDS[name] for name in draw(st.sets(st.sampled_from(sorted(FIELDS))))}
    changes.append(draw(st.sampled_from([note_object(**fields), Removal("object", "memo")])))
    if draw(st.booleans()):
        lead = shipped("object", "lead")
        changes.append(changed("object", "lead", fields={**lead["fields"], **fields}))
    if draw(st.booleans()):
        changes.append(changed("clock", "first_touch", target=draw(st.sampled_from(["20m", "2h"]))))
    if draw(st.booleans()):
        changes.append(Removal("view", "lead_all"))
    if draw(st.booleans()):
        changes.append(Body("view", "mine", {"view": "mine", "on": "lead", "label": "我", "columns": ["name"]}))
    return changes


async def everything(company: Clocked) -> Any:
    """Return all that a release decides: tables, what people see, the definitions, and the values of records."""
    async with company.database.autocommit() as session:
        shape = await present_shape(session, company.company.schema)
    catalog = describe(company.catalog, company.system(), "zh-CN")
    bodies = {(one.kind, one.key): (one.id, dict(one.body)) for one in company.catalog.by_id.values()}
    table = company.catalog.object("memo").table
    return shape, {**catalog, "version": 0}, bodies, await company.rows(sa.select(*table.columns))


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(releases=st.lists(some_changes(), min_size=1, max_size=3))
async def test_random_definitions_published_and_rolled_back_leave_no_trace(
    own_company: Clocked, releases: list[list[Change]]
):
    if "memo" not in own_company.catalog.objects:
        await release(own_company, note_object(b=FIELDS["b"]))
        await own_company.run(CreateRecord("memo", {"title": "t", "b": 5}))
    before, start = await everything(own_company), own_company.catalog.release
    for changes in releases:
        await release(own_company, *changes)
    await take_back(own_company, start)
    assert await everything(own_company) == before


async def test_an_old_catalog_is_let_go_of(own_company: Clocked):
    old = weakref.ref(own_company.catalog)
    lead = await own_company.lead()
    actor = own_company.actor_of(own_company.org.people[own_company.id_of("sales1")])
    reader = Reader(own_company.catalog, actor, actor.env(own_company.clock.now(), own_company.catalog))
    async with own_company.database.autocommit() as session:
        await reader.page(session, Query("lead", "score >= 0 and source == 'website'"))
    del reader, actor, lead
    await release(own_company, note_object())
    assert own_company.catalog is not old()
    gc.collect()
    assert old() is None


async def test_what_has_not_changed_is_not_read_again(own_company: Clocked):
    lead = own_company.catalog.object("lead").fields["company"]
    await release(own_company, note_object())
    assert own_company.catalog.object("lead").fields["company"] is lead
    lists = changed("options", "pools", values={"public": {"zh-CN": "公海池"}})
    await release(own_company, lists)
    pool = own_company.catalog.object("lead").fields["pool"]
    assert [one.label["zh-CN"] for one in pool.options] == ["公海池"]
