"""The changes that a schema can be planned to go through, and the SQL of each.

One subcommand per ALTER. What would destroy data is a rename to a trash name. `late` changes don't belong in
the transaction: they would hold a lock for as long as they read a table that is in use.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from closeloop.schema.shape import ColumnShape, ConstraintShape, IndexShape, TableShape

Lock = Literal["none", "share update exclusive", "share row exclusive", "access exclusive"]


@dataclass(frozen=True, slots=True)
class Change(ABC):
    """One step of a plan: what it locks while it runs, and whether it can be undone without loss."""

    lock: ClassVar[Lock] = "access exclusive"
    reversible: ClassVar[bool] = True
    late: ClassVar[bool] = False

    table: str

    @abstractmethod
    def sql(self, schema: str) -> list[str]:
        """Write the statements for the schema of that name."""

    def alter(self, schema: str, action: str) -> str:
        return f"ALTER TABLE {quoted(schema, self.table)} {action}"


@dataclass(frozen=True, slots=True)
class CreateTable(Change):
    """Create a table with its keys and checks; its indexes and foreign keys are changes of their own."""

    lock: ClassVar[Lock] = "none"

    shape: TableShape

    def sql(self, schema: str) -> list[str]:
        inline = [c for c in self.shape.constraints.values() if c.kind != "foreign_key"]
        lines = [_column(c) for c in self.shape.columns.values()] + [_constraint(c, schema) for c in inline]
        return [f"CREATE TABLE {quoted(schema, self.table)} ({', '.join(lines)})"]


@dataclass(frozen=True, slots=True)
class DropTable(Change):
    """Put a table into the trash; its keys are renamed too, since a new table may want their names."""

    trash: str
    keys: tuple[str, ...]

    def sql(self, schema: str) -> list[str]:
        prefix = self.trash.removesuffix(self.table)
        keys = [f"ALTER INDEX {quoted(schema, key)} RENAME TO {quoted(prefix + key)}" for key in self.keys]
        return [*keys, self.alter(schema, f"RENAME TO {quoted(self.trash)}")]


@dataclass(frozen=True, slots=True)
class AdoptTable(Change):
    """Take a table out of the trash, with its rows and the names of its keys."""

    trash: str
    keys: tuple[str, ...]

    def sql(self, schema: str) -> list[str]:
        prefix = self.trash.removesuffix(self.table)
        keys = [f"ALTER INDEX {quoted(schema, prefix + key)} RENAME TO {quoted(key)}" for key in self.keys]
        return [f"ALTER TABLE {quoted(schema, self.trash)} RENAME TO {quoted(self.table)}", *keys]


@dataclass(frozen=True, slots=True)
class AddColumn(Change):
    """Add a column; a default that is a literal costs no rewriting of the table."""

    column: ColumnShape

    def sql(self, schema: str) -> list[str]:
        return [self.alter(schema, f"ADD COLUMN {_column(self.column)}")]


@dataclass(frozen=True, slots=True)
class AdoptColumn(Change):
    """Give a hidden column, from the trash or filled by a conversion, the name that is wanted."""

    column: ColumnShape
    hidden: str

    def sql(self, schema: str) -> list[str]:
        return [self.alter(schema, f"RENAME COLUMN {quoted(self.hidden)} TO {quoted(self.column.name)}")]


@dataclass(frozen=True, slots=True)
class DropColumn(Change):
    """Put a column into the trash; new rows leave it empty."""

    column: ColumnShape
    trash: str

    def sql(self, schema: str) -> list[str]:
        optional = [] if self.column.nullable else [f"ALTER COLUMN {quoted(self.column.name)} DROP NOT NULL"]
        actions = [*optional, f"RENAME COLUMN {quoted(self.column.name)} TO {quoted(self.trash)}"]
        return [self.alter(schema, action) for action in actions]


@dataclass(frozen=True, slots=True)
class PurgeColumn(Change):
    """Destroy a hidden column and its values."""

    reversible: ClassVar[bool] = False

    hidden: str

    def sql(self, schema: str) -> list[str]:
        return [self.alter(schema, f"DROP COLUMN {quoted(self.hidden)}")]


@dataclass(frozen=True, slots=True)
class PurgeTable(Change):
    """Destroy a table that is in the trash and its rows."""

    reversible: ClassVar[bool] = False

    def sql(self, schema: str) -> list[str]:
        return [f"DROP TABLE {quoted(schema, self.table)}"]


@dataclass(frozen=True, slots=True)
class AlterNullable(Change):
    """Let a column be empty, or forbid it, which reads the table and fails if a value is missing."""

    column: str
    nullable: bool

    def sql(self, schema: str) -> list[str]:
        action = "DROP" if self.nullable else "SET"
        return [self.alter(schema, f"ALTER COLUMN {quoted(self.column)} {action} NOT NULL")]


@dataclass(frozen=True, slots=True)
class AlterDefault(Change):
    """Set or drop the default of a column, for new rows only."""

    column: str
    default: str | None

    def sql(self, schema: str) -> list[str]:
        action = "DROP DEFAULT" if self.default is None else f"SET DEFAULT {self.default}"
        return [self.alter(schema, f"ALTER COLUMN {quoted(self.column)} {action}")]


@dataclass(frozen=True, slots=True)
class WidenType(Change):
    """Give a column a type that holds every value it can have now; some such changes rewrite the table."""

    reversible: ClassVar[bool] = False

    column: str
    type: str

    def sql(self, schema: str) -> list[str]:
        return [self.alter(schema, f"ALTER COLUMN {quoted(self.column)} TYPE {self.type}")]


@dataclass(frozen=True, slots=True)
class AddConstraint(Change):
    """Add a constraint."""

    lock: ClassVar[Lock] = "share row exclusive"

    constraint: ConstraintShape

    def sql(self, schema: str) -> list[str]:
        return [self.alter(schema, f"ADD {_constraint(self.constraint, schema)}")]


@dataclass(frozen=True, slots=True)
class AddUnvalidated(AddConstraint):
    """Add a check or foreign key that holds for new rows at once; ValidateConstraint sees to the others."""

    def sql(self, schema: str) -> list[str]:
        return [f"{statement} NOT VALID" for statement in AddConstraint.sql(self, schema)]


@dataclass(frozen=True, slots=True)
class ValidateConstraint(Change):
    """Read the table to see that the rows from before a constraint keep it as well."""

    lock: ClassVar[Lock] = "share update exclusive"
    late: ClassVar[bool] = True

    constraint: str

    def sql(self, schema: str) -> list[str]:
        return [self.alter(schema, f"VALIDATE CONSTRAINT {quoted(self.constraint)}")]


@dataclass(frozen=True, slots=True)
class DropConstraint(Change):
    """Drop a constraint."""

    constraint: str

    def sql(self, schema: str) -> list[str]:
        return [self.alter(schema, f"DROP CONSTRAINT {quoted(self.constraint)}")]


@dataclass(frozen=True, slots=True)
class CreateIndex(Change):
    """Create an index on a table that is made by the same plan."""

    lock: ClassVar[Lock] = "none"

    index: IndexShape

    def sql(self, schema: str) -> list[str]:
        return [self._create(schema, "")]

    def _create(self, schema: str, how: str) -> str:
        unique = "UNIQUE " if self.index.unique else ""
        where = f" WHERE {self.index.where}" if self.index.where else ""
        target = f"{quoted(schema, self.table)} USING {self.index.method} ({_listed(self.index.columns)})"
        return f"CREATE {unique}INDEX {how}{quoted(self.index.name)} ON {target}{where}"


@dataclass(frozen=True, slots=True)
class BuildIndex(CreateIndex):
    """Create an index on a table that is in use, and goes on being written to."""

    lock: ClassVar[Lock] = "share update exclusive"
    late: ClassVar[bool] = True

    def sql(self, schema: str) -> list[str]:
        return [self._create(schema, "CONCURRENTLY ")]


@dataclass(frozen=True, slots=True)
class DropIndex(Change):
    """Drop an index."""

    index: str

    def sql(self, schema: str) -> list[str]:
        return [f"DROP INDEX {quoted(schema, self.index)}"]


def quoted(*names: str) -> str:
    """Quote a name, qualified if several are given."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(quoted(name) for name in names)


def _column(column: ColumnShape) -> str:
    default = "" if column.default is None else f" DEFAULT {column.default}"
    return f"{quoted(column.name)} {column.type}{default}{'' if column.nullable else ' NOT NULL'}"


def _constraint(constraint: ConstraintShape, schema: str) -> str:
    start = f"CONSTRAINT {quoted(constraint.name)}"
    match constraint.kind:
        case "primary_key":
            return f"{start} PRIMARY KEY ({_listed(constraint.columns)})"
        case "unique":
            return f"{start} UNIQUE ({_listed(constraint.columns)})"
        case "check":
            return f"{start} CHECK ({constraint.expression})"
        case "foreign_key":
            target = f"{quoted(schema, constraint.target or '')} ({_listed(constraint.target_columns)})"
            return f"{start} FOREIGN KEY ({_listed(constraint.columns)}) REFERENCES {target}"
