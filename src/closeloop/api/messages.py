"""The API's own words, in every language."""

from collections.abc import Mapping

SOMETHING_HIDDEN: Mapping[str, str] = {"zh-CN": "一项你无权查看的信息", "en-US": "Something that you may not see"}
