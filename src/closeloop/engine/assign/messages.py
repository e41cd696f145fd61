"""Why a candidate was chosen or passed over, in words of every language."""

from collections.abc import Mapping
from typing import Any

from closeloop.access import audit
from closeloop.access.messages import AWAY

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


_FINDINGS: Mapping[str, tuple[str, str]] = {
    **_REASONS,
    "by_hand": ("自动分配已停用，目前由人手工分配", "automatic assignment is off; people assign by hand for now"),
    "no_policies": ("没有分配策略", "there are no assignment policies"),
    "in_no_policy": ("没有任何策略包括此人", "no policy includes this person"),
    "others_decide": ("最近的 {decisions} 条都由不包括此人的策略分配", "the last {decisions} were decided by policies that leave this person out"),
    "in_policies": ("有策略包括此人", "policies include this person"),
    "no_role": ("没有策略所要求的角色：{roles}", "lacks a role that the policies ask for: {roles}"),
    "on_duty": ("在职，可以分配", "is there and may be given records"),
    "has_room": ("还有余量", "has room"),
    "passed_over": ("参与的 {decisions} 次中有 {passed} 次因条件或优先被跳过", "was passed over by conditions or preferences {passed} times out of {decisions}"),
    "asked": ("参与 {decisions} 次，分到 {chosen} 次", "was asked {decisions} times and chosen {chosen} times"),
    "silent": ("渠道没有新数据：{names}", "nothing comes in by: {names}"),
    "refusing": ("渠道的数据全部被拒：{names}", "all that comes in is refused: {names}"),
    "flowing": ("渠道正常", "records come in"),
    "no_change": ("没有相关变更", "nothing has changed"),
    "changed": ("最近一次变更：{what}", "the last change: {what}"),
}  # fmt: skip

_CHANGED: Mapping[str, tuple[str, str]] = {
    "assignment": ("分配策略", "an assignment policy"),
    audit.PERSON_MADE: ("新建了此人", "the person was added"),
    audit.PERSON_CHANGED: ("改了此人的资料", "the person's facts"),
    audit.PERSON_LEFT: ("此人停用", "the person was deactivated"),
    audit.PERSON_BACK: ("此人恢复启用", "the person was reactivated"),
    audit.DUTY_CHANGED: ("此人的值班或请假", "the person's duty or leave"),
    audit.DEALING_CHANGED: ("自动分配的开关", "the switch of automatic assignment"),
}
"""What the last change was of: a kind of definition, or a type of the audit trail."""


def _shown(value: Any) -> Any:
    return ", ".join(map(str, value)) if isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType]


def finding_text(code: str, params: Mapping[str, Any], locale: str) -> str:
    """Return the words of what was found about somebody who is given nothing."""
    texts = _FINDINGS.get(code)
    shown: dict[str, Any] = {name: _shown(one) for name, one in params.items()}
    if (changed := _CHANGED.get(str(params.get("what")))) is not None:
        shown["what"] = changed[0 if locale == "zh-CN" else 1]
    return code if texts is None else texts[0 if locale == "zh-CN" else 1].format_map(shown)
