"""A value of every type comes back as it went in, is found by what it is, and may be written back as it was read."""

from collections.abc import AsyncGenerator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.attached import add_files
from tests.support.company import Clocked, fresh_company

from closeloop.catalog.field_types import FIELD_TYPES, abilities
from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.records.batch import Row
from closeloop.records.commands import CreateRecord, UpdateRecord
from closeloop.records.present import present
from closeloop.records.query import Query, Reader

pytestmark = pytest.mark.db

OPTIONS = {"a": "甲", "b": "乙", "c": "丙"}
NOT_WRITTEN = {"stage", "children", "lookup", "rollup", "formula", "auto_number"}
EXTRA: Mapping[str, Mapping[str, Any]] = {
    "choice": {"options": OPTIONS},
    "multi_choice": {"options": OPTIONS},
    "checklist": {"items": OPTIONS},
    "relation": {"object": "sample"},
}
FIELDS = {f"f_{name}": {"type": name, **EXTRA.get(name, {})} for name in FIELD_TYPES if name not in NOT_WRITTEN}

MICROSECOND = timedelta(microseconds=1)
_letters = st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs"])
_text = st.text(_letters, max_size=30)
_number = st.decimals(-(10**15), 10**15, places=4, allow_nan=False)
FILES = {
    kind: (media, [str(UUID(int=n)) for n in range(start, start + 4)])
    for kind, media, start in (("file", "application/pdf", 1), ("photo", "image/png", 11), ("voice", "audio/webm", 21))
}
"""Media type and ids of the files that fields of each type may hold."""
_some = st.lists(st.sampled_from("abc"), unique=True)


def values_of(company: Clocked) -> Mapping[str, st.SearchStrategy[Any]]:
    """Return for every type what somebody may write."""
    people = st.sampled_from([str(one) for one in company.org.people])
    departments = st.sampled_from([str(one) for one in company.org.departments])
    moments = st.integers(0, 10**15).map(lambda n: (datetime(1990, 1, 1, tzinfo=UTC) + n * MICROSECOND).isoformat())
    place = st.fixed_dictionaries(
        {"lat": st.floats(-90, 90), "lng": st.floats(-180, 180)},
        optional={"accuracy": st.integers(0, 5000), "address": _text, "at": moments},
    )
    return {
        "text": _text,
        "long_text": _text,
        "phone": st.integers(13000000000, 13999999999).map(str),
        "email": st.from_regex(r"[a-z]{1,9}@[a-z]{1,9}\.example", fullmatch=True),
        "url": st.from_regex(r"https://[a-z]{1,9}\.example/[a-z0-9]{0,9}", fullmatch=True),
        "integer": st.integers(-(2**62), 2**62),
        **dict.fromkeys(("decimal", "money", "percent"), _number.map(str)),
        "checkbox": st.booleans(),
        "date": st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(date.isoformat),
        "datetime": moments,
        "choice": st.sampled_from("abc"),
        "multi_choice": _some,
        "checklist": _some | _some.map(lambda keys: [{"key": key, "done": True} for key in keys]),
        "person": people,
        "department": departments,
        "relation": st.none(),
        **{kind: st.lists(st.sampled_from(ids), unique=True, max_size=3) for kind, (_, ids) in FILES.items()},
        "place": place,
        "address": _text | st.fixed_dictionaries({}, optional=dict.fromkeys(("province", "city", "street"), _text)),
    }


@pytest.fixture(scope="module")
async def samples(database: Database) -> AsyncGenerator[Clocked]:
    body = {"object": "sample", "label": "sample", "title": "f_text", "fields": FIELDS}
    async with fresh_company(database, Body("object", "sample", body)) as company:
        for media, ids in FILES.values():
            await add_files(company, *map(UUID, ids), type=media)
        yield company


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_what_is_read_may_be_written_back_and_changes_nothing(samples: Clocked, data: st.DataObject):
    what = samples.catalog.object("sample")
    written = data.draw(st.fixed_dictionaries({}, optional={f"f_{n}": s for n, s in values_of(samples).items()}))
    (made,) = await samples.run(CreateRecord("sample", written))
    row = made.record()
    stored = await samples.record("sample", row["id"])
    assert {name: stored[name] for name in what.stored} == {name: row[name] for name in what.stored}
    seen = present(what, stored, samples.org)
    back = {name: seen[name] for name in what.stored}
    (again,) = await samples.run(UpdateRecord("sample", row["id"], values=back))
    assert again.record()["version"] == 1


def literal(value: Any) -> str | None:
    """Return a value as it stands in an expression; None where no literal says it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return None
    if isinstance(value, int) or not isinstance(value, str | UUID | date | datetime):
        return format(value, "f") if not isinstance(value, int) else str(value)
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


SHOWN: Mapping[str, Any] = {
    "text": "云启 'A' \\ 1",
    "long_text": "a\nb",
    "phone": "138 0013 8000",
    "email": "A@x.example",
    "url": "https://x.example/a",
    "integer": -5,
    "decimal": "1234567890.0001",
    "money": "-0.5",
    "percent": "0.25",
    "checkbox": True,
    "date": "2026-03-04",
    "datetime": "2026-03-04T10:00:00.000001+08:00",
    "choice": "b",
    "address": {"city": "厦门", "street": "湖滨 1 号"},
}


async def read(company: Clocked, **query: Any) -> list[Row]:
    actor = company.system()
    reader = Reader(company.catalog, actor, actor.env(company.clock.now(), company.catalog))
    async with company.database.autocommit() as session:
        return (await reader.page(session, Query("sample", **query))).rows


@pytest.mark.parametrize("kind", sorted(SHOWN))
async def test_it_is_found_by_what_it_is_and_sorted(samples: Clocked, kind: str):
    name = f"f_{kind}"
    (made, _) = await samples.run(CreateRecord("sample", {name: SHOWN[kind]}), CreateRecord("sample", {}))
    row = made.record()
    found = await read(samples, filter=f"{name} == {literal(row[name])}", limit=500)
    assert row["id"] in [one["id"] for one in found]
    assert all(one[name] == row[name] for one in found)
    if abilities(samples.catalog.object("sample").fields[name]).sort:
        values = [one[name] for one in await read(samples, sort=name, limit=500)]
        there = [one for one in values if one is not None]
        assert values == there + [None] * (len(values) - len(there))
        if kind in ("integer", "decimal", "date", "datetime", "checkbox"):
            assert there == sorted(there)


async def test_a_person_and_a_department_are_found_and_given_with_their_names(samples: Clocked):
    person = samples.id_of("sales1")
    department = samples.org.people[person].departments[0]
    (made,) = await samples.run(CreateRecord("sample", {"f_person": str(person), "f_department": str(department)}))
    row = made.record()
    found = await read(samples, filter=f"f_person == '{person}' and f_department == '{department}'", limit=500)
    assert row["id"] in [one["id"] for one in found]
    seen = present(samples.catalog.object("sample"), row, samples.org)
    assert seen["f_department"] == {"id": str(department), "label": samples.org.departments[department].name}
    (wrong,) = await samples.run(CreateRecord("sample", {"f_department": str(UUID(int=9))}))
    assert wrong.error is not None
