"""Over random organisations and roles: listed iff readable by any way in, and a hidden field is nowhere."""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.company import Clocked, fresh_company, sales_app
from tests.support.orgs import PEOPLE, orgs, owners_in

from closeloop.access.decide import Actor
from closeloop.access.org import Org
from closeloop.access.roles import ACTIONS, HIDDEN, LEVELS, READ, REST, WRITE, Condition, Grant, Reach, Role, together
from closeloop.access.sight import sight_of
from closeloop.api.answers import dump
from closeloop.api.boards import get_board
from closeloop.api.catalog import describe
from closeloop.api.clocks import list_clocks
from closeloop.api.deps import Caller
from closeloop.api.history import explain, get_timeline
from closeloop.api.openapi import describe as openapi
from closeloop.api.records import ListParams, get_record, list_records
from closeloop.api.stream import _records
from closeloop.api.views import list_views
from closeloop.base.errors import CloseloopError, Invalid, NotFound
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.engine.boards.model import BOARDS
from closeloop.expr import ExpressionError, compile_expression
from closeloop.records.aggregate import Aggregate, Measure
from closeloop.records.batch import Row
from closeloop.records.commands import CreateRecord, MoveRecord, Submission, UpdateRecord
from closeloop.records.query import Query, Reader

pytestmark = pytest.mark.db

CONDITIONS = (
    "owner == me",
    "owner in my_subtree",
    "owner == null",
    "city == '甲城'",
    "downloads > 2 and not (city == '乙城')",
    "next_contact_at < now()",
    "created_by == me or budget > 10",
)
SECRET = ("company", "name", "phone", "city", "note", "budget", "campaign")
"""Fields that every record of the test has filled with a value found nowhere else."""
WORDS = ("name", "title", "score", "grade", "stage", "source", "note")
"""Fields whose names are words of the answers' own."""
PLAIN_FIELDS = (*SECRET, "downloads", "score", "grade", "stage", "next_contact_at")


def secret(name: str, n: int) -> Any:
    match name:
        case "phone":
            return f"1380013{n:04d}"
        case "budget":
            return f"{n % 20}.{7700 + n}"
        case "city":
            return ("甲城", "乙城", "丙城")[n % 3]
        case _:
            return f"geheim-{name}-{n:04d}"


@pytest.fixture(scope="module")
async def filled(database: Database) -> AsyncGenerator[Clocked]:
    """Return a company with leads of every owner and of nobody, whose fields are told apart by their values."""
    async with fresh_company(database) as company:
        made = await company.run(
            *(
                CreateRecord(
                    "lead",
                    {
                        "source": "website",
                        "downloads": (None, 0, 3, 10)[n % 4],
                        "next_contact_at": (None, "2026-03-03T00:00:00Z", "2026-03-05T00:00:00Z")[n % 3],
                        **{name: secret(name, n) for name in SECRET},
                    },
                )
                for n in range(28)
            )
        )
        table = company.catalog.object("lead").table
        owners: list[UUID | None] = [*PEOPLE, None]
        for n, outcome in enumerate(made):
            record = outcome.record()["id"]
            await company.change(
                sa.update(table).where(table.c.id == record).values(owner=owners[n % 7], created_by=PEOPLE[n % 5])
            )
        changes = [{"note": f"{secret('note', n)}b"} for n in range(len(made))]
        await company.run(
            *(UpdateRecord("lead", o.record()["id"], values=v) for o, v in zip(made, changes, strict=True))
        )
        yield company


class Rows(list[Row]):
    """Rows that a failing example doesn't print."""

    def __repr__(self) -> str:
        return "the leads"


@pytest.fixture(scope="module")
async def leads(filled: Clocked) -> Sequence[Row]:
    table = filled.catalog.object("lead").table
    return Rows(await filled.rows(sa.select(*table.columns).order_by(table.c.id)))


@st.composite
def reaches(draw: st.DrawFn, catalog_scope: Any) -> Reach:
    scope = draw(st.sampled_from(("none", "none", "own", "department", "below", "all")))
    sources = draw(st.lists(st.sampled_from(CONDITIONS), max_size=2, unique=True))
    return together([Reach(scope), *(Reach(conditions=(condition(one, catalog_scope),)) for one in sources)])


def condition(source: str, scope: Any) -> Condition:
    return Condition(source, compile_expression(source, scope))


