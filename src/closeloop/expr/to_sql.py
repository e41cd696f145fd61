"""Turn a typed tree into a SQLAlchemy Core element."""

from collections.abc import Callable

from sqlalchemy.dialects.postgresql import array

from closeloop.expr.evaluate import closure_of
from closeloop.expr.nodes import Node, paths_of
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
    args = [Sql(element_of(arg, column, env), arg.type) for arg in node.args]
    if node.op == "list":
        return array([arg.element for arg in args])
    if node.overload is None or node.overload.to_sql is None:
        msg = f"the node {node.op!r} has no form in SQL"
        raise ValueError(msg)
    return node.overload.to_sql(args, env)
