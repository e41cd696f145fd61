"""The word lists of the demo: whatever its customers and people are called and write, made up here."""

from collections.abc import Mapping, Sequence
from typing import Any

PLACES: Sequence[tuple[str, str]] = (
    ("江苏", "苏州"), ("江苏", "无锡"), ("江苏", "常州"), ("江苏", "南京"), ("江苏", "南通"), ("浙江", "杭州"),
    ("浙江", "宁波"), ("浙江", "嘉兴"), ("浙江", "台州"), ("浙江", "温州"), ("上海", "上海"), ("安徽", "合肥"),
    ("安徽", "芜湖"), ("山东", "青岛"), ("山东", "济南"), ("山东", "烟台"), ("广东", "深圳"), ("广东", "东莞"),
    ("广东", "佛山"), ("广东", "广州"), ("湖北", "武汉"), ("河南", "郑州"), ("四川", "成都"), ("重庆", "重庆"),
    ("天津", "天津"), ("北京", "北京"), ("辽宁", "沈阳"), ("福建", "厦门"), ("湖南", "长沙"), ("陕西", "西安"),
)  # fmt: skip
TRADES: Sequence[tuple[str, str]] = (
    ("精密机械", "机械加工"), ("自动化设备", "自动化"), ("汽车零部件", "汽车零部件"), ("液压传动", "液压气动"),
    ("智能装备", "智能制造"), ("精密模具", "模具"), ("电驱动", "新能源"), ("医疗器械", "医疗器械"),
    ("轨道交通配件", "轨道交通"), ("机器人", "机器人"), ("纺织机械", "纺织机械"), ("包装设备", "包装机械"),
    ("泵阀", "泵阀"), ("数控机床", "机床"), ("风电传动", "新能源"), ("减速机", "传动件"),
)  # fmt: skip
FIRST = "璟澜朔砺珩屹霁沐煜岚钧骁翊昊栩垚奕铠弘熠"
SECOND = "特途卓拓衡驰锐川远辰擎固瀚凯岳诚泽维腾科"
SURNAMES = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹喻潘葛范彭鲁韦马苗方俞任袁柳鲍史唐薛雷贺倪汤"
GIVEN = (
    "建国", "志强", "海涛", "晓燕", "丽华", "文斌", "俊杰", "雪梅", "永刚", "佳怡", "子涵", "立新", "春生", "国栋",
    "慧敏", "振宇", "美玲", "学军", "凯", "婷", "磊", "娜", "鹏", "颖", "伟东", "思远", "宏达", "庆华", "秋萍", "一鸣",
)  # fmt: skip
TITLES = ("采购经理", "采购工程师", "设备主管", "生产总监", "总经理", "技术部经理", "工艺工程师", "供应链经理", "厂长")
CAMPAIGNS: Mapping[str, Sequence[str]] = {
    "website": ("官网改版", "选型手册下载", "在线询价"),
    "livestream": ("车间开放日直播", "五轴加工直播课"),
    "wechat_official": ("公众号周更", "案例专栏"),
    "ad": ("搜索竞价", "行业网站横幅"),
    "expo": ("上海机床展", "深圳机械展"),
    "referral": ("老客户转介绍",),
    "import": ("行业协会名录",),
    "manual": (),
}
PARTS = ("行星减速机", "精密齿轮", "直线导轨滑块", "联轴器", "丝杠支撑座", "非标法兰", "液压阀块", "电机端盖", "传动轴")
RIVALS = ("博翎传动", "恒骏精密", "东澜机电", "赛朗工业")
ASKED = (
    "想了解{part}的交期和起订量", "现在用的{part}噪音偏大，想换一家", "新产线要上{part}，请报价", "{part}能否按图定制",
    "看到直播里的{part}，想要样品", "年用量大概 {n} 件，{part}能做到什么价", "需要{part}的检测报告",
)  # fmt: skip

