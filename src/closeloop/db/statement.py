"""SQL made once: a text with numbered parameters, and the way from a SQLAlchemy element to it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import JSON, Table
from sqlalchemy.dialects.postgresql.base import PGIdentifierPreparer
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ClauseElement

Params = Sequence[Any] | Mapping[str, Any]

DIALECT = PGDialect_psycopg()
"""How SQLAlchemy writes SQL for us; it never connects."""

_PREPARER = PGIdentifierPreparer(DIALECT)
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\)s|(s)|(%))")


class Statement:
    """An immutable SQL text that is prepared on a connection when it is first used there.

    Keep the object: a connection knows what it has prepared by the statement's identity. Parameters are sent
    as text and typed by the server from their place in the SQL; where that place says nothing, write a cast.
    JSON goes in as text (`str`).
    """

    __slots__ = ("name", "names", "prepared", "text")

    def __init__(self, sql: str, name: str, *, prepared: bool = True) -> None:
        """Take SQL with `%s` or `%(name)s` placeholders; `%%` is a percent sign.

        What runs seldom, as DDL does, is better not kept prepared.
        """
        self.name = name
        self.prepared = prepared
        self.text, self.names = _numbered(sql, name)

    def __repr__(self) -> str:
        return f"<Statement {self.name}: {self.text}>"

    def values(self, params: Params) -> Sequence[Any]:
        """Put the parameters into the order of the text's numbers."""
        if isinstance(params, Mapping):
            return [params[name] for name in self.names]
        return params


def _numbered(sql: str, name: str) -> tuple[str, tuple[str, ...]]:
    """Turn psycopg's placeholders into the server's own ($1), telling the names in their order."""
    names: dict[str, int] = {}
    positions = 0

    def number(match: re.Match[str]) -> str:
        nonlocal positions
        key, positional, percent = match.groups()
        if percent:
            return "%"
        if positional:
            positions += 1
            return f"${positions}"
        return f"${names.setdefault(key, len(names) + 1)}"

    text = _PLACEHOLDER.sub(number, sql)
    if names and positions:
        msg = f"{name}: named and positional placeholders don't mix"
        raise ValueError(msg)
    return text, tuple(names)


def compile_statement(element: ClauseElement, name: str) -> tuple[Statement, dict[str, Any]]:
    """Compile a SQLAlchemy element to a statement, which also takes other values under the same names."""
    compiled = element.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    if not isinstance(compiled, SQLCompiler):
        msg = f"{name} is neither a query nor a change of rows"
        raise TypeError(msg)
    statement = Statement(str(compiled), name)
    params = {key: _as_sent(compiled, key, value) for key, value in compiled.params.items()}
    return statement, {key: params[key] for key in statement.names}


def _as_sent(compiled: SQLCompiler, key: str, value: Any) -> Any:
    bind = compiled.binds.get(key)
    if bind is None or not isinstance(bind.type, JSON) or value is None or isinstance(value, str):
        return value
    return orjson.dumps(value).decode()


def insert_rows(table: Table, columns: Sequence[str]) -> Statement:
    """Insert any number of rows, given as one JSON array of objects: every size is the same statement.

    A number that is more than 64 bits or a double holds is written as a string; a JSON null is an SQL NULL.
    """
    names = _list(columns)
    sql = f"INSERT INTO {_name(table)} ({names}) SELECT {names} FROM {_recordset(table, columns)}"  # noqa: S608 - names are quoted
    return Statement(sql, f"insert {table.name}")


def upsert_rows(table: Table, key: Sequence[str], columns: Sequence[str]) -> Statement:
    """Insert rows as insert_rows does; where the key is there already, set the other columns."""
    names = _list(columns)
    changes = ", ".join(f"{_quoted(c)} = EXCLUDED.{_quoted(c)}" for c in columns if c not in key)
    action = f"DO UPDATE SET {changes}" if changes else "DO NOTHING"
    sql = (
        f"INSERT INTO {_name(table)} ({names}) SELECT {names} FROM {_recordset(table, columns)}"  # noqa: S608 - names are quoted
        f" ON CONFLICT ({_list(key)}) {action}"
    )
    return Statement(sql, f"upsert {table.name}")


def update_rows(table: Table, columns: Sequence[str]) -> Statement:
    """Update rows by `id` that still have their `expected_version`; the ids of those come back.

    The JSON objects hold id, expected_version and the columns; the new `version` is one of these.
    """
    changes = ", ".join(f"{_quoted(c)} = r.{_quoted(c)}" for c in columns)
    version = _type(table, "version")
    rows = _recordset(table, ["id", *columns], extra=f", expected_version {version}")
    sql = (
        f"UPDATE {_name(table)} AS t SET {changes} FROM {rows}"  # noqa: S608 - names are quoted
        " WHERE t.id = r.id AND t.version = r.expected_version RETURNING t.id"
    )
    return Statement(sql, f"update {table.name}")


def patch_rows(table: Table, columns: Sequence[str]) -> Statement:
    """Update rows of a table without versions by `id`: the caller holds their locks, or the last one may win."""
    changes = ", ".join(f"{_quoted(c)} = r.{_quoted(c)}" for c in columns)
    rows = _recordset(table, ["id", *columns])
    sql = f"UPDATE {_name(table)} AS t SET {changes} FROM {rows} WHERE t.id = r.id"  # noqa: S608 - names are quoted
    return Statement(sql, f"patch {table.name}")


def _recordset(table: Table, columns: Sequence[str], extra: str = "") -> str:
    typed = ", ".join(f"{_quoted(c)} {_type(table, c)}" for c in columns)
    return f"json_to_recordset(%s::json) AS r({typed}{extra})"


def _type(table: Table, column: str) -> str:
    return table.c[column].type.compile(DIALECT)


def _name(table: Table) -> str:
    return _PREPARER.format_table(table)


def _list(columns: Sequence[str]) -> str:
    return ", ".join(_quoted(c) for c in columns)


def _quoted(name: str) -> str:
    return _PREPARER.quote(name)
