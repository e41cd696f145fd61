"""One expression language for filters, formulas, gates, rules, scores and permissions."""

from closeloop.expr.compile import Expression, compile_expression, from_ast
from closeloop.expr.complete import Completion, complete
from closeloop.expr.errors import ExpressionError
from closeloop.expr.explain import Explanation
from closeloop.expr.functions import FUNCTIONS, Function
from closeloop.expr.measures import Measure, compile_measure
from closeloop.expr.messages import message_of
from closeloop.expr.scope import Scope, SimpleScope, Symbol
from closeloop.expr.types import (
    BOOL,
    DATE,
    DATETIME,
    DURATION,
    ID,
    NULL,
    NUMBER,
    PLACE,
    TEXT,
    Env,
    Row,
    Type,
    Value,
    id_of,
    list_of,
)
from closeloop.expr.workdays import WEEKDAYS, Calendar

__all__ = [
    "BOOL",
    "DATE",
    "DATETIME",
    "DURATION",
    "FUNCTIONS",
    "ID",
    "NULL",
    "NUMBER",
    "PLACE",
    "TEXT",
    "WEEKDAYS",
    "Calendar",
    "Completion",
    "Env",
    "Explanation",
    "Expression",
    "ExpressionError",
    "Function",
    "Measure",
    "Row",
    "Scope",
    "SimpleScope",
    "Symbol",
    "Type",
    "Value",
    "compile_expression",
    "compile_measure",
    "complete",
    "from_ast",
    "id_of",
    "list_of",
    "message_of",
]
