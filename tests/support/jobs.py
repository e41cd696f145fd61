"""Jobs carried out in the test's own process, as a worker would."""

from typing import Any
from uuid import UUID

from obstore.store import MemoryStore
from tests.support.company import Clocked

from closeloop.connect.store import FileStore
from closeloop.runtime.files import Files
from closeloop.runtime.job_runner import JobRunner, claim


def memory_files(limit: int = 1_000_000) -> Files:
    """Return files that live in the test's memory."""
    return Files(FileStore(MemoryStore()), limit)


async def work_off(company: Clocked, runner: JobRunner) -> None:
    """Carry out whatever waits in the company's queue, one job after the other."""
    while (job := await claim(company)) is not None:
        await runner.carry_on(company, job)


async def job_row(company: Clocked, job: str | UUID) -> dict[str, Any]:
    (row,) = await company.system_rows("job", id=UUID(str(job)))
    return row