def levels() -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(st.sampled_from((*PLAIN_FIELDS, REST)), st.sampled_from(LEVELS), max_size=8)


def role(key: str, grant: Grant) -> Role:
    return Role(key, {"zh-CN": key}, False, {"lead": grant})


def allowed(leads: Sequence[Row], actor: Actor, action: str, filled: Clocked) -> set[UUID]:
    """Say whose records the roles give, each role and condition by itself, without the kernel's SQL."""
    found: set[UUID] = set()
    assert actor.person is not None
    for one in actor.roles:
        reach = one.grant("lead").reach(action)
        owners = owners_in(reach.scope, actor.person, actor.org)
        for row in leads:
            env = actor.env(filled.clock.now(), filled.catalog)
            by_condition = any(c.expression.evaluate(row, env) is True for c in reach.conditions)
            if by_condition or (owners is None or row["owner"] in owners):
                found.add(row["id"])
    return found


def called(filled: Clocked, actor: Actor) -> Caller:
    return Caller(filled, UUID(int=0), actor, "en-US")


@settings(max_examples=40)
@given(org=orgs(), who=st.sampled_from(PEOPLE), data=st.data())
async def test_every_way_to_a_record_gives_the_same_ones(
    filled: Clocked, leads: Sequence[Row], org: Org, who: UUID, data: st.DataObject
):
    what = filled.catalog.object("lead")
    grants = data.draw(
        st.lists(st.builds(Grant, read=reaches(what.scope), update=reaches(what.scope), fields=levels()), max_size=3)
    )
    actor = Actor("person", org.people[who], tuple(role(f"r{i}", one) for i, one in enumerate(grants)), org)
    reader = Reader(filled.catalog, actor, actor.env(filled.clock.now(), filled.catalog))
    readable = allowed(leads, actor, "read", filled)
    every = [row["id"] for row in leads]
    # a version that never was: whoever gets as far as that was let in, and nothing is changed
    first = data.draw(st.integers(0, len(every) - 7))
    tried = every[first : first + 7]
    outcomes = await filled.executor.run(
        [Submission(UpdateRecord("lead", record, version=0), actor) for record in tried]
    )
    changeable = allowed(leads, actor, "update", filled)
    for record, outcome in zip(tried, outcomes, strict=True):
        assert isinstance(outcome.error, CloseloopError)
        wanted = "version_conflict" if record in changeable else "forbidden"
        assert outcome.error.code == (wanted if record in readable else "not_found")
    if not actor.reach("lead", "read"):
        with pytest.raises(NotFound, match="unknown_object"):
            reader.require_readable("lead")
        assert not readable
        return
    async with filled.database.autocommit() as session:
        page = await reader.page(session, Query("lead", limit=500))
        by_cursor = await reader.page(session, Query("lead", limit=500, sort="created_at,version,id"))
        filtered = await reader.page(session, Query("lead", limit=500, filter="version > 0"))
        some = {row["id"] for row in await reader.some(session, what, every)}
        ((counted, _),) = await reader.counts(session, "lead", [None])
        ((_, (measured,)),), _ = await reader.aggregate(session, Aggregate("lead"))
        titles = reader.titles_call("lead", every)
        titled = {row[0] for row in await session.fetch(*titles)} if titles else None
    caller = called(filled, actor)
    streamed = await _records(caller, {("lead", str(record)): (1, "record.updated") for record in every})
    clocks = json.loads((await list_clocks(caller, "lead", None, None, 500)).body)["items"]
    await check_board(caller, leads, readable)
    assert {row["id"] for row in page.rows} == readable
    assert {row["id"] for row in by_cursor.rows} == {row["id"] for row in filtered.rows} == some == readable
    assert counted == measured == len(readable)
    assert titled is None or titled == readable
    assert (titled is None) == ("company" in reader.sight(what).hidden)
    assert {json.loads(one.decode().split("data: ")[1])["id"] for one in streamed} == {str(one) for one in readable}
    assert {one["record"] for one in clocks} <= {str(one) for one in readable}
    with_clock = {row["record"] for row in await filled.system_rows("clock")}
    assert {one["record"] for one in clocks} == {str(one) for one in readable & with_clock}


