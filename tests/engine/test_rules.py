"""Rules: what sets them off, what they do, and that one which fails or loops takes nothing else with it."""

from typing import Any

import pytest
from tests.support.company import Clocked, fresh_company

from closeloop.base.errors import CloseloopError, Invalid
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.records.batch import Row
from closeloop.records.commands import Command, CreateRecord, DeleteRecord, MoveRecord, UpdateRecord
from closeloop.records.execute import Executor, Outcome

pytestmark = pytest.mark.db


def rule(key: str, **keys: Any) -> Body:
    return Body("rule", key, {"rule": key, "on": "lead", "label": key, **keys})


def change(lead: Row, **values: Any) -> UpdateRecord:
    return UpdateRecord("lead", lead["id"], values=values)


async def runs(company: Clocked, lead: Row, kind: str = "rule.run") -> list[str]:
    """Return the rules that ran for a record, or failed, in their order."""
    events = await company.system_rows("event", record=lead["id"], type=kind)
    return [one["why"]["rule"]["rule"] if kind == "rule.run" else one["why"]["failed"]["by"] for one in events]


INTEGRATION = rule(
    "pre_check",
    after="updated",
    when="'price' in needs and 'price' not in coalesce(before.needs, [])",
    do=[
        {"create": "touch", "values": {"lead": "record.id", "kind": "'call'", "summary": "'pre-check'"}},
        {"notify": ["owner", "role:director"], "title": {"zh-CN": "预检：{company}", "en-US": "Check {company}"}},
        {"set": {"note": "'checked'"}, "when": "note == null"},
    ],
)


async def test_a_change_sets_off_what_reads_it_and_the_run_stands_on_the_timeline(database: Database):
    async with fresh_company(database, INTEGRATION) as company:
        lead = await company.lead(company="Acme")
        await company.run(change(lead, city="x"))
        assert await runs(company, lead) == []
        await company.run(change(lead, needs=["price"]), by="director")
        assert await runs(company, lead) == ["pre_check"]
        (run,) = await company.system_rows("event", record=lead["id"], type="rule.run")
        (caused_by,) = await company.system_rows("event", id=run["cause"])
        assert (caused_by["type"], caused_by["changes"]["needs"]) == ("record.updated", [None, ["price"]])
        assert [one["do"] for one in run["why"]["rule"]["did"]] == ["create", "notify", "set"]
        assert run["why"]["rule"]["definition"] == str(
            next(one.id for one in company.catalog.definitions["rule"] if one.key == "pre_check")
        )
        (touch,) = await company.system_rows("notice", type="rule", person=lead["owner"])
        assert touch["params"]["values"] == {"company": "Acme"}
        assert (await company.record("lead", lead["id"]))["note"] == "checked"
        table = company.catalog.object("touch").table
        (made,) = await company.rows(table.select().where(table.c.lead == lead["id"]))
        assert made["summary"] == "pre-check"
        await company.run(change(lead, needs=["price", "delivery"]))
        assert await runs(company, lead) == ["pre_check"]


@pytest.mark.parametrize(
    ("after", "command"),
    [
        ("created", None),
        ("moved", lambda lead: MoveRecord("lead", lead["id"], to="contacted")),
        ("deleted", lambda lead: DeleteRecord("lead", lead["id"])),
        ("assigned", None),
        ("updated", lambda lead: MoveRecord("lead", lead["id"], to="contacted")),
    ],
)
async def test_each_word_is_its_own_event(database: Database, after: str, command: Any):
    told = rule("told", after=after, do=[{"notify": "role:finance"}])
    async with fresh_company(database, told) as company:
        lead = await company.lead()
        if command is not None:
            assert await runs(company, lead) == []
            (outcome,) = await company.run(command(lead))
            assert outcome.error is None
        assert await runs(company, lead) == ["told"]


