"""The figures of a round, their medians over the rounds, and the table that shows the two servers side by side."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields


@dataclass(frozen=True, slots=True)
class Figures:
    """What one round showed; times in milliseconds, those of the CPU for one lead."""

    leads_per_second: float
    p50: float
    p95: float
    p99: float
    server_cpu: float
    database_cpu: float
    client_cpu: float


LABELS: Mapping[str, str] = {
    "leads_per_second": "leads/s",
    "p50": "p50 ms",
    "p95": "p95 ms",
    "p99": "p99 ms",
    "server_cpu": "CPU ms/lead, server",
    "database_cpu": "CPU ms/lead, database",
    "client_cpu": "CPU ms/lead, client",
}


def figures(seconds: float, times: Sequence[float], server: float, database: float, client: float) -> Figures:
    """Make the figures of a round from seconds: the whole, each lead's, and the CPU of the three."""
    p = statistics.quantiles(times, n=100, method="inclusive")
    leads = len(times)
    return Figures(
        leads_per_second=leads / seconds,
        p50=p[49] * 1000,
        p95=p[94] * 1000,
        p99=p[98] * 1000,
        server_cpu=server * 1000 / leads,
        database_cpu=database * 1000 / leads,
        client_cpu=client * 1000 / leads,
    )


def table(product: Sequence[Figures], floor: Sequence[Figures]) -> str:
    """Show medians with the smallest and the largest of the rounds, and what the product is to the floor."""
    lines = [f"{'':24}{'product':>30}{'floor':>30}{'product/floor':>16}"]
    for field in fields(Figures):
        ours, theirs = _values(product, field.name), _values(floor, field.name)
        ratio = statistics.median(ours) / statistics.median(theirs)
        lines.append(f"{LABELS[field.name]:24}{_spread(ours):>30}{_spread(theirs):>30}{ratio:>16.2f}")
    return "\n".join(lines)


def as_json(rounds: Sequence[Figures]) -> dict[str, object]:
    """Return medians and all rounds as data."""
    medians = {field.name: statistics.median(_values(rounds, field.name)) for field in fields(Figures)}
    return {"median": medians, "rounds": [asdict(one) for one in rounds]}


def _values(rounds: Sequence[Figures], name: str) -> list[float]:
    return [getattr(one, name) for one in rounds]


def _spread(values: Sequence[float]) -> str:
    middle, low, high = statistics.median(values), min(values), max(values)
    digits = 0 if middle >= 100 else 2
    return f"{middle:.{digits}f} ({low:.{digits}f} .. {high:.{digits}f})"
