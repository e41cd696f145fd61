"""The texts of notices in every language: a title and a body for each type."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from closeloop.catalog.model import Label, text_of

_TEXTS: Mapping[str, tuple[Label, Label]] = {
    "assigned": (
        {"zh-CN": "新的{object}：{title}", "en-US": "New {object}: {title}"},
        {"zh-CN": "已分配给你，请尽快跟进。", "en-US": "It is yours now. Please get in touch soon."},
    ),
    "taken_over": (
        {"zh-CN": "{object}已转出：{title}", "en-US": "{object} handed over: {title}"},
        {"zh-CN": "现在由{owner}负责。", "en-US": "{owner} owns it now."},
    ),
    "handed_over": (
        {"zh-CN": "{person}的工作已移交给你", "en-US": "{person}’s records are yours now"},
        {"zh-CN": "共{count}条记录，请查看。", "en-US": "{count} records in all. Please look through them."},
    ),
    "joined": (
        {"zh-CN": "{object}再次来访：{title}", "en-US": "{object} came in again: {title}"},
        {"zh-CN": "同一客户又留下了信息，已并入时间轴。", "en-US": "The same contact left details again; they are on the timeline."},
    ),
    "flagged": (
        {"zh-CN": "疑似撞单：{title}", "en-US": "Looks like one of yours: {title}"},
        {"zh-CN": "新的{object}与你负责的客户信息相同，请核对。", "en-US": "A new {object} has the details of a record that is yours. Please check."},
    ),
    "clock_near": (
        {"zh-CN": "即将超时：{title}", "en-US": "Almost due: {title}"},
        {"zh-CN": "“{clock}”将于 {due_at} 到期。", "en-US": "“{clock}” is due at {due_at}."},
    ),
    "clock_late": (
        {"zh-CN": "已超时：{title}", "en-US": "Overdue: {title}"},
        {"zh-CN": "“{clock}”已于 {due_at} 到期。", "en-US": "“{clock}” was due at {due_at}."},
    ),
    "escalated": (
        {"zh-CN": "下属超时：{title}", "en-US": "Overdue in your team: {title}"},
        {"zh-CN": "“{clock}”已于 {due_at} 到期，负责人{owner}。", "en-US": "“{clock}” was due at {due_at}; {owner} owns it."},
    ),
    "nobody": (
        {"zh-CN": "无人可分配：{title}", "en-US": "Nobody to assign: {title}"},
        {"zh-CN": "策略“{policy}”没有合适的人，请处理。", "en-US": "The policy “{policy}” found nobody. Please step in."},
    ),
    "by_hand": (
        {"zh-CN": "等待手工分配：{title}", "en-US": "To be assigned by hand: {title}"},
        {"zh-CN": "自动分配已停用，请安排负责人。", "en-US": "Automatic assignment is off. Please choose an owner."},
    ),
    "by_hand_many": (
        {"zh-CN": "{count} 条{object}等待手工分配", "en-US": "{object}: {count} to be assigned by hand"},
        {"zh-CN": "自动分配已停用，请安排负责人。", "en-US": "Automatic assignment is off. Please choose owners."},
    ),
    "dealing_off": (
        {"zh-CN": "{object}已改为手工分配", "en-US": "{object}: assigned by hand from now on"},
        {"zh-CN": "{by}停用了自动分配：{note}", "en-US": "{by} has switched automatic assignment off: {note}"},
    ),
    "dealing_on": (
        {"zh-CN": "{object}已恢复自动分配", "en-US": "{object}: assigned automatically again"},
        {"zh-CN": "{by}恢复了自动分配，等待中的记录会依次分配。", "en-US": "{by} has switched it on; what waits is dealt in turn."},
    ),
    "watch_waiting": (
        {"zh-CN": "{count} 条{object}无人负责", "en-US": "{object}: {count} without an owner"},
        {"zh-CN": "超过上限 {limit}，请查看分配情况。", "en-US": "More than {limit}. Please look at how they are assigned."},
    ),
    "watch_full": (
        {"zh-CN": "在手{object}过多：{people}", "en-US": "{object}: too many with {people}"},
        {"zh-CN": "每人在手超过 {limit} 条。", "en-US": "Each of them holds more than {limit}."},
    ),
    "watch_idle": (
        {"zh-CN": "{days} 天没有分到{object}：{people}", "en-US": "{object}: none for {days} days for {people}"},
        {"zh-CN": "在值班，而其他人一直有新记录。", "en-US": "They are on duty, and others have been given some."},
    ),
    "watch_swing": (
        {"zh-CN": "{day} 分配的{object}数量异常：{count}", "en-US": "{object}: {count} assigned on {day}"},
        {"zh-CN": "之前五个工作日平均每天 {mean} 条。", "en-US": "The mean of the five working days before is {mean}."},
    ),
    "assigned_many": (
        {"zh-CN": "{count} 条新{object}", "en-US": "{object}: {count} new"},
        {"zh-CN": "批量处理后由你负责。", "en-US": "A job over many records has made them yours."},
    ),
    "taken_over_many": (
        {"zh-CN": "{count} 条{object}已转出", "en-US": "{object}: {count} handed over"},
        {"zh-CN": "批量处理后改由他人负责。", "en-US": "A job over many records has given them to somebody else."},
    ),
    "joined_many": (
        {"zh-CN": "{count} 条{object}再次来访", "en-US": "{object}: {count} came in again"},
        {"zh-CN": "批量导入的信息已并入你的记录。", "en-US": "What a file said of them is on their timelines."},
    ),
    "nobody_many": (
        {"zh-CN": "{count} 条{object}无人可分配", "en-US": "{object}: nobody to assign for {count}"},
        {"zh-CN": "批量处理时没有合适的人，请处理。", "en-US": "A job over many records found nobody. Please step in."},
    ),
    "deliveries_dead": (
        {"zh-CN": "推送失败：{target}", "en-US": "Deliveries given up: {target}"},
        {"zh-CN": "{error}。请检查后在推送记录中重新发送。", "en-US": "{error}. Please see to it, then send them again from the deliveries."},
    ),
    "rule": (
        {"zh-CN": "{heading}", "en-US": "{heading}"},
        {"zh-CN": "{text}", "en-US": "{text}"},
    ),
}  # fmt: skip
_RULE: Label = {"zh-CN": "{by}：{title}", "en-US": "{by}: {title}"}
"""The heading of a rule's notice that has none of its own."""


