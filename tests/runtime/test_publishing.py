"""A publication that takes long is a job: it goes on where it was cut off, and nothing is in force before all is."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from tests.support.company import Clocked
from tests.support.definitions import note_object, release
from tests.support.jobs import job_row, work_off

from closeloop.catalog.store import Body
from closeloop.db.unit_of_work import Session
from closeloop.records.commands import CreateRecord
from closeloop.runtime import convert
from closeloop.runtime.definitions import drafts, drafts_order, save_draft
from closeloop.runtime.job_runner import JobRunner, claim
from closeloop.runtime.jobs import cancel_job
from closeloop.runtime.publish import Decide, Unconverted, order_of, publish
from closeloop.runtime.publishing import PublishJob, publish_later

pytestmark = pytest.mark.db

TEXT = {"type": "text", "label": "值"}
NUMBER = {"type": "decimal", "label": "值"}
CHUNK = 3


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch):  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setattr(convert, "AT_ONCE", CHUNK)


async def memos(company: Clocked, *values: str) -> None:
    """Make the object with records of these values, by their titles."""
    await release(company, note_object(worth=TEXT))
    outcomes = await company.run(*(CreateRecord("memo", {"title": one, "worth": one}) for one in values))
    assert all(one.error is None for one in outcomes)


async def worths(company: Clocked) -> dict[str, Any]:
    await company.refresh()
    table = company.catalog.object("memo").table
    return {row["title"]: row["worth"] for row in await company.rows(table.select())}


async def asked(company: Clocked, decide: Decide, *, accept_loss: bool = False, by: str = "admin") -> UUID:
    """Publish as a request does that may convert nothing itself."""
    with pytest.raises(Unconverted) as needed:
        await publish(company.database, company.clock, company.company, decide, most=0)
    actor = company.actor_of(company.org.people[company.id_of(by)])
    return await publish_later(company, actor, needed.value, accept_loss=accept_loss)


def to_number() -> Decide:
    return order_of([note_object(worth=NUMBER)])


async def conversions(company: Clocked) -> int:
    return len([row for row in await company.system_rows("alteration") if row["object"] is not None])


RUNNER = JobRunner((PublishJob(),))
VALUES = [str(n) for n in range(10)]


async def test_values_are_converted_chunk_by_chunk_and_in_force_at_the_end(own_company: Clocked):
    await memos(own_company, *VALUES)
    job = await asked(own_company, to_number())
    assert (await job_row(own_company, job))["total"] == len(VALUES)
    for done in (3, 6, 9):
        claimed = await claim(own_company)
        assert claimed is not None
        await JobRunner((PublishJob(),)).carry_on(own_company, claimed, most=0)
        assert (await job_row(own_company, job))["progress"] == done
        assert (await worths(own_company))["4"] == "4"
        own_company.clock.move(timedelta(minutes=2))
    await work_off(await own_company.another_process(), RUNNER)
    row = await job_row(own_company, job)
    assert (row["state"], row["progress"], row["problem"]) == ("done", len(VALUES), None)
    assert await worths(own_company) == {one: Decimal(one) for one in VALUES}
    assert await conversions(own_company) == 0


async def test_the_drafts_that_were_published_are_gone_and_one_changed_meanwhile_stays(own_company: Clocked):
    await memos(own_company, *VALUES)
    await release(own_company, note_object("other"))
    admin = own_company.id_of("admin")

    async def draft(body: Body) -> None:
        await save_draft(own_company, body.kind, body.key, body.body, by=admin, seen=None)

    await draft(note_object(worth=NUMBER))
    await draft(note_object("other", more=TEXT))
    decide = drafts_order(own_company, None, lambda *_: True, by=admin, note="both", group=None)
    await asked(own_company, decide)
    await draft(note_object("other", more=NUMBER))
    await work_off(own_company, RUNNER)
    await own_company.refresh()
    async with own_company.database.autocommit() as session:
        assert list(await drafts(session, own_company)) == [("object", "other")]
    assert own_company.catalog.object("other").fields["more"].type == "text"
    assert (await own_company.system_rows("release"))[-1]["note"] == "both"


async def test_called_off_it_leaves_the_field_as_it_was(own_company: Clocked):
    await memos(own_company, *VALUES)
    job = await asked(own_company, to_number())
    claimed = await claim(own_company)
    assert claimed is not None
    chunks = PublishJob().chunks(own_company, claimed)
    await anext(chunks)
    await cancel_job(own_company, job)
    await JobRunner((PublishJob(),)).carry_on(own_company, claimed)
    await chunks.aclose()
    assert (await job_row(own_company, job))["state"] == "cancelled"
    assert await worths(own_company) == {one: one for one in VALUES}
    assert await conversions(own_company) == 0


@pytest.mark.parametrize(("accept_loss", "state", "seven"), [(False, "failed", "seven"), (True, "done", None)])
async def test_values_that_do_not_fit_stay_behind_only_if_accepted(
    own_company: Clocked, accept_loss: bool, state: str, seven: Any
):
    await memos(own_company, "1", "seven")
    job = await asked(own_company, to_number(), accept_loss=accept_loss)
    await work_off(own_company, RUNNER)
    row = await job_row(own_company, job)
    assert row["state"] == state
    assert (row["problem"] or {}).get("code") == (None if accept_loss else "values_lost")
    assert (await worths(own_company))["seven"] == seven


async def test_what_has_changed_meanwhile_is_not_overwritten(own_company: Clocked):
    await memos(own_company, *VALUES)
    job = await asked(own_company, to_number())
    claimed = await claim(own_company)
    assert claimed is not None
    await JobRunner((PublishJob(),)).carry_on(own_company, claimed, most=0)
    await release(own_company, note_object(worth=TEXT, more=TEXT))
    await work_off(own_company, RUNNER)
    row = await job_row(own_company, job)
    assert (row["state"], row["problem"]["code"]) == ("failed", "release_moved_on")
    assert await worths(own_company) == {one: one for one in VALUES}


async def test_who_may_define_no_longer_publishes_nothing(own_company: Clocked):
    await memos(own_company, *VALUES)
    job = await asked(own_company, to_number(), by="sales1")
    await work_off(own_company, RUNNER)
    row = await job_row(own_company, job)
    assert (row["state"], row["problem"]["code"]) == ("failed", "forbidden")
    assert await conversions(own_company) == 0


async def test_what_a_dead_worker_has_released_is_not_released_again(
    own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    await memos(own_company, *VALUES)
    job = await asked(own_company, to_number())

    class Killed(BaseException):
        """The worker is gone."""

    async def die(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("closeloop.runtime.publishing.finish_publication", die)
        claimed = await claim(own_company)
        assert claimed is not None
        with pytest.raises(Killed):
            await JobRunner((PublishJob(),)).carry_on(own_company, claimed)
    releases = len(await own_company.system_rows("release"))
    own_company.clock.move(timedelta(minutes=1))
    await work_off(await own_company.another_process(), RUNNER)
    assert (await job_row(own_company, job))["state"] == "done"
    assert len(await own_company.system_rows("release")) == releases
    assert await worths(own_company) == {one: Decimal(one) for one in VALUES}


async def test_few_values_are_converted_at_once(own_company: Clocked, monkeypatch: pytest.MonkeyPatch):
    await memos(own_company, *VALUES)
    asked_for: list[Session] = []
    read = convert._Values.behind  # pyright: ignore[reportPrivateUsage]

    async def behind(self: Any, session: Any, after: UUID) -> Any:
        asked_for.append(session)
        return await read(self, session, after)

    monkeypatch.setattr(convert._Values, "behind", behind)  # pyright: ignore[reportPrivateUsage]
    decide = to_number()
    with pytest.raises(Unconverted):
        await publish(own_company.database, own_company.clock, own_company.company, decide, most=len(VALUES) - 1)
    assert asked_for == []
    await publish(own_company.database, own_company.clock, own_company.company, decide, most=len(VALUES))
    assert await worths(own_company) == {one: Decimal(one) for one in VALUES}
