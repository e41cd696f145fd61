"""Score and grade are those that the card says, worked out here in another way, now and after every change."""

import json
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.company import Clocked, a_phone, fresh_company, sales_app

from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.records.commands import CreateRecord, UpdateRecord

pytestmark = pytest.mark.db

SOURCES = {"referral": 25, "expo": 15, "livestream": 12, "website": 10, "wechat_official": 10, "ad": 8}
CONTACT = ("company", "name", "phone", "industry", "city")


def expected(values: dict[str, Any]) -> tuple[int, str]:
    points = Decimal(SOURCES.get(values.get("source") or "", 5))
    points += 20 if (values.get("page_seconds") or 0) > 180 else 0
    points += 15 if (values.get("downloads") or 0) > 0 else 0
    points += 15 if Decimal(values.get("registered_capital") or 0) > 5_000_000 else 0
    points += Decimal(25) * sum(bool(values.get(name)) for name in CONTACT) / 5
    total = int(points.to_integral_value(ROUND_HALF_UP))
    return total, "A" if total >= 70 else "B" if total >= 45 else "C"


def leads() -> st.SearchStrategy[dict[str, Any]]:
    words = st.one_of(st.none(), st.sampled_from(["甲", "x", " "]))
    return st.fixed_dictionaries(
        {
            "source": st.one_of(st.none(), st.sampled_from([*SOURCES, "manual", "import"])),
            "page_seconds": st.one_of(st.none(), st.sampled_from([0, 180, 181, 10**9])),
            "downloads": st.one_of(st.none(), st.integers(0, 2)),
            "registered_capital": st.one_of(st.none(), st.sampled_from(["5000000", "5000000.0001", "1e3", "9999999"])),
            **dict.fromkeys(("company", "name", "industry", "city"), words),
        }
    )


def as_stored(values: dict[str, Any]) -> dict[str, Any]:
    return {name: None if value == " " else value for name, value in values.items()}


@settings(max_examples=50)
@given(first=leads(), second=leads())
async def test_it_is_right_when_made_and_after_every_change(
    company: Clocked, first: dict[str, Any], second: dict[str, Any]
):
    values = {**first, "phone": a_phone()}
    (made,) = await company.run(CreateRecord("lead", values))
    row = made.record()
    assert (row["score"], row["grade"]) == expected(as_stored(values))
    (changed,) = await company.run(UpdateRecord("lead", row["id"], values=second))
    after = changed.record()
    assert (after["score"], after["grade"]) == expected(as_stored({**values, **second}))


async def test_the_reason_keeps_what_was_seen_and_sums_up(company: Clocked):
    lead = await company.lead(source="expo", company="甲", page_seconds=200)
    (event,) = await company.system_rows("event", record=lead["id"], type="record.scored")
    score = event["why"]["score"]
    assert sum(factor["points"] for factor in score["factors"]) == score["total"] == lead["score"]
    seen = {name: value for factor in score["factors"] for name, value in factor["values"].items()}
    assert (seen["source"], seen["page_seconds"], seen["company"], seen["city"]) == ("expo", 200, "甲", None)
    assert json.dumps(event["changes"])


async def test_a_change_of_what_no_factor_looks_at_scores_nothing_again(company: Clocked):
    lead = await company.lead()
    await company.run(UpdateRecord("lead", lead["id"], values={"note": "x"}))
    assert len(await company.system_rows("event", record=lead["id"], type="record.scored")) == 1


@pytest.mark.parametrize(
    ("points", "total", "grade"), [(1000, 100, "A"), (-5, 0, "C"), (69.5, 70, "A"), (69.4, 69, "B"), (44.5, 45, "B")]
)
async def test_a_total_is_rounded_half_up_and_stays_between_0_and_100(
    database: Database, points: float, total: int, grade: str
):
    body = next(one.body for one in sales_app() if one.kind == "scorecard")
    card = Body(
        "scorecard",
        "lead_score",
        {**body, "factors": [{"key": "all", "label": "all", "when": "true", "points": points}]},
    )
    async with fresh_company(database, card) as company:
        lead = await company.lead()
        assert (lead["score"], lead["grade"]) == (total, grade)
