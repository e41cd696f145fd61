"""How a clock's due time came about, in words of every language."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from closeloop.catalog.messages import WEEKDAYS
from closeloop.catalog.model import Label, text_of
from closeloop.catalog.working_time import Counted, DayPlan, Skipped

_REASONS: Mapping[str, Label] = {
    "weekend": {"zh-CN": "休息日", "en-US": "day off"},
    "public_holiday": {"zh-CN": "{name}放假", "en-US": "{name}"},
    "own_holiday": {"zh-CN": "公司放假", "en-US": "company holiday"},
    "make_up": {"zh-CN": "调休上班", "en-US": "make-up workday"},
    "own_workday": {"zh-CN": "公司上班", "en-US": "company workday"},
}
_LINES: Mapping[str, Label] = {
    "target": {
        "zh-CN": "目标{span}，按“{calendar}”计（{zone}）",
        "en-US": "Target {span}, counted by “{calendar}” ({zone})",
    },
    "wall": {"zh-CN": "目标{span}，按自然时间计", "en-US": "Target {span}, by the wall clock"},
    "counted": {"zh-CN": "{from}–{to} 计{span}", "en-US": "{from}–{to}: {span}"},
    "skipped": {"zh-CN": "{days} {reason}，不计", "en-US": "{days} does not count: {reason}"},
    "assumed": {
        "zh-CN": "{year} 年的节假日安排尚未公布，按每周工作日计",
        "en-US": "Public holidays of {year} are not known yet; counted by weekdays",
    },
    "paused": {"zh-CN": "{from} 起暂停，还剩{span}", "en-US": "Paused since {from}; {span} left"},
    "more": {"zh-CN": "时间较长，其余从略", "en-US": "and so on; the rest is left out"},
    "due": {"zh-CN": "到期 {to}", "en-US": "Due {to}"},
}
_UNITS: Sequence[tuple[int, Label]] = (
    (86_400, {"zh-CN": " {n} 天", "en-US": "{n} d"}),
    (3600, {"zh-CN": " {n} 小时", "en-US": "{n} h"}),
    (60, {"zh-CN": " {n} 分钟", "en-US": "{n} min"}),
    (1, {"zh-CN": " {n} 秒", "en-US": "{n} s"}),
)


def line(name: str, locale: str, **params: object) -> str:
    """Return one of the sentences; its parameters are words already."""
    return text_of(_LINES[name], locale).format_map(params)


def span_text(span: timedelta, locale: str) -> str:
    """Return a span in words, to the second: `1 h 30 min`."""
    left, said = round(span.total_seconds()), list[str]()
    for size, words in _UNITS:
        number, left = divmod(left, size)
        if number:
            said.append(text_of(words, locale).format(n=number))
    if not said:
        said = [text_of(_UNITS[-1][1], locale).format(n=0)]
    return "".join(said) if locale == "zh-CN" else " ".join(said)


def moment_text(moment: datetime, locale: str, *, since: datetime | None = None) -> str:
    """Return a local moment in words; the day is left out where it is that of `since`."""
    time = f"{moment:%H:%M:%S}".removesuffix(":00")
    if since is not None and since.date() == moment.date():
        return time
    return f"{day_text(moment.date(), locale)} {time}"


def day_text(day: date, locale: str) -> str:
    """Return a day with its weekday."""
    name = text_of(list(WEEKDAYS.values())[day.weekday()], locale)
    return f"{day.month}月{day.day}日 {name}" if locale == "zh-CN" else f"{name[:3]} {day:%Y-%m-%d}"


def reason_of(day: Skipped | DayPlan, locale: str) -> str:
    """Return why a day isn't what its weekday says, or doesn't count; nothing of a usual one."""
    words = _REASONS.get(day.why)
    return text_of(words, locale).format(name=text_of(day.name, locale) if day.name else "") if words else ""


def counted_line(one: Counted, locale: str) -> str:
    """Return a stretch that counted, whose moments are local."""
    begin, end = moment_text(one.begin, locale), moment_text(one.end, locale, since=one.begin)
    return line("counted", locale, **{"from": begin, "to": end, "span": span_text(one.end - one.begin, locale)})


def skipped_lines(skipped: Sequence[Skipped], locale: str) -> list[tuple[date, str]]:
    """Return a sentence for each row of days that are left out for the same reason, with the first of them."""
    starts = [
        0,
        *(
            n
            for n, (a, b) in enumerate(pairwise(skipped), 1)
            if (a.why, a.name) != (b.why, b.name) or (b.day - a.day).days > 1
        ),
    ]
    lines: list[tuple[date, str]] = []
    for first, after in zip(starts, [*starts[1:], len(skipped)], strict=True) if skipped else ():
        begin, end = skipped[first], skipped[after - 1]
        days = day_text(begin.day, locale)
        if end.day != begin.day:
            days = f"{days}–{day_text(end.day, locale)}"
        lines.append((begin.day, line("skipped", locale, days=days, reason=reason_of(begin, locale))))
    return lines
