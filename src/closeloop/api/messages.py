"""The API's own words, in every language."""

from collections.abc import Mapping

SOMETHING_HIDDEN: Mapping[str, str] = {"zh-CN": "一项你无权查看的信息", "en-US": "Something that you may not see"}

FORM: Mapping[str, Mapping[str, str]] = {
    "send": {"zh-CN": "提交", "en-US": "Send"},
    "sending": {"zh-CN": "正在提交…", "en-US": "Sending…"},
    "failed": {"zh-CN": "没有提交成功，请稍后再试。", "en-US": "It could not be sent. Please try again."},
    "thanks": {"zh-CN": "已收到，我们会尽快与您联系。", "en-US": "Thank you. We will be in touch soon."},
    "choose": {"zh-CN": "请选择", "en-US": "Please choose"},
    "noscript": {"zh-CN": "请启用 JavaScript 后提交。", "en-US": "Please switch JavaScript on to send this form."},
}
"""The hosted form's own texts; the others stand in its definition."""
