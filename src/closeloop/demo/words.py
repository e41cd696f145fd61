"""What the demo company's customers are called and say: all of it made up here, from lists of our own."""

from collections.abc import Mapping, Sequence
from random import Random
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
    ("智能装备", "智能制造"), ("模具科技", "模具"), ("电驱动", "新能源"), ("医疗器械", "医疗器械"),
    ("轨道交通配件", "轨道交通"), ("机器人", "机器人"), ("纺织机械", "纺织机械"), ("包装设备", "包装机械"),
    ("泵阀", "泵阀"), ("数控机床", "机床"), ("风电传动", "新能源"), ("减速机", "传动件"),
)  # fmt: skip
_FIRST = "璟澜朔砺珩屹霁沐煜岚钧骁翊昊栩垚奕铠弘熠"
_SECOND = "特途卓拓衡驰锐川远辰擎固瀚凯岳诚泽维腾科"
_SURNAMES = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹喻潘葛范彭鲁韦马苗方俞任袁柳鲍史唐薛雷贺倪汤"
_GIVEN = (
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


def phone_of(number: int) -> str:
    """Return a mobile number of 154, a range that no operator has given out: nobody is called by mistake."""
    return f"154{number % 100_000_000:08d}"


def person_name(random: Random) -> str:
    """Return a made-up person's name."""
    return random.choice(_SURNAMES) + random.choice(_GIVEN)


def company_name(random: Random, city: str) -> tuple[str, str]:
    """Return a company's name and its industry."""
    trade, industry = random.choice(TRADES)
    tail = random.choice(("有限公司", "有限公司", "有限公司", "科技有限公司", "（集团）有限公司"))
    return f"{city}{random.choice(_FIRST)}{random.choice(_SECOND)}{trade}{tail}", industry


def sentence(random: Random, texts: Sequence[str]) -> str:
    """Return one of some texts, about one of our products."""
    return random.choice(texts).format(part=random.choice(PARTS), n=random.choice((300, 500, 800, 1200, 2000, 5000)))


def make_lead(random: Random, source: str, number: int) -> dict[str, Any]:
    """Return what comes in of a lead: the better the source, the more is known."""
    province, city = random.choice(PLACES)
    company, industry = company_name(random, city)
    told: dict[str, Any] = {
        "company": company,
        "name": person_name(random),
        "phone": phone_of(number),
        "source": source,
    }
    care = {"referral": 0.9, "website": 0.75, "expo": 0.6, "wechat_official": 0.6, "livestream": 0.5}.get(source, 0.4)
    if random.random() < care:
        told |= {"industry": industry, "province": province, "city": city}
    if random.random() < care:
        told["title"] = random.choice(TITLES)
    if random.random() < care:
        told["note"] = sentence(random, ASKED)
    if random.random() < care / 2:
        told["registered_capital"] = random.choice((1_000_000, 3_000_000, 8_000_000, 20_000_000, 50_000_000))
        told["employees"] = random.choice((20, 45, 80, 150, 320, 900))
    if random.random() < care / 3:
        told["budget"] = random.choice((30_000, 60_000, 120_000, 200_000, 350_000, 600_000))
    if CAMPAIGNS[source]:
        told["campaign"] = random.choice(CAMPAIGNS[source])
    if source in ("website", "wechat_official", "ad"):
        told["page_seconds"] = int(random.expovariate(1 / 150)) + 5
        told["page_views"] = 1 + int(random.expovariate(1 / 3))
        told["downloads"] = random.choice((0, 0, 0, 1, 2))
    return told
