"""The names that an expression mentions, before it is known what they stand for."""

import ast
from collections.abc import Iterator

from closeloop.expr.source import Source, read


def names_in(text: str) -> set[tuple[str, ...]]:
    """Return every name with the members that are asked of it: `customer.city` is ("customer", "city").

    Raises ExpressionError where the text isn't an expression at all.
    """
    source = read(text)
    return set(_names(source.tree, source))


def _names(node: ast.AST, source: Source) -> Iterator[tuple[str, ...]]:
    path = _path(node, source)
    if path is not None:
        yield path
        return
    called = node.func if isinstance(node, ast.Call) else None
    for child in ast.iter_child_nodes(node):
        if child is not called:
            yield from _names(child, source)


def _path(node: ast.AST, source: Source) -> tuple[str, ...] | None:
    if isinstance(node, ast.Name):
        return (source.name(node),)
    if isinstance(node, ast.Attribute):
        before = _path(node.value, source)
        return None if before is None else (*before, source.member(node))
    return None