TALKED: Mapping[str, Sequence[str]] = {
    "interested": (
        "客户在比三家，关心{part}的交期，答应先看样品", "对方认可我们的精度，要一份{part}的报价",
        "聊了二十分钟，{part}年用量约 {n} 件，下周安排技术对接", "客户发来了图纸，{part}按图可以做",
    ),
    "call_back": ("在开会，约明天上午再打", "采购出差，周四回来再联系", "要先和技术确认参数，约好再谈"),
    "no_answer": ("响了没人接，加了微信", "占线，下午再打", "无人接听，发了短信"),
    "not_now": ("今年预算用完了，明年再看", "库存还够半年，先保持联系"),
    "wrong_number": ("号码是别人的，对方没听说过这家公司",),
    "solution": ("带技术支持一起讲了{part}的方案，客户要求补充寿命数据", "视频会议讲方案，客户的设备主管也在"),
    "visit": ("到客户车间看了现用的{part}，量了安装尺寸", "拜访采购和工艺，确认了试样时间"),
}  # fmt: skip

TAILS = ("有限公司", "有限公司", "有限公司", "科技有限公司", "（集团）有限公司")
SPECIAL: Mapping[int, Mapping[str, Any]] = {
    8: {"company": "苏州朔衡电驱动科技有限公司", "name": "陆总", "source": "referral", "budget": 2_600_000,
        "industry": "新能源", "city": "苏州", "title": "供应链经理", "registered_capital": 80_000_000,
        "note": "二期工厂年底投产，减速机年用量约 8000 台"},
    19: {"company": "宁波奕卓智能装备有限公司", "name": "邹工", "source": "website", "budget": 180_000,
         "industry": "智能制造", "city": "宁波", "page_seconds": 420, "downloads": 2, "note": "和博翎传动在比价"},
}  # fmt: skip
"""Customers whose story is worth telling, by the day on which they come: the order of the year, and one that a rival
may win. Both come a second time, through an advertisement."""
AWAY: Mapping[str, tuple[int, int, str]] = {
    "sales4": (38, 43, "年休假"),
    "sales6": (60, 61, "外出培训"),
    "sales11": (50, 52, "年休假"),
}
"""Who is away, from which day and until the end of which."""

SYSTEMS = ("现用进口减速机，备件交期长", "自有 ERP，采购走招标平台", "两条老线、一条新线，图纸齐全")
ACCEPTED = ("连续运行 500 小时无异响", "三批来料合格率 99.5%", "装机试产两周，节拍不低于现线")
PROJECTS = ("{part}年度框架", "{part}首批采购", "{part}新产线配套", "{part}替换项目")
CHART_NAME = "决策流程.txt"
CHART = "{name}\n采购提出 - 设备主管评估 - 总经理批准\n"
PROGRESS: Mapping[str, Sequence[str]] = {
    "contact": ("和采购通了电话，{part}年用量约 {n} 件，约技术再谈", "加了设备主管微信，发了{part}样本册"),
    "needs": ("和工艺、采购一起过了图纸，需求都对齐了", "看了客户现场，{part}的安装尺寸和节拍已确认"),
    "proposal": ("现场演示了{part}，设备主管提了两点改动", "讲了方案和试样数据，客户内部再评估"),
    "negotiation": ("谈账期和首批数量，客户要求再让两个点", "报价改到第三版，等总经理点头"),
    "contract": ("合同寄出，客户在走用印流程", "合同条款都谈妥了，今天盖章"),
}
"""What is said of a talk that took an opportunity further, by the stage in which it stood."""
CARE = (
    "回访：首批{part}已到货，装机正常",
    "客户问下季度{part}的交期，估计 {n} 件",
    "回访使用情况，现场反馈噪音比以前小",
)
"""What is said of a look after a customer who has bought."""
PROMISES = ("寄{part}样品", "发{part}报价单", "请技术支持核对{part}图纸")
LOST_ON_PRICE = "客户最后选了报价低一成的一家"
TO_KEY_ACCOUNTS = "预算大，转大客户部跟进"
TAKEN_OVER = "超时没有跟进，换人接手"
WHILE_AWAY = "{name}休假期间代为跟进"
QUALIFIED = "需求已确认"
TRY_AGAIN = "换个时间再打一次"
GIVEN_UP: Mapping[str, str] = {"unreachable": "四次没有接通", "rival": "已和别家签了", "fake": "号码不对"}
