"""Say which of our SQL rules a statement breaks; they keep every scale open, from one server to a cluster.

It reads words, not a parse tree: it is meant for our own statements, all of which the test suite shows to it.
Why each rule is there: docs/mechanisms/db.md.
"""

import re
from collections.abc import Callable, Iterator

from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS

from closeloop.db.naming import is_good_name

Rule = Callable[[str], bool]

_LITERAL = re.compile(r"'(?:[^']|'')*'")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_QUOTED = re.compile(r'"([^"]+)"')

_CREATE_TABLE = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?([\w.]+) ?\((.*)\)", re.IGNORECASE)
_ALTER_TABLE = re.compile(r"ALTER TABLE (?:IF EXISTS )?([\w.]+) (.*)", re.IGNORECASE)
_CREATE_INDEX = re.compile(r"CREATE (?:UNIQUE )?INDEX (?:CONCURRENTLY )?(?:IF NOT EXISTS )?(?!ON )(\w+)", re.IGNORECASE)
_CONSTRAINT = re.compile(r"\b(?:PRIMARY KEY|FOREIGN KEY|UNIQUE|CHECK|REFERENCES|EXCLUDE)\b", re.IGNORECASE)
_NAMED = re.compile(r"\bCONSTRAINT (\w+)", re.IGNORECASE)
_REFERENCES = re.compile(r"\bREFERENCES ([\w.]+)", re.IGNORECASE)
_COMPANY_OR_SHARED = re.compile(r"\b(t_\w+|platform|jobs)\.(?=\w)")

_CTE = re.compile(r"(\w+) ?(?:\([^()]*\) ?)?AS (?:NOT )?(?:MATERIALIZED )?\(", re.IGNORECASE)
_NO_TABLE = re.compile(
    r"\b(?:extract|trim|substring|overlay) ?\([^()]*\bFROM\b|\bDISTINCT FROM\b|\bFOR (?:NO KEY )?UPDATE\b"
    r"|\bDO UPDATE\b",
    re.IGNORECASE,
)
_TABLE = re.compile(
    r"\b(?:(FROM|JOIN)|INTO|UPDATE|TABLE(?: IF(?: NOT)? EXISTS)?) (?:ONLY |LATERAL )?([\w.]+)( ?\()?",
    re.IGNORECASE,
)
_CALL = re.compile(r"\b(\w+) ?\(")
_HARMLESS_CALLS = frozenset(("coalesce", "greatest", "least", "nullif", "and", "or", "not", "in", "any", "case"))


def broken_rules(sql: str) -> list[str]:
    """Name the rules that the statement breaks."""
    text = _plain(sql)
    return [rule for rule, breaks in RULES.items() if breaks(text)]


def _plain(sql: str) -> str:
    """Leave out literals, comments and the quotes of names, so that only words and signs remain."""

    def bare(match: re.Match[str]) -> str:
        name = re.sub(r"\W", "é", match[1])  # a sign that can't be in a good name
        return f"{name}_" if name.lower() in RESERVED_WORDS else name

    return " ".join(_QUOTED.sub(bare, _LITERAL.sub("''", _COMMENT.sub(" ", sql))).split())


def _has(pattern: str) -> Rule:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: compiled.search(text) is not None


