"""Why a candidate was chosen or passed over, in words of every language."""

from collections.abc import Mapping

from closeloop.access.duty import AWAY

_REASONS: Mapping[str, tuple[str, str]] = {
    "chosen": ("轮到此人", "it was this person's turn"),
    "preferred": ("符合优先条件", "preferred by the policy"),
    "later_turn": ("还没轮到", "not yet this person's turn"),
    "more_loaded": ("手上的更多", "has more open records"),
    "not_preferred": ("有更优先的人", "somebody else is preferred"),
    **AWAY,
    "not_for_record": ("不负责这样的记录", "is not for such records"),
    "no_weight": ("分配权重为 0", "has a share of 0"),
    "comes_later": ("按策略的排序靠后", "comes later in the policy's order"),
    "had_it": ("刚从此人转出", "had it before"),
    "no_room_open": ("在手数量已满", "open quota is full"),
    "no_room_daily": ("今日数量已满", "today's quota is full"),
}


def reason_text(code: str, locale: str) -> str:
    """Return the words of a reason; one that is not known stands as its code."""
    texts = _REASONS.get(code)
    return code if texts is None else texts[0 if locale == "zh-CN" else 1]


_CAUSES: Mapping[str, tuple[str, str]] = {
    "created": ("新记录", "a new record"),
    "by_hand": ("手工分配", "assigned by hand"),
    "handed_over": ("工作移交", "handed over"),
    "room_freed": ("有人腾出名额", "somebody has room again"),
    "manual_mode": ("已改为手工分配", "records are assigned by hand for now"),
    "clock": ("时限到期", "a clock was due"),
    "rule": ("自动规则", "a rule"),
    "operation": ("操作", "an operation"),
}


def cause_text(code: str, locale: str) -> str:
    """Return why a record was assigned at all, in words; a cause that is not known stands as its code."""
    texts = _CAUSES.get(code)
    return code if texts is None else texts[0 if locale == "zh-CN" else 1]
