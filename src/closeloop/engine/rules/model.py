"""Rule definitions, and the index that finds those which a change may set off without looking at the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from closeloop.catalog.expressions import object_scope
from closeloop.catalog.model import Definition, Label
from closeloop.catalog.reading import Node
from closeloop.catalog.snapshot import ObjectType, Snapshot, scope_with
from closeloop.engine.rules.every import Every, read_every
from closeloop.engine.steps.model import Step, read_steps
from closeloop.events.model import Event
from closeloop.expr import BOOL, Expression, Scope, SimpleScope
from closeloop.records.batch import Work
from closeloop.records.triggers import Trigger, read_triggers

ON_ERROR = ("record", "fail")
"""What a failure does: it is noted and what set the rule off stands, or all of it fails."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as it runs: set off `after` something, or `every` so often for all records that `where` holds for."""

    key: str
    object: str
    definition: Definition
    label: Label
    position: int
    active: bool
    after: tuple[Trigger, ...]
    every: Every | None
    where: Expression | None
    when: Expression | None
    once: bool
    """At most once for each record."""
    on_error: str
    steps: tuple[Step, ...]
    reads: frozenset[str]
    """The fields that `when` looks at, as they are or as they were."""


@dataclass(frozen=True, slots=True)
class RuleKind:
    """Rules as a kind of definition."""

    name: str = "rule"

    def compile(self, node: Node, definition: Definition, catalog: Snapshot) -> Rule:
        key = node.name("rule")
        object_name, what = catalog.target(node)
        roots: Mapping[str, Scope] = _roots(what) if what else {}
        every = read_every(node)
        after = read_triggers(node, "after", object_name, catalog)
        if (every is None) == (not after) and not node.any("after"):
            node.problems.add(node.at("after"), "required")
        if every is not None and after:
            node.problems.add(node.at("every"), "one_trigger")
        when = node.expression("when", scope_with(what, **roots), BOOL) if what else None
        return Rule(
            key=key,
            object=object_name,
            definition=definition,
            label=node.label(fallback=key),
            position=node.take("position", int, 100),
            active=node.take("active", bool, default=True),
            after=after,
            every=every,
            where=node.expression("for", what.scope, BOOL) if what else None,
            when=when,
            once=node.take("once", bool, default=False),
            on_error=node.one_of("on_error", ON_ERROR, "record"),
            steps=read_steps(node, "do", what, catalog, roots),
            reads=frozenset(_field_of(path) for path in when.paths) if when else frozenset(),
        )


def _roots(what: ObjectType) -> Mapping[str, Scope]:
    return {"before": object_scope(what.fields), "changed": SimpleScope(dict.fromkeys(what.fields, BOOL))}


def _field_of(path: str) -> str:
    root, _, name = path.partition(".")
    return name if root in ("before", "changed") else root


RULES = RuleKind()


@dataclass(slots=True)
class Index:
    """An object's rules by what sets them off. A change costs a look at the rules that read what it changed."""

    by_field: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    """Rules after `updated`, by each field that they read."""
    by_event: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    """Rules by the type of event; those after `updated` that read nothing are set off by any change."""
    rules: Sequence[Rule] = ()

    def candidates(self, work: Work) -> list[tuple[Rule, Trigger, Event]]:
        """Return the rules that the command may have set off, in their order, each with the event that does."""
        places: set[int] = set()
        for event in work.events:
            places.update(self.by_event.get(event.type, ()))
            for name in event.changes:
                places.update(self.by_field.get(name, ()))
                places.update(self.by_event.get(_ANY_CHANGE, ()))
        found: list[tuple[Rule, Trigger, Event]] = []
        for place in sorted(places):
            rule = self.rules[place]
            for trigger in rule.after:
                cause = trigger.cause(work.events, rule.reads)
                if cause is not None:
                    found.append((rule, trigger, cause))
                    break
        return found


_ANY_CHANGE = "any change"


def index_of(catalog: Snapshot, object_name: str) -> Index:
    """Return the index of an object's active rules, made once a release."""
    key = ("rules", object_name)
    found = catalog.statements.get(key)
    if found is None:
        found = catalog.statements[key] = _index([one for one in catalog.on(RULES, object_name) if one.active])
    return found


def _index(rules: Sequence[Rule]) -> Index:
    index = Index(rules=rules)
    for place, rule in enumerate(rules):
        for trigger in rule.after:
            if not trigger.any_change:
                index.by_event.setdefault(trigger.event, []).append(place)
            elif not rule.reads:
                index.by_event.setdefault(_ANY_CHANGE, []).append(place)
            else:
                for name in rule.reads:
                    index.by_field.setdefault(name, []).append(place)
    return index
