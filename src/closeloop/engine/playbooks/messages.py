"""What stands in a text where the record has no value, in every language."""

from collections.abc import Mapping

GAP: Mapping[str, str] = {"zh-CN": "【{name}】", "en-US": "[{name}]"}
"""Whoever reads it out sees what to fill in."""
