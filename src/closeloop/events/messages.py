"""What an event is called on a timeline, in every language; an object's own operations bring their labels."""

from collections.abc import Mapping

TITLES: Mapping[str, Mapping[str, str]] = {
    "record.created": {"zh-CN": "创建", "en-US": "Created"},
    "record.updated": {"zh-CN": "修改", "en-US": "Changed"},
    "record.deleted": {"zh-CN": "删除", "en-US": "Deleted"},
    "record.moved": {"zh-CN": "阶段变更", "en-US": "Stage changed"},
    "record.joined": {"zh-CN": "重复来访，已并入", "en-US": "Came in again, joined here"},
    "record.merged": {"zh-CN": "合并", "en-US": "Merged"},
    "record.flagged": {"zh-CN": "疑似重复", "en-US": "Possible duplicate"},
    "record.scored": {"zh-CN": "评分", "en-US": "Scored"},
    "record.assigned": {"zh-CN": "分配", "en-US": "Assigned"},
    "record.unassigned": {"zh-CN": "无人可分配", "en-US": "Nobody to assign"},
    "record.kept": {"zh-CN": "未转出：已改为手工分配", "en-US": "Kept: assigned by hand for now"},
    "record.given_back": {"zh-CN": "不再有负责人", "en-US": "Without an owner now"},
    "clock.fired": {"zh-CN": "时钟提醒", "en-US": "Clock reminder"},
    "clock.breached": {"zh-CN": "超时", "en-US": "Overdue"},
    "clock.met": {"zh-CN": "按要求完成", "en-US": "Clock met"},
    "clock.cancelled": {"zh-CN": "时钟取消", "en-US": "Clock cancelled"},
    "clock.paused": {"zh-CN": "时钟暂停", "en-US": "Clock paused"},
    "clock.resumed": {"zh-CN": "时钟恢复", "en-US": "Clock resumed"},
    "clock.failed": {"zh-CN": "时钟动作没有完成", "en-US": "A clock's doing failed"},
    "rule.run": {"zh-CN": "自动规则", "en-US": "Rule"},
    "rule.failed": {"zh-CN": "自动规则没有完成", "en-US": "Rule failed"},
}
