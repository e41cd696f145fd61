"""Search through the API: words, Chinese, pinyin and ends of numbers; nothing hidden; and by the index however many."""

import json
import random
from collections.abc import AsyncGenerator
from copy import copy
from typing import Any

import pytest
from tests.support.company import Clocked, fresh_company
from tests.support.web import Api, serve

from closeloop.catalog.search import tokens
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.db.statement import Statement
from closeloop.db.unit_of_work import Session

pytestmark = pytest.mark.db

ROWS = 100_000
INDEX = "lead_search"
LEADS: dict[str, dict[str, Any]] = {
    "yunqi": {"company": "上海云起装备制造有限公司", "name": "王伟", "phone": "13912348888"},
    "haichuan": {"company": "海川重工（重庆）集团", "name": "Anna Schmidt", "phone": "13700005678"},
    "lvshi": {"company": "吕氏机械", "name": "单雄信", "wechat": "shan_1958"},
    "xian": {"company": "西安先锋电子", "email": "li@xianfeng.example"},
    "acme": {"company": "ACME Robotics Ltd", "phone": "010-65551234"},
}
SEES_NO_PHONE = Body(
    "role", "blind",
    {"role": "blind", "label": "看不到电话", "objects": {"lead": {"read": "all", "fields": {"phone": "hidden"}}}},
)  # fmt: skip


@pytest.fixture(scope="module")
async def company(database: Database) -> AsyncGenerator[Clocked]:
    async with fresh_company(database, SEES_NO_PHONE) as runtime:
        yield runtime


@pytest.fixture(scope="module")
async def api(migrated_url: str, company: Clocked) -> AsyncGenerator[Api]:
    async with serve(migrated_url, company) as served:
        admin = await served.signed_in("admin")
        for key, values in LEADS.items():
            answer = await admin.post("/objects/lead/records", json={**values, "source": "manual", "campaign": key})
            assert answer.status_code == 201, answer.text
        changed = await admin.patch(f"/people/{company.id_of('finance1')}", json={"roles": ["blind"]})
        assert changed.status_code == 200, changed.text
        yield served


async def found(api: Api, words: str, login: str = "admin") -> set[str]:
    """Return which of the leads a search finds, in the list, its count and its export alike."""
    client = await api.signed_in(login)
    listed = await client.get("/objects/lead/records", params={"q": words, "count": "true"})
    assert listed.status_code == 200, listed.text
    keys = {one["campaign"] for one in listed.json()["items"]}
    assert listed.json()["total"] == len(keys)
    export = await client.get("/objects/lead/export", params={"q": words, "fields": "campaign"})
    assert set(export.text.removeprefix("\ufeff").split()[1:]) == keys
    return keys


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("acme", {"acme"}),
        ("robot", {"acme"}),
        ("ＡＣＭＥ ltd", {"acme"}),
        ("schmidt anna", {"haichuan"}),
        ("云起装备", {"yunqi"}),
        ("起装", {"yunqi"}),
        ("装备云起", set()),
        ("重庆", {"haichuan"}),
        ("王", {"yunqi"}),
        ("yqzb", {"yunqi"}),
        ("qzbzz", {"yunqi"}),
        ("hczg", {"haichuan"}),
        ("yunqi", {"yunqi"}),
        ("YunQiZhuangBei", {"yunqi"}),
        ("zhuangbei", {"yunqi"}),
        ("zhuang bei", {"yunqi"}),
        ("yunbei", set()),
        ("chongqing", {"haichuan"}),
        ("lvshi", {"lvshi"}),
        ("lushi", {"lvshi"}),
        ("shanxiongxin", {"lvshi"}),
        ("xianxianfeng", {"xian"}),
        ("xi'an", {"xian"}),
        ("wangwei", {"yunqi"}),
        ("8888", {"yunqi"}),
        ("48888", {"yunqi"}),
        ("13912348888", {"yunqi"}),
        ("1391234", {"yunqi"}),
        ("888", set()),
        ("5678", {"haichuan"}),
        ("云起 8888", {"yunqi"}),
        ("yunqi 8888", {"yunqi"}),
        ("wangwei 云起 1391", {"yunqi"}),
        ("云起 5678", set()),
        ("li@xianfeng", {"xian"}),
        ("王 schmidt", set()),
        ("…", set()),
    ],
)  # fmt: skip
async def test_a_record_is_found_by_what_people_type(api: Api, words: str, expected: set[str]):
    assert await found(api, words) == expected


async def test_what_is_changed_is_found_by_its_new_words_only(api: Api):
    admin = await api.signed_in("admin")
    body = {"company": "青禾农业", "source": "manual", "campaign": "moved"}
    lead = (await admin.post("/objects/lead/records", json=body)).json()
    assert await found(api, "qinghe") == {"moved"}
    await admin.patch(f"/objects/lead/records/{lead['id']}", json={"company": "赤峰牧业"})
    assert (await found(api, "qinghe"), await found(api, "chifeng")) == (set(), {"moved"})
    await admin.delete(f"/objects/lead/records/{lead['id']}")
    assert await found(api, "chifeng") == set()


async def test_a_hidden_field_is_not_searched(api: Api):
    for words in ("8888", "13912348888", "yunqi 8888", "云起 8888", "1391"):
        assert await found(api, words, "finance1") == set(), words
    assert await found(api, "云起", "finance1") == {"yunqi"}
    assert await found(api, "acme", "finance1") == {"acme"}


async def test_one_finds_only_what_one_may_read(api: Api):
    assert await found(api, "云起", "sales2") <= {"yunqi"}
    answer = await (await api.signed_in("support1")).get("/objects/lead/records", params={"q": "云起"})
    assert answer.status_code == 404


