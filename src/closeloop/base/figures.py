"""The figures that Prometheus reads: what each mechanism does, how often and how long it takes.

They hold no name, address or id: labels are words of ours, of which there are few. With PROMETHEUS_MULTIPROC_DIR set,
as `closeloop run` does, every process writes into that folder and any of them answers for all.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

_MILLISECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)

HTTP_SECONDS = Histogram("closeloop_http_seconds", "Time to the answer's head", ["method", "route", "status"])
COMMANDS = Counter("closeloop_commands", "Commands by what became of them", ["command", "outcome"])
BATCH_SECONDS = Histogram("closeloop_batch_seconds", "Time of a batch's transaction", buckets=_MILLISECONDS)
BATCH_COMMANDS = Histogram(
    "closeloop_batch_commands", "Commands in a batch", buckets=(1, 2, 4, 8, 16, 32, 64, 250, 1000)
)
EVENTS = Counter(
    "closeloop_events", "Events written to the log by type; a company's own operations count as one", ["type"]
)
CLOCK_LATENESS = Histogram(
    "closeloop_clock_late_seconds",
    "How long after its moment a clock's step was done",
    buckets=(0.5, 1, 2, 5, 10, 30, 60, 300, 3600, 86400),
)
INTAKES = Counter("closeloop_intakes", "Payloads taken in by what became of them", ["state"])
DELIVERIES = Counter("closeloop_deliveries", "Attempts to deliver to webhooks by what became of them", ["outcome"])
SWEEP_SECONDS = Histogram("closeloop_sweep_seconds", "Time of a worker's look at one company", buckets=_MILLISECONDS)
SWEEP_FAILURES = Counter("closeloop_sweep_failures", "Looks at a company that ended with an error")
WAITING = Gauge(
    "closeloop_waiting",
    "What is due and not yet done, over all companies",
    ["what"],
    multiprocess_mode="mostrecent",
)
CATALOG_SECONDS = Histogram("closeloop_catalog_seconds", "Time to read and compile a release", buckets=_MILLISECONDS)
STREAMS = Gauge("closeloop_streams", "Open event streams", multiprocess_mode="livesum")


def latest() -> bytes:
    """Return the figures in Prometheus' text format: of all processes that share a folder, else of this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:  # noqa: TID251 - the library's own switch, read at its import
        return generate_latest()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)
