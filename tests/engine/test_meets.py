"""The operation that meets a clock is told by what its steps write, not by its place."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from closeloop.base.clock import FrozenClock
from closeloop.catalog.model import Company
from closeloop.catalog.releases import next_release
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.store import Body
from closeloop.engine.operations.meets import first_to_meet
from closeloop.engine.operations.model import OPERATIONS
from closeloop.expr import BOOL, Env, compile_expression
from closeloop.runtime.kernel import KINDS

NOW = datetime(2026, 3, 4, 2, tzinfo=UTC)


def operation(key: str, position: int, *steps: object) -> Body:
    body = {"operation": key, "on": "case", "label": key, "position": position, "do": list(steps)}
    return Body("operation", key, body)


BODIES = [
    Body(
        "object",
        "case",
        {
            "object": "case", "label": "案件", "title": "title",
            "fields": {
                "title": {"type": "text", "label": "标题"},
                "seen_at": {"type": "datetime", "label": "看过"},
                "said_at": {"type": "datetime", "label": "说过"},
                "stage": {"type": "stage", "pipeline": "case", "label": "阶段"},
                "calls": {"type": "children", "object": "call", "by": "case", "label": "电话"},
                "called": {"type": "rollup", "of": "calls", "fn": "count", "label": "次数"},
                "recent": {
                    "type": "formula", "result": "integer", "label": "近", "value": "floor(days(now() - said_at))",
                },
            },
        },
    ),
    Body(
        "object",
        "call",
        {
            "object": "call", "label": "电话", "title": "note",
            "fields": {
                "note": {"type": "text", "label": "内容"},
                "case": {"type": "relation", "object": "case", "label": "案件"},
            },
        },
    ),
    Body(
        "pipeline",
        "case",
        {
            "pipeline": "case", "on": "case",
            "stages": [{"key": key, "label": key} for key in ("new", "open", "shut")],
        },
    ),
    operation("forget", 1, {"set": {"seen_at": "null"}}),
    operation("open", 2, {"move": "open"}),
    operation("look", 3, {"set": {"seen_at": "now()"}}),
    operation("say", 4, {"set": {"said_at": "now()"}}, {"move": "shut"}),
    operation("ring", 5, {"create": "call", "values": {"case": "record.id"}}),
    operation("take", 6, {"assign": "person:boss"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("met", "key"),
    [
        ("seen_at != null", "look"),
        ("said_at != null", "say"),
        ("recent < 1", "say"),
        ("stage != 'new'", "open"),
        ("stage == 'shut'", "say"),
        ("stage == 'new'", None),
        ("called > 0", "ring"),
        ("owner != null", "take"),
        ("title != null", None),
    ],
)
def test_what_an_operation_writes_is_what_the_condition_reads(met: str, key: str | None):
    definitions, _ = next_release([], BODIES, FrozenClock(NOW))
    catalog = Snapshot(Company(UUID(int=1), "meets", "Meets", "t_meets"), 1, definitions, KINDS)
    case = catalog.object("case")
    condition = compile_expression(met, case.scope, expect=BOOL)
    env = Env(now=NOW, tz=catalog.zone, me=None, calendar=catalog.calendar)
    found = first_to_meet(condition, case, catalog.on(OPERATIONS, "case"), env)
    assert (found and found.key) == key
