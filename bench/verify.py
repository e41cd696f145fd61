"""See in the database that what was answered is there, and that the floor writes the rows that the product writes."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, LiteralString

import psycopg
from bench.leads import phone
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]
Shape = Counter[tuple[str, frozenset[str]]]

CLOCKS = ("first_touch", "need_tags", "solution_talk", "untouched")
EVENTS = ("record.created", "record.scored", "record.assigned")

_FAULTS: LiteralString = """
SELECT wanted.phone FROM unnest(%(phones)s::text[]) AS wanted (phone)
WHERE (SELECT count(*) FROM lead
       WHERE lead.sys_norm_phone = '+86' || wanted.phone AND lead.deleted_at IS NULL) <> 1
   OR NOT EXISTS (
     SELECT FROM lead WHERE lead.sys_norm_phone = '+86' || wanted.phone AND lead.deleted_at IS NULL
     AND lead.owner IS NOT NULL AND lead.score IS NOT NULL AND lead.grade IS NOT NULL AND lead.stage = 'new'
     AND (SELECT array_agg(type ORDER BY id) FROM sys_event WHERE record = lead.id) = %(events)s
     AND (SELECT array_agg(policy ORDER BY policy) FROM sys_clock
          WHERE record = lead.id AND state = 'running' AND next_at IS NOT NULL) = %(clocks)s
     AND (SELECT array_agg(person) FROM sys_notice
          WHERE record = lead.id AND type = 'assigned' AND sys_notice.person = lead.owner) = ARRAY[lead.owner]
     AND (SELECT count(*) FROM sys_stage_stay WHERE record = lead.id AND left_at IS NULL) = 1
   )
"""
_INTAKES: LiteralString = """
SELECT count(*) FROM sys_intake JOIN lead ON lead.id = sys_intake.record
WHERE sys_intake.state = 'done' AND sys_intake.payload ->> 'phone' = lead.phone AND duplicate_of IS NULL
"""
_OF_A_LEAD = ("sys_event", "sys_clock", "sys_notice", "sys_stage_stay", "sys_intake")


def company_schema(connection: Connection) -> str:
    """Return the schema of the one company that there is."""
    rows = connection.execute("SELECT schema_name FROM platform.company").fetchall()
    assert len(rows) == 1, rows
    return rows[0][0]


def connect(url: str) -> Connection:
    """Connect to a database, seeing its company's tables by their bare names."""
    connection = psycopg.connect(url, autocommit=True)
    schema = sql.Identifier(company_schema(connection))
    connection.execute(sql.SQL("SET search_path TO {}").format(schema))
    return connection


def lift_quotas(url: str) -> None:
    """Give everybody of the demo company room for all leads; to be done before a process reads its people."""
    with connect(url) as connection:
        connection.execute("UPDATE sys_person SET quota_open = 1000000, quota_daily = 1000000")


def faults(connection: Connection, numbers: Iterable[int]) -> list[str]:
    """Return the phones of the leads that are not there exactly once with everything that belongs to a lead."""
    connection.execute("ANALYZE lead, sys_event, sys_clock, sys_notice, sys_stage_stay")
    wanted = {
        "phones": [phone(number) for number in numbers],
        "events": list(EVENTS),
        "clocks": list(CLOCKS),
    }
    return [found for (found,) in connection.execute(_FAULTS, wanted)]


def kept_payloads(connection: Connection) -> int:
    """Return how many payloads are kept with the lead that they became."""
    return connection.execute(_INTAKES).fetchall()[0][0]


def shape(connection: Connection, number: int) -> Shape:
    """Return what rows a lead has: how many of which table with which columns filled."""
    query = "SELECT id, to_jsonb(lead) FROM lead WHERE phone = %s"
    ((lead, row),) = connection.execute(query, [phone(number)]).fetchall()
    counted: Shape = Counter([("lead", _filled(row))])
    for table in _OF_A_LEAD:
        rows = sql.SQL("SELECT to_jsonb(t) FROM {} AS t WHERE record = %s").format(sql.Identifier(table))
        counted.update((table, _filled(row)) for (row,) in connection.execute(rows, [lead]))
    return counted


def _filled(row: dict[str, Any]) -> frozenset[str]:
    return frozenset(name for name, value in row.items() if value is not None)
