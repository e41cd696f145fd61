"""Read steps: each is one word with what it takes, compiled against the object that it works on."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from closeloop.catalog.expressions import type_of
from closeloop.catalog.model import Definition
from closeloop.catalog.reading import NAME, Node, Problems
from closeloop.catalog.snapshot import ObjectType, Snapshot, scope_with
from closeloop.engine.steps.people import KEYED_WORD, PLAIN, Whom, read_whom
from closeloop.engine.steps.requirements import Requirement, read_requirements
from closeloop.engine.steps.telling import Telling, read_telling
from closeloop.expr import BOOL, TEXT, Expression, Scope, SimpleScope, id_of

CLOCK_WORDS = ("start_clock", "stop_clock", "pause_clock", "resume_clock")
WORDS = (
    "set", "link", "add_to", "create", "move", "assign", "unassign", "reassign", "notify", "escalate",
    *CLOCK_WORDS, "webhook", "run", "require",
)  # fmt: skip
GIVING = ("assign", "unassign", "reassign")
"""Words that change a record's owner."""
_OF_CREATED = frozenset({"set", "link", "move", "assign", "unassign"})
"""Words that may be about a record which a step before created."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. What `target` and `values` are depends on the word; `of` names the created record that it is about."""

    word: str
    place: str
    when: Expression | None
    of: str = ""
    target: str = ""
    """The object to create, the stage, policy, clock, webhook or operation."""
    values: Mapping[str, Expression] = field(default_factory=dict[str, Expression])
    alias: str = ""
    match: tuple[str, ...] = ()
    whom: tuple[Whom, ...] = ()
    telling: Telling | None = None
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What the steps of one list know: the object, the roots beside its fields, and what was created before."""

    what: ObjectType | None
    roots: Mapping[str, Scope]
    catalog: Snapshot
    created: Mapping[str, str]

    @property
    def scope(self) -> SimpleScope:
        aliases = {alias: SimpleScope({"id": id_of(name)}) for alias, name in self.created.items()}
        return scope_with(self.what, **self.roots, **aliases) if self.what else SimpleScope({})

    def target(self, step_of: str) -> ObjectType | None:
        """Return the object that a step works on: the record's own, or that of a created one."""
        return self.catalog.objects.get(self.created.get(step_of, "")) if step_of else self.what

    def known(self, kind: str, key: str) -> Definition | None:
        return next((one for one in self.catalog.definitions.get(kind, ()) if one.key == key), None)


def read_steps(
    node: Node, key: str, what: ObjectType | None, catalog: Snapshot, roots: Mapping[str, Scope]
) -> tuple[Step, ...]:
    """Read a list of steps; each may use what the ones before it created, as `<alias>.id`."""
    steps: list[Step] = []
    around = _Surroundings(what, roots, catalog, {})
    for part in node.children(key):
        step = _step(part, around)
        if step is not None:
            steps.append(step)
            if step.alias:
                around = replace(around, created={**around.created, step.alias: step.target})
    return tuple(steps)


def _step(node: Node, around: _Surroundings) -> Step | None:
    words = [word for word in WORDS if node.any(word) is not None]
    if len(words) != 1:
        node.problems.add(node.place, "one_step", words=list(WORDS))
        node.leave()
        return None
    of = node.take("of", str, "") if words[0] in _OF_CREATED else ""
    if of and of not in around.created:
        node.problems.add(node.at("of"), "unknown_alias", name=of)
    base = Step(words[0], node.place, node.expression("when", around.scope, BOOL), of)
    step = _READERS[base.word](node, base, around)
    node.done()
    return step


def _set(node: Node, step: Step, around: _Surroundings) -> Step:
    return replace(step, values=_values(node, step.word, around.target(step.of), around.scope))


def _link(node: Node, step: Step, around: _Surroundings) -> Step:
    step = _set(node, step, around)
    what = around.target(step.of)
    for name in step.values:
        found = what.fields.get(name) if what else None
        if found is not None and found.type != "relation":
            node.problems.add(node.at(f"link.{name}"), "not_a_relation", name=name)
    return step


def _add_to(node: Node, step: Step, around: _Surroundings) -> Step:
    values: dict[str, Expression] = {}
    for name, source in node.entries("add_to"):
        place = node.at(f"add_to.{name}")
        found = around.what.own_fields.get(name) if around.what else None
        if found is None or found.type != "multi_choice":
            node.problems.add(place, "not_a_choice_list", name=name)
            continue
        expression = node.compile(str(source), place, around.scope, TEXT)
        if expression is not None:
            values[name] = expression
    return replace(step, values=values)


