"""Say how an expression came to its value: which clause decided, and on which values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from closeloop.expr.evaluate import closure_of
from closeloop.expr.nodes import Node, overs_of, paths_of
from closeloop.expr.types import Env, Row, Value

_SPLIT = frozenset({"and", "or", "not", "if"})


@dataclass(frozen=True, slots=True)
class Explanation:
    """A clause as it was written, its value, the values that it read, and the clauses that it is made of."""

    source: str
    value: Value
    values: Mapping[str, Value]
    decided: bool
    """Whether the value of the whole rests on this clause."""
    parts: tuple["Explanation", ...] = ()


def explain(node: Node, source: str, row: Row, env: Env) -> Explanation:
    """Explain the node's value over the row."""
    return _explain(node, source, row, env, decided=True)


def _explain(node: Node, source: str, row: Row, env: Env, *, decided: bool) -> Explanation:
    value = closure_of(node)(row, env)
    parts: list[Explanation] = []
    for i, arg in enumerate(node.args if node.op in _SPLIT else ()):
        part = closure_of(arg)(row, env)
        counts = _counts(node, i, part, value, closure_of(node.args[0])(row, env))
        parts.append(_explain(arg, source, row, env, decided=decided and counts))
    return Explanation(
        source[node.at : node.at + node.length],
        value,
        {path: _shown(node, row[path], path) for path in sorted(set(paths_of(node)))},
        decided,
        tuple(parts),
    )


def _shown(node: Node, value: Value, path: str) -> Value:
    """Return a value as it is read; of a list of records how many there are."""
    return len(value) if path in overs_of(node) and isinstance(value, Sequence) else value


def _counts(node: Node, index: int, part: Value, whole: Value, first: Value) -> bool:
    """Tell whether the node's value rests on its part; for `and` and `or`, where both have the same value."""
    if node.op in {"and", "or"}:
        return part is whole
    if node.op == "if":
        return index == 0 or (index == 1) == (first is True)
    return True
