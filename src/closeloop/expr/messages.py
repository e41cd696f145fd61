"""The texts that tell a person, in each language, what is wrong with an expression."""

from collections.abc import Mapping

from closeloop.expr.errors import ExpressionError

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "empty": {"zh-CN": "表达式为空", "en-US": "The expression is empty"},
    "too_long": {
        "zh-CN": "表达式太长，最多 {limit} 个字符",
        "en-US": "The expression is too long; {limit} characters is the most",
    },
    "too_many_parts": {
        "zh-CN": "表达式太大，最多 {limit} 个部分",
        "en-US": "The expression has too many parts; {limit} is the most",
    },
    "too_deep": {
        "zh-CN": "嵌套太深，最多 {limit} 层",
        "en-US": "It is nested too deep; {limit} levels is the most",
    },
    "too_costly": {
        "zh-CN": "这一部分的计算量太大，请拆成几个公式字段",
        "en-US": "This part takes too many operations; split it into formula fields",
    },
    "syntax": {"zh-CN": "不明白“{found}”在这里的意思", "en-US": "“{found}” makes no sense here"},
    "unfinished": {"zh-CN": "表达式没有写完", "en-US": "The expression is not finished"},
    "unclosed": {"zh-CN": "“{found}”没有对应的结束符号", "en-US": "“{found}” is never closed"},
    "bad_sign": {"zh-CN": "不能使用符号“{found}”", "en-US": "The sign “{found}” can't be used"},
    "bad_escape": {"zh-CN": "文本里不能写“{found}”", "en-US": "“{found}” can't be written in a text"},
    "bad_number": {"zh-CN": "“{found}”不是数字", "en-US": "“{found}” is not a number"},
    "number_too_long": {
        "zh-CN": "数字太长，整数最多 {digits} 位，小数最多 {places} 位",
        "en-US": "The number is too long; at most {digits} digits and {places} decimal places",
    },
    "bad_text": {
        "zh-CN": "文本里有无法保存的字符",
        "en-US": "The text has a character that can't be stored",
    },
    "empty_name": {"zh-CN": "反引号里没有字段名", "en-US": "There is no name between the backticks"},
    "not_allowed": {"zh-CN": "表达式里不能这样写", "en-US": "This can't be used in an expression"},
    "unknown_name": {"zh-CN": "没有名为“{name}”的字段", "en-US": "There is no field “{name}”"},
    "unknown_function": {"zh-CN": "没有名为“{name}”的函数", "en-US": "There is no function “{name}”"},
    "function_without_call": {
        "zh-CN": "“{name}”是函数，后面要有括号",
        "en-US": "“{name}” is a function and needs brackets",
    },
    "root_alone": {
        "zh-CN": "“{name}”后面要跟点和字段名",
        "en-US": "“{name}” needs a dot and a field after it",
    },
    "not_a_root": {"zh-CN": "这里不能用点取字段", "en-US": "No field can be taken from this with a dot"},
    "too_far": {
        "zh-CN": "关联字段只能取到这里，不能再往下取",
        "en-US": "Relations can be followed no further than this",
    },
    "list_alone": {
        "zh-CN": "“{name}”是一组记录，要用 count、sum、any 等函数来问",
        "en-US": "“{name}” is a list of records; ask about it with a function such as count, sum or any",
    },
    "not_a_measure": {
        "zh-CN": "统计要用 count、sum、avg、min、max、median、p90 之一，或两者相除",
        "en-US": "A measure is one of count, sum, avg, min, max, median and p90, or one divided by another",
    },
    "not_a_list": {
        "zh-CN": "函数“{name}”要一组记录",
        "en-US": "The function “{name}” needs a list of records",
    },
    "nested_list": {
        "zh-CN": "一组记录的条件里不能再问另一组记录",
        "en-US": "The condition of a list of records can't ask about another list",
    },
    "wrong_value": {
        "zh-CN": "函数“{name}”的第一个参数不对：要记录组，或记录组的一个字段",
        "en-US": "The first argument of “{name}” is not the kind of list, or field of a list, that it takes",
    },
    "wrong_count": {
        "zh-CN": "函数“{name}”的参数个数不对（写了 {found} 个）",
        "en-US": "The function “{name}” can't be given {found} arguments",
    },
    "wrong_types": {
        "zh-CN": "“{name}”不能用于这些类型：{types}",
        "en-US": "“{name}” can't be used with these types: {types}",
    },
    "bad_literal": {
        "zh-CN": "“{found}”不能作为{wanted}来比较",
        "en-US": "“{found}” can't be read as {wanted}",
    },
    "not_a_condition": {
        "zh-CN": "这里要一个条件（是或否），不是{types}",
        "en-US": "A condition (yes or no) is needed here, not {types}",
    },
    "mixed_list": {
        "zh-CN": "列表里的值类型要相同：前面是{wanted}，这里是{types}",
        "en-US": "The values of a list are of one type: {wanted} before, {types} here",
    },
    "result_type": {
        "zh-CN": "结果应为{wanted}，实际是{types}",
        "en-US": "The result must be {wanted}, not {types}",
    },
}
TYPES: Mapping[str, Mapping[str, str]] = {
    "text": {"zh-CN": "文本", "en-US": "text"},
    "number": {"zh-CN": "数字", "en-US": "a number"},
    "bool": {"zh-CN": "是/否", "en-US": "yes/no"},
    "date": {"zh-CN": "日期", "en-US": "a date"},
    "datetime": {"zh-CN": "时间（须带时区）", "en-US": "a time with its zone"},
    "place": {"zh-CN": "地点", "en-US": "a place"},
    "duration": {"zh-CN": "时长", "en-US": "a span of time"},
    "id": {"zh-CN": "人员或记录", "en-US": "a person or record"},
    "list": {"zh-CN": "列表", "en-US": "a list"},
    "null": {"zh-CN": "空值", "en-US": "null"},
}
SUGGESTION: Mapping[str, str] = {
    "zh-CN": "{message}，是否想写“{suggestion}”？",
    "en-US": "{message}. Did you mean “{suggestion}”?",
}
_TYPE_PARAMS = frozenset({"wanted", "types"})
"""The parameters that name types, as the errors of `check` give them."""


