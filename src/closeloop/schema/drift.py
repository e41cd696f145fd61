"""Say in words how the tables that are there differ from those that are wanted."""

from closeloop.schema.changes import (
    AddColumn,
    AddConstraint,
    AlterDefault,
    AlterNullable,
    Change,
    CreateIndex,
    CreateTable,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropTable,
    ValidateConstraint,
    WidenType,
)
from closeloop.schema.plan import plan
from closeloop.schema.shape import SchemaShape


def drift(there: SchemaShape, wanted: SchemaShape) -> list[str]:
    """Return a line for each difference; none where a plan would change nothing."""
    made = plan(there, wanted)
    lines = [_line(change) for change in made.changes]
    lines += [
        f"{problem.table}.{problem.name}: {problem.kind}, which no safe change mends" for problem in made.problems
    ]
    return sorted(lines)


def _line(change: Change) -> str:  # noqa: C901, PLR0911 - one line for each kind
    table = change.table
    match change:
        case CreateTable():
            return f"{table}: missing"
        case DropTable():
            return f"{table}: not defined"
        case AddColumn():
            return f"{table}.{change.column.name}: missing"
        case DropColumn():
            return f"{table}.{change.column.name}: not defined"
        case WidenType():
            return f"{table}.{change.column}: not of type {change.type}"
        case AlterDefault():
            return f"{table}.{change.column}: default is not {change.default}"
        case AlterNullable():
            return f"{table}.{change.column}: {'must not be empty' if change.nullable else 'may be empty'}"
        case CreateIndex():
            return f"{table}: index {change.index.name} missing"
        case DropIndex():
            return f"{table}: index {change.index} not defined or another"
        case AddConstraint():
            return f"{table}: constraint {change.constraint.name} missing"
        case DropConstraint():
            return f"{table}: constraint {change.constraint} not defined or another"
        case ValidateConstraint():
            return f"{table}: constraint {change.constraint} not validated"
        case _:
            return f"{table}: {type(change).__name__}"