def _parts(text: str) -> list[str]:
    """Split at the commas that stand in no parentheses."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def _declared(text: str) -> Iterator[str]:
    """Give the column and constraint declarations of a CREATE TABLE or an ALTER TABLE ... ADD."""
    if made := _CREATE_TABLE.match(text):
        yield from _parts(made[2])
    elif altered := _ALTER_TABLE.match(text):
        for part in _parts(altered[2]):
            if part.upper().startswith("ADD "):
                yield re.sub(r"^ADD (?:COLUMN )?", "", part, flags=re.IGNORECASE)


def _unnamed_constraint(text: str) -> bool:
    for declaration in _declared(text):
        first = _CONSTRAINT.search(declaration)
        if first and not _NAMED.search(declaration[: first.start()]):
            return True
    return _has(r"^CREATE (?:UNIQUE )?INDEX (?:CONCURRENTLY )?ON\b")(text)


def _bad_name(text: str) -> bool:
    names = [match[1] for match in _NAMED.finditer(text)]
    names += [declaration.split(" ")[0] for declaration in _declared(text) if not _NAMED.match(declaration)]
    if made := _CREATE_TABLE.match(text):
        names.append(made[1].split(".")[-1])
    if index := _CREATE_INDEX.match(text):
        names.append(index[1])
    return not all(is_good_name(name) for name in names)


def _two_subcommands(text: str) -> bool:
    altered = _ALTER_TABLE.match(text)
    return altered is not None and len(_parts(altered[2])) > 1


def _no_primary_key(text: str) -> bool:
    made = _CREATE_TABLE.match(text)
    return made is not None and "PRIMARY KEY" not in made[2].upper()


def _key_out_of_schema(text: str) -> bool:
    table = _CREATE_TABLE.match(text) or _ALTER_TABLE.match(text)
    if table is None:
        return False
    home = table[1].rpartition(".")[0]
    return any(target.rpartition(".")[0] != home for target in _REFERENCES.findall(text))


def _unqualified(text: str) -> bool:
    named_here = {name.lower() for name in _CTE.findall(text)}
    for before, table, call in _TABLE.findall(_NO_TABLE.sub(" ", text)):
        is_function = bool(before) and bool(call)
        if "." not in table and not is_function and table.lower() not in named_here:
            return True
    return False


def _conflict_calls(text: str) -> bool:
    _, _, action = text.partition(" DO UPDATE SET ")
    calls = _CALL.findall(re.split(r"\bRETURNING\b", action, flags=re.IGNORECASE)[0])
    return any(call.lower() not in _HARMLESS_CALLS for call in calls)


RULES: dict[str, Rule] = {
    "no MERGE": _has(r"^(?:WITH .*\) )?MERGE INTO\b"),
    "no trigger, rule or inheritance": _has(
        r"^CREATE (?:OR REPLACE )?(?:CONSTRAINT )?(?:TRIGGER|RULE)\b"
        r"|\b(?:EN|DIS)ABLE TRIGGER\b|\bINHERITS? ?\("
    ),
    "no identity, serial or sequence": _has(
        r"\bAS IDENTITY\b|(?:[(,]|ADD COLUMN) ?\w+ (?:small|big)?serial\b|^CREATE SEQUENCE\b"
    ),
    "no ALTER that a cluster lacks": _has(
        r"^ALTER TABLE .*\b(?:RENAME CONSTRAINT|SET SCHEMA|SET STATISTICS|CLUSTER ON)\b"
        r"|\bDETACH PARTITION .* CONCURRENTLY\b"
    ),
    "one subcommand per ALTER": _two_subcommands,
    "a column is added without a constraint": _has(
        r"^ALTER TABLE .*\bADD COLUMN\b.*\b(?:CHECK|UNIQUE|REFERENCES|PRIMARY KEY)\b"
    ),
    "constraints and indexes are named": _unnamed_constraint,
    "names are short, ASCII and not like a shard's": _bad_name,
    "every table has a primary key": _no_primary_key,
    "foreign keys stay in their schema": _key_out_of_schema,
    "one schema per statement": lambda text: len(set(_COMPANY_OR_SHARED.findall(text))) > 1,
    "tables are schema-qualified": _unqualified,
    "columns are listed": _has(r"(?:\bSELECT|\bRETURNING|,)(?: DISTINCT)? (?:\w+\.)*\*"),
    "no system columns": _has(r"\b(?:ctid|xmin|xmax|tableoid)\b"),
    "time and random values are parameters": _has(
        r"\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random|nextval"
        r"|gen_random_uuid|uuidv[47]|uuid_generate_v\w+) ?\("
        r"|\b(?:current_timestamp|current_date|current_time|localtimestamp|localtime)\b"
    ),
    "RETURNING lists plain columns": _has(r"\bRETURNING [^()]*\("),
    "ON CONFLICT sets parameters and EXCLUDED": _conflict_calls,
    "UPDATE computes nothing by a stable function": _has(
        r"\bUPDATE [\w.]+ .*"
        r"\b(?:to_jsonb?|jsonb?_build_object|concat(?:_ws)?|format|age|date_trunc|to_char) ?\("
    ),
    "VALUES holds no query": _has(r"\bVALUES ?\((?:[^()]|\([^()]*\))*\( ?SELECT\b"),
    "INSERT ... SELECT ... WHERE NOT EXISTS has a FROM": _has(
        r"\bINSERT INTO .*\bSELECT\b(?:(?!\bFROM\b).)*\bWHERE NOT EXISTS\b"
    ),
    "settings are local to the transaction": _has(r"^SET (?!LOCAL\b|TRANSACTION\b|CONSTRAINTS\b)"),
}
