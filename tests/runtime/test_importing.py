"""An import reads its rows by the release of whoever imports."""

from contextlib import closing
from pathlib import Path

import pytest
from tests.support.company import Clocked
from tests.support.definitions import note_object

from closeloop.base.ids import new_id
from closeloop.catalog.model import Definition
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.store import Group, Pilot
from closeloop.connect.mapping import Column
from closeloop.connect.tables import Rows
from closeloop.records.commands import CreateRecord
from closeloop.runtime.importing import Plan, _Chunk
from closeloop.runtime.jobs import Job
from closeloop.runtime.kernel import KINDS

pytestmark = pytest.mark.db


def job_of(company: Clocked, login: str) -> Job:
    return Job(
        id=new_id(company.clock),
        kind="import",
        state="running",
        person=company.id_of(login),
        created_at=company.clock.now(),
        step=0,
        progress=0,
        total=1,
        errors=0,
        attempts=1,
        params={},
        cursor={},
    )


async def test_who_tries_an_object_imports_what_the_others_do_not_know(
    company: Clocked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    body = note_object()
    memo = Definition(new_id(company.clock), body.kind, body.key, 1, body.body)
    present = company.catalog
    trial = Snapshot(company.company, present.release + 1, [*present.by_id.values(), memo], KINDS)
    pilot = Pilot(trial.release, Group(frozenset({company.id_of("admin")})), (memo,))
    monkeypatch.setattr(company, "_pilots", [(pilot, trial)])
    path = tmp_path / "memos.csv"
    path.write_text(",Title\n2,call back\n", encoding="utf-8")

    with closing(Rows(path)) as rows:
        chunk = _Chunk(Plan("memo", (Column("Title", "title"),)), company, rows, job_of(company, "admin"))
        reads = chunk.next()
    assert [read.values for read in reads] == [{"title": "call back"}]
    (item,) = await chunk.items(reads)
    create = CreateRecord("memo", {"title": "call back"}, joins=True)
    assert [submission.command for submission in item.submissions] == [create]
