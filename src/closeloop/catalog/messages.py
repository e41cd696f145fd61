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

YES = frozenset({"true", "yes", "1", "on", "是"})
NO = frozenset({"false", "no", "0", "off", "否"})
"""Words that a form or a file may say instead of a boolean."""
