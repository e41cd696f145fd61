"""Jobs: each chunk counts once whoever dies, cancelling stops them, and companies take turns."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from tests.support.company import Clocked, a_phone, fresh_company
from tests.support.jobs import job_row, work_off

from closeloop.base.errors import Invalid, Unavailable
from closeloop.db.engine import Database
from closeloop.db.unit_of_work import Transaction
from closeloop.records.commands import CreateRecord, Submission
from closeloop.records.execute import Withdrawn
from closeloop.runtime.company import CompanyRuntime
from closeloop.runtime.job_runner import AT_ONCE, MOST_ATTEMPTS, JobRunner, claim
from closeloop.runtime.jobs import LEASE, Item, Job, cancel_job, person_of, run_items, start_job

pytestmark = pytest.mark.db

CHUNK = 5


class MakeLeads:
    """Makes a lead for each phone of the job, a few in a chunk; what `between` does happens after each chunk."""

    name = "make_leads"

    def __init__(self, between: Any = None, benign: frozenset[str] = frozenset()) -> None:
        self.between = between
        self.benign = benign

    async def chunks(self, runtime: CompanyRuntime, job: Job) -> AsyncGenerator[None]:
        phones: list[str] = job.params["phones"]
        while (at := job.cursor.get("at", 0)) < len(phones):
            actor = person_of(runtime, job)
            items = [
                Item(
                    at + i + 1,
                    at + i + 1,
                    [Submission(CreateRecord("lead", {"phone": phone, "source": "ad"}), actor, gathered=True)],
                    source=[phone],
                )
                for i, phone in enumerate(phones[at : at + CHUNK])
            ]
            await run_items(runtime, job, items, self.benign)
            if self.between is not None:
                self.between()
            yield


async def queued(company: Clocked, phones: list[str], **more: Any) -> UUID:
    actor = company.actor_of(company.org.people[company.id_of("admin")])
    return await start_job(
        company, "make_leads", actor, {"object": "lead", "phones": phones}, total=len(phones), **more
    )


async def phones_of(company: Clocked) -> list[str]:
    return [row["phone"] for row in await company.rows(company.catalog.object("lead").table.select())]


class _Killed(BaseException):
    """The worker is gone, as after kill -9: nothing of it runs any more."""


async def test_a_worker_that_dies_between_chunks_is_followed_by_one_that_doubles_nothing(own_company: Clocked):
    phones = [a_phone() for _ in range(CHUNK * 3 + 2)]
    job = await queued(own_company, phones)

    def die() -> None:
        raise _Killed

    first = await claim(own_company)
    assert first is not None
    with pytest.raises(_Killed):
        await JobRunner((MakeLeads(between=die),)).carry_on(own_company, first)
    row = await job_row(own_company, job)
    assert (row["state"], row["progress"], row["attempts"]) == ("running", CHUNK, 0)
    assert await claim(own_company) is None  # the lease of the dead one still holds

    own_company.clock.move(LEASE + timedelta(seconds=1))
    await work_off(await own_company.another_process(), JobRunner((MakeLeads(),)))
    row = await job_row(own_company, job)
    assert (row["state"], row["progress"], row["errors"]) == ("done", len(phones), 0)
    assert sorted(await phones_of(own_company)) == sorted(phones)


async def test_a_worker_that_dies_in_the_middle_of_a_commit_leaves_the_whole_chunk_to_the_next(
    own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    phones = [a_phone() for _ in range(CHUNK * 2)]
    job = await queued(own_company, phones)
    first = await claim(own_company)
    assert first is not None

    async def die(self: Transaction, calls: object) -> None:
        raise _Killed

    with monkeypatch.context() as patched:
        patched.setattr(Transaction, "commit_with", die)
        with pytest.raises(_Killed):
            await JobRunner((MakeLeads(),)).carry_on(own_company, first)
    assert await phones_of(own_company) == []
    own_company.clock.move(LEASE + timedelta(seconds=1))
    await work_off(own_company, JobRunner((MakeLeads(),)))
    assert (await job_row(own_company, job))["state"] == "done"
    assert sorted(await phones_of(own_company)) == sorted(phones)


async def test_of_two_workers_that_believe_to_have_a_job_one_does_nothing(own_company: Clocked):
    phones = [a_phone() for _ in range(CHUNK * 2)]
    await queued(own_company, phones)
    slow = await claim(own_company)
    assert slow is not None
    own_company.clock.move(LEASE + timedelta(seconds=1))  # the slow one stands still for longer than its lease
    await work_off(await own_company.another_process(), JobRunner((MakeLeads(),)))
    chunks = MakeLeads().chunks(own_company, slow)
    with pytest.raises(Withdrawn):
        await anext(chunks)
    assert sorted(await phones_of(own_company)) == sorted(phones)


async def test_a_row_that_the_database_refuses_is_told_and_the_others_are_made_once(
    own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    """The flush fails as long as the bad row is in it, so the chunk is cut until that row stands alone."""
    phones = [a_phone() for _ in range(CHUNK)]
    job = await queued(own_company, phones)
    send = Transaction.commit_with
    commits = 0

    async def refuse(self: Transaction, calls: Any) -> Any:
        nonlocal commits
        if any(phones[3] in str(params) and statement.name == "insert lead" for statement, params in calls):
            await self._connection.run([])
            raise Invalid("refused")
        commits += 1
        return await send(self, calls)

    with monkeypatch.context() as patched:
        patched.setattr(Transaction, "commit_with", refuse)
        await work_off(own_company, JobRunner((MakeLeads(),)))
    row = await job_row(own_company, job)
    assert (row["state"], row["progress"], row["errors"]) == ("done", CHUNK, 1)
    assert row["cursor"]["counts"] == {"created": CHUNK - 1, "failed": 1}
    assert commits > 2
    errors = await own_company.system_rows("job_error", job=job)
    assert [(one["row"], one["problem"]["code"], one["source"]) for one in errors] == [(4, "refused", [phones[3]])]
    assert sorted(await phones_of(own_company)) == sorted(phones[:3] + phones[4:])


async def test_rows_that_fail_their_check_are_told_with_their_reasons(own_company: Clocked):
    good = a_phone()
    job = await queued(own_company, [good, "nonsense", good])
    await work_off(own_company, JobRunner((MakeLeads(),)))
    errors = await own_company.system_rows("job_error", job=job)
    assert [(one["row"], one["problem"]["code"]) for one in errors] == [(2, "invalid"), (3, "duplicate")]
    assert errors[0]["problem"]["errors"] == [{"field": "phone", "code": "not_phone", "params": {}}]


async def test_benign_errors_are_counted_and_not_told(own_company: Clocked):
    good = a_phone()
    job = await queued(own_company, [good, good, good])
    await work_off(own_company, JobRunner((MakeLeads(benign=frozenset({"duplicate"})),)))
    row = await job_row(own_company, job)
    assert (row["errors"], row["cursor"]["counts"]) == (0, {"created": 1, "skipped": 2})


async def test_cancelling_stops_a_job_before_its_next_chunk(own_company: Clocked):
    phones = [a_phone() for _ in range(CHUNK * 4)]
    job = await queued(own_company, phones)
    claimed = await claim(own_company)
    assert claimed is not None
    chunks = MakeLeads().chunks(own_company, claimed)
    await anext(chunks)
    await cancel_job(own_company, job)
    with pytest.raises(Withdrawn):
        await anext(chunks)
    row = await job_row(own_company, job)
    assert (row["state"], row["progress"], row["next_at"]) == ("cancelled", CHUNK, None)
    assert len(await phones_of(own_company)) == CHUNK
    assert await claim(own_company) is None
    told = await own_company.system_rows("notice", type="assigned_many")
    assert sum(notice["params"]["count"] for notice in told) == CHUNK


async def test_a_job_that_is_over_can_not_be_cancelled(own_company: Clocked):
    job = await queued(own_company, [a_phone()])
    await work_off(own_company, JobRunner((MakeLeads(),)))
    await cancel_job(own_company, job)
    assert (await job_row(own_company, job))["state"] == "done"


async def test_a_job_of_a_person_who_has_left_fails(own_company: Clocked):
    job = await queued(own_company, [a_phone()])
    await own_company.change_person("admin", active=False)
    await work_off(own_company, JobRunner((MakeLeads(),)))
    row = await job_row(own_company, job)
    assert (row["state"], row["problem"]["code"]) == ("failed", "unknown_person")


async def test_a_fault_of_ours_ends_the_job_and_tells_nothing_of_itself(own_company: Clocked):
    def fault() -> None:
        raise ZeroDivisionError("a secret")

    job = await queued(own_company, [a_phone()])
    await work_off(own_company, JobRunner((MakeLeads(between=fault),)))
    row = await job_row(own_company, job)
    assert (row["state"], row["problem"]) == ("failed", {"code": "internal"})


async def test_a_job_that_waits_for_the_database_is_tried_again(own_company: Clocked):
    def away() -> None:
        raise Unavailable

    job = await queued(own_company, [a_phone(), a_phone()])
    await work_off(own_company, JobRunner((MakeLeads(between=away),)))
    assert (await job_row(own_company, job))["state"] == "running"
    own_company.clock.move(LEASE + timedelta(seconds=1))
    await work_off(own_company, JobRunner((MakeLeads(),)))
    assert (await job_row(own_company, job))["state"] == "done"


async def test_a_job_that_kills_its_worker_again_and_again_is_given_up(own_company: Clocked):
    job = await queued(own_company, [a_phone()])
    for _ in range(MOST_ATTEMPTS):
        assert await claim(own_company) is not None
        own_company.clock.move(LEASE + timedelta(seconds=1))
    await work_off(own_company, JobRunner((MakeLeads(),)))
    row = await job_row(own_company, job)
    assert (row["state"], row["problem"]["code"]) == ("failed", "job_given_up")


async def test_a_long_job_goes_to_the_end_of_the_queue(own_company: Clocked):
    long = await queued(own_company, [a_phone() for _ in range(CHUNK * 3)])
    own_company.clock.move(timedelta(seconds=1))
    short = await queued(own_company, [a_phone()])
    own_company.clock.move(timedelta(seconds=1))
    runner = JobRunner((MakeLeads(),))
    first = await claim(own_company)
    assert first is not None
    assert first.id == long
    await runner.carry_on(own_company, first, most=0)
    second = await claim(own_company)
    assert second is not None
    assert second.id == short


async def test_each_company_has_its_turn(database: Database):
    async with fresh_company(database) as one, fresh_company(database) as two, fresh_company(database) as three:
        companies = [one, two, three]
        for company in companies:
            for _ in range(2):
                await queued(company, [a_phone()])
        runner = JobRunner((MakeLeads(),))
        assert await runner.take_up(companies)
        assert len(runner._tasks) == AT_ONCE
        for _ in range(20):
            if not await runner.take_up(companies) and not runner._tasks:
                break
            await asyncio.gather(*runner._tasks.values())
        for company in companies:
            assert {row["state"] for row in await company.system_rows("job")} == {"done"}
            assert len(await phones_of(company)) == 2


async def test_a_worker_that_stops_gives_its_jobs_back(own_company: Clocked):
    job = await queued(own_company, [a_phone() for _ in range(CHUNK * 3)])
    runner = JobRunner((MakeLeads(),))
    assert await runner.take_up([own_company])
    await runner.stop()
    row = await job_row(own_company, job)
    assert (row["state"], row["progress"], row["lease_until"]) == ("running", CHUNK, None)
    assert await claim(own_company) is not None
