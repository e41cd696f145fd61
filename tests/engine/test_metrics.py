"""Metrics equal what one counts by hand over random leads, for whoever asks, and tell what is wrong with a question."""

import random
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from tests.catalog.test_snapshot import problems
from tests.support.company import START, Clocked, fresh_company
from tests.support.definitions import changed, release, shipped
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.db.statement import compile_statement
from closeloop.expr import ExpressionError, compile_measure
from closeloop.records.commands import AssignRecord, CreateRecord, MoveRecord, UpdateRecord

pytestmark = pytest.mark.db

LEADS = 160
NOW = START + timedelta(days=40)
ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
Lead = Mapping[str, Any]


@pytest.fixture(scope="module")
async def company(database: Database) -> AsyncGenerator[Clocked]:
    """Return a company with leads of forty days, some touched, some converted, spread over people and the pool."""
    async with fresh_company(database) as runtime:
        dice = random.Random(7)
        owners = [runtime.id_of(login) for login in ("sales1", "sales2", "sales5", "manager1", "director")]
        made = await runtime.run(*(CreateRecord("lead", {"name": f"L{n}", "source": "manual"}) for n in range(LEADS)))
        table = runtime.catalog.object("lead").table
        for outcome in made:
            created = START + dice.random() * 40 * DAY
            touched = (
                None
                if dice.random() < 0.3
                else created + dice.choice([1, 60, 3600, 90_000]) * dice.random() * timedelta(seconds=2)
            )
            stage = dice.choice(["new", "contacted", "qualified", "converted", "discarded"])
            await runtime.change(
                sa.update(table).where(table.c.id == outcome.record()["id"]).values(
                    created_at=created,
                    first_touch_at=touched,
                    converted_at=created + 14 * DAY * dice.random() if stage == "converted" else None,
                    assigned_at=created + dice.choice([1, 20]) * timedelta(minutes=1) if dice.random() < 0.3 else None,
                    stage=stage,
                    source=dice.choice(["website", "expo", None]),
                    grade=dice.choice(["A", "B", "C"]),
                    owner=dice.choice([*owners, None]),
                    budget=None if dice.random() < 0.3 else Decimal(dice.randint(0, 10**7)) / 100,
                )
            )  # fmt: skip
            touches = 0 if touched is None else dice.randint(1, 3)
            values = {"lead": outcome.record()["id"], "kind": "call"}
            await runtime.run(*(CreateRecord("touch", values) for _ in range(touches)))
        runtime.clock.move_to(NOW)
        yield runtime


@pytest.fixture(scope="module")
async def leads(company: Clocked) -> Sequence[Lead]:
    table, touch = (company.catalog.object(name).table for name in ("lead", "touch"))
    rows = await company.rows(sa.select(*table.columns))
    touches = Counter(one["lead"] for one in await company.rows(sa.select(touch.c.lead)))
    return [{**row, "touches": touches[row["id"]]} for row in rows]


def response(some: Iterable[Lead]) -> list[float]:
    return [(one["first_touch_at"] - one["created_at"]).total_seconds() for one in some if one["first_touch_at"]]


def share(
    some: Iterable[Lead], counts: Callable[[Lead], bool], of: Callable[[Lead], bool] = lambda _: True
) -> float | None:
    found = [one for one in some if of(one)]
    return sum(map(counts, found)) / len(found) if found else None


def within(lead: Lead, field: str, span: timedelta) -> bool:
    return lead[field] is not None and lead[field] - lead["created_at"] <= span


def p90(values: Sequence[float]) -> float | None:
    """Return the value at 0.9 of the way from the first to the last, between the two beside it."""
    if not values:
        return None
    ordered, place = sorted(values), 0.9 * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


