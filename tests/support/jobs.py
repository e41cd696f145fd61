"""Jobs carried out in the test's own process, as a worker would."""

from typing import Any
from uuid import UUID

from tests.support.company import Clocked

from closeloop.runtime.job_runner import JobRunner, claim


async def work_off(company: Clocked, runner: JobRunner) -> None:
    """Carry out whatever waits in the company's queue, one job after the other."""
    while (job := await claim(company)) is not None:
        await runner.carry_on(company, job)


async def job_row(company: Clocked, job: str | UUID) -> dict[str, Any]:
    (row,) = await company.system_rows("job", id=UUID(str(job)))
    return row
