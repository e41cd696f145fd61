"""The write path: what fails takes nothing with it, what comes through leaves its whole trail."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from tests.support.company import START, Clocked, a_phone

from closeloop.base.errors import CloseloopError, Conflict, Invalid, NotFound, Unavailable
from closeloop.db.statement import Statement, compile_statement
from closeloop.engine.operations.handler import RunOperation
from closeloop.records.batch import Batch, Work
from closeloop.records.batcher import Batcher
from closeloop.records.commands import (
    AssignRecord,
    CreateRecord,
    DeleteRecord,
    MoveRecord,
    Once,
    Submission,
    UpdateRecord,
)
from closeloop.records.effects import Effect, Insert, Notify, Then
from closeloop.records.execute import DEPTH_LIMIT, Executor
from closeloop.runtime.kernel import make_parts

pytestmark = pytest.mark.db

WRITTEN = ("event", "stage_stay", "clock", "notice", "turn", "daily", "answer", "intake")


class Reacts:
    """A reactor made of a function."""

    def __init__(self, function: Callable[[Work, Batch], Iterable[Effect]]) -> None:
        self.react = function


def with_reactor(company: Clocked, function: Callable[[Work, Batch], Iterable[Effect]]) -> Executor:
    """Return an executor whose last follower is the function, after everything else has had its say."""
    parts = make_parts()
    return Executor(company, replace(parts, followers=(*parts.followers, Reacts(function))), company.clock)


def create(**values: Any) -> CreateRecord:
    return CreateRecord("lead", {"phone": a_phone(), "source": "website", **values})


async def everything(company: Clocked) -> dict[str, Any]:
    """Return all that is stored of the company's records."""
    table = company.catalog.object("lead").table
    leads = await company.rows(table.select().order_by(table.c.id))
    return {"lead": leads, **{name: await company.system_rows(name) for name in WRITTEN}}


