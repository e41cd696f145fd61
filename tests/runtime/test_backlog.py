"""The figures tell how much is due and not yet done, whoever's it is."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY
from tests.support.company import Clocked

from closeloop.runtime.backlog import EVERY, Backlog

pytestmark = pytest.mark.db


def waiting(what: str) -> float | None:
    return REGISTRY.get_sample_value("closeloop_waiting", {"what": what})


async def test_what_is_due_is_counted_over_companies_and_looked_at_now_and_then(own_company: Clocked):
    await own_company.lead(source="website")
    backlog = Backlog()
    await backlog.look(own_company)
    assert waiting("clocks") == 0
    own_company.clock.move(timedelta(minutes=26))
    await backlog.look(own_company)
    assert waiting("clocks") == 1
    await own_company.lead(source="website")
    own_company.clock.move(timedelta(minutes=26))
    await backlog.look(own_company)
    assert (waiting("clocks"), waiting("jobs"), waiting("intakes"), waiting("dead deliveries")) == (2, 0, 0, 0)
    own_company.clock.move(EVERY - timedelta(seconds=1))
    await own_company.change(sa.update(own_company.tables.clock).values(next_at=None))
    await backlog.look(own_company)
    assert waiting("clocks") == 2  # not looked at again so soon
    own_company.clock.move(timedelta(seconds=1))
    await backlog.look(own_company)
    assert waiting("clocks") == 0
    backlog.forget(own_company.company.key)
