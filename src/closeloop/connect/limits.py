"""How often somebody may post: a rate that holds over all web processes, kept by one statement."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from math import ceil

from closeloop.base.errors import TooMany
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import Snapshot
from closeloop.db.engine import Database
from closeloop.db.statement import Statement

_RATE = re.compile(r"(\d{1,6})/(s|min|h|day)")
_SECONDS = {"s": 1, "min": 60, "h": 3600, "day": 86400}


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in a span of time: all of them at once, or evenly."""

    number: int
    span: timedelta

    @property
    def each(self) -> timedelta:
        return self.span / self.number


def read_limit(node: Node, key: str, default: str = "") -> Limit | None:
    """Read a rate such as `30/min`, per `s`, `min`, `h` or `day`; None where nothing is said and nothing is usual."""
    text = node.take(key, str, default)
    if not text:
        return None
    match = _RATE.fullmatch(text)
    if match is None or int(match[1]) == 0:
        node.problems.add(node.at(key), "bad_rate")
        return None
    return Limit(int(match[1]), timedelta(seconds=_SECONDS[match[2]]))


def who(channel: str, address: str | None) -> str:
    """Return the key that an address is counted under in a channel: hashed, a /64 of IPv6 as one."""
    if address is None:
        return channel
    try:
        ip = ip_address(address)
    except ValueError:
        part = address
    else:
        part = str(int(ip) >> 64) if isinstance(ip, IPv6Address) else str(ip)
    return f"{channel}:{sha256(f'{channel} {part}'.encode()).hexdigest()[:32]}"


async def count(database: Database, catalog: Snapshot, key: str, limit: Limit, now: datetime) -> None:
    """Count one call; raises TooMany, with the seconds to wait, for one beyond the limit, which isn't counted.

    The generic cell rate algorithm (ITU-T I.371, annex A): a row holds the moment at which all calls so far would be
    through if they came evenly. A call moves it on by `each`, and is refused if it would lie more than `span` ahead.
    """
    statement = catalog.statements.get("count a call")
    if statement is None:
        statement = catalog.statements["count a call"] = _statement(catalog)
    each = f"{limit.each.total_seconds()} seconds"
    params = {"key": key, "now": now, "first": now + limit.each, "each": each, "last": now + limit.span}
    async with database.autocommit() as session:
        row = await session.fetch_one(statement, params)
    if row is None or not row[1]:  # none where the row came into being beside the statement
        through: datetime = row[0] if row else now + limit.span
        raise TooMany(retry_after=max(1, ceil((through + limit.each - now - limit.span).total_seconds())))


def _statement(catalog: Snapshot) -> Statement:
    table = f'"{catalog.company.schema}".sys_limit'
    return Statement(
        f"WITH counted AS (INSERT INTO {table} AS l (key, until) VALUES (%(key)s, %(first)s)"  # noqa: S608 - our own names
        " ON CONFLICT (key) DO UPDATE SET until = GREATEST(l.until, %(now)s) + %(each)s::interval"
        " WHERE GREATEST(l.until, %(now)s) + %(each)s::interval <= %(last)s RETURNING until)"
        f" SELECT until, true FROM counted UNION ALL SELECT until, false FROM {table}"
        " WHERE key = %(key)s AND NOT EXISTS (SELECT 1 FROM counted)",
        "count a call",
    )