class TestOneFails:
    async def test_each_command_of_a_batch_has_its_own_outcome(self, own_company: Clocked):
        lead = await own_company.lead()
        nobody = UUID(int=7)
        outcomes = await own_company.run(
            create(company="first"),
            create(source="nowhere"),
            UpdateRecord("lead", nobody, values={"note": "x"}),
            UpdateRecord("lead", lead["id"], version=99, values={"note": "x"}),
            MoveRecord("lead", lead["id"], to="qualified"),
            UpdateRecord("lead", lead["id"], version=lead["version"], values={"note": "last"}),
        )
        kinds = [type(one.error) for one in outcomes]
        assert kinds == [type(None), Invalid, NotFound, Conflict, Invalid, type(None)]
        assert outcomes[0].record()["company"] == "first"
        after = await own_company.record("lead", lead["id"])
        assert (after["note"], after["version"]) == ("last", lead["version"] + 1)

    async def test_a_reactor_that_fails_leaves_nothing_of_its_command_and_harms_no_other(self, own_company: Clocked):
        def fails(work: Work, batch: Batch) -> Iterable[Effect]:
            yield Notify([own_company.id_of("admin")], "assigned")
            if work.row.get("company") == "bad":
                raise RuntimeError("a bug in a rule")

        executor = with_reactor(own_company, fails)
        commands = [create(company=name) for name in ("one", "bad", "two", "bad", "three")]
        outcomes = await executor.run([Submission(command, own_company.channel()) for command in commands])
        assert [type(one.error) for one in outcomes] == [type(None), RuntimeError, type(None), RuntimeError, type(None)]
        stored = await everything(own_company)
        assert [row["company"] for row in stored["lead"]] == ["one", "two", "three"]
        ids = {row["id"] for row in stored["lead"]}
        for name in ("event", "stage_stay", "clock", "notice"):
            assert {row["record"] for row in stored[name]} == ids
        assert [row["turn"] for row in sorted(stored["turn"], key=lambda row: row["turn"])] == [1, 2, 3]

    async def test_alone_it_leaves_the_database_as_it_was(self, own_company: Clocked):
        lead = await own_company.lead()
        before = await everything(own_company)

        def fails(work: Work, batch: Batch) -> Iterable[Effect]:
            raise RuntimeError("a bug in a rule")

        executor = with_reactor(own_company, fails)
        for command in (
            create(),
            UpdateRecord("lead", lead["id"], values={"downloads": 5}),
            DeleteRecord("lead", lead["id"]),
            AssignRecord("lead", lead["id"]),
            RunOperation("lead", lead["id"], operation="touch", values={"kind": "call", "outcome": "not_now"}),
        ):
            actor = own_company.actor_of(own_company.org.people[own_company.id_of("admin")])
            (outcome,) = await executor.run([Submission(command, actor, Once("k", "h"))])
            assert isinstance(outcome.error, RuntimeError)
        assert await everything(own_company) == before

    async def test_what_a_step_sets_off_fails_with_it(self, own_company: Clocked):
        lead = await own_company.lead()
        before = await everything(own_company)

        def fails(work: Work, batch: Batch) -> Iterable[Effect]:
            if work.what.name == "touch":
                raise Invalid("invalid")
            return ()

        executor = with_reactor(own_company, fails)
        command = RunOperation("lead", lead["id"], operation="touch", values={"kind": "call", "outcome": "not_now"})
        owner = own_company.actor_of(own_company.org.people[lead["owner"]])
        (outcome,) = await executor.run([Submission(command, owner)])
        assert isinstance(outcome.error, Invalid)
        assert await everything(own_company) == before

    async def test_a_batch_that_the_database_refuses_is_cut_until_the_culprits_stand_alone(self, own_company: Clocked):
        commands = [CreateRecord("lead", {"phone": a_phone(), "source": "ad"}, extra={"n": n}) for n in range(13)]
        for n in (3, 11):
            commands[n] = replace(commands[n], extra={"odd": "a\x00b"})
        outcomes = await own_company.run(*commands)
        assert [n for n, one in enumerate(outcomes) if one.error is not None] == [3, 11]
        assert isinstance(outcomes[3].error, Invalid)
        assert outcomes[3].error.code == "refused"
        stored = await everything(own_company)
        assert [row["extra"]["n"] for row in stored["lead"]] == [n for n in range(13) if n not in (3, 11)]
        assert len(stored["clock"]) == 33

    async def test_a_cut_batch_tells_what_was_committed_when_the_rest_is_unavailable(
        self, own_company: Clocked, monkeypatch: pytest.MonkeyPatch
    ):
        commands = [create(), CreateRecord("lead", {}, extra={"odd": "\x00"}), create(company="late"), create()]
        attempt = Executor._attempt

        async def sometimes(self: Executor, asked: Any):
            if len(asked.submissions) == 2 and any(one.command is commands[2] for one in asked.submissions):
                raise Unavailable
            return await attempt(self, asked)

        monkeypatch.setattr(Executor, "_attempt", sometimes)
        outcomes = await own_company.run(*commands)
        assert [type(one.error) for one in outcomes] == [type(None), Invalid, Unavailable, Unavailable]
        assert len((await everything(own_company))["lead"]) == 1

    async def test_a_loop_of_causes_is_stopped_and_undone(self, own_company: Clocked):
        lead = await own_company.lead()
        before = await everything(own_company)
        deepest: list[int] = []

        def again(work: Work, batch: Batch) -> Iterable[Effect]:
            deepest.append(work.depth)
            yield Then(UpdateRecord("lead", work.row["id"], values={"downloads": work.depth + 1}))

        executor = with_reactor(own_company, again)
        change = UpdateRecord("lead", lead["id"], values={"note": "x"})
        (outcome,) = await executor.run([Submission(change, own_company.system())])
        assert isinstance(outcome.error, CloseloopError)
        assert outcome.error.code == "too_deep"
        assert max(deepest) == DEPTH_LIMIT
        assert await everything(own_company) == before