async def test_a_rule_answers_a_change_that_another_rule_made_and_sees_before_and_changed(database: Database):
    first = rule("first", after="updated", when="changed.city", do=[{"set": {"province": "'P'"}}])
    second = rule(
        "second",
        after="updated",
        when="changed.province and before.province == null and not changed.city",
        do=[{"set": {"note": "province"}}],
    )
    async with fresh_company(database, first, second) as company:
        lead = await company.lead()
        await company.run(change(lead, city="x"))
        assert await runs(company, lead) == ["first", "second"]
        assert (await company.record("lead", lead["id"]))["note"] == "P"
        events = await company.system_rows("event", record=lead["id"], type="rule.run")
        assert [one["depth"] for one in events] == [1, 2]


async def test_once_is_once_for_each_record(database: Database):
    once = rule("once", after="updated", when="city != null", once=True, do=[{"notify": "owner"}])
    async with fresh_company(database, once) as company:
        one, two = await company.lead(), await company.lead()
        for city in ("a", "b"):
            await company.run(change(one, city=city), change(two, city=city))
        assert await runs(company, one) == await runs(company, two) == ["once"]


async def test_an_inactive_rule_does_nothing(database: Database):
    async with fresh_company(database, rule("off", active=False, after="created", do=[{"notify": "owner"}])) as company:
        assert await runs(company, await company.lead()) == []


BREAKS = {"after": "updated", "when": "changed.city", "do": [{"set": {"note": "'half'"}}, {"move": "qualified"}]}
"""Sets a field, then fails at the gate of the stage."""


async def test_a_failing_rule_is_noted_and_nothing_of_it_stays_while_all_else_stands(database: Database):
    other = rule("other", after="updated", when="changed.city", position=200, do=[{"set": {"province": "'P'"}}])
    async with fresh_company(database, rule("breaks", **BREAKS), other) as company:
        lead = await company.lead()
        (outcome,) = await company.run(change(lead, city="x"))
        assert outcome.error is None
        row = await company.record("lead", lead["id"])
        assert (row["city"], row["note"], row["province"], row["stage"]) == ("x", None, "P", "new")
        assert await runs(company, lead) == ["other"]
        (failed,) = await company.system_rows("event", record=lead["id"], type="rule.failed")
        assert failed["why"]["failed"]["by"] == "rule/breaks"
        assert failed["why"]["failed"]["code"] == "gate_unmet"


async def test_a_rule_may_fail_what_set_it_off(database: Database):
    async with fresh_company(database, rule("breaks", on_error="fail", **BREAKS)) as company:
        lead, other = await company.lead(), await company.lead()
        outcomes = await company.run(change(lead, city="x"), change(other, note="kept"))
        assert isinstance(outcomes[0].error, Invalid)
        assert outcomes[0].error.code == "gate_unmet"
        assert (await company.record("lead", lead["id"]))["city"] is None
        assert (await company.record("lead", other["id"]))["note"] == "kept"


PING = {"after": "updated", "when": "changed.downloads", "do": [{"set": {"employees": "downloads + 1"}}]}
PONG = {"after": "updated", "when": "changed.employees", "do": [{"set": {"downloads": "employees + 1"}}]}


async def test_two_rules_that_set_each_other_off_are_stopped_by_name(database: Database):
    async with fresh_company(database, rule("ping", **PING), rule("pong", **PONG)) as company:
        lead = await company.lead()
        (outcome,) = await company.run(change(lead, downloads=1))
        assert outcome.error is None
        row = await company.record("lead", lead["id"])
        assert (row["downloads"], row["employees"]) == (1, None)
        (failed,) = await company.system_rows("event", record=lead["id"], type="rule.failed")
        assert failed["why"]["failed"]["code"] == "too_deep"
        assert "rule/ping → rule/pong → rule/ping" in failed["why"]["failed"]["params"]["chain"]
    both = (rule("ping", on_error="fail", **PING), rule("pong", on_error="fail", **PONG))
    async with fresh_company(database, *both) as company:
        lead = await company.lead()
        (outcome,) = await company.run(change(lead, downloads=1))
        assert isinstance(outcome.error, CloseloopError)
        assert outcome.error.code == "too_deep"
        assert "rule/ping → rule/pong" in str(outcome.error.params["chain"])
        assert (await company.record("lead", lead["id"]))["downloads"] is None


