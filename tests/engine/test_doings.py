"""What a rung does is any step, and a clock can be held: started, stopped, paused and resumed."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from tests.support.company import START, Clocked, fresh_company

from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.engine.clocks.model import color_of
from closeloop.engine.notify.messages import write
from closeloop.engine.steps.commands import HoldClock
from closeloop.records.batch import Row
from closeloop.records.commands import UpdateRecord
from closeloop.runtime.worker import sweep

pytestmark = pytest.mark.db

HOUR = timedelta(hours=1)


def clock(*rungs: Any, **keys: Any) -> Body:
    return Body(
        "clock", "reply",
        {"clock": "reply", "on": "lead", "label": "reply", "met": "note != null", "target": "1h",
         "rungs": list(rungs), **keys},
    )  # fmt: skip


async def sweep_all(company: Clocked) -> None:
    while await sweep(company, company.clock):
        pass


async def reply(company: Clocked, lead: Row) -> Row:
    (found,) = await company.system_rows("clock", record=lead["id"], policy="reply")
    return found


async def hold(company: Clocked, lead: Row, doing: str) -> None:
    (outcome,) = await company.run(HoldClock("lead", lead["id"], policy="reply", doing=doing))
    assert outcome.error is None


RUNG = {
    "at": "0m",
    "do": [
        {"set": {"campaign": "'late'", "next_contact_at": "clock.due_at"}},
        {"create": "touch", "values": {"lead": "record.id", "kind": "'call'"}, "when": "city == 'here'"},
        {"notify": "role:finance", "title": {"zh-CN": "超时 {city}", "en-US": "Late in {city}"}},
    ],
}


async def test_a_rung_does_any_step(database: Database):
    async with fresh_company(database, clock(RUNG)) as company:
        here, away = await company.lead(city="here"), await company.lead(city="away")
        company.clock.move(HOUR)
        await sweep_all(company)
        row = await company.record("lead", here["id"])
        assert (row["campaign"], row["next_contact_at"]) == ("late", START + HOUR)
        touches = await company.rows(sa.select(company.catalog.object("touch").table.c.lead))
        assert [one["lead"] for one in touches] == [here["id"]]
        notices = await company.system_rows("notice", type="rule")
        assert [one["record"] for one in notices] == [here["id"], away["id"]]
        texts = write("rule", notices[0]["params"], "", "en-US", ZoneInfo("Asia/Shanghai"))
        assert texts == ("Late in here", "")


async def test_a_rung_that_fails_is_noted_and_the_clock_is_late_all_the_same(database: Database):
    broken = {"at": "0m", "do": [{"set": {"campaign": "'half'"}}, {"move": "qualified"}]}
    async with fresh_company(database, clock(broken)) as company:
        lead = await company.lead()
        company.clock.move(HOUR)
        await sweep_all(company)
        assert (await reply(company, lead))["state"] == "breached"
        assert (await company.record("lead", lead["id"]))["campaign"] is None
        (failed,) = await company.system_rows("event", record=lead["id"], type="clock.failed")
        assert failed["why"]["failed"] == {
            "by": "clock/reply", "code": "gate_unmet", "errors": [], "params": failed["why"]["failed"]["params"]
        }  # fmt: skip


async def test_the_steps_of_a_clock_that_an_older_kernel_started_are_done(database: Database):
    async with fresh_company(database, clock({"at": "0m", "do": [{"notify": "owner"}]})) as company:
        lead = await company.lead()
        row = await reply(company, lead)
        steps = [{**step, "do": [["notify", "director"]] if step["kind"] == "rung" else []} for step in row["steps"]]
        table = company.tables.clock
        await company.change(sa.update(table).where(table.c.id == row["id"]).values(steps=steps))
        company.clock.move(HOUR)
        await sweep_all(company)
        told = await company.system_rows("notice", type="clock_late", record=lead["id"])
        assert "director" in [company.login_of(one["person"]) for one in told]


async def test_what_no_longer_fits_is_noted(database: Database):
    async with fresh_company(database, clock({"at": "0m", "do": [{"notify": "owner"}]})) as company:
        lead = await company.lead()
        row = await reply(company, lead)
        steps = [{**step, "do": [{"set": {"gone": "1"}}]} for step in row["steps"]]
        table = company.tables.clock
        await company.change(sa.update(table).where(table.c.id == row["id"]).values(steps=steps))
        company.clock.move(HOUR)
        await sweep_all(company)
        assert (await reply(company, lead))["state"] == "breached"
        (failed,) = await company.system_rows("event", record=lead["id"], type="clock.failed")
        assert failed["why"]["failed"]["code"] == "bad_definition"


async def test_a_paused_clock_waits_and_goes_on_where_it_was(database: Database):
    rungs = ({"at": "-10m", "do": [{"notify": "owner"}]}, {"at": "0m", "do": [{"notify": "owner"}]})
    async with fresh_company(database, clock(*rungs)) as company:
        lead = await company.lead()
        company.clock.move(HOUR / 2)
        await hold(company, lead, "pause")
        company.clock.move(5 * HOUR)
        await sweep_all(company)
        row = await reply(company, lead)
        assert (row["state"], row["next_at"], color_of(row, company.clock.now())) == ("paused", None, "green")
        await hold(company, lead, "pause")
        await hold(company, lead, "resume")
        row = await reply(company, lead)
        assert (row["state"], row["due_at"]) == ("running", START + 6 * HOUR)
        assert row["next_at"] == START + 6 * HOUR - timedelta(minutes=10)
        company.clock.move(HOUR / 2)
        await sweep_all(company)
        assert (await reply(company, lead))["state"] == "breached"
        events = await company.system_rows("event", record=lead["id"])
        kinds = [one["type"] for one in events if (one["why"] or {}).get("clock", {}).get("policy") == "reply"]
        assert kinds == ["clock.paused", "clock.resumed", "clock.fired", "clock.breached", "clock.fired"]


async def test_a_paused_clock_can_be_met_and_is_not_late_then(database: Database):
    async with fresh_company(database, clock()) as company:
        lead = await company.lead()
        await hold(company, lead, "pause")
        company.clock.move(5 * HOUR)
        await company.run(UpdateRecord("lead", lead["id"], values={"note": "x"}))
        assert (await reply(company, lead))["state"] == "met"


async def test_a_clock_is_started_once_and_stopped(database: Database):
    async with fresh_company(database, clock(when="city == 'nowhere'")) as company:
        lead = await company.lead()
        assert await company.system_rows("clock", record=lead["id"], policy="reply") == []
        await hold(company, lead, "start")
        await hold(company, lead, "start")
        assert (await reply(company, lead))["due_at"] == START + HOUR
        await hold(company, lead, "stop")
        assert (await reply(company, lead))["state"] == "cancelled"
        await hold(company, lead, "resume")
        assert (await reply(company, lead))["state"] == "cancelled"


@pytest.mark.parametrize(
    ("locale", "heading", "text"), [("zh-CN", "Acme：A 级", "3月4日 10:00"), ("en-US", "Acme: A", "—")]
)
def test_a_notice_of_a_rule_is_written_in_the_readers_language(locale: str, heading: str, text: str):
    params = {
        "title": "x",
        "heading": {"zh-CN": "{company}：{grade}", "en-US": "{company}: {grade}"},
        "text": {"zh-CN": "{at}", "en-US": "{missing}"},
        "values": {"company": "Acme", "grade": {"zh-CN": "A 级", "en-US": "A"}, "at": {"at": START.isoformat()}},
    }
    assert write("rule", params, "", locale, ZoneInfo("Asia/Shanghai")) == (heading, text)


def test_a_notice_of_a_rule_without_texts_has_the_rules_name():
    params = {"by": {"zh-CN": "规则", "en-US": "Rule"}, "title": "Acme"}
    assert write("rule", params, "", "en-US", ZoneInfo("Asia/Shanghai")) == ("Rule: Acme", "")
