"""Check an expression's tree against the names and types that it may use, and make the typed tree."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import get_close_matches

from closeloop.expr.aggregates import AGGREGATES
from closeloop.expr.errors import ExpressionError
from closeloop.expr.fitting import READABLE, adapt, fit, shared_by, shared_type
from closeloop.expr.functions import FUNCTIONS, SPREADSHEET
from closeloop.expr.nodes import Node
from closeloop.expr.numbers import NEGATE
from closeloop.expr.operators import OPERATORS, PEOPLE
from closeloop.expr.overloads import Overload
from closeloop.expr.scope import OUTSIDE, InsideScope, Scope, Symbol
from closeloop.expr.source import MAX_DEPTH, Source
from closeloop.expr.types import BOOL, NULL, NUMBER, TEXT, Type, Value, list_of

MAX_NODES = 500
MAX_COST = 1000
STEP_COST = 10
"""What following a relation costs, in operations: it is a look-up by key."""
LIST_COST = 10
"""How many times a list of records has what is asked of one of them: it is taken to hold so many."""
_DIGITS, _PLACES = 20, 10

_WORDS: dict[str, tuple[Type, Value]] = {"null": (NULL, None), "true": (BOOL, True), "false": (BOOL, False)}
_CONDITIONS = frozenset({"and", "or", "not"})
_BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
}
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.NotIn: "in",
}


def check(source: Source, scope: Scope, expect: Type | None) -> Node:
    """Return the typed tree; raises ExpressionError with the place of what is wrong."""
    node = _Checker(source, scope).node(source.tree, 1)
    if expect is None:
        return node
    fitting = adapt(node, expect)
    if fitting is None:
        raise ExpressionError("result_type", node.at, node.length, wanted=str(expect), types=str(node.type))
    return fitting


@dataclass(frozen=True, slots=True)
class _Found:
    """What a name with its dots stands for."""

    symbol: Symbol
    path: str
    """Its path; behind a list that of a field of the list's records."""
    over: str | None = None
    """The path of the list of records that it is, or that it lies behind."""
    inside: Scope | None = None
    """The names of the list's records, where it lies behind one."""
    steps: int = 0
    """How many relations are followed."""