def message_of(error: ExpressionError, locale: str) -> str:
    """Return what is wrong in the language of the locale, with what may have been meant."""
    needs = {
        name: _type_names(value, locale) if name in _TYPE_PARAMS else value for name, value in error.params.items()
    }
    message = MESSAGES[error.reason][locale].format(**needs)
    if error.suggestion is None:
        return message
    return SUGGESTION[locale].format(message=message, suggestion=error.suggestion)


def _type_names(types: str, locale: str) -> str:
    separator = {"zh-CN": "、", "en-US": ", "}[locale]
    return separator.join(TYPES[one.partition(":")[0]][locale] for one in types.split(", "))


FUNCTION_DOCS: Mapping[str, Mapping[str, str]] = {
    "coalesce": {
        "zh-CN": "第一个不为空的值",
        "en-US": "The first value that is not null",
    },
    "filled": {
        "zh-CN": "已填写的比例，0 到 1；空值、空文本和空列表算未填写",
        "en-US": "The share that is filled in, 0 to 1; null, empty text and an empty list are not",
    },
    "pick": {
        "zh-CN": "第一个成立的条件后面的值，都不成立时是最后一个值",
        "en-US": "The value after the first condition that is met, else the last one",
    },
    "min": {
        "zh-CN": "最小的值，或列表中最小的值，忽略空值",
        "en-US": "The least value, also of a list; nulls are left out",
    },
    "max": {
        "zh-CN": "最大的值，或列表中最大的值，忽略空值",
        "en-US": "The greatest value, also of a list; nulls are left out",
    },
    "count": {
        "zh-CN": "一组记录中有几条满足条件；不写条件是全部",
        "en-US": "How many records of a list meet the condition; all of them without one",
    },
    "any": {
        "zh-CN": "一组记录中是否有一条满足条件",
        "en-US": "Whether a record of a list meets the condition",
    },
    "all": {
        "zh-CN": "一组记录是否全部满足条件；没有记录时也算",
        "en-US": "Whether every record of a list meets the condition; where there is none, too",
    },
    "latest": {
        "zh-CN": "满足条件的最新一条记录的字段值",
        "en-US": "The field of the newest record of a list that meets the condition",
    },
    "sum": {
        "zh-CN": "列表中数字的合计，或一组记录中满足条件的记录的字段合计；忽略空值，没有时是 0",
        "en-US": "The sum of a list of numbers, or of a field of the records that meet the condition; of nothing it is 0",
    },
    "avg": {
        "zh-CN": "列表中数字的平均值，或一组记录中满足条件的记录的字段平均值；忽略空值，没有时为空",
        "en-US": "The mean of a list of numbers, or of a field of the records that meet the condition; nothing has none",
    },
    "first": {
        "zh-CN": "列表的第一个元素",
        "en-US": "The first element of a list",
    },
    "last": {
        "zh-CN": "列表的最后一个元素",
        "en-US": "The last element of a list",
    },
    "has_any": {
        "zh-CN": "两个列表是否有相同的元素",
        "en-US": "Whether two lists have an element in common",
    },
    "has_all": {
        "zh-CN": "第一个列表是否包含第二个列表的全部元素",
        "en-US": "Whether the first list has every element of the second",
    },
    "has": {
        "zh-CN": "列表中是否有这个值，与 value in list 相同",
        "en-US": "Whether the value is in the list; the same as value in list",
    },
    "contains": {
        "zh-CN": "文本中是否有这一段，区分大小写",
        "en-US": "Whether the text has the part in it; case matters",
    },
    "starts_with": {
        "zh-CN": "文本是否以这一段开头，区分大小写",
        "en-US": "Whether the text begins with the part; case matters",
    },
    "ends_with": {
        "zh-CN": "文本是否以这一段结尾，区分大小写",
        "en-US": "Whether the text ends with the part; case matters",
    },
    "find": {
        "zh-CN": "这一段从第几个字符开始，没有则为 0",
        "en-US": "Which character the part begins at, counted from 1; 0 where it is not there",
    },
    "left": {
        "zh-CN": "开头的几个字符",
        "en-US": "The first characters of a text",
    },
    "right": {
        "zh-CN": "末尾的几个字符",
        "en-US": "The last characters of a text",
    },
    "substring": {
        "zh-CN": "从第几个字符（从 1 数起）开始的几个字符",
        "en-US": "So many characters from a place on, counted from 1",
    },
    "replace": {
        "zh-CN": "把文本中的每一处 part 换成 by",
        "en-US": "The text with every part replaced",
    },
    "join": {
        "zh-CN": "把文本列表连成一段文本，忽略空值",
        "en-US": "The texts of a list as one, with a separator; nulls are left out",
    },
    "text": {
        "zh-CN": "写成文本：数字、日期（2026-03-01）或公司时区的时刻（2026-03-01 09:30）",
        "en-US": "A number, a day (2026-03-01) or a moment in the company's zone (2026-03-01 09:30) as text",
    },
    "number": {
        "zh-CN": "文本写的数字；不是数字则为空",
        "en-US": "The number that a text says; null where it says none",
    },
    "lower": {
        "zh-CN": "把字母 A–Z 变为小写，其他字符不变",
        "en-US": "The letters A–Z in lower case; other characters stay",
    },
    "upper": {
        "zh-CN": "把字母 a–z 变为大写，其他字符不变",
        "en-US": "The letters a–z in upper case; other characters stay",
    },
    "trim": {
        "zh-CN": "去掉首尾的空格（含全角空格）、制表符和换行",
        "en-US": "The text without spaces, tabs and line breaks at its ends",
    },
    "length": {
        "zh-CN": "文本的字符数，或列表的元素数",
        "en-US": "How many characters a text has, or elements a list",
    },
    "abs": {
        "zh-CN": "绝对值",
        "en-US": "The number without its sign",
    },
    "round": {
        "zh-CN": "四舍五入到 places 位小数（0 到 10，省略为 0）",
        "en-US": "Rounded to so many places (0 to 10, 0 if left out), halves away from zero",
    },
    "floor": {
        "zh-CN": "向下取整",
        "en-US": "The whole number at or below",
    },
    "ceil": {
        "zh-CN": "向上取整",
        "en-US": "The whole number at or above",
    },
    "now": {
        "zh-CN": "当前时刻",
        "en-US": "The present moment",
    },
    "today": {
        "zh-CN": "今天，按公司时区",
        "en-US": "Today in the company's time zone",
    },
    "days": {
        "zh-CN": "时长有多少天；给数字时是这么多天的时长，例如 now() + days(3)",
        "en-US": "How many days a span has; of a number, a span of so many days, as in now() + days(3)",
    },
    "hours": {
        "zh-CN": "时长有多少小时；给数字时是这么多小时的时长",
        "en-US": "How many hours a span has; of a number, a span of so many hours",
    },
    "minutes": {
        "zh-CN": "时长有多少分钟；给数字时是这么多分钟的时长",
        "en-US": "How many minutes a span has; of a number, a span of so many minutes",
    },
    "date": {
        "zh-CN": "该时刻在公司时区的日期；给年、月、日时是那一天，没有这一天则为空",
        "en-US": "The day of the moment in the company's time zone; of three numbers that day, null where there is none",
    },
    "year": {
        "zh-CN": "年份",
        "en-US": "The year",
    },
    "quarter": {
        "zh-CN": "第几季度，1 到 4",
        "en-US": "The quarter, 1 to 4",
    },
    "month": {
        "zh-CN": "月份，1 到 12",
        "en-US": "The month, 1 to 12",
    },
    "day": {
        "zh-CN": "几号，1 到 31",
        "en-US": "The day of the month, 1 to 31",
    },
    "weekday": {
        "zh-CN": "星期几，周一是 1，周日是 7",
        "en-US": "The day of the week, 1 for Monday to 7 for Sunday",
    },
    "hour": {
        "zh-CN": "公司时区的几点，0 到 23",
        "en-US": "The hour in the company's time zone, 0 to 23",
    },
    "is_workday": {
        "zh-CN": "是否工作日，按企业日历（法定节假日和调休）",
        "en-US": "Whether it is a working day by the company's calendar, public holidays and make-up days among it",
    },
    "workdays": {
        "zh-CN": "从一天到另一天有几个工作日，首尾都算；往回数为负",
        "en-US": "How many working days there are from one day to another, both taken in; negative backwards",
    },
    "add_workdays": {
        "zh-CN": "之后的第几个工作日，负数为之前；少于 100000 天",
        "en-US": "The so many-th working day after the day, or before it if negative; fewer than 100,000",
    },
    "distance": {
        "zh-CN": "两个地点的直线距离，单位米",
        "en-US": "How far two places lie apart as the crow flies, in metres",
    },
    "add_months": {
        "zh-CN": "几个月以后的同一天，那个月没有这一天时为月末；少于 12000 个月",
        "en-US": "The same day so many months later, or that month's last; fewer than 12,000 months",
    },
    "start_of": {
        "zh-CN": "所在的周、月、季度或年的第一天；period 为 'week'、'month'、'quarter'、'year'，周一是一周的第一天",
        "en-US": "The first day of its 'week' (from Monday), 'month', 'quarter' or 'year'",
    },
    "end_of": {
        "zh-CN": "所在的周、月、季度或年的最后一天；period 为 'week'、'month'、'quarter'、'year'",
        "en-US": "The last day of its 'week', 'month', 'quarter' or 'year'",
    },
}
"""What each function does, for whoever writes an expression."""