async def test_a_rule_that_changes_what_it_does_not_read_runs_once(database: Database):
    any_change = rule("any", after="updated", do=[{"set": {"downloads": "coalesce(downloads, 0) + 1"}}])
    async with fresh_company(database, any_change) as company:
        lead = await company.lead()
        await company.run(change(lead, city="x"))
        assert await runs(company, lead) == ["any"]
        assert (await company.record("lead", lead["id"]))["downloads"] == 1


async def test_a_value_that_does_not_fit_is_told_at_its_step(database: Database):
    odd = rule("odd", after="updated", when="changed.city", on_error="fail", do=[{"set": {"employees": "budget / 3"}}])
    async with fresh_company(database, odd) as company:
        lead = await company.lead(budget="100")
        (outcome,) = await company.run(change(lead, city="x"))
        assert isinstance(outcome.error, Invalid)
        (error,) = outcome.error.errors
        assert (error.field, error.code) == ("rule/odd: do[0].set.employees", "not_integer")


async def test_a_created_record_that_lacks_something_is_told_at_its_step(database: Database):
    odd = rule("odd", after="updated", when="changed.city", on_error="fail", do=[{"create": "touch", "values": {}}])
    async with fresh_company(database, odd) as company:
        lead = await company.lead()
        (outcome,) = await company.run(change(lead, city="x"))
        assert isinstance(outcome.error, Invalid)
        assert [one.field for one in outcome.error.errors] == ["rule/odd: do[0].kind"]


async def test_the_shipped_rule_tells_the_owner_of_a_lead_that_rose(company: Clocked):
    lead = await company.lead(page_seconds=5)
    assert lead["grade"] != "A"
    await company.run(
        change(
            lead, company="Acme", name="Li", industry="x", city="y", downloads=2, page_seconds=300,
            registered_capital="9000000",
        )
    )  # fmt: skip
    assert (await company.record("lead", lead["id"]))["grade"] == "A"
    assert await runs(company, lead) == ["rose_to_a"]
    (notice,) = await company.system_rows("notice", type="rule", record=lead["id"])
    assert (notice["person"], notice["level"]) == (lead["owner"], "warning")


@pytest.mark.parametrize(
    ("keys", "places"),
    [
        ({"do": []}, {"after": "required"}),
        ({"after": "sometimes"}, {"after": "not_one_of"}),
        ({"after": "operation:unheard"}, {"after": "not_one_of"}),
        ({"after": "created", "every": {"daily": "09:00"}}, {"every": "one_trigger"}),
        ({"every": {"daily": "25:00"}}, {"every.daily": "not_a_time"}),
        ({"every": {"weekly": "someday", "at": "09:00"}}, {"every.weekly": "not_one_of"}),
        ({"after": "created", "when": "before.nothing == 1"}, {"when": "bad_expression"}),
        ({"after": "created", "do": [{"set": {"score": "1"}}]}, {"do[0].set.score": "unknown_field"}),
        ({"after": "created", "do": [{"set": {"employees": "'x'"}}]}, {"do[0].set.employees": "bad_expression"}),
        ({"after": "created", "do": [{"set": {"note": "'x'"}, "move": "new"}]}, {"do[0]": "one_step"}),
        ({"after": "created", "do": [{"move": "nowhere"}]}, {"do[0].move": "unknown_stage"}),
        ({"after": "created", "do": [{"notify": "role:nobody"}]}, {"do[0].notify": "unknown_role"}),
        ({"after": "created", "do": [{"notify": "owner", "title": "{id.hex}"}]}, {"do[0].title": "bad_template"}),
        ({"after": "created", "do": [{"notify": "owner", "text": "{secret}"}]}, {"do[0].text": "unknown_field"}),
        ({"after": "created", "do": [{"webhook": "erp"}]}, {"do[0].webhook": "unknown_webhook"}),
        ({"after": "created", "do": [{"start_clock": "none"}]}, {"do[0].start_clock": "unknown_clock"}),
        ({"after": "created", "do": [{"create": "lead", "match": ["note"]}]}, {"do[0].match": "no_duplicate_rule"}),
        ({"after": "created", "do": [{"link": {"note": "'x'"}}]}, {"do[0].link.note": "not_a_relation"}),
        ({"after": "created", "do": [{"set": {"note": "'x'"}, "of": "gone"}]}, {"do[0].of": "unknown_alias"}),
    ],
)  # fmt: skip
async def test_a_wrong_rule_is_refused_with_its_place(database: Database, keys: dict[str, Any], places: dict[str, str]):
    with pytest.raises(Invalid) as wrong:
        async with fresh_company(database, rule("wrong", **keys)):
            pass
    found = {one.field.removeprefix("rule/wrong: "): one.code for one in wrong.value.errors}
    assert found == places


