"""The days that a company works: by rule, by public holiday, by hand."""

from datetime import date
from typing import Any

import pytest
from tests.catalog.test_snapshot import problems, snapshot

from closeloop.catalog.store import Body

NATIONAL_DAY, MAKE_UP = date(2026, 10, 1), date(2026, 10, 10)  # a Thursday off, a Saturday worked
UNKNOWN_YEAR = date(2031, 10, 1)  # a Wednesday


def company(**body: Any) -> Body:
    return Body("calendar", "company", {"calendar": "company", **body})


def test_without_a_calendar_china_s_holidays_count_as_far_as_they_are_known() -> None:
    calendar = snapshot().calendar
    assert not calendar.is_workday(NATIONAL_DAY)
    assert calendar.is_workday(MAKE_UP)
    assert calendar.is_workday(UNKNOWN_YEAR)
    assert calendar.count(date(2026, 9, 28), date(2026, 10, 11)) == 3 + 3


def test_a_company_s_own_days_go_before_public_ones() -> None:
    own = company(weekend=[7], holidays=["2026-10-10", UNKNOWN_YEAR], workdays=["2026-10-01"])
    calendar = snapshot(own).calendar
    assert calendar.is_workday(NATIONAL_DAY)
    assert not calendar.is_workday(MAKE_UP)
    assert not calendar.is_workday(UNKNOWN_YEAR)
    assert calendar.is_workday(date(2031, 10, 4))


def test_a_company_elsewhere_leaves_public_holidays_out() -> None:
    calendar = snapshot(company(public="none")).calendar
    assert calendar.is_workday(NATIONAL_DAY)
    assert not calendar.is_workday(MAKE_UP)


@pytest.mark.parametrize(
    ("body", "place", "code"),
    [
        (company(weekend=[1, 2, 3, 4, 5, 6, 7]), "calendar/company: weekend", "no_workday"),
        (company(weekend=[6, 8]), "calendar/company: weekend[1]", "not_a_weekday"),
        (company(holidays=["2026-02-30"]), "calendar/company: holidays[0]", "not_date"),
        (company(public="mars"), "calendar/company: public", "not_one_of"),
        (Body("calendar", "wall_clock", {"calendar": "wall_clock"}), "calendar/wall_clock: calendar", "name_taken"),
        (company(time_zone="Mars/Base"), "calendar/company: time_zone", "unknown_zone"),
        (company(hours=["9-12"]), "calendar/company: hours", "not_hours"),
        (company(hours=["09:00-09:00"]), "calendar/company: hours", "not_hours"),
        (company(hours=["24:00-25:00"]), "calendar/company: hours", "not_hours"),
        (company(hours=[]), "calendar/company: hours", "required"),
        (company(hours=["09:00-12:00", "11:00-13:00"]), "calendar/company: hours", "hours_overlap"),
        (company(hours=["13:00-14:00", "09:00-12:00"]), "calendar/company: hours", "hours_overlap"),
        (company(hours=["08:00-12:00", "22:00-09:00"]), "calendar/company: hours", "hours_overlap"),
        (company(hours={"mon": ["20:00-09:00"], "tue": ["08:00-12:00"]}), "calendar/company: hours", "hours_overlap"),
        (company(hours={"monday": ["20:00-09:00"]}), "calendar/company: hours.monday", "not_one_of"),
        (company(hours={"mon": []}), "calendar/company: hours", "no_workday"),
        (company(hours={"mon": ["08:00-12:00"]}, weekend=[7]), "calendar/company: weekend", "said_twice"),
        (company(days={"soon": []}), "calendar/company: days.soon", "not_date"),
        (company(days={"2026-10-01": ["x"]}), "calendar/company: days.2026-10-01", "not_hours"),
    ],
)
def test_a_wrong_calendar_is_told_at_its_place(body: Body, place: str, code: str) -> None:
    assert problems(body)[place] == code
