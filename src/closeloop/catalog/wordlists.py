"""Words by which names and numbers are written in China and elsewhere, for the normal forms that leave them out."""

BRACKETS = str.maketrans("[]{}<>〔〕【】《》〈〉「」『』", "()()()()()()()()()")
FILLING = "·•・‧,，、'\"‘’“”"
"""Signs that tell no name from another."""
LEGAL = (
    "股份有限责任公司", "有限责任公司", "股份有限公司", "集团有限公司", "有限公司", "股份公司", "集团公司", "总公司",
    "股份", "集团", "公司",
)  # fmt: skip
BRANCHES = ("分公司", "子公司")
REMARKS = frozenset({
    *LEGAL, "有限合伙", "普通合伙", "特殊普通合伙", "有限责任", "有限", "个人独资", "个体工商户", "个体户",
    "筹", "筹备", "已注销", "注销", "吊销", "已停业", "停业", "暂停营业",
    "group", "limited", "ltd", "inc", "llc", "corp",
})  # fmt: skip
WORDS = frozenset({
    "co", "ltd", "limited", "inc", "incorporated", "llc", "llp", "corp", "corporation", "company", "plc", "gmbh",
    "ag", "sa", "srl", "spa", "bv", "nv", "pte", "pty", "sdn", "bhd", "kk", "group",
})  # fmt: skip
PROVINCES = (
    "北京", "上海", "天津", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西",
    "山东", "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "台湾", "内蒙古",
    "广西", "西藏", "宁夏", "新疆", "香港", "澳门",
)  # fmt: skip
PLACES = frozenset({*PROVINCES, "中国", "中华", "全国", "国际", "亚洲"})
"""Words that tell no company from another: a legal form behind one of them is part of the name."""
PROVINCE_WORDS = ("省", "市", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "特别行政区")
EXTENSION_WORDS = ("转", "分机号", "分机", "extension", "ext.", "ext", "#", "x", "*")
"""What stands before the extension of a phone number."""