async def check_board(caller: Caller, leads: Sequence[Row], readable: set[UUID]) -> None:
    """Check that a board counts and shows in each lane what is readable there, or is not there at all."""
    what = caller.catalog.object("lead")
    board = caller.catalog.all(BOARDS)["lead_lights"]
    if not board.shown_to(sight_of(caller.catalog, what, caller.actor)):
        with pytest.raises(NotFound, match="unknown_board"):
            await get_board(board.key, caller)
        return
    body = json.loads((await get_board(board.key, caller, 200, 1, 100)).body)
    lanes = {lane["person"] and UUID(lane["person"]["id"]): lane for lane in body["lanes"]}
    for owner in {row["owner"] for row in leads}:
        lane = lanes.get(owner, {"count": 0, "items": []})
        mine = {str(row["id"]) for row in leads if row["owner"] == owner and row["id"] in readable}
        assert lane["count"] == len(mine)
        assert {card["record"]["id"] for card in lane["items"]} == mine
    assert body["totals"]["count"] == len(readable)


def combined(grants: Sequence[Grant], name: str) -> str:
    return max((one.level(name) for one in grants), key=LEVELS.index)


@settings(max_examples=25)
@given(named=st.lists(levels(), min_size=1, max_size=2), n=st.integers(0, 27))
async def test_a_hidden_field_is_an_unknown_field_everywhere(
    filled: Clocked, leads: Sequence[Row], named: list[dict[str, str]], n: int
):
    person = next(iter(filled.org.people.values()))
    grants = [Grant(read=Reach("all"), update=Reach("all"), create=True, fields=one) for one in named]
    actor = Actor("person", person, tuple(role(f"r{i}", one) for i, one in enumerate(grants)), filled.org)
    what = filled.catalog.object("lead")
    hidden = {name for name in what.own_fields if combined(grants, name) == HIDDEN}
    caller, record = called(filled, actor), leads[n]["id"]
    answers: Mapping[str, Any] = {
        "list": json.loads((await list_records("lead", caller, ListParams(count=True))).body),
        "one": json.loads((await get_record("lead", record, caller)).body),
        "views": json.loads((await list_views("lead", caller, count=True)).body),
        "timeline": json.loads((await get_timeline("lead", record, caller, 50, None)).body),
        "explain": json.loads((await explain("lead", record, caller)).body),
        "catalog": [one for one in describe(filled.catalog, actor, "en-US")["objects"] if one["name"] == "lead"],
        "openapi": openapi({"paths": {}}, filled.catalog, actor, "en-US"),
    }
    for place, answer in answers.items():
        text = dump(answer).decode()
        for name in hidden:
            assert name in WORDS or f'"{name}":' not in text, (place, name)
            if name in SECRET:
                assert all(str(row[name]) not in text for row in leads), (place, name)
    assert {one["name"] for one in answers["catalog"][0]["fields"]} == what.fields.keys() - hidden
    for view in answers["views"]["items"]:
        assert hidden.isdisjoint(view["columns"])
    for name in hidden & set(PLAIN_FIELDS):
        await refused_everywhere(filled, actor, name)
    locked = {name for name in what.own_fields if combined(grants, name) == READ}
    for name in locked & {"note", "campaign"}:
        assert await problems_of(filled, actor, UpdateRecord("lead", record, values={name: "x"})) == {name: "readonly"}


async def refused_everywhere(filled: Clocked, actor: Actor, name: str) -> None:
    """Ask for a hidden field in every way there is."""
    reader = Reader(filled.catalog, actor, actor.env(filled.clock.now(), filled.catalog))
    async with filled.database.autocommit() as session:
        with pytest.raises(ExpressionError) as wrong:
            await reader.page(session, Query("lead", filter=f"{name} == {name}"))
        assert wrong.value.params["suggestion"] != name
        with pytest.raises(Invalid):
            await reader.page(session, Query("lead", sort=name))
        with pytest.raises(Invalid):
            await reader.aggregate(session, Aggregate("lead", [name]))
        with pytest.raises(Invalid):
            await reader.aggregate(session, Aggregate("lead", measures=[Measure("max", name)]))
        if name in ("company", "name", "phone"):
            assert not (await reader.page(session, Query("lead", q=secret(name, 3)))).rows
    record = (await filled.rows(sa.select(filled.catalog.object("lead").table.c.id).limit(1)))[0]["id"]
    for command in (
        UpdateRecord("lead", record, values={name: "x"}),
        CreateRecord("lead", {name: "x"}),
    ):
        assert (await problems_of(filled, actor, command))[name] == "unknown_field"
    if name == "stage":
        assert await problems_of(filled, actor, MoveRecord("lead", record, to="contacted")) == {"to": "readonly"}


