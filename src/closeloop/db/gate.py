"""Keep the writes to a company's records and the changes of its tables out of each other's way.

Every batch passes the gate before it looks at the catalog's number, and holds it open until its transaction ends.
Who changes tables closes it first: from then on no batch works with a catalog that the tables have left behind.
"""

from closeloop.db.connection import Call
from closeloop.db.statement import Statement

_PASS = Statement("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 1))", "pass the gate")
_CLOSE = Statement("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", "close the gate")


def pass_gate(schema: str) -> Call:
    """Return the statement of a batch: any number of them hold the gate at once."""
    return _PASS, [schema]


def close_gate(schema: str) -> Call:
    """Return the statement of a change of tables: it waits for the batches under way, and others wait for it."""
    return _CLOSE, [schema]