OWN: Mapping[str, Callable[[Sequence[Lead]], float | None]] = {
    "reach_24h": lambda some: share(some, lambda one: within(one, "first_touch_at", DAY)),
    "first_response_median": lambda some: median(response(some)) if response(some) else None,
    "first_response_p90": lambda some: p90(response(some)),
    "touch_90s": lambda some: share(some, lambda one: within(one, "first_touch_at", timedelta(seconds=90))),
    "owner_8min": lambda some: share(
        some,
        lambda one: (
            one["owner"] is not None
            and (one["assigned_at"] or one["created_at"]) - one["created_at"] <= timedelta(minutes=8)
        ),
    ),
    "conversion_7d": lambda some: share(some, lambda one: within(one, "converted_at", 7 * DAY)),
    "sleeping_leads": lambda some: sum(
        one["first_touch_at"] is None
        and one["created_at"] <= NOW - 7 * DAY
        and one["stage"] not in ("converted", "discarded")
        for one in some
    ),
    "repeat_contact": lambda some: share(some, lambda one: one["touches"] >= 2, lambda one: one["touches"] >= 1),
    "effective_leads": lambda some: share(
        some, lambda one: one["grade"] == "A" or one["stage"] in ("qualified", "converted")
    ),
}
OLD_ENOUGH = {"reach_24h": DAY, "conversion_7d": 7 * DAY}
READERS = {"director": None, "manager1": ("sales1", "sales2", "sales5", "manager1"), "sales1": ("sales1",)}


async def ask(api: Api, login: str, metric: str, **params: Any) -> dict[str, Any]:
    answer = await (await api.signed_in(login)).get(f"/metrics/{metric}", params={"limit": 500, **params})
    assert answer.status_code == 200, answer.text
    return answer.json()


def plain(value: Any) -> Any:
    return value["id"] if isinstance(value, dict) else value


@pytest.mark.parametrize("login", READERS)
@pytest.mark.parametrize("metric", OWN)
async def test_it_is_what_one_counts_by_hand(
    api: Api, company: Clocked, leads: Sequence[Lead], metric: str, login: str
):
    people = READERS[login]
    mine = [one for one in leads if people is None or company.login_of(one["owner"]) in people]
    mine = [one for one in mine if one["created_at"] <= NOW - OLD_ENOUGH.get(metric, timedelta(0))]
    main = {one.id: one.departments[0] for one in company.org.people.values()}
    keys: Mapping[str, Callable[[Lead], Any]] = {
        "source": lambda one: one["source"],
        "owner": lambda one: one["owner"] and str(one["owner"]),
        "department": lambda one: one["owner"] and str(main[one["owner"]]),
    }
    for by in ((), ("source",), ("owner",), ("department", "source")):
        if not set(by) <= set(shipped("metric", metric)["by"]):
            continue
        groups: dict[tuple[Any, ...], list[Lead]] = defaultdict(list)
        for one in mine:
            groups[tuple(keys[name](one) for name in by)].append(one)
        found = await ask(api, login, metric, **({"by": ",".join(by)} if by else {}))
        assert {tuple(map(plain, one["key"].values())): one["records"] for one in found["groups"]} == {
            key: len(some) for key, some in groups.items()
        }
        for one in found["groups"]:
            expected = OWN[metric](groups[tuple(map(plain, one["key"].values()))])
            if expected is None:
                assert one["value"] is None
            else:
                assert float(one["value"]) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year"])
async def test_periods_are_those_of_the_company(api: Api, leads: Sequence[Lead], grain: str):
    def first(one: Lead) -> date:
        day = one["created_at"].astimezone(ZONE).date()
        return {
            "day": day,
            "week": day - timedelta(days=day.weekday()),
            "month": day.replace(day=1),
            "quarter": day.replace(day=1, month=day.month - (day.month - 1) % 3),
            "year": day.replace(day=1, month=1),
        }[grain]

    since, until = "2026-03-10", "2026-04-02T15:00:00Z"
    low, high = datetime(2026, 3, 9, 16, tzinfo=UTC), datetime.fromisoformat(until)
    expected: dict[str, int] = defaultdict(int)
    for one in leads:
        if low <= one["created_at"] < high:
            expected[first(one).isoformat()] += 1
    found = await ask(api, "admin", "touch_90s", grain=grain, **{"from": since, "to": until})
    assert {one["period"]: one["records"] for one in found["groups"]} == expected
    assert [one["period"] for one in found["groups"]] == sorted(expected)
    assert (found["from"], found["to"]) == ("2026-03-09T16:00:00Z", until)


