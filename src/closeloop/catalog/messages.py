"""The kernel's own words about metadata, in every language: the labels of system fields, yes and no."""

from collections.abc import Mapping

SYSTEM_LABELS: Mapping[str, Mapping[str, str]] = {
    "id": {"zh-CN": "编号", "en-US": "Id"},
    "owner": {"zh-CN": "负责人", "en-US": "Owner"},
    "created_at": {"zh-CN": "创建时间", "en-US": "Created"},
    "updated_at": {"zh-CN": "更新时间", "en-US": "Updated"},
    "created_by": {"zh-CN": "创建人", "en-US": "Created by"},
    "updated_by": {"zh-CN": "更新人", "en-US": "Updated by"},
    "version": {"zh-CN": "版本", "en-US": "Version"},
}

PERSON_LABELS: Mapping[str, Mapping[str, str]] = {
    "name": {"zh-CN": "姓名", "en-US": "Name"},
    "city": {"zh-CN": "城市", "en-US": "City"},
    "departments": {"zh-CN": "部门", "en-US": "Departments"},
    "roles": {"zh-CN": "角色", "en-US": "Roles"},
}

WEEKDAYS: Mapping[str, Mapping[str, str]] = {
    "mon": {"zh-CN": "周一", "en-US": "Monday"},
    "tue": {"zh-CN": "周二", "en-US": "Tuesday"},
    "wed": {"zh-CN": "周三", "en-US": "Wednesday"},
    "thu": {"zh-CN": "周四", "en-US": "Thursday"},
    "fri": {"zh-CN": "周五", "en-US": "Friday"},
    "sat": {"zh-CN": "周六", "en-US": "Saturday"},
    "sun": {"zh-CN": "周日", "en-US": "Sunday"},
}

CHINESE_HOLIDAYS: Mapping[str, Mapping[str, str]] = {
    "New Year's Day": {"zh-CN": "元旦", "en-US": "New Year's Day"},
    "Spring Festival": {"zh-CN": "春节", "en-US": "Spring Festival"},
    "Tomb-sweeping Day": {"zh-CN": "清明节", "en-US": "Tomb-sweeping Day"},
    "Labour Day": {"zh-CN": "劳动节", "en-US": "Labour Day"},
    "Dragon Boat Festival": {"zh-CN": "端午节", "en-US": "Dragon Boat Festival"},
    "Mid-autumn Festival": {"zh-CN": "中秋节", "en-US": "Mid-autumn Festival"},
    "National Day": {"zh-CN": "国庆节", "en-US": "National Day"},
    "Anti-Fascist 70th Day": {"zh-CN": "抗战胜利 70 周年纪念日", "en-US": "70th V-Day"},
}
"""The library's names of China's public holidays, in every language."""

DEPARTMENT: Mapping[str, str] = {"zh-CN": "部门", "en-US": "Department"}
"""What a figure is told apart by when it goes by the owner's main department."""

YES = frozenset({"true", "yes", "1", "on", "是"})
NO = frozenset({"false", "no", "0", "off", "否"})
"""Words that a form or a file may say instead of a boolean."""