class TestTrail:
    async def test_versions_rise_by_one_and_events_tell_which(self, own_company: Clocked):
        lead = await own_company.lead()
        commands = [
            UpdateRecord("lead", lead["id"], values={"downloads": 2, "note": "x"}),
            MoveRecord("lead", lead["id"], to="contacted", values={"needs": ["price"]}),
            AssignRecord("lead", lead["id"], person=own_company.id_of("sales8")),
        ]
        versions = [(await own_company.run(command, by="admin"))[0].record()["version"] for command in commands]
        assert versions == [2, 3, 4]
        events = await own_company.system_rows("event", record=lead["id"])
        assert [(one["record_version"], one["type"]) for one in events] == [
            (1, "record.created"), (1, "record.scored"), (1, "record.assigned"),
            (2, "record.updated"), (2, "record.scored"),
            (3, "record.updated"), (3, "record.moved"), (3, "clock.met"),
            (4, "record.assigned"),
        ]  # fmt: skip
        assert {one["actor"] for one in events[3:]} == {own_company.id_of("admin")}

    async def test_several_changes_in_one_batch_each_raise_the_version(self, own_company: Clocked):
        lead = await own_company.lead()
        outcomes = await own_company.run(
            *(UpdateRecord("lead", lead["id"], version=n, values={"downloads": n}) for n in (1, 2, 3))
        )
        assert [one.error for one in outcomes] == [None] * 3
        after = await own_company.record("lead", lead["id"])
        assert (after["version"], after["downloads"]) == (4, 3)
        updated = await own_company.system_rows("event", record=lead["id"], type="record.updated")
        assert [one["changes"]["downloads"] for one in updated] == [[None, 1], [1, 2], [2, 3]]

    async def test_a_change_of_nothing_is_none(self, own_company: Clocked):
        lead = await own_company.lead(note="x")
        before = await everything(own_company)
        (outcome,) = await own_company.run(UpdateRecord("lead", lead["id"], values={"note": " x "}))
        assert outcome.record()["version"] == lead["version"]
        assert await everything(own_company) == before

    async def test_what_is_caused_names_its_cause(self, own_company: Clocked):
        lead = await own_company.lead()
        own_company.clock.move(timedelta(minutes=1))
        command = RunOperation("lead", lead["id"], operation="touch", values={"kind": "call", "outcome": "interested"})
        await own_company.run(command, by=own_company.login_of(lead["owner"]))
        events = [one for one in await own_company.system_rows("event") if one["at"] > START]
        touched = [one for one in events if one["depth"] == 0]
        caused = [one for one in events if one["depth"] == 1]
        assert [one["type"] for one in touched] == ["lead.touch", "record.updated", "clock.met", "clock.met"]
        assert [one["type"] for one in caused] == ["record.created", "record.moved"]
        assert {one["cause"] for one in caused} <= {one["id"] for one in touched}
        assert {one["actor"] for one in events} == {lead["owner"]}
        assert touched[0]["why"]["input"] == {"kind": "call", "outcome": "interested"}

    async def test_stays_close_and_open_with_the_moves(self, own_company: Clocked):
        lead = await own_company.lead()
        own_company.clock.move(timedelta(hours=1))
        await own_company.run(MoveRecord("lead", lead["id"], to="qualified", values={"needs": ["price"]}), by="admin")
        own_company.clock.move(timedelta(hours=2))
        await own_company.run(MoveRecord("lead", lead["id"], to="new"), MoveRecord("lead", lead["id"], to="converted"))
        stays = await own_company.system_rows("stage_stay", record=lead["id"])
        hour = timedelta(hours=1)
        assert [(one["stage"], one["entered_at"], one["left_at"], one["skipped"]) for one in stays] == [
            ("new", START, START + hour, []),
            ("qualified", START + hour, START + 3 * hour, ["contacted"]),
            ("new", START + 3 * hour, START + 3 * hour, []),
            ("converted", START + 3 * hour, None, []),
        ]
        assert [own_company.login_of(one["by"]) for one in stays] == [None, "admin", None, None]

    async def test_a_note_on_the_stage_where_it_stands_opens_no_new_stay(self, own_company: Clocked):
        lead = await own_company.lead()
        own_company.clock.move(timedelta(hours=1))
        await own_company.run(MoveRecord("lead", lead["id"], to="new", note="still new"))
        assert [one["left_at"] for one in await own_company.system_rows("stage_stay")] == [None]

    async def test_the_trail_alone_tells_every_value_of_the_record(self, own_company: Clocked):
        lead = await own_company.lead(company="甲", budget="5", needs=["price"])
        await own_company.run(
            UpdateRecord("lead", lead["id"], values={"company": "乙", "downloads": 4, "budget": None})
        )
        await own_company.run(MoveRecord("lead", lead["id"], to="contacted"))
        told: dict[str, Any] = {}
        for event in await own_company.system_rows("event", record=lead["id"]):
            for name, (old, new) in (event["changes"] or {}).items():
                assert told.get(name) == old
                told[name] = new
        after = await own_company.record("lead", lead["id"])
        for name in ("company", "budget", "needs", "downloads", "stage", "score", "grade"):
            assert told.get(name) == after[name]
        assert told["owner"] == str(after["owner"])


