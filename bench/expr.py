"""Measure how many times a second a compiled expression is evaluated: python bench/expr.py."""

import statistics
import time
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from closeloop.expr import DATETIME, NUMBER, TEXT, Env, SimpleScope, compile_expression

SCOPE = SimpleScope(
    {
        "source": TEXT,
        "page_seconds": NUMBER,
        "registered_capital": NUMBER,
        "company": TEXT,
        "phone": TEXT,
        "created_at": DATETIME,
        "last_touch_at": DATETIME,
    }
)
ROW = {
    "source": "expo",
    "page_seconds": 240,
    "registered_capital": Decimal("8000000.0000"),
    "company": "云启科技",
    "phone": None,
    "created_at": datetime(2026, 1, 1, tzinfo=UTC),
    "last_touch_at": None,
}
ENV = Env(datetime(2026, 1, 9, tzinfo=UTC), ZoneInfo("Asia/Shanghai"))
SOURCES = (
    'source == "expo" and page_seconds > 180 and registered_capital > 5000000',
    'source in ["website", "livestream", "expo"]',
    "25 * filled(company, phone, source)",
    "days(now() - coalesce(last_touch_at, created_at)) > 3",
)
ROUNDS, TIMES = 5, 100_000


def rate(source: str) -> float:
    """Return the median rate of several rounds, in evaluations a second."""
    expression = compile_expression(source, SCOPE)
    rates: list[float] = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(TIMES):
            expression.evaluate(ROW, ENV)
        rates.append(TIMES / (time.process_time() - start))
    return statistics.median(rates)


if __name__ == "__main__":
    for source in SOURCES:
        print(f"{rate(source):>12,.0f}/s  {source}")
    start = time.process_time()
    for _ in range(1000):
        compile_expression(SOURCES[0], SCOPE)
    print(f"{1000 / (time.process_time() - start):>12,.0f}/s  compiling the first one")