async def test_a_filter_and_pages_of_groups(api: Api, leads: Sequence[Lead]):
    found = await ask(api, "admin", "sleeping_leads", filter='source == "expo" and grade == "A"')
    assert found["groups"][0]["records"] == sum((one["source"], one["grade"]) == ("expo", "A") for one in leads)
    whole = await ask(api, "admin", "first_response_p90", by="owner,grade")
    pages = [await ask(api, "admin", "first_response_p90", by="owner,grade", limit=5, page=n) for n in range(1, 5)]
    assert [one for page in pages for one in page["groups"]] == whole["groups"]
    assert [page["more"] for page in pages] == [True, True, True, False]


async def test_a_line_that_is_crossed_is_marked_and_the_formula_is_told(api: Api, leads: Sequence[Lead]):
    found = await ask(api, "admin", "first_response_median", by="source")
    assert found["formula"] == "median(first_touch_at - created_at)"
    assert (found["unit"], found["good"], found["label"]) == ("duration", {"at_most": 1800}, "First response, median")
    assert {one["crossed"] for one in found["groups"]} <= {True, False}
    assert all(one["crossed"] == (one["value"] > 1800) for one in found["groups"])
    found = await ask(api, "admin", "touch_90s")
    assert (found["good"], found["groups"][0]["crossed"]) == (None, None)
    catalog = (await (await api.signed_in("sales1")).get("/catalog")).json()["metrics"]
    assert {one["metric"] for one in catalog} == set(OWN)
    assert catalog[1]["by"][2] == {"key": "department", "label": "Department"}
    assert (await (await api.signed_in("finance1")).get("/catalog")).json()["metrics"] == []


async def test_what_is_wrong_with_a_question_is_told_at_its_place(api: Api):
    admin = await api.signed_in("admin")

    async def wrong(**params: Any) -> dict[str, str]:
        return wrong_fields(await admin.get("/metrics/touch_90s", params=params))

    assert await wrong(by="phone") == {"by": "not_one_of"}
    assert await wrong(by="source,source") == {"by": "said_twice"}
    assert await wrong(grain="hour") == {"grain": "not_one_of"}
    assert await wrong(**{"from": "soon"}) == {"from": "not_datetime"}
    assert await wrong(**{"from": "2026-03-01T00:00:00"}) == {"from": "not_datetime"}
    assert await wrong(**{"from": "2026-03-02", "to": "2026-03-01"}) == {"to": "not_after"}
    assert await wrong(page=9000) == {"page": "out_of_range"}
    for params in ({"limit": 0}, {"limit": 501}, {"odd": 1}):
        problem(await admin.get("/metrics/touch_90s", params=params), 422, "invalid")
    bad = problem(
        await admin.get("/metrics/touch_90s", params={"filter": "grade == 'A' and nope"}), 422, "bad_expression"
    )
    assert "nope" in str(bad)
    problem(await admin.get("/metrics/nothing"), 404, "unknown_metric")


async def test_who_may_not_read_the_records_has_no_figure(api: Api, database: Database, migrated_url: str):
    problem(await (await api.signed_in("finance1")).get("/metrics/touch_90s"), 404, "unknown_metric")
    assert (await api.anyone().get("/metrics/touch_90s")).status_code == 401
    async with fresh_company(database) as other:
        grant = shipped("role", "sales")["objects"]["lead"]
        fields = {"first_touch_at": "hidden", "source": "hidden"}
        await release(other, changed("role", "sales", objects={"lead": {**grant, "fields": fields}}))
        async with serve(migrated_url, other) as served:
            client = await served.signed_in("sales1")
            problem(await client.get("/metrics/touch_90s"), 404, "unknown_metric")
            problem(await client.get("/metrics/touch_90s", params={"by": "phone"}), 404, "unknown_metric")
            answer = await client.get("/metrics/effective_leads", params={"by": "source"})
            assert wrong_fields(answer) == {"by": "not_one_of"}
            listed = {one["metric"]: one for one in (await client.get("/catalog")).json()["metrics"]}
            # who may not read touches has no figure about them
            assert set(listed) == {"owner_8min", "conversion_7d", "effective_leads"}
            assert "source" not in {one["key"] for one in listed["effective_leads"]["by"]}
            # the same question of another company is that company's
            assert (await ask(served, "admin", "touch_90s"))["groups"] == [
                {"key": {}, "period": None, "records": 0, "value": None, "crossed": None}
            ]


def metric(**keys: Any) -> Body:
    return Body("metric", "m", {"metric": "m", "on": "lead", "label": "m", "of": "count()", **keys})


