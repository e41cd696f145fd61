"""What a rung does, in words of every language."""

from closeloop.catalog.model import text_of

_DOING = {
    "notify": {"zh-CN": "提醒{whom}", "en-US": "notify {whom}"},
    "escalate": {"zh-CN": "上报{whom}", "en-US": "escalate to {whom}"},
    "reassign": {"zh-CN": "重新分配", "en-US": "assign again"},
}
_WHOM = {
    "owner": {"zh-CN": "负责人", "en-US": "the owner"},
    "superior": {"zh-CN": "上级", "en-US": "the superior"},
}


def doing_text(doing: str, whom: str, locale: str) -> str:
    """Return one doing of a rung in words; a role that is named stands as its key."""
    person = text_of(_WHOM[whom], locale) if whom in _WHOM else whom
    return text_of(_DOING[doing], locale).format(whom=person)
