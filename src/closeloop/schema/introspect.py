"""Read the shape of a schema from PostgreSQL's catalog."""

from collections import defaultdict
from typing import Any

from closeloop.db.statement import Statement
from closeloop.db.unit_of_work import Session
from closeloop.schema.shape import (
    HIDDEN,
    ColumnShape,
    ConstraintKind,
    ConstraintShape,
    IndexShape,
    SchemaShape,
    TableShape,
    literal,
    null_tests,
)

_TABLES = Statement(
    """SELECT c.relname::text FROM pg_catalog.pg_class c
    WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %s) AND c.relkind = 'r'
    ORDER BY c.relname""",
    "tables of a schema",
)
_COLUMNS = Statement(
    """SELECT c.relname::text, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod),
        NOT a.attnotnull, pg_catalog.pg_get_expr(d.adbin, d.adrelid)
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %s) AND c.relkind = 'r'
    ORDER BY c.relname, a.attnum""",
    "columns of a schema",
)
_CONSTRAINTS = Statement(
    """SELECT c.relname::text, k.conname::text, k.contype::text, k.convalidated, t.relname::text,
        ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY n(num, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.num ORDER BY n.place),
        ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY n(num, place)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n.num ORDER BY n.place)
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    LEFT JOIN pg_catalog.pg_class t ON t.oid = k.confrelid
    WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %s)
        AND c.relkind = 'r' AND k.contype IN ('p', 'u', 'c', 'f')
    ORDER BY c.relname, k.conname""",
    "constraints of a schema",
)
_INDEXES = Statement(
    """SELECT c.relname::text, x.relname::text, i.indisunique, m.amname::text,
        pg_catalog.pg_get_expr(i.indpred, i.indrelid),
        ARRAY(SELECT coalesce(a.attname::text, pg_catalog.pg_get_indexdef(x.oid, n.place::integer, true))
            FROM unnest(i.indkey::smallint[]) WITH ORDINALITY n(num, place)
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = n.num
            ORDER BY n.place)
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
    JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
    JOIN pg_catalog.pg_am m ON m.oid = x.relam
    WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %s)
        AND c.relkind = 'r' AND i.indisvalid
        AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k
            WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u'))
    ORDER BY c.relname, x.relname""",
    "indexes of a schema",
)

_KINDS: dict[str, ConstraintKind] = {"p": "primary_key", "u": "unique", "c": "check", "f": "foreign_key"}


async def present_shape(session: Session, schema: str) -> SchemaShape:
    """Read the shape; an index that isn't valid counts as missing."""
    read = await session.fetch_many([(s, [schema]) for s in (_TABLES, _COLUMNS, _CONSTRAINTS, _INDEXES)])
    names, *rest = (result.rows for result in read)
    columns, constraints, indexes = (_by_table(rows) for rows in rest)
    shapes = {name: _table(name, columns[name], constraints[name], indexes[name]) for (name,) in names}
    return SchemaShape(
        {name: shape for name, shape in shapes.items() if not HIDDEN.match(name)},
        {name: shape for name, shape in shapes.items() if HIDDEN.match(name)},
    )


def _by_table(rows: list[tuple[Any, ...]]) -> dict[str, list[tuple[Any, ...]]]:
    grouped: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for table, *rest in rows:
        grouped[table].append(tuple(rest))
    return grouped


def _table(
    name: str,
    columns: list[tuple[Any, ...]],
    constraints: list[tuple[Any, ...]],
    indexes: list[tuple[Any, ...]],
) -> TableShape:
    shapes = [ColumnShape(c, type_, nullable, literal(default)) for c, type_, nullable, default in columns]
    return TableShape(
        name,
        {column.name: column for column in shapes if not HIDDEN.match(column.name)},
        {row[0]: _constraint(*row) for row in constraints},
        {row[0]: _index(*row) for row in indexes},
        {column.name: column for column in shapes if HIDDEN.match(column.name)},
    )


def _constraint(
    name: str, kind: str, validated: bool, target: str | None, columns: list[str], targets: list[str]
) -> ConstraintShape:
    listed = () if kind == "c" else tuple(columns)
    return ConstraintShape(name, _KINDS[kind], listed, target, tuple(targets), validated=validated)


def _index(name: str, unique: bool, method: str, where: str | None, columns: list[str]) -> IndexShape:
    condition = None if where is None else null_tests(where) or where
    return IndexShape(name, tuple(columns), unique, method, condition)
