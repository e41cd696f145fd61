"""What a step does, in words of every language."""

from collections.abc import Mapping
from typing import Any

from closeloop.catalog.model import text_of

_WORDS: Mapping[str, Mapping[str, str]] = {
    "notify": {"zh-CN": "提醒{what}", "en-US": "notify {what}"},
    "escalate": {"zh-CN": "上报{what}", "en-US": "escalate to {what}"},
    "reassign": {"zh-CN": "重新分配", "en-US": "assign again"},
    "assign": {"zh-CN": "指定负责人", "en-US": "assign"},
    "unassign": {"zh-CN": "取消负责人", "en-US": "take the owner away"},
    "set": {"zh-CN": "填写{what}", "en-US": "set {what}"},
    "link": {"zh-CN": "关联{what}", "en-US": "link {what}"},
    "add_to": {"zh-CN": "加入{what}", "en-US": "add to {what}"},
    "create": {"zh-CN": "新建{what}", "en-US": "create {what}"},
    "move": {"zh-CN": "进入阶段{what}", "en-US": "move to {what}"},
    "start_clock": {"zh-CN": "启动时钟{what}", "en-US": "start the clock {what}"},
    "stop_clock": {"zh-CN": "停止时钟{what}", "en-US": "stop the clock {what}"},
    "pause_clock": {"zh-CN": "暂停时钟{what}", "en-US": "pause the clock {what}"},
    "resume_clock": {"zh-CN": "恢复时钟{what}", "en-US": "resume the clock {what}"},
    "webhook": {"zh-CN": "推送到{what}", "en-US": "send to {what}"},
    "run": {"zh-CN": "执行{what}", "en-US": "do {what}"},
    "require": {"zh-CN": "检查条件", "en-US": "check what is required"},
}
_WHOM: Mapping[str, Mapping[str, str]] = {
    "owner": {"zh-CN": "负责人", "en-US": "the owner"},
    "superior": {"zh-CN": "上级", "en-US": "the superior"},
    "creator": {"zh-CN": "创建人", "en-US": "the creator"},
}


def step_text(raw: Mapping[str, Any], locale: str, labels: Mapping[str, str]) -> str:
    """Return a step as it is written in words; `labels` gives those of fields and the like, a key stands as itself."""
    word = next(word for word in raw if word in _WORDS)
    given: Any = raw[word]
    names: list[Any] = list(given) if isinstance(given, list | dict) else [given]  # pyright: ignore[reportUnknownArgumentType]
    said = [_name(word, str(name), locale, labels) for name in names if not isinstance(name, dict)]
    return text_of(_WORDS[word], locale).format(what=", ".join(said))


def _name(word: str, name: str, locale: str, labels: Mapping[str, str]) -> str:
    if word in ("notify", "escalate"):
        return text_of(_WHOM[name], locale) if name in _WHOM else name.partition(":")[2] or name
    return labels.get(name, name)
