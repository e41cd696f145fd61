"""The texts of errors in every language, by code; a text may name the error's parameters in braces."""

from collections.abc import Mapping
from typing import Any, cast

LOCALES = ("zh-CN", "en-US")

_TEXTS: Mapping[str, tuple[str, str]] = {
    "ambiguous": ("有 {count} 个同名的，请写得更明确", "{count} go by this name; please be more exact"),
    "backup_failed": ("数据库工具报错：{reason}", "a program of the database failed: {reason}"),
    "bad_backup": ("不是完整的备份文件", "is not a whole backup that this version can read"),
    "bad_character": ("含有不允许的字符", "contains a character that is not allowed"),
    "bad_company_key": ("企业标识须为 3 到 48 个小写字母、数字或连字符，以字母开头", "a company's key takes 3 to 48 lower-case letters, digits and hyphens, and starts with a letter"),
    "bad_currency": ("不是有效的货币代码，例如 CNY", "is not a currency code such as CNY"),
    "bad_cursor": ("翻页位置无效，请从头加载", "the cursor is not valid; start again from the first page"),
    "bad_definition": ("定义有误", "the definition is not valid"),
    "bad_expression": ("表达式有误", "the expression is not valid"),
    "bad_format": ("格式需要正好一个 {{number}}，可以再有 {{year}}、{{month}}、{{day}}", "a format has exactly one {{number}}, and may have {{year}}, {{month}} and {{day}}"),
    "bad_host": ("不是有效的域名", "is not a host name"),
    "bad_intake_key": ("渠道密钥缺失或不正确", "the channel's key is missing or wrong"),
    "bad_json": ("请求内容不是有效的 JSON", "the body is not valid JSON"),
    "bad_login": ("账号只能用文字、数字和 . _ @ + -，最多 60 个", "a login takes letters, digits and . _ @ + -, 60 at most"),
    "bad_name": ("名称只能用小写字母、数字和下划线，以字母开头", "a name takes lower-case letters, digits and underscores, and starts with a letter"),
    "bad_pattern": ("不是可用的格式规则，或过于复杂", "is not a usable pattern, or too complicated a one"),
    "bad_picture": ("图片无法识别或像素过多", "is not a picture that can be read, or has too many pixels"),
    "bad_result": ("公式的结果类型（{type}）不能作为这个字段的值", "a formula of type {type} can't be the value of this field"),
    "bad_sign_in": ("账号或密码不正确", "the login or the password is wrong"),
    "bad_table": ("第 {row} 行起无法读取", "can't be read from row {row} on"),
    "bad_template": ("花括号里只能写字段名", "a brace takes the name of a field and nothing else"),
    "bad_token": ("访问令牌无效、已过期或已撤销", "the token is wrong, has expired or was revoked"),
    "busy": ("系统繁忙，内容没有保存，请重试", "too much is going on at once; nothing was saved, please try again"),
    "check_failed": ("{message}", "{message}"),
    "circle": ("计算字段互相依赖：{path}", "computed fields depend on each other: {path}"),
    "commit_unknown": ("数据库连接中断，无法确认是否已保存，请核对后重试", "the connection broke while saving; check whether it was saved, then try again"),
    "company_unavailable": ("该企业暂时无法使用，请联系系统管理员", "this company can't be served at the moment; please tell whoever runs the system"),
    "conflict": ("内容已变化", "it has changed meanwhile"),
    "conversion_running": ("字段“{name}”正在转换类型，请稍后再试", "the field “{name}” is being converted; please try again later"),
    "delivery_no_secret": ("还没有生成签名密钥", "has no secret yet to sign with"),
    "delivery_no_webhook": ("推送地址已被删除", "there is no such webhook any more"),
    "delivery_private": ("地址指向本机或内网，安装设置不允许", "the address leads to a private network, which the installation does not allow"),
    "delivery_redirected": ("对方要求转到别处，不会跟随", "the target redirected; redirects are not followed"),
    "delivery_refused": ("对方没有接收", "the target did not take it"),
    "delivery_timeout": ("对方没有及时应答", "the target did not answer in time"),
    "delivery_unreachable": ("连接不上对方", "the target can't be reached"),
    "department_in_use": ("部门下还有人员或下级部门", "there still are people or departments in it"),
    "depends_on_reader": ("计算字段不能取决于谁在看", "a computed field can't depend on who looks at it"),
    "draft_moved_on": ("草稿或当前版本已被他人修改，请核对后再保存", "somebody else has changed the draft or the present version; please check and save again"),
    "duplicate": ("已有相同的记录", "the same record is there already"),
    "empty_table": ("文件是空的", "is empty"),
    "expired": ("登录已过期，请重新登录", "the session has ended; please sign in again"),
    "forbidden": ("你没有权限这样做", "you may not do this"),
    "foreign_origin": ("不接受来自其他网站的请求", "requests from other sites are not accepted"),
    "gate_unmet": ("还不能进入这个阶段，缺少必要信息", "the stage can't be entered yet; something is missing"),
    "idempotency_mismatch": ("同一个 Idempotency-Key 被用于不同的内容", "the Idempotency-Key was used with another body"),
    "ids_or_filter": ("请给出记录编号或筛选条件（二选一）", "give either ids or a filter"),
    "immutable_name": ("“{name}”的名称创建后不能更改，可以修改显示名称", "the name of “{name}” never changes; its label may"),
    "in_a_circle": ("部门不能放在自己或自己的下级之下", "a department can't be put below itself"),
    "in_the_past": ("应晚于现在", "must be later than now"),
    "internal": ("系统出错了，已记录，请稍后再试", "something went wrong on our side; it has been recorded"),
    "invalid": ("有内容填写不正确", "some of the input is not valid"),
    "job_given_up": ("多次尝试都没有进展，已停止", "it was tried several times without getting any further and was given up"),
    "last_administrator": ("企业至少要有一位在职的管理员", "a company needs at least one administrator who can sign in"),
    "locked": ("尝试次数过多，账号已暂时锁定", "too many attempts; the account is locked for a while"),
    "may_not_assign": ("你不能把记录分配给这个人", "you may not assign records to this person"),
    "may_not_grant": ("你不能授予或收回角色“{name}”", "you may not give or take the role “{name}”"),
    "name_taken": ("名称“{name}”已被系统占用", "the name “{name}” is taken by the system"),
    "no_contact": ("至少需要一种联系方式", "at least one way to reach the contact is needed"),
    "no_draft": ("没有草稿", "there is no draft"),
    "no_duplicate_rule": ("对象没有针对字段“{name}”的查重规则", "the object has no duplicate rule on the field “{name}”"),
    "no_factor_begun": ("请先获取新的验证器密钥", "begin with a new secret for the authenticator first"),
    "no_label": ("需要中文名称（zh-CN）", "needs a label in Chinese (zh-CN)"),
    "no_match": ("格式不正确：{hint}", "does not have the right form: {hint}"),
    "no_policy": ("没有适用的分配策略", "no assignment policy fits"),
    "no_skipping": ("这个流程不允许跳过阶段", "this pipeline does not allow skipping stages"),
    "no_way_back": ("这个流程不允许退回阶段", "this pipeline does not allow going back"),
    "no_workday": ("一周至少要有一个工作日", "at least one day of the week is worked"),
    "no_zone": ("时间需要带时区", "a time needs its zone"),
    "not_a_choice_list": ("“{name}”不是多选字段", "“{name}” is not a field of several choices"),
    "not_a_form": ("请用 multipart/form-data 上传", "must be sent as multipart/form-data"),
    "not_a_list": ("应为列表", "must be a list"),
    "not_a_mapping": ("应为键值对", "must be an object of keys and values"),
    "not_a_person_field": ("“{name}”不是人员字段", "“{name}” is not a field that holds a person"),
    "not_a_place": ("不是有效的位置，应为纬度和经度", "is not a valid place; latitude and longitude are expected"),
    "not_a_relation": ("“{name}”不是关联字段", "“{name}” is not a relation"),
    "not_a_span": ("不是有效的时长，例如 30m、-5m、24h、7d", "is not a span of time, such as 30m, -5m, 24h or 7d"),
    "not_a_time": ("不是有效的时刻，例如 09:00", "is not a time of day, such as 09:00"),
    "not_a_weekday": ("应为 1（周一）到 7（周日）", "must be 1 (Monday) to 7 (Sunday)"),
    "not_an_address": ("不是有效的地址", "is not a valid address"),
    "not_an_id": ("不是有效的编号", "is not a valid id"),
    "not_an_input": ("这种字段不能填写", "a field of this type can't be filled in"),
    "not_an_option": ("不在可选项中", "is not one of the options"),
    "not_boolean": ("应为是或否", "must be true or false"),
    "not_date": ("不是有效的日期，例如 2026-01-31", "is not a valid date, such as 2026-01-31"),
    "not_datetime": ("不是有效的时间，例如 2026-01-31T09:30:00+08:00", "is not a valid time, such as 2026-01-31T09:30:00+08:00"),
    "not_email": ("不是有效的邮箱地址", "is not a valid e-mail address"),
    "not_empty": ("数据库里已有内容，只能恢复到空数据库", "the database is not empty; a backup is restored into an empty one only"),
    "not_found": ("不存在，或你无权查看", "it is not there, or not yours to see"),
    "not_found_by": ("找不到“{value}”", "there is no “{value}”, or it is not yours to see"),
    "not_in_trash": ("回收站里没有“{name}”", "there is no “{name}” in the trash"),
    "not_installed": ("系统尚未安装完成", "the installation is not finished yet"),
    "not_integer": ("应为整数", "must be a whole number"),
    "not_number": ("应为数字", "must be a number"),
    "not_one_of": ("只能是以下之一：{words}", "must be one of {words}"),
    "not_phone": ("不是有效的电话号码", "is not a valid phone number"),
    "not_pilotable": ("对象和选项列表会改变数据表，只能对所有人发布", "objects and option lists change the tables; they can be published to everyone only"),
    "not_possible": ("这种字段不支持此项", "is not possible for this kind of field"),
    "not_signed_in": ("请先登录", "please sign in"),
    "not_stored": ("汇总条件只能使用子记录自己存储的字段", "the condition of a roll-up may only use what is stored in the children themselves"),
    "not_text": ("应为文字", "must be text"),
    "not_url": ("不是有效的网址", "is not a valid web address"),
    "not_words": ("应为文字列表", "must be a list of words"),
    "not_yourself": ("不能停用自己", "you can’t deactivate yourself"),
    "nothing_mapped": ("没有任何列对应到字段", "no column is mapped to a field"),
    "nothing_to_publish": ("没有可以发布的内容", "there is nothing to publish"),
    "one_character": ("应为一个字符", "must be one character"),
    "one_deed": ("每次只能做一件事：{words}", "do exactly one of: {words}"),
    "one_field": ("只能写一个字段", "takes exactly one field"),
    "one_of": ("只能写以下之一：{words}", "takes exactly one of {words}"),
    "one_step": ("每一步只能做一件事：{words}", "a step does exactly one thing of {words}"),
    "one_trigger": ("只能写 after 或 every 之一", "takes either after or every"),
    "operation_not_now": ("现在不能做这个操作", "the operation is not possible now"),
    "operation_unmet": ("还不能这样做，缺少必要信息", "this can't be done yet; something is missing"),
    "otp_required": ("请输入验证器中的动态码", "enter the one-time code of your authenticator"),
    "out_of_range": ("超出允许的范围（{min} 到 {max}）", "is out of range ({min} to {max})"),
    "password_needed": ("请先设置新密码", "please set a new password first"),
    "readonly": ("此项只能查看，不能修改", "is read-only and can't be set"),
    "referenced": ("还有其他内容引用它", "something else still refers to it"),
    "refused": ("数据库不接受这个内容", "the database does not take this value"),
    "release_moved_on": ("当前版本已变化，请刷新后再试", "another release is in force by now; please look again"),
    "required": ("必填", "is required"),
    "same_password": ("新密码不能与现在的密码相同", "the new password must not be the present one"),
    "second_factor_needed": ("你的角色要求使用动态码登录，请先设置", "your role asks for one-time codes; please set them up first"),
    "taken": ("已被占用", "is taken already"),
    "token_scope": ("这个访问令牌的授权范围不包括此操作", "the token's scopes don't allow this"),
    "too_big": ("内容太大，最多 {limit} 字节", "is too big; {limit} bytes at most"),
    "too_deep": ("自动规则循环触发，已停止：{chain}", "rules set each other off in a loop; it was stopped: {chain}"),
    "too_deep_formula": ("公式连同它引用的公式过于复杂", "the formula is too complicated together with those that it uses"),
    "too_large": ("不能大于 {max}", "must not be more than {max}"),
    "too_long": ("不能超过 {max} 个字符", "must not be longer than {max} characters"),
    "too_many": ("最多 {max} 个", "takes {max} at most"),
    "too_many_cells": ("单元格比表头多", "has more cells than the header"),
    "too_many_columns": ("列太多，最多 {max} 列", "has too many columns; {max} at most"),
    "too_slow": ("查询时间过长，请缩小范围", "it took too long; please ask for less"),
    "too_small": ("不能小于 {min}", "must not be less than {min}"),
    "unavailable": ("数据库暂时连接不上，请稍后重试，刚才的内容没有保存", "the database can't be reached; nothing was saved, please try again"),
    "unknown_alias": ("前面的步骤没有创建“{name}”", "no step before creates “{name}”"),
    "unknown_app": ("没有这个应用", "there is no such app"),
    "unknown_board": ("没有看板“{name}”", "there is no board “{name}”"),
    "unknown_clock": ("没有时钟“{name}”", "there is no clock “{name}”"),
    "unknown_column": ("文件里没有“{name}”这一列", "the file has no column “{name}”"),
    "unknown_company": ("找不到这个企业", "there is no such company"),
    "unknown_definition": ("没有定义“{name}”", "there is no definition “{name}”"),
    "unknown_department": ("没有这个部门", "there is no such department"),
    "unknown_encoding": ("无法识别文件编码，请指定", "the encoding is not known; please say which it is"),
    "unknown_field": ("没有字段“{name}”", "there is no field “{name}”"),
    "unknown_file": ("没有这个文件，或不是你上传的", "there is no such file, or it is not yours"),
    "unknown_file_type": ("不支持的文件类型", "is of a type that is not taken"),
    "unknown_key": ("没有这个设置项", "there is no such key"),
    "unknown_kind": ("没有这种定义", "there is no such kind of definition"),
    "unknown_locale": ("不支持这种语言", "the language is not one of ours"),
    "unknown_measure": ("不支持的统计方式", "is not a measure"),
    "unknown_object": ("没有对象“{name}”", "there is no object “{name}”"),
    "unknown_operation": ("没有操作“{name}”", "there is no operation “{name}”"),
    "unknown_options": ("没有选项列表“{name}”", "there is no option list “{name}”"),
    "unknown_parameter": ("没有参数“{name}”", "there is no parameter “{name}”"),
    "unknown_person": ("没有这个人，或已停用", "there is no such person, or the person has left"),
    "unknown_pipeline": ("没有流程“{name}”", "there is no pipeline “{name}”"),
    "unknown_policy": ("没有分配策略“{name}”", "there is no assignment policy “{name}”"),
    "unknown_record": ("没有这条记录，或你无权查看", "there is no such record, or it is not yours to see"),
    "unknown_release": ("没有版本 {name}，或它已经结束", "there is no release {name}, or it is over"),
    "unknown_role": ("没有角色“{name}”", "there is no role “{name}”"),
    "unknown_scope": ("没有授权范围“{name}”", "there is no scope “{name}”"),
    "unknown_stage": ("没有阶段“{name}”", "there is no stage “{name}”"),
    "unknown_version": ("没有版本 {name}", "there is no version {name}"),
    "unknown_view": ("没有视图“{name}”", "there is no view “{name}”"),
    "unknown_webhook": ("没有推送地址“{name}”", "there is no webhook “{name}”"),
    "unknown_zone": ("没有这个时区", "there is no such time zone"),
    "unsafe_needs_default": ("数据表与定义不一致：新列没有默认值", "the tables have drifted from the definitions: a new column has no default"),
    "unsafe_primary_key": ("数据表与定义不一致：主键不同", "the tables have drifted from the definitions: another primary key"),
    "unsafe_retype": ("数据表与定义不一致：列的类型不同", "the tables have drifted from the definitions: a column of another type"),
    "values_lost": ("有 {lost} 个值无法转换为新类型", "{lost} values don't fit the new type"),
    "version_conflict": ("这条记录已被他人修改，请核对后再保存", "somebody else has changed the record; please check and save again"),
    "weak_password": ("密码至少 {least} 个字符，且不能与账号相同", "a password has at least {least} characters and is not the login"),
    "wrong_code": ("动态码不正确或已过期", "the code is wrong or too old"),
    "wrong_file_type": ("文件类型与此字段不符", "is of a type that this field does not hold"),
    "wrong_kind": ("类型不对，应为 {expected}", "is of the wrong kind; {expected} is expected"),
}  # fmt: skip


def message(code: str, params: Mapping[str, Any], locale: str) -> str:
    """Return the text of a code; a code without one is shown as it is."""
    texts = _TEXTS.get(code)
    if texts is None:
        return code
    return texts[0 if locale == "zh-CN" else 1].format_map(_Shown({k: _said(v, locale) for k, v in params.items()}))


def _said(value: Any, locale: str) -> Any:
    """Return a parameter as a text shows it: a label in the reader's language, words in a row."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, cast("list[object]", value)))
    if not isinstance(value, Mapping):
        return value
    texts = cast("Mapping[str, str]", value)
    return texts.get(locale) or texts.get("zh-CN", texts)


def has_message(code: str) -> bool:
    """Tell whether a code has texts."""
    return code in _TEXTS


class _Shown(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"


def locale_of(header: str | None, default: str = "zh-CN") -> str:
    """Choose our locale for an Accept-Language header (RFC 9110, section 12.5.4)."""
    best, weight = default, 0.0
    for part in (header or "").split(","):
        tag, _, parameter = part.strip().partition(";")
        try:
            quality = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            quality = 0.0
        match = next((one for one in LOCALES if one[:2] == tag[:2].lower()), None)
        if match is not None and quality > weight:
            best, weight = match, quality
    return best
