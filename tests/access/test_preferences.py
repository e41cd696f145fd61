"""When a notice goes out, by what its reader wants: at once, after quiet hours, in a digest, or never."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closeloop.access.preferences import (
    LEVELS,
    USUAL,
    Choice,
    Preferences,
    following,
    read_preferences,
    stored_preferences,
)
from closeloop.base.errors import Invalid

SHANGHAI = ZoneInfo("Asia/Shanghai")
TYPES = frozenset({"assigned", "joined"})
MOMENTS = st.integers(0, 2 * 366 * 86400).map(lambda s: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
HOURS = st.times().map(lambda one: one.replace(second=0, microsecond=0))
ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"]).map(ZoneInfo)
QUIET = st.none() | st.tuples(HOURS, HOURS).filter(lambda pair: pair[0] != pair[1])


def at(hour: int, minute: int = 0, day: int = 4) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


NIGHT = Preferences(quiet=(time(22), time(8)))
NOON = Preferences(quiet=(time(12), time(14)))


@pytest.mark.parametrize(
    ("wanted", "level", "now", "goes"),
    [
        (USUAL, "info", at(3), at(3)),
        (NIGHT, "info", at(23), at(8, day=5)),
        (NIGHT, "warning", at(7, 59), at(8)),
        (NIGHT, "info", at(8), at(8)),
        (NIGHT, "info", at(21, 59), at(21, 59)),
        (NIGHT, "danger", at(23), at(23)),
        (NOON, "info", at(12), at(14)),
        (NOON, "info", at(11), at(11)),
        (Preferences(levels={"info": Choice(email="digest")}), "info", at(9), at(18)),
        (Preferences(levels={"info": Choice(email="digest")}), "info", at(18), at(18, day=5)),
        (Preferences(levels={"info": Choice(email="digest")}), "warning", at(9), at(9)),
        (Preferences(levels={"info": Choice(email="off")}), "info", at(9), None),
        (Preferences(types={"x": Choice(email="digest")}), "danger", at(9), at(9)),
        (Preferences({"info": Choice(email="off")}, {"x": Choice()}), "info", at(9), at(9)),
        (Preferences({"info": Choice(email="digest")}, {}, (time(17), time(19))), "info", at(9), at(19)),
    ],
)
def test_a_notice_goes_when_its_reader_wants_it(wanted: Preferences, level: str, now: datetime, goes: datetime | None):
    assert wanted.email_at("x", level, now.astimezone(UTC), SHANGHAI) == goes


@given(MOMENTS, HOURS, ZONES)
def test_the_following_hour_lies_ahead_and_within_two_days(now: datetime, hour: time, zone: ZoneInfo):
    found = following(now, hour, zone)
    assert timedelta() < found - now <= timedelta(hours=49)


@given(MOMENTS, QUIET, HOURS, ZONES, st.sampled_from(LEVELS), st.sampled_from(["now", "digest"]))
def test_nothing_is_lost_or_sent_before_its_time_and_what_is_urgent_never_waits(
    now: datetime, quiet: tuple[time, time] | None, digest: time, zone: ZoneInfo, level: str, way: str
):
    wanted = Preferences(dict.fromkeys(LEVELS, Choice(email=way)), {}, quiet, digest)
    goes = wanted.email_at("x", level, now, zone)
    assert goes is not None
    assert goes >= now
    if level == "danger":
        assert goes == now


@given(
    st.dictionaries(st.sampled_from(LEVELS), st.builds(Choice, st.booleans(), st.sampled_from(["now", "off"]))),
    st.dictionaries(st.sampled_from(sorted(TYPES)), st.builds(Choice, st.booleans(), st.sampled_from(["digest"]))),
    QUIET,
    HOURS,
)
def test_what_is_read_is_what_was_written(
    levels: dict[str, Choice], types: dict[str, Choice], quiet: tuple[time, time] | None, digest: time
):
    wanted = Preferences(levels, types, quiet, digest)
    read = read_preferences(wanted.out(), TYPES)
    assert read.out() == wanted.out()
    assert stored_preferences({**wanted.out(), "types": {"gone": {"in_app": False}}}).types == {"gone": Choice(False)}


@pytest.mark.parametrize(
    ("raw", "place", "code"),
    [
        ({"level": {}}, "level", "unknown_parameter"),
        ({"levels": [1]}, "levels", "not_a_mapping"),
        ({"levels": {"loud": {}}}, "levels.loud", "not_one_of"),
        ({"levels": {"info": True}}, "levels.info", "not_a_mapping"),
        ({"levels": {"info": {"in_app": "yes"}}}, "levels.info.in_app", "not_boolean"),
        ({"levels": {"info": {"email": "later"}}}, "levels.info.email", "not_one_of"),
        ({"levels": {"info": {"email": ["now"]}}}, "levels.info.email", "not_one_of"),
        ({"levels": {"danger": {"email": "digest"}}}, "levels.danger.email", "not_one_of"),
        ({"levels": {"info": {"sms": True}}}, "levels.info.sms", "unknown_parameter"),
        ({"types": {"nothing": {}}}, "types.nothing", "not_one_of"),
        ({"quiet": "night"}, "quiet.from", "bad_hour"),
        ({"quiet": {"from": "22:00"}}, "quiet.to", "bad_hour"),
        ({"quiet": {"from": "22:00", "to": "22:00"}}, "quiet.to", "quiet_all_day"),
        ({"digest_at": "25:00"}, "digest_at", "bad_hour"),
    ],
)
def test_what_is_wrong_is_named(raw: dict[str, Any], place: str, code: str):
    with pytest.raises(Invalid) as caught:
        read_preferences(raw, TYPES)
    assert (place, code) in [(one.field, one.code) for one in caught.value.errors]
