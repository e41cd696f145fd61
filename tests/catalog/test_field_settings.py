"""What the server says may be set of a field of a type is what definitions may say; and the names that it proposes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closeloop.catalog.field_reader import LONGEST_DERIVED, read_field, settings_of
from closeloop.catalog.field_types import FIELD_TYPES
from closeloop.catalog.manifest import KEPT_NAMES
from closeloop.catalog.model import Pipeline, Stage
from closeloop.catalog.naming import name_for
from closeloop.catalog.reading import NAME, Node, Problems
from closeloop.db.naming import is_free_name

SAID: dict[str, Any] = {
    "core": True,
    "required": True,
    "unique": True,
    "index": True,
    "default": {"value": "null"},
    "min": 1,
    "max": 10,
    "pattern": {"match": "[A-Z]+", "hint": "大写"},
    "options": {"a": "甲"},
    "items": {"a": "甲"},
    "pipeline": "way",
    "object": "memo",
    "by": "of",
    "format": "N-{number:4}",
    "via": "memo",
    "field": "worth",
    "of": "memos",
    "fn": "sum",
    "where": "worth > 1",
    "value": "1 + 1",
    "result": "integer",
}
PIPELINES = {"way": Pipeline("way", "memo", (Stage("a", {"zh-CN": "甲"}),))}


BESIDE = {"currency"}
"""Settings that name a field beside it, which the object reads."""


def wrong_with(type_: str, *settings: str) -> list[str]:
    problems = Problems()
    body = {"type": type_, "label": "值", **{name: SAID[name] for name in settings if name not in BESIDE}}
    read_field(Node(body, "", problems), "one", {}, PIPELINES)
    return [one.field for one in problems.errors]


@pytest.mark.parametrize("type_", list(FIELD_TYPES))
def test_all_that_is_told_of_a_type_may_be_said_and_what_is_needed_is_missed(type_: str):
    assert wrong_with(type_, *settings_of(type_)) == []
    needs = FIELD_TYPES[type_].needs
    assert set(needs) <= set(settings_of(type_))
    assert set(wrong_with(type_)) == set(needs)


@pytest.mark.parametrize("type_", list(FIELD_TYPES))
def test_what_would_be_refused_is_not_told(type_: str):
    needs = FIELD_TYPES[type_].needs
    for name in ("required", "index", "default", "pattern", "format", "result", "via"):
        assert (name in settings_of(type_)) is (wrong_with(type_, *{*needs, name}) == []), name


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("客户预算", "kehuyusuan"),
        ("预算（万元）", "yusuan_wanyuan"),
        ("Deal size", "deal_size"),
        ("重庆办事处", "chongqingbanshichu"),
        ("Résumé", "resume"),
        ("2026 目标", "n_2026_mubiao"),
        ("Owner", "own_owner"),
        ("sys id", "own_sys_id"),
        ("目标 202601", "mubiao_202601_x"),
        ("！？", None),
    ],
)
def test_a_name_is_proposed_from_a_label(label: str, name: str | None):
    assert name_for(label) == name


@given(st.text(max_size=80))
def test_a_proposed_name_can_always_be_had(label: str):
    name = name_for(label)
    if name is not None:
        assert NAME.fullmatch(name)
        assert is_free_name(name)
        assert name not in KEPT_NAMES
        assert len(name) <= LONGEST_DERIVED + len("own__x")
