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
    each = f"{limit.each.total_seconds()} seconds"
    params = {"key": key, "now": now, "first": now + limit.each, "each": each, "last": now + limit.span}
    async with database.autocommit() as session:
        if await session.fetch_one(_statement(catalog, "count a call", _COUNT), params) is not None:
            return
        # asked anew: the count's own snapshot may be older than what it was refused for
        row = await session.fetch_one(_statement(catalog, "counted calls", _COUNTED), {"key": key})
    through: datetime = row[0] if row else now
    raise TooMany(retry_after=max(1, ceil((through + limit.each - now - limit.span).total_seconds())))


_COUNT = (
    "INSERT INTO {table} AS l (key, until) VALUES (%(key)s, %(first)s)"
    " ON CONFLICT (key) DO UPDATE SET until = GREATEST(l.until, %(now)s) + %(each)s::interval"
    " WHERE GREATEST(l.until, %(now)s) + %(each)s::interval <= %(last)s RETURNING until"
)
_COUNTED = "SELECT until FROM {table} WHERE key = %(key)s"


def _statement(catalog: Snapshot, name: str, sql: str) -> Statement:
    found = catalog.statements.get(name)
    if found is None:
        table = f'"{catalog.company.schema}".sys_limit'
        found = catalog.statements[name] = Statement(sql.format(table=table), name)
    return found