@pytest.mark.parametrize("login", ["admin", "sales1", "sales2", "manager1", "finance1", "support1"])
@pytest.mark.parametrize("words", ["云起", "yq", "8888", "acme", "shanxiongxin", "139", "…"])
async def test_a_search_of_everything_finds_what_the_lists_show(api: Api, company: Clocked, login: str, words: str):
    client = await api.signed_in(login)
    answer = await client.get("/search", params={"q": words, "limit": "3"})
    assert answer.status_code == 200, answer.text
    found = {one["object"]: one for one in answer.json()["objects"]}
    for name in company.catalog.objects:
        listed = await client.get(f"/objects/{name}/records", params={"q": words, "limit": "3"})
        assert (listed.status_code == 200) or name not in found
        if listed.status_code != 200:
            continue
        there = found.get(name, {"items": [], "more": False})
        assert [one["id"] for one in there["items"]] == [one["id"] for one in listed.json()["items"]], name
        assert there["more"] == (listed.json()["next_cursor"] is not None)
    assert login != "finance1" or "phone" not in answer.text


async def test_a_search_tells_what_is_there_already_and_whose(api: Api, company: Clocked):
    admin = await api.signed_in("admin")
    values = {"company": "黄石玄武锻造有限公司", "phone": "13600007777", "source": "manual"}
    lead = (await admin.post("/objects/lead/records", json={**values, "owner": str(company.id_of("sales1"))})).json()

    async def matches(login: str, words: str) -> list[dict[str, Any]]:
        return (await (await api.signed_in(login)).get("/search", params={"q": words})).json()["matches"]

    mine = {"object": "lead", "id": lead["id"], "label": lead["company"], "owner": lead["owner"]}
    others = {**mine, "id": None, "label": None}
    for words, by in (("136-0000-7777", "phone"), ("（黄石）玄武锻造", "company")):
        assert await matches("sales1", words) == [{**mine, "by": by}]
        assert await matches("sales2", words) == [{**others, "by": by}]  # whose it is, and nothing else
    assert await matches("sales2", "1360000777") == []  # a part of a number tells nothing
    assert await matches("sales2", "玄武") == []
    assert await matches("finance1", "13600007777") == []  # whose rights let nobody make a lead
    assert await matches("support1", "13600007777") == []
    await admin.delete(f"/objects/lead/records/{lead['id']}")
    assert await matches("sales1", "13600007777") == []


def made_up(number: int) -> list[tuple[str, list[str]]]:
    """Return names of companies, with their tokens."""
    draw = random.Random(number)
    places, words, kinds = (
        "北上广深杭苏宁青川渝",
        "云海山河天金星光华瑞德信诚达宏远盛泰恒丰",
        "机械电子贸易科技化工纺织",
    )
    names: set[str] = set()
    while len(names) < number:
        kind = draw.randrange(0, len(kinds), 2)
        names.add(f"{draw.choice(places)}州{''.join(draw.sample(words, 3))}{kinds[kind : kind + 2]}有限公司")
    return [(name, tokens([name])) for name in sorted(names)]


@pytest.fixture(scope="module")
async def filled(company: Clocked) -> str:
    """Put so many more leads into the table at once, and return the schema."""
    schema = company.company.schema
    insert = Statement(
        f'INSERT INTO "{schema}".lead (id, version, created_at, updated_at, company, source, stage, sys_search)'
        " SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(r.n * 2000 + w.n), 12, '0'))::uuid, 1,"
        " %(at)s::timestamptz - make_interval(secs => r.n * 2000 + w.n), %(at)s::timestamptz, w.body->>0, 'manual',"
        " 'new', ARRAY(SELECT jsonb_array_elements_text(w.body->1))"
        " FROM jsonb_array_elements(%(names)s::jsonb) WITH ORDINALITY w(body, n),"
        " generate_series(0, %(times)s::int) r(n)",
        "many leads",
    )
    params = {
        "at": company.clock.now(),
        "names": json.dumps(made_up(2000), ensure_ascii=False),
        "times": ROWS // 2000 - 1,
    }
    async with company.database.autocommit() as session:
        await session.execute(insert, params)
        await session.execute(Statement(f'ANALYZE "{schema}".lead', "analyze", prepared=False))
    return schema


@pytest.mark.parametrize("words", ["云起装备", "起装", "yqzb", "zhuangbei", "5678", "yunqi 8888", "robotics"])
async def test_a_search_among_a_hundred_thousand_reads_the_index(
    api: Api, company: Clocked, filled: str, monkeypatch: pytest.MonkeyPatch, words: str
):
    sent: list[tuple[Statement, Any]] = []
    whole = Session.fetch_many

    async def watched(self: Session, calls: Any) -> Any:
        sent.extend(calls)
        return await whole(self, calls)

    monkeypatch.setattr(Session, "fetch_many", watched)
    admin = await api.signed_in("admin")
    answer = await admin.get("/objects/lead/records", params={"q": words, "count": "true"})
    assert 0 < answer.json()["total"] <= 10, answer.text
    monkeypatch.undo()
    asked = [(statement, params) for statement, params in sent if statement.name in ("list lead", "count lead")]
    assert len(asked) == 2
    for statement, params in asked:
        explained = copy(statement)
        explained.text = f"EXPLAIN {statement.text}"
        async with company.database.autocommit() as session:
            plan = "\n".join(line for (line,) in await session.fetch(explained, params))
        assert f"Bitmap Index Scan on {INDEX} " in plan, plan
        assert "Seq Scan on lead" not in plan, plan