@pytest.mark.parametrize(
    ("keys", "place", "code"),
    [
        ({"of": "budget"}, "of", "bad_expression"),
        ({"of": "sum(nope)"}, "of", "bad_expression"),
        ({"on": "nothing"}, "on", "unknown_object"),
        ({"when": "budget"}, "when", "bad_expression"),
        ({"by": ["phone"]}, "by", "unknown_field"),
        ({"at": "company"}, "at", "unknown_field"),
        ({"good": {}}, "good", "required"),
        ({"good": {"at_most": "30m"}}, "good.at_most", "not_number"),
        ({"of": "median(now() - created_at)", "good": {"at_most": 30}}, "good.at_most", "not_a_span"),
        ({"odd": 1}, "odd", "unknown_key"),
    ],
)
def test_a_wrong_metric_is_told_at_its_place(keys: dict[str, Any], place: str, code: str):
    assert problems(metric(**keys))[f"metric/m: {place}"] == code


@pytest.mark.parametrize(
    ("text", "reason", "at"),
    [
        ("budget", "not_a_measure", 0),
        ("count() + 1", "not_a_measure", 0),
        ("medien(budget)", "not_a_measure", 0),
        ("count() / budget", "not_a_measure", 10),
        ("sum(company)", "wrong_types", 4),
        ("sum()", "wrong_count", 0),
        ("count(a, b)", "wrong_count", 0),
        ("count() / sum(budget, nope > 1)", "unknown_name", 22),
        ("count(budget)", "result_type", 6),
        ("median(now() - created_at) / count()", "wrong_types", 0),
    ],
)
def test_a_wrong_measure_names_the_place(company: Clocked, text: str, reason: str, at: int):
    with pytest.raises(ExpressionError) as caught:
        compile_measure(text, company.catalog.object("lead").scope)
    assert (caught.value.reason, caught.value.at) == (reason, at)


@pytest.mark.parametrize(
    ("of", "own"),
    [
        ("sum(budget)", sum),
        ("avg(budget)", lambda found: sum(found) / len(found)),
        ("min(budget)", min),
        ("max(budget)", max),
        ("median(budget, budget > 100)", lambda found: median([one for one in found if one > 100])),
        (
            "sum(budget, budget > 50000) / sum(budget)",
            lambda found: sum(one for one in found if one > 50000) / sum(found),
        ),
        ("count(budget > 50000)", lambda found: sum(one > 50000 for one in found)),
        ("count() / count(budget < 0)", lambda _: None),
    ],
)
async def test_every_function(company: Clocked, leads: Sequence[Lead], of: str, own: Callable[[list[Decimal]], Any]):
    what = company.catalog.object("lead")
    env = company.system().env(NOW, company.catalog)
    measure = compile_measure(of, what.scope)
    statement, params = compile_statement(sa.select(measure.sql(lambda path: what.table.c[path], env)), "measure")
    async with company.database.autocommit() as session:
        ((value,),) = await session.fetch(statement, params)
    expected = own([one["budget"] for one in leads if one["budget"] is not None])
    assert (value is None) == (expected is None)
    assert value is None or float(value) == pytest.approx(float(expected), abs=1e-5)


async def test_a_late_owner_and_a_conversion_are_noted(own_company: Clocked):
    for n in range(1, 9):
        await own_company.change_person(f"sales{n}", quota_daily=0)
    lead = await own_company.lead()
    own_company.clock.move(timedelta(minutes=3))
    for n in range(1, 9):
        await own_company.change_person(f"sales{n}", quota_daily=50)
    at_once = await own_company.lead()
    await own_company.run(
        *(UpdateRecord("lead", one["id"], values={"needs": ["price"]}) for one in (lead, at_once)),
    )
    await own_company.run(AssignRecord("lead", lead["id"], person=own_company.id_of("sales1")))
    own_company.clock.move(timedelta(minutes=3))
    await own_company.run(AssignRecord("lead", at_once["id"], person=own_company.id_of("sales1")))
    await own_company.run(MoveRecord("lead", lead["id"], to="converted"))
    late, first = [await own_company.record("lead", one["id"]) for one in (lead, at_once)]
    assert (late["assigned_at"], first["assigned_at"]) == (START + timedelta(minutes=3), None)
    assert (late["converted_at"], first["converted_at"]) == (own_company.clock.now(), None)
