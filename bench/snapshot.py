"""Measure how long 200 objects with 60 fields each take to compile, in CPU time: python -m bench.snapshot."""

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from closeloop.base.clock import FrozenClock
from closeloop.catalog.model import Company
from closeloop.catalog.releases import next_release
from closeloop.catalog.snapshot import Snapshot
from closeloop.catalog.store import Body
from closeloop.runtime.kernel import KINDS

OBJECTS, FIELDS, ROUNDS = 200, 60, 5
TYPES = ("text", "integer", "money", "date", "datetime", "choice", "phone", "person", "checkbox", "relation")
COMPANY = Company(UUID(int=1), "bench", "Bench", "t_bench")
CLOCK = FrozenClock(datetime(2026, 1, 1, tzinfo=UTC))


def bodies() -> list[Body]:
    """Return objects that point to each other, each with two views and a clock, and a role that sees all."""
    made: list[Body] = []
    for n in range(OBJECTS):
        name = f"o{n}"
        fields = {"title": {"type": "text", "label": "标题"}, **{f"f{i}": field(n, i) for i in range(FIELDS - 1)}}
        made.append(Body("object", name, {"object": name, "label": name, "title": "title", "fields": fields}))
        for v in range(2):
            condition = f"f1 > {v} and f5 == 'k1' and title != null"
            view = {"view": f"{name}_v{v}", "on": name, "label": "视图", "columns": ["title"], "filter": condition}
            made.append(Body("view", f"{name}_v{v}", view))
        clock = {"clock": f"{name}_c", "on": name, "met": "f4 != null", "target": "30m"}
        made.append(Body("clock", f"{name}_c", clock))
    grants = {f"o{n}": {"read": "all", "create": True, "update": "own"} for n in range(OBJECTS)}
    made.append(Body("role", "all", {"role": "all", "label": "全部", "objects": grants}))
    return made


def field(of: int, number: int) -> dict[str, object]:
    """Return the body of an object's field: each type in turn."""
    kind = TYPES[number % len(TYPES)]
    body: dict[str, object] = {"type": kind, "label": f"字段{number}"}
    if kind == "choice":
        body["options"] = {f"k{k}": f"选项{k}" for k in range(6)}
    if kind == "relation":
        body["object"] = f"o{(of + number) % OBJECTS}"
    return body


def main() -> None:
    """Print the medians of some rounds: from nothing, and after one object has changed."""
    first, *others = bodies()
    definitions, _ = next_release([], [first, *others], CLOCK)
    renamed = Body("object", first.key, {**first.body, "label": "新名"})
    changed, _ = next_release(definitions, [renamed], CLOCK)
    present = Snapshot(COMPANY, 1, definitions, KINDS)
    print(f"{OBJECTS} objects x {FIELDS} fields, {len(definitions)} definitions in all")
    print(f"compiled in {measure(lambda: Snapshot(COMPANY, 1, definitions, KINDS)):.0f} ms of CPU time,")
    after = measure(lambda: Snapshot(COMPANY, 2, changed, KINDS, before=present))
    print(f"after a change of one object in {after:.0f} ms")


def measure(make: Callable[[], Snapshot]) -> float:
    """Return the median of the rounds' milliseconds of CPU time."""
    rounds: list[float] = []
    for _ in range(ROUNDS):
        start = time.process_time()
        make()
        rounds.append((time.process_time() - start) * 1000)
    return statistics.median(rounds)


if __name__ == "__main__":
    main()
