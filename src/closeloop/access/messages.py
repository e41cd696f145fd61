"""The words of access, in every language: why somebody isn't on duty."""

from collections.abc import Mapping

AWAY: Mapping[str, tuple[str, str]] = {
    "inactive": ("已停用", "has left"),
    "off_duty": ("不在值班", "is off duty"),
    "on_leave": ("休假中", "is on leave"),
    "off_hours": ("不在值班时间", "is outside the hours of duty"),
}
"""Why somebody isn't on duty, in Chinese and English."""


def away_text(code: str, locale: str) -> str:
    """Return why somebody isn't on duty, in words."""
    return AWAY[code][0 if locale == "zh-CN" else 1]
