"""A calendar is seen before it is in force: what its days are, and when a clock would be due by it."""

from typing import Any

import pytest
from tests.support.web import Api

pytestmark = pytest.mark.db

WORKS = ["09:00-12:00", "13:30-18:00"]
OWN = {
    "calendar": "duty_hours",
    "public": "china",
    "hours": WORKS,
    "holidays": ["2026-09-29"],
    "days": {"2026-09-30": ["09:00-12:00"]},
    "workdays": ["2026-10-03"],
}


async def ask(api: Api, what: str, **body: Any) -> dict[str, Any]:
    client = await api.signed_in("admin")
    answer = await client.post(f"/calendars/{what}", json=body, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_days_are_told_with_their_hours_and_reasons(api: Api):
    told = await ask(api, "days", body=OWN, **{"from": "2026-09-25", "until": "2026-10-03"})
    assert told["time_zone"] == "Asia/Shanghai"
    found = {one["date"][5:]: (one["hours"], one["why"]) for one in told["items"]}
    assert found["09-28"] == (WORKS, "")
    assert found["09-29"] == ([], "own_holiday")
    assert found["09-30"] == (["09:00-12:00"], "")
    assert found["10-01"] == ([], "public_holiday")
    assert found["10-03"] == (WORKS, "own_workday")
    assert next(one["text"] for one in told["items"] if one["date"] == "2026-10-01").startswith("国庆节")


async def test_a_span_over_lunch_and_holidays_is_reckoned(api: Api):
    told = await ask(api, "reckon", body=OWN, start="2026-09-28T09:50:00Z", target="30m")  # 17:50 in Shanghai
    assert told["due_at"] == "2026-09-30T01:20:00Z"
    assert [one["seconds"] for one in told["counted"]] == [600, 1200]
    assert [one["why"] for one in told["skipped"]] == ["own_holiday"]
    assert told["target"] == 1800
    assert told["lines"][-1].startswith("到期 9月30日")


async def test_the_wall_clock_counts_every_moment(api: Api):
    told = await ask(api, "reckon", calendar="wall_clock", start="2026-10-01T09:00:00Z", target="24h")
    assert told["due_at"] == "2026-10-02T09:00:00Z"
    assert told["skipped"] == []


@pytest.mark.parametrize(
    ("what", "body", "field"),
    [
        ("reckon", {"start": "2026-10-01T09:00:00Z", "target": "1h"}, "calendar"),
        ("reckon", {"calendar": "nowhere", "start": "2026-10-01T09:00:00Z", "target": "1h"}, "calendar"),
        ("reckon", {"calendar": "duty_hours", "start": "2026-10-01T09:00:00", "target": "1h"}, "start"),
        ("reckon", {"calendar": "duty_hours", "start": "9000-10-01T09:00:00Z", "target": "1h"}, "start"),
        ("reckon", {"calendar": "duty_hours", "start": "2026-10-01T09:00:00Z", "target": "-1h"}, "target"),
        ("reckon", {"body": {**OWN, "hours": ["9-12"]}, "start": "2026-10-01T09:00:00Z", "target": "1h"}, "hours"),
        ("days", {"body": {**OWN, "hours": []}, "from": "2026-10-01", "until": "2026-10-01"}, "hours"),
        ("days", {"calendar": "wall_clock", "from": "2026-10-01", "until": "2026-10-01"}, "calendar"),
        ("days", {"calendar": "duty_hours", "from": "2026-01-01", "until": "2026-12-31"}, "until"),
    ],
)
async def test_what_is_wrong_is_told_at_its_place(api: Api, what: str, body: dict[str, Any], field: str):
    client = await api.signed_in("admin")
    answer = await client.post(f"/calendars/{what}", json=body)
    assert answer.status_code == 422
    assert field in [one["field"] for one in answer.json()["errors"]]
