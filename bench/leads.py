"""Make up leads by number: the same number is the same lead, and no two numbers share a phone, e-mail or company."""

from typing import Any

_CITIES = (("上海", "上海"), ("江苏", "苏州"), ("浙江", "杭州"), ("山东", "青岛"), ("广东", "深圳"))
_INDUSTRIES = ("智能制造", "医疗器械", "新能源", "企业服务", "现代物流")
_NAMES = ("李明", "王欣然", "张子墨", "刘一诺", "陈思远", "赵雨桐", "孙浩然")
_SOURCES = ("website", "livestream", "wechat_official", "ad")


def lead(number: int) -> dict[str, Any]:
    """Return what the form of the channel `website` sends; every lead fills the same fields, so all cost alike."""
    province, city = _CITIES[number % len(_CITIES)]
    return {
        "name": _NAMES[number % len(_NAMES)],
        "company": f"{city}启明{number:07}科技有限公司",
        "phone": phone(number),
        "email": f"buyer{number}@example.com",
        "source": _SOURCES[number % len(_SOURCES)],
        "industry": _INDUSTRIES[number % len(_INDUSTRIES)],
        "province": province,
        "city": city,
        "page_seconds": 181 + number % 400,
        "page_views": 1 + number % 20,
        "downloads": 1 + number % 3,
        "registered_capital": 6_000_000 + number % 1_000,
        "employees": 20 + number % 500,
        "note": "想了解交付周期和报价",
    }


def phone(number: int) -> str:
    """Return the phone by which the lead of a number is found again."""
    return f"138{number:08}"
