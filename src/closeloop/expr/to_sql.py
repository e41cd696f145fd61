"""Turn a typed tree into a SQLAlchemy Core element."""

from collections.abc import Callable

from sqlalchemy.dialects.postgresql import array

from closeloop.expr.aggregates import AGGREGATES, WithLists
from closeloop.expr.evaluate import closure_of
from closeloop.expr.nodes import Node, is_outside, outside, paths_of
from closeloop.expr.numbers import Element
from closeloop.expr.operators import literal
from closeloop.expr.overloads import Sql
from closeloop.expr.types import Env


def element_of(node: Node, column: Callable[[str], Element], env: Env) -> Element:
    """Return the element of the node; what reads no field becomes one parameter, such as a moment."""
    if node.op == "field":
        return column(str(node.value))
    if not any(paths_of(node)):
        return literal(closure_of(node)({}, env), node.type)
    if node.over is not None:
        return _aggregate(node, node.over, column, env)
    args = [Sql(element_of(arg, column, env), arg.type) for arg in node.args]
    if node.op == "list":
        return array([arg.element for arg in args])
    if node.overload is None or node.overload.to_sql is None:
        msg = f"the node {node.op!r} has no form in SQL"
        raise ValueError(msg)
    return node.overload.to_sql(args, env)


def _aggregate(node: Node, path: str, column: Callable[[str], Element], env: Env) -> Element:
    """Return a subquery over a list of records."""
    if not isinstance(column, WithLists):
        msg = f"there are no lists of records here, such as {path!r}"
        raise TypeError(msg)
    children = column.children(path)

    def inside(one: str) -> Element:
        return column(outside(one)) if is_outside(one) else children(one)

    value, condition = (element_of(arg, inside, env) for arg in node.args)
    return AGGREGATES[node.op].sql(children, value, condition)
