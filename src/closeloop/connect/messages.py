"""Words of tables in every language: what columns of a file are called, and how yes, units and halves of the day read."""

from collections.abc import Mapping

from closeloop.catalog.model import Label

NUMBER: Label = {"zh-CN": "行号", "en-US": "Row"}
REASON: Label = {"zh-CN": "原因", "en-US": "Reason"}

UNITS: Mapping[str, int] = {"千": 1_000, "万": 10_000, "亿": 100_000_000, "k": 1_000, "m": 1_000_000}
"""What a number's last sign multiplies it by."""

YES_NO: Mapping[bool, Label] = {True: {"zh-CN": "是", "en-US": "yes"}, False: {"zh-CN": "否", "en-US": "no"}}

CURRENCIES = "¥￥$€£元"
"""Signs that stand before or behind an amount and say nothing about its size."""

LISTED = ",，、;；|\n"
"""What stands between the values of one cell."""

HOUR, MINUTE = "时点", "分"
"""Signs behind the parts of a time."""

AFTERNOON = ("下午", "晚上", "pm", "p.m.")
FORENOON = ("上午", "凌晨", "早上", "am", "a.m.")

KNOWN_AS: Mapping[str, tuple[str, ...]] = {
    "phone": ("手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "座机", "mobile", "tel", "telephone", "cell", "cellphone", "phone number", "mobile number"),
    "email": ("邮箱", "电子邮箱", "邮件", "电子邮件", "mail", "e-mail", "email address"),
    "url": ("网址", "网站", "官网", "主页", "website", "homepage", "web site", "link"),
    "owner": ("负责人", "归属人", "所属人", "跟进人", "所属销售", "业务员", "销售", "sales agent", "sales rep", "agent", "account manager", "owner"),
}  # fmt: skip
"""Names that a column goes by in many systems, for a type of field, and for the owner."""

SAY_NOTHING = ("名称", "全称", "姓名", "名", "号码", "号", "name")
"""Words behind the name of a field that leave it what it is."""

CHANNEL_LABELS: Mapping[str, Label] = {"email": {"zh-CN": "邮件", "en-US": "E-mail"}}
"""What the channels are called that have no definition of their own."""

MAIL: Mapping[str, Label] = {
    "open": {"zh-CN": "打开记录", "en-US": "Open the record"},
    "footer": {
        "zh-CN": "这封邮件由系统按你的通知设置发送。",
        "en-US": "The system has sent this by your notification settings.",
    },
    "change": {"zh-CN": "查看通知", "en-US": "See notifications"},
}
"""What stands in every mail."""

TEST: Mapping[str, Label] = {
    "title": {"zh-CN": "测试通知", "en-US": "A test message"},
    "body": {
        "zh-CN": "收到这条消息，说明通知能送到你这里。",
        "en-US": "You have got this, so notices reach you here.",
    },
}
"""What one is told who tries a channel out."""