DIGEST = "digest"
"""What a delivery of several notices is called."""
_DIGEST_SUBJECT: Label = {"zh-CN": "{count} 条通知", "en-US": "{count} notifications"}
TYPES = frozenset(_TEXTS)


def digest_subject(count: int, locale: str) -> str:
    """Return the heading of several notices together."""
    return text_of(_DIGEST_SUBJECT, locale).format(count=count)


def write(kind: str, params: Mapping[str, Any], object_label: str, locale: str, zone: ZoneInfo) -> tuple[str, str]:
    """Return the title and the body of a notice; what a notice doesn't know is left as a dash."""
    words = _Words({"object": object_label})
    for name, value in params.items():
        if name not in _TEMPLATES:
            words[name] = _shown(name, value, locale, zone)
    if kind == "rule":
        values: Mapping[str, Any] = params.get("values") or {}
        own = _Words({name: _shown(name, value, locale, zone) for name, value in values.items()})
        heading, text = params.get("heading"), params.get("text")
        words["heading"] = (
            text_of(heading, locale).format_map(own) if heading else text_of(_RULE, locale).format_map(words)
        )
        words["text"] = text_of(text, locale).format_map(own) if text else ""
    title, body = _TEXTS[kind]
    return text_of(title, locale).format_map(words), text_of(body, locale).format_map(words)


_TEMPLATES = ("heading", "text", "values")


def _shown(name: str, value: Any, locale: str, zone: ZoneInfo) -> Any:
    """Return a parameter as its reader sees it: a label in the language, a moment in the company's zone."""
    if isinstance(value, Mapping):
        label: Mapping[str, str] = value  # pyright: ignore[reportUnknownVariableType]
        return _local(label["at"], locale, zone) if "at" in label else text_of(label, locale)
    if name == "due_at" and isinstance(value, str):
        return _local(value, locale, zone)
    if isinstance(value, list):
        return ("、" if locale == "zh-CN" else ", ").join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]
    return "—" if value is None else value


def _local(text: str, locale: str, zone: ZoneInfo) -> str:
    at = datetime.fromisoformat(text).astimezone(zone)
    return f"{at.month}月{at.day}日 {at:%H:%M}" if locale == "zh-CN" else f"{at:%b} {at.day}, {at:%H:%M}"


class _Words(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"