class _Checker:
    def __init__(self, source: Source, scope: Scope) -> None:
        self._source = source
        self._scope = scope
        self._count = 0
        self._inside = False

    def _error(self, reason: str, node: ast.expr, suggestion: str | None = None, **needs: object) -> ExpressionError:
        at, length = self._source.place(node)
        return ExpressionError(reason, at, length, suggestion=suggestion, **needs)

    def _made(self, node: ast.expr, op: str, type_: Type, value: Value = None) -> Node:
        at, length = self._source.place(node)
        return Node(op, type_, value=value, at=at, length=length)

    def node(self, node: ast.expr, depth: int) -> Node:
        self._count += 1
        if self._count > MAX_NODES:
            raise self._error("too_many_parts", node, limit=MAX_NODES)
        if depth > MAX_DEPTH:
            raise self._error("too_deep", node, limit=MAX_DEPTH)
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node)
            case ast.Attribute():
                return self._field(node)
            case ast.List() | ast.Tuple():
                return self._list(node, self._nodes(node.elts, depth))
            case ast.Call():
                return self._call(node, depth)
            case ast.Compare():
                return self._compare(node, depth)
            case ast.UnaryOp():
                return self._unary(node, depth)
            case _:
                return self._compound(node, depth)

    def _nodes(self, nodes: Iterable[ast.expr], depth: int) -> list[Node]:
        return [self.node(one, depth + 1) for one in nodes]

    def _compound(self, node: ast.expr, depth: int) -> Node:
        match node:
            case ast.BoolOp():
                word = "and" if isinstance(node.op, ast.And) else "or"
                return self._operate(word, node, self._nodes(node.values, depth))
            case ast.BinOp() if type(node.op) in _BINARY:
                return self._operate(_BINARY[type(node.op)], node, self._nodes((node.left, node.right), depth))
            case ast.IfExp():
                return self._operate("if", node, self._nodes((node.test, node.body, node.orelse), depth))
            case _:
                raise self._error("not_allowed", node)

    def _constant(self, node: ast.Constant) -> Node:
        value = node.value
        if value is None:
            return self._made(node, "const", NULL)
        if isinstance(value, bool):
            return self._made(node, "const", BOOL, value)
        if isinstance(value, int | float):
            at, length = self._source.place(node)
            exact = Decimal(self._source.text[at : at + length].replace("_", ""))
            if exact >= 10**_DIGITS or -int(exact.as_tuple().exponent) > _PLACES:
                raise self._error("number_too_long", node, digits=_DIGITS, places=_PLACES)
            return self._made(node, "const", NUMBER, value if isinstance(value, int) else exact)
        if isinstance(value, str):
            if any(character == "\x00" or "\ud800" <= character <= "\udfff" for character in value):
                raise self._error("bad_text", node)
            return self._made(node, "const", TEXT, value)
        raise self._error("not_allowed", node)

    def _name(self, node: ast.Name) -> Node:
        name = self._source.name(node)
        if name in _WORDS:
            return self._made(node, "const", *_WORDS[name])
        if name in PEOPLE:
            return self._operate(name, node, [])
        if self._scope.resolve(name) is None and name in FUNCTIONS:
            raise self._error("function_without_call", node, FUNCTIONS[name].signature, name=name)
        return self._field(node)

    def _field(self, node: ast.Name | ast.Attribute) -> Node:
        """Make the node of a name, or of a field that relations lead to."""
        found = self._follow(node)
        if found.over is not None:
            at, length = self._source.place(node)
            written = self._source.text[at : at + length]
            suggestion = f"count({written})" if found.symbol.many else f"latest({written})"
            raise self._error("list_alone", node, suggestion, name=written)
        if found.symbol.type is None:
            name = found.path
            member = next(iter(found.symbol.members.names()), None) if found.symbol.members else None
            raise self._error("root_alone", node, f"{name}.{member}" if member else None, name=name)
        made = self._made(node, "field", found.symbol.type, found.path)
        return replace(made, cost=1 + STEP_COST * found.steps)

    def _follow(self, node: ast.expr, depth: int = 1) -> "_Found":
        """Follow a name and its dots to what they stand for."""
        if depth > MAX_DEPTH:
            raise self._error("too_deep", node, limit=MAX_DEPTH)
        if isinstance(node, ast.Name):
            name = self._source.name(node)
            symbol = self._scope.resolve(name)
            if symbol is None:
                known = (*self._scope.names(), *_WORDS, *PEOPLE)
                raise self._error("unknown_name", node, _closest(name, known), name=name)
            return _Found(symbol, symbol.name, symbol.name if symbol.many else None)
        if not isinstance(node, ast.Attribute):
            raise self._error("not_a_root", node)
        if not isinstance(node.value, ast.Name | ast.Attribute):
            raise self._error("not_a_root", node.value)
        before = self._follow(node.value, depth + 1)
        members = before.symbol.members
        if members is None:
            linked = before.symbol.type is not None and before.symbol.type.object is not None
            raise self._error("too_far" if linked else "not_a_root", node.value)
        name = self._source.member(node)
        symbol = members.resolve(name)
        if symbol is None:
            raise self._error("unknown_name", node, _closest(name, members.names()), name=name)
        steps = before.steps + (before.symbol.type is not None)
        if before.symbol.many:
            return _Found(symbol, symbol.name, before.path, members, steps)
        path = f"{before.path}.{symbol.name}" if before.path else symbol.name
        over = path if symbol.many else before.over
        return _Found(symbol, path, over, before.inside, steps)

    def _list(self, node: ast.expr, items: Sequence[Node]) -> Node:
        shared = shared_type((item, item.type) for item in items)
        fitting: list[Node] = []
        for item in items:
            same = None if shared.kind in ("list", "place") else adapt(item, shared)
            if same is None:
                raise ExpressionError("mixed_list", item.at, item.length, wanted=str(shared), types=str(item.type))
            fitting.append(same)
        made = self._made(node, "list", list_of(shared))
        return replace(made, args=tuple(fitting), cost=self._cost(node, fitting))

    def _unary(self, node: ast.UnaryOp, depth: int) -> Node:
        operand = self.node(node.operand, depth + 1)
        if isinstance(node.op, ast.Not):
            return self._operate("not", node, [operand])
        if not isinstance(node.op, ast.USub):
            raise self._error("not_allowed", node)
        if operand.op == "const" and isinstance(operand.value, int | Decimal) and operand.type == NUMBER:
            return self._made(node, "const", NUMBER, NEGATE.python(operand.value))
        return self._operate("negative", node, [operand])

    def _compare(self, node: ast.Compare, depth: int) -> Node:
        written = [node.left, *node.comparators]
        operands = self._nodes(written, depth)
        links: list[Node] = []
        for i, op in enumerate(node.ops):
            if type(op) not in _COMPARISONS:
                raise self._error("not_allowed", node, "==" if isinstance(op, ast.Is) else "!=")
            place = ast.Compare(written[i], [op], [written[i + 1]])
            place.col_offset, place.end_col_offset = written[i].col_offset, written[i + 1].end_col_offset
            links.append(self._link(op, place if len(node.ops) > 1 else node, operands[i], operands[i + 1]))
        return links[0] if len(links) == 1 else self._operate("and", node, links)

    def _link(self, op: ast.cmpop, place: ast.expr, left: Node, right: Node) -> Node:
        if isinstance(op, ast.Eq | ast.NotEq) and NULL in {left.type, right.type}:
            test = self._operate("is null", place, [left if right.type == NULL else right])
            return test if isinstance(op, ast.Eq) else self._operate("not", place, [test])
        test = self._operate(_COMPARISONS[type(op)], place, [left, right])
        return self._operate("not", place, [test]) if isinstance(op, ast.NotIn) else test

    def _call(self, node: ast.Call, depth: int) -> Node:
        if not isinstance(node.func, ast.Name):
            raise self._error("not_allowed", node.func)
        name = self._source.name(node.func)
        if name not in FUNCTIONS:
            meant = SPREADSHEET.get(name.lower()) or _closest(name.lower(), FUNCTIONS)
            raise self._error("unknown_function", node.func, meant, name=name)
        if node.keywords:
            raise self._error("not_allowed", node.keywords[0].value)
        over = self._list_of_records(node.args[0]) if name in AGGREGATES and node.args else None
        if over is not None:
            return self._aggregate(name, node, over, depth)
        args = self._nodes(node.args, depth)
        if not FUNCTIONS[name].overloads:
            raise self._error("not_a_list", node.args[0] if args else node, FUNCTIONS[name].signature, name=name)
        return self._operate(name, node, args)

    def _list_of_records(self, node: ast.expr) -> "_Found | None":
        """Return the list of records that a function's first argument names, if it names one."""
        try:
            found = self._follow(node)
        except ExpressionError:
            return None  # whatever is wrong is told when the argument is checked
        return found if found.over is not None else None

    def _aggregate(self, name: str, node: ast.Call, found: "_Found", depth: int) -> Node:
        """Make the node of a function over a list of records, whose condition is one over the list's records."""
        aggregate, signature = AGGREGATES[name], FUNCTIONS[name].signature
        first, *others = node.args
        if self._inside or found.path.startswith(OUTSIDE) or (found.over or "").startswith(OUTSIDE):
            raise self._error("nested_list", node)
        if len(others) > 1 or (aggregate.every and not others):
            raise self._error("wrong_count", node, signature, name=name, found=len(node.args))
        over, members = (found.path, found.symbol.members) if found.symbol.many else (found.over, found.inside)
        if over is None or members is None or (aggregate.kinds is None) != found.symbol.many:
            raise self._error("wrong_value", first, signature, name=name)
        value = self._made(first, "const", BOOL, True)
        if aggregate.kinds is not None:
            of = found.symbol.type
            if of is None or of.kind not in aggregate.kinds:
                raise self._error("wrong_types", first, signature, name=name, types=str(of or NULL))
            value = replace(self._made(first, "field", of, found.path), cost=1 + STEP_COST * found.steps)
        condition = self._made(node, "const", BOOL, True)
        if others:
            condition = self._condition(others[0], members, depth)
        made = self._made(node, name, aggregate.result or value.type)
        cost = LIST_COST * self._cost(node, [value, condition])
        return replace(made, over=over, args=(value, condition), cost=self._cost(node, [replace(value, cost=cost)]))

    def _condition(self, node: ast.expr, members: Scope, depth: int) -> Node:
        outer = self._scope
        self._scope, self._inside = InsideScope(members, outer), True
        try:
            found = self.node(node, depth + 1)
        finally:
            self._scope, self._inside = outer, False
        condition = adapt(found, BOOL)
        if condition is None:
            raise self._error("not_a_condition", node, types=str(found.type))
        return condition

    def _operate(self, op: str, node: ast.expr, args: Sequence[Node]) -> Node:
        """Make the node of an operator or function with the first overload that its arguments fit."""
        overloads = FUNCTIONS[op].overloads if op in FUNCTIONS else OPERATORS[op]
        possible = [overload for overload in overloads if overload.takes(len(args))]
        if not possible:
            raise self._error("wrong_count", node, FUNCTIONS[op].signature, name=op, found=len(args))
        for overload in possible:
            shared = shared_by(overload, args)
            fitting = [fit(arg, overload, i, shared) for i, arg in enumerate(args)]
            inside = tuple(arg for arg in fitting if arg is not None)
            if len(inside) == len(args):
                made = self._made(node, op, overload.result or shared)
                written = (arg for i, arg in enumerate(inside) for _ in range(overload.times(i)))
                return replace(made, args=inside, overload=overload, cost=self._cost(node, written))
        raise self._misfit(op, node, args, possible)

    def _misfit(self, op: str, node: ast.expr, args: Sequence[Node], overloads: Sequence[Overload]) -> ExpressionError:
        """Say which argument doesn't fit, where the operator can be used in one way only."""
        types = ", ".join(str(arg.type) for arg in args)
        at, length = self._source.place(node)
        if len(overloads) == 1:
            shared = shared_by(overloads[0], args)
            wrong = next(arg for i, arg in enumerate(args) if fit(arg, overloads[0], i, shared) is None)
            if wrong.op == "const" and wrong.type == TEXT and shared.kind in READABLE:
                return ExpressionError("bad_literal", wrong.at, wrong.length, wanted=str(shared), found=wrong.value)
            if op in _CONDITIONS:
                return ExpressionError("not_a_condition", wrong.at, wrong.length, types=str(wrong.type))
            if op in FUNCTIONS:
                at, length = wrong.at, wrong.length
        signature = FUNCTIONS[op].signature if op in FUNCTIONS else None
        return ExpressionError("wrong_types", at, length, suggestion=signature, name=op, types=types)

    def _cost(self, node: ast.expr, args: Iterable[Node]) -> int:
        cost = 1 + sum(arg.cost for arg in args)
        if cost > MAX_COST:
            raise self._error("too_costly", node, limit=MAX_COST)
        return cost


def _closest(name: str, known: Iterable[str]) -> str | None:
    near = get_close_matches(name, list(known), 1, cutoff=0.5)  # one of two characters wrong is still close
    return near[0] if near else None