def _create(node: Node, step: Step, around: _Surroundings) -> Step:
    name, alias, match = node.take("create", str, ""), node.take("as", str, ""), node.words("match")
    target = around.catalog.objects.get(name)
    if target is None:
        node.problems.add(node.at("create"), "unknown_object", name=name)
    if alias and (not NAME.fullmatch(alias) or around.scope.resolve(alias) is not None):
        node.problems.add(node.at("as"), "name_taken", name=alias)
        alias = ""
    for one in match:
        if target is not None and one not in {rule.field.name for rule in target.duplicates if not rule.foreign}:
            node.problems.add(node.at("match"), "no_duplicate_rule", name=one)
    values = _values(node, "values", target, around.scope, owner=True)
    return replace(step, target=name, values=values, alias=alias, match=match)


def _move(node: Node, step: Step, around: _Surroundings) -> Step:
    stage, what = node.take("move", str, ""), around.target(step.of)
    pipeline = around.catalog.pipeline_of(what) if what else None
    if pipeline is None or pipeline.stage(stage) is None:
        node.problems.add(node.at("move"), "unknown_stage", name=stage)
    return replace(step, target=stage)


def _assign(node: Node, step: Step, around: _Surroundings) -> Step:
    given = node.any("assign")
    words = cast("list[Any]", given) if isinstance(given, list) else [given]
    named = [one for one in words if isinstance(one, str) and _names_people(one, around)]
    if isinstance(given, list) or named:
        return replace(step, whom=read_whom(words, node.at("assign"), node, around.what, around.catalog))
    person = node.expression("assign", around.scope, id_of("person"))
    return replace(step, values={"owner": person} if person else {})


def _names_people(word: str, around: _Surroundings) -> bool:
    """Tell whether a text is a name of people rather than an expression; a field goes before a word."""
    return (word in PLAIN and around.scope.resolve(word) is None) or bool(KEYED_WORD.fullmatch(word))


def _unassign(node: Node, step: Step, around: _Surroundings) -> Step:  # noqa: ARG001 - the readers' shape
    if not node.take("unassign", bool, default=True):
        node.problems.add(node.at("unassign"), "only_true")
    return step


def _notify(node: Node, step: Step, around: _Surroundings) -> Step:
    whom = read_whom(node.any(step.word), node.at(step.word), node, around.what, around.catalog)
    return replace(step, whom=whom, telling=read_telling(node, around.what))


def _named(kind: str, code: str) -> Callable[[Node, Step, _Surroundings], Step]:
    """Return the reader of a word that takes the key of a definition of the same object."""

    def reader(node: Node, step: Step, around: _Surroundings) -> Step:
        key = node.take(step.word, str, "")
        found = around.known(kind, key)
        what = around.what.name if around.what else None
        if found is None or found.body.get("on") != what:
            node.problems.add(node.at(step.word), code, name=key)
        return replace(step, target=key)

    return reader


def _run(node: Node, step: Step, around: _Surroundings) -> Step:
    step = _named("operation", "unknown_operation")(node, step, around)
    values: dict[str, Expression] = {}
    for name, source in node.entries("values"):
        expression = node.compile(str(source), node.at(f"values.{name}"), around.scope)
        if expression is not None:
            values[name] = expression
    return replace(step, values=values)


def _require(node: Node, step: Step, around: _Surroundings) -> Step:
    return replace(step, requirements=read_requirements(node, "require", around.what, around.scope))


_READERS: Mapping[str, Callable[[Node, Step, _Surroundings], Step]] = {
    "set": _set,
    "link": _link,
    "add_to": _add_to,
    "create": _create,
    "move": _move,
    "assign": _assign,
    "unassign": _unassign,
    "reassign": _named("assignment", "unknown_policy"),
    "notify": _notify,
    "escalate": _notify,
    **{word: _named("clock", "unknown_clock") for word in CLOCK_WORDS},
    "webhook": _named("webhook", "unknown_webhook"),
    "run": _run,
    "require": _require,
}


def _values(
    node: Node, key: str, target: ObjectType | None, scope: Scope, *, owner: bool = False
) -> dict[str, Expression]:
    """Read a mapping from fields of the target to expressions of their types."""
    values: dict[str, Expression] = {}
    for name, source in node.entries(key):
        place = node.at(f"{key}.{name}")
        found = target.fields.get(name) if target else None
        settable = found is not None and (not found.readonly or (owner and name == "owner"))
        if target is not None and not settable:
            node.problems.add(place, "unknown_field", name=name)
        expression = node.compile(str(source), place, scope, type_of(found) if found else None)
        if expression is not None:
            values[name] = expression
    return values


def read_stored(
    raw: Sequence[Any], what: ObjectType, catalog: Snapshot, roots: Mapping[str, Scope]
) -> tuple[Step, ...] | None:
    """Read steps as they were stored, such as a running clock's; None where they no longer fit the definitions."""
    problems = Problems()
    steps = read_steps(Node({"do": [as_mapping(one) for one in raw]}, "", problems), "do", what, catalog, roots)
    return None if problems.errors else steps


def as_mapping(raw: Any) -> Mapping[str, Any]:
    """Return a stored step; those of clocks that started under an older kernel are pairs of a word and whom."""
    return {raw[0]: raw[1]} if isinstance(raw, list) else raw