async def test_a_record_that_somebody_makes_by_hand_sets_rules_off_as_well(database: Database):
    async with fresh_company(database, rule("told", after="created", do=[{"notify": "superior"}])) as company:
        (outcome,) = await company.run(CreateRecord("lead", {"company": "Acme"}), by="sales1")
        assert await runs(company, outcome.record()) == ["told"]
        (notice,) = await company.system_rows("notice", type="rule")
        assert company.login_of(notice["person"]) == "manager1"


async def attempts(company: Clocked, monkeypatch: pytest.MonkeyPatch, *commands: Command) -> tuple[int, list[Outcome]]:
    """Carry out commands as one batch and count how often it was begun."""
    real, begun = Executor._attempt, 0

    async def counted(self: Executor, *args: Any) -> Any:
        nonlocal begun
        begun += 1
        return await real(self, *args)

    monkeypatch.setattr(Executor, "_attempt", counted)
    outcomes = await company.run(*commands)
    return begun, outcomes


async def test_a_rule_that_fails_for_a_whole_batch_costs_one_more_attempt(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    async with fresh_company(database, rule("breaks", **BREAKS)) as company:
        leads = [await company.lead(needs=["price"] if number % 2 else None) for number in range(12)]
        begun, outcomes = await attempts(company, monkeypatch, *(change(lead, city="x") for lead in leads))
        assert [one.error for one in outcomes] == [None] * 12
        assert begun == 2
        for number, lead in enumerate(leads):
            row = await company.record("lead", lead["id"])
            assert (row["city"], row["note"]) == ("x", "half" if number % 2 else None)
            assert await runs(company, lead) == (["breaks"] if number % 2 else [])


async def test_commands_that_all_fail_late_are_found_in_one_attempt(company: Clocked, monkeypatch: pytest.MonkeyPatch):
    leads = [await company.lead() for _ in range(12)]
    moves = [MoveRecord("lead", lead["id"], to="qualified") for lead in leads]
    good = await company.lead(needs=["price"])
    begun, outcomes = await attempts(company, monkeypatch, *moves, MoveRecord("lead", good["id"], to="qualified"))
    assert begun == 2
    assert [getattr(one.error, "code", None) for one in outcomes] == ["gate_unmet"] * 12 + [None]


async def test_what_fails_only_because_another_failed_is_done_after_all(company: Clocked):
    lead = await company.lead()
    refused = MoveRecord("lead", lead["id"], to="qualified", values={"discard_reason": "fake"})
    discard = MoveRecord("lead", lead["id"], to="contacted")
    first, second = await company.run(refused, discard)
    assert isinstance(first.error, Invalid)
    assert second.error is None
    assert (await company.record("lead", lead["id"]))["discard_reason"] is None
