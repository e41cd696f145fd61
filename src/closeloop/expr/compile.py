"""Compile an expression, from its text or its stored tree, into what evaluates, queries and explains."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from closeloop.expr.check import check
from closeloop.expr.evaluate import closure_of
from closeloop.expr.explain import Explanation, explain
from closeloop.expr.nodes import Node, lists_of, overs_of, paths_of, to_json
from closeloop.expr.numbers import Element
from closeloop.expr.overloads import Closure
from closeloop.expr.render import render
from closeloop.expr.scope import Scope
from closeloop.expr.source import read
from closeloop.expr.to_sql import element_of
from closeloop.expr.types import Env, Row, Type


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression; a condition is met only where its value is true, not where it is null."""

    source: str
    type: Type
    ast: dict[str, Any]
    """The typed tree as JSON, with canonical names, so that a label may change."""
    paths: frozenset[str]
    """The fields that it reads; a row must hold every one of them, those that relations lead to by their whole path.

    The path of a list of records holds their rows, the newest last.
    """
    lists: Mapping[str, frozenset[str]]
    """The lists of records that it goes over, each with what it reads of them."""
    uses_now: bool
    cost: int
    evaluate: Closure
    """Takes a row, which is values by path, and the surroundings."""
    _node: Node = field(repr=False)

    @property
    def reads(self) -> frozenset[str]:
        """Every path that it reads, those of a list's records behind the list's own."""
        return self.paths.union(f"{over}.{path}" for over, paths in self.lists.items() for path in paths)

    @property
    def leads_on(self) -> bool:
        """Whether it reads other records than its own."""
        return bool(self.lists) or any("." in path for path in self.paths)

    def sql(self, column: Callable[[str], Element], env: Env) -> Element:
        """Return the expression as SQL; `column` gives the column of a path."""
        return element_of(self._node, column, env)

    def explain(self, row: Row, env: Env) -> Explanation:
        """Say how the value came about."""
        return explain(self._node, self.source, row, env)


def compile_expression(source: str, scope: Scope, *, expect: Type | None = None) -> Expression:
    """Compile a text; raises ExpressionError with the place of what is wrong."""
    node = check(read(source), scope, expect)
    return Expression(
        source,
        node.type,
        to_json(node),
        frozenset(paths_of(node)),
        _lists(node),
        _uses_now(node),
        node.cost,
        closure_of(node),
        node,
    )


def from_ast(ast: Mapping[str, Any], scope: Scope, *, expect: Type | None = None) -> Expression:
    """Compile a stored tree; it is checked as a text is, since fields may have gone since it was stored."""
    return compile_expression(render(ast), scope, expect=expect)


def _lists(node: Node) -> Mapping[str, frozenset[str]]:
    lists: dict[str, set[str]] = {over: set() for over in overs_of(node)}
    for over, path in lists_of(node):
        lists[over].add(path)
    return {over: frozenset(read) for over, read in lists.items()}


def _uses_now(node: Node) -> bool:
    return node.op in {"now", "today"} or any(map(_uses_now, node.args))