async def problems_of(filled: Clocked, actor: Actor, command: Any) -> dict[str, str]:
    (outcome,) = await filled.executor.run([Submission(command, actor)])
    assert isinstance(outcome.error, Invalid)
    return {one.field: one.code for one in outcome.error.errors}


@given(data=st.data())
async def test_roles_add_up_to_the_widest_level(filled: Clocked, data: st.DataObject):
    what = filled.catalog.object("lead")
    scopes = st.builds(Reach, st.sampled_from(("none", "own", "all")))
    grants = data.draw(
        st.lists(
            st.builds(Grant, read=scopes, update=scopes, create=st.booleans(), fields=levels()), min_size=1, max_size=4
        )
    )
    person = next(iter(filled.org.people.values()))
    actor = Actor("person", person, tuple(role(f"r{i}", one) for i, one in enumerate(grants)), filled.org)
    sight = sight_of(filled.catalog, what, actor)
    for name in what.own_fields:
        level = HIDDEN if name not in sight.fields else WRITE if sight.writable(name) else READ
        assert level == combined(grants, name)
        assert all(LEVELS.index(one.level(name)) <= LEVELS.index(level) for one in grants)
    assert {"id", "version", "owner", "created_at"} <= sight.fields.keys()
    for action in ACTIONS[:2]:
        widest = max((one.reach(action).scope for one in grants), key=("none", "own", "all").index)
        assert actor.reach("lead", action).scope == widest


CHILDREN = {"type": "children", "label": "跟进", "object": "touch", "by": "lead"}


async def test_conditions_follow_relations_and_ask_lists_in_every_query(database: Database):
    (lead_body,) = [one for one in sales_app() if (one.kind, one.key) == ("object", "lead")]
    fields: Any = {**lead_body.body["fields"], "touches": CHILDREN}
    async with fresh_company(database, Body("object", "lead", {**lead_body.body, "fields": fields})) as company:
        lead, touch = company.catalog.object("lead"), company.catalog.object("touch")
        values = [{"phone": secret("phone", n), "city": one} for n, one in enumerate(("甲", "乙", "甲", "乙"))]
        leads = [one.record()["id"] for one in await company.run(*(CreateRecord("lead", one) for one in values))]
        kinds = zip(leads, ("call", "visit", "visit"), strict=False)
        values = [{"lead": one, "kind": kind, "outcome": "interested"} for one, kind in kinds]
        touches = [one.record()["id"] for one in await company.run(*(CreateRecord("touch", one) for one in values))]
        of_touch = Reach(conditions=(condition("lead.city == '甲' and lead.created_at <= now()", touch.scope),))
        of_lead = Reach(conditions=(condition("any(touches, kind == 'call' and created_at <= now())", lead.scope),))
        granted = {"lead": Grant(read=of_lead, update=of_lead), "touch": Grant(read=of_touch, update=of_touch)}
        person = company.org.people[company.id_of("manager1")]
        actor = Actor("person", person, (Role("r", {"zh-CN": "r"}, False, granted),), company.org)
        reader = Reader(company.catalog, actor, actor.env(company.clock.now(), company.catalog))
        for what, ids, expected in ((lead, leads, {leads[0]}), (touch, touches, {touches[0], touches[2]})):
            for _ in range(2):  # the second time with the statement that was compiled for the first
                async with company.database.autocommit() as session:
                    listed = {row["id"] for row in (await reader.page(session, Query(what.name))).rows}
                    some = {row["id"] for row in await reader.some(session, what, ids)}
                    ((counted, _),) = await reader.counts(session, what.name, [None])
                    titles = reader.titles_call(what.name, ids)
                    titled = {row[0] for row in await session.fetch(*titles)} if titles else expected
                assert listed == some == titled == expected
                assert counted == len(expected)
            commands = [UpdateRecord(what.name, record, version=0) for record in ids]
            outcomes = await company.executor.run([Submission(one, actor) for one in commands])
            for record, outcome in zip(ids, outcomes, strict=True):
                assert isinstance(outcome.error, CloseloopError)
                assert outcome.error.code == ("version_conflict" if record in expected else "not_found")