class TestAtOnce:
    async def test_changes_of_one_version_at_once_let_one_through(self, own_company: Clocked):
        lead = await own_company.lead()
        other = await own_company.another_process()
        outcomes = await asyncio.gather(
            *(one.run(UpdateRecord("lead", lead["id"], version=1, values={"downloads": n}))
              for n, one in enumerate([own_company, other] * 4))
        )  # fmt: skip
        errors = [type(one[0].error) for one in outcomes]
        assert errors.count(type(None)) == 1
        assert errors.count(Conflict) == 7
        assert (await own_company.record("lead", lead["id"]))["version"] == 2

    async def test_blind_changes_at_once_all_count(self, own_company: Clocked):
        lead = await own_company.lead()
        other = await own_company.another_process()
        await asyncio.gather(
            *(one.run(UpdateRecord("lead", lead["id"], values={"downloads": n}))
              for n, one in enumerate([own_company, other] * 8))
        )  # fmt: skip
        versions = [one["record_version"] for one in await own_company.system_rows("event", type="record.updated")]
        assert sorted(versions) == list(range(2, 2 + len(versions)))
        assert (await own_company.record("lead", lead["id"]))["version"] == max(versions)

    async def test_a_record_seen_as_a_match_is_changed_as_it_is_under_its_lock(self, own_company: Clocked):
        lead = await own_company.lead(company="同名公司")
        table = own_company.catalog.object("lead").table
        waiting = Statement("SELECT count(*) FROM pg_catalog.pg_locks WHERE NOT granted", "test")
        newer = sa.update(table).where(table.c.id == lead["id"]).values(version=2, downloads=7)
        async with own_company.database.transaction() as tx, own_company.database.autocommit() as other:
            await tx.execute(*compile_statement(newer, "test"))
            both = create(company="同名公司"), UpdateRecord("lead", lead["id"], values={"note": "x"})
            task = asyncio.create_task(own_company.run(*both))
            while await other.fetch(waiting) == [(0,)]:  # each look is a round trip in which the batch goes on
                pass
        assert [one.error for one in await task] == [None, None]
        after = await own_company.record("lead", lead["id"])
        assert (after["version"], after["downloads"], after["note"]) == (3, 7, "x")

    async def test_one_key_through_two_processes_is_one_write_and_one_answer(self, own_company: Clocked):
        other = await own_company.another_process()
        for n in range(6):
            command = create(source="manual", phone=None, company=f"公司{n}")
            outcomes = await asyncio.gather(
                *(
                    one.executor.run([
                        Submission(command, one.actor_of(one.org.people[one.id_of("sales1")]), Once(f"key{n}", "hash"))
                    ])
                    for one in (own_company, other)
                )
            )  # fmt: skip
            assert [one[0].error for one in outcomes] == [None, None]
        assert len((await everything(own_company))["lead"]) == 6

    async def test_one_intake_key_through_two_processes_is_one_receipt(self, own_company: Clocked):
        other = await own_company.another_process()
        for n in range(6):
            payload = {"phone": a_phone()}
            first, second = await asyncio.gather(*(one.take_in(payload, f"key{n}") for one in (own_company, other)))
            assert (first.record, first.duplicate_of) == (second.record, second.duplicate_of)
            assert first.duplicate_of is None

    async def test_people_who_move_on_are_seen_by_the_next_batch_of_every_process(self, own_company: Clocked):
        other = await own_company.another_process()
        for n in range(2, 9):
            await own_company.change_person(f"sales{n}", active=False)
        assert other.org.version != own_company.org.version
        receipt = await other.take_in({"phone": a_phone()})
        assert receipt.record is not None
        lead = await own_company.record("lead", receipt.record)
        assert own_company.login_of(lead["owner"]) == "sales1"

    async def test_what_arrives_while_a_batch_is_under_way_shares_the_next(self, own_company: Clocked):
        sizes: list[int] = []

        class Counting:
            async def run(self, submissions: list[Submission]):
                sizes.append(len(submissions))
                return await own_company.executor.run(submissions)

        batcher = Batcher(Counting())  # type: ignore[arg-type]
        outcomes = await asyncio.gather(
            *(batcher.submit(Submission(create(), own_company.channel())) for _ in range(100))
        )
        assert len({one.record()["id"] for one in outcomes}) == 100
        assert sum(sizes) == 100
        assert len(sizes) <= 3
        assert await batcher.submit(Submission(create(), own_company.channel()))
        assert sizes[-1] == 1

    async def test_an_effect_may_write_any_kernel_row(self, own_company: Clocked):
        def extra(work: Work, batch: Batch) -> Iterable[Effect]:
            yield Insert(
                "stage_stay",
                {
                    "id": batch.new_id(), "object": "lead", "record": work.row["id"], "pipeline": "p",
                    "definition": batch.new_id(), "stage": "s", "entered_at": batch.now, "left_at": None,
                    "by": None, "skipped": [],
                },
            )  # fmt: skip

        (outcome,) = await with_reactor(own_company, extra).run([Submission(create(), own_company.channel())])
        stays = await own_company.system_rows("stage_stay", record=outcome.record()["id"])
        assert {one["pipeline"] for one in stays} == {"lead", "p"}
