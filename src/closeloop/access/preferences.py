"""What a person wants to be told, on which way and when: choices by level and type, quiet hours, one mail a day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from closeloop.base.errors import FieldError, Invalid

LEVELS = ("info", "warning", "danger")
URGENT = "danger"
"""The level that neither waits for the end of quiet hours nor for a digest."""
NOW, DIGEST, OFF = "now", "digest", "off"
EMAIL = (NOW, DIGEST, OFF)
USUAL_HOUR = time(18, 0)


@dataclass(frozen=True, slots=True)
class Choice:
    """How one is told: popped up in the app, and by e-mail at once, in the digest or not at all."""

    in_app: bool = True
    email: str = NOW

    def out(self) -> dict[str, Any]:
        return {"in_app": self.in_app, "email": self.email}


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's choices; one for a type of notice counts for more than one for its level. Hours are the company's."""

    levels: Mapping[str, Choice] = field(default_factory=dict[str, Choice])
    types: Mapping[str, Choice] = field(default_factory=dict[str, Choice])
    quiet: tuple[time, time] | None = None
    digest_at: time = USUAL_HOUR

    def choice(self, kind: str, level: str) -> Choice:
        return self.types.get(kind) or self.levels.get(level) or Choice()

    def email_at(self, kind: str, level: str, now: datetime, zone: ZoneInfo) -> datetime | None:
        """Return when a notice of this moment goes out by e-mail; None where it doesn't."""
        way = self.choice(kind, level).email
        if way == OFF:
            return None
        if level == URGENT:
            return now
        at = now if way == NOW else following(now, self.digest_at, zone)
        return self._after_quiet(at, zone)

    def _after_quiet(self, at: datetime, zone: ZoneInfo) -> datetime:
        if self.quiet is None:
            return at
        begin, end = self.quiet
        local = at.astimezone(zone).time()
        is_quiet = begin <= local < end if begin < end else local >= begin or local < end
        return following(at, end, zone) if is_quiet else at

    def out(self) -> dict[str, Any]:
        """Return what `read_preferences` reads, with every level."""
        return {
            "levels": {level: self.levels.get(level, Choice()).out() for level in LEVELS},
            "types": {kind: choice.out() for kind, choice in self.types.items()},
            "quiet": {"from": _hour(self.quiet[0]), "to": _hour(self.quiet[1])} if self.quiet else None,
            "digest_at": _hour(self.digest_at),
        }


USUAL = Preferences()


def following(after: datetime, hour: time, zone: ZoneInfo) -> datetime:
    """Return the first moment after `after`, in UTC, at which it is `hour` in the zone."""
    day = after.astimezone(zone).date()
    while True:
        at = datetime.combine(day, hour, zone).astimezone(UTC)
        if at > after:
            return at
        day += timedelta(days=1)


def read_preferences(raw: Mapping[str, Any], types: frozenset[str]) -> Preferences:
    """Read `{levels?, types?, quiet?, digest_at?}`; raises Invalid naming each that is wrong."""
    errors = [
        FieldError(name, "unknown_parameter", {"name": name})
        for name in raw
        if name not in ("levels", "types", "quiet", "digest_at")
    ]
    levels = _choices(raw, "levels", frozenset(LEVELS), errors)
    by_type = _choices(raw, "types", types, errors)
    quiet: tuple[time, time] | None = None
    given: Any = raw.get("quiet")
    if given is not None:
        hours: dict[str, Any] = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
        begin, end = (_time(hours.get(name), f"quiet.{name}", errors) for name in ("from", "to"))
        if begin is not None and begin == end:
            errors.append(FieldError("quiet.to", "quiet_all_day"))
        quiet = (begin, end) if begin is not None and end is not None else None
    digest = USUAL_HOUR if raw.get("digest_at") is None else _time(raw["digest_at"], "digest_at", errors)
    if errors:
        raise Invalid(errors=errors)
    return Preferences(levels, by_type, quiet, digest or USUAL_HOUR)


def stored_preferences(raw: Mapping[str, Any] | None) -> Preferences:
    """Return what was kept; a choice about a type of notice that is no more stays and does nothing."""
    if raw is None:
        return USUAL
    return read_preferences(raw, frozenset(raw.get("types") or ()))


def _choices(raw: Mapping[str, Any], name: str, known: frozenset[str], errors: list[FieldError]) -> dict[str, Choice]:
    given: Any = raw.get(name) or {}
    if not isinstance(given, dict):
        errors.append(FieldError(name, "not_a_mapping"))
        return {}
    found: dict[str, Choice] = {}
    for key, one in cast("dict[str, Any]", given).items():
        place = f"{name}.{key}"
        if key not in known:
            errors.append(FieldError(place, "not_one_of", {"words": sorted(known)}))
        elif not isinstance(one, dict):
            errors.append(FieldError(place, "not_a_mapping"))
        else:
            found[key] = _choice(cast("dict[str, Any]", one), place, urgent=key == URGENT, errors=errors)
    return found


def _choice(raw: Mapping[str, Any], place: str, *, urgent: bool, errors: list[FieldError]) -> Choice:
    in_app, email = raw.get("in_app", True), raw.get("email", NOW)
    ways = tuple(one for one in EMAIL if not (urgent and one == DIGEST))
    if not isinstance(in_app, bool):
        errors.append(FieldError(f"{place}.in_app", "not_boolean"))
    if email not in ways:
        errors.append(FieldError(f"{place}.email", "not_one_of", {"words": list(ways)}))
    errors += [FieldError(f"{place}.{one}", "unknown_parameter", {"name": one}) for one in raw if one not in _KNOWN]
    return Choice(in_app is True, str(email))


_KNOWN = ("in_app", "email")


def _time(raw: Any, place: str, errors: list[FieldError]) -> time | None:
    if isinstance(raw, str) and len(raw) == 5:
        try:
            return time.fromisoformat(raw)
        except ValueError:
            pass
    errors.append(FieldError(place, "bad_hour"))
    return None


def _hour(value: time) -> str:
    return value.strftime("%H:%M")
