"""Read a definition's body: every wrong or unknown key is named with its place, all of them at once."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches
from typing import Any, TypeVar, cast

from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.model import Label, Option
from closeloop.expr import Expression, ExpressionError, Scope, Type, compile_expression
from closeloop.expr.spans import LONGEST, parse_span

T = TypeVar("T")
NAME = re.compile(r"[a-z][a-z0-9_]{0,46}")


class Problems:
    """Collects what is wrong; `raise_if_any` ends the reading."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def add(self, place: str, code: str, **params: Any) -> None:
        self.errors.append(FieldError(place, code, params))

    def raise_if_any(self) -> None:
        if self.errors:
            raise Invalid("bad_definition", errors=self.errors)


class Node:
    """One mapping of a body; each key is taken once, and `done` complains about those nobody took."""

    def __init__(self, raw: object, place: str, problems: Problems) -> None:
        self.place = place
        self.problems = problems
        self._taken: set[str] = set()
        self._raw: Mapping[str, Any] = {}
        if isinstance(raw, Mapping):
            self._raw = cast("Mapping[str, Any]", raw)
        else:
            problems.add(place, "not_a_mapping")

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def take(self, key: str, kind: type[T], default: T) -> T:
        """Return the value of an optional key, or the default where it is missing or of the wrong kind."""
        self._taken.add(key)
        value = self._raw.get(key)
        if value is None:
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.problems.add(self.at(key), "wrong_kind", expected=kind.__name__)
            return default
        return value

    def need(self, key: str, kind: type[T], default: T) -> T:
        """Return the value of a key that must be there; the default stands in so that reading can go on."""
        if self._raw.get(key) is None:
            self._taken.add(key)
            self.problems.add(self.at(key), "required")
            return default
        return self.take(key, kind, default)

    def any(self, key: str) -> Any:
        self._taken.add(key)
        return self._raw.get(key)

    def name(self, key: str) -> str:
        value = self.need(key, str, "unnamed")
        if not NAME.fullmatch(value) or value.startswith("sys_"):
            self.problems.add(self.at(key), "bad_name", name=value)
        return value

    def one_of(self, key: str, words: Sequence[str], default: str) -> str:
        value = self.take(key, str, default)
        if value not in words:
            near = get_close_matches(value, words, 1)
            self.problems.add(self.at(key), "not_one_of", words=list(words), suggestion=near[0] if near else None)
            return default
        return value

    def label(self, fallback: str | None = None, key: str = "label") -> Label:
        raw = self.any(key)
        if raw is None and fallback is not None:
            return {"zh-CN": fallback}
        return read_label(raw, self.at(key), self.problems)

    def span(self, key: str) -> timedelta | None:
        """Return a span of time such as `7d`; None where there is none or it is wrong."""
        raw = self.any(key)
        if raw is None:
            return None
        span = parse_span(raw) if isinstance(raw, str) else None
        if span is None:
            self.problems.add(self.at(key), "not_a_span", text=str(raw))
        elif abs(span) > LONGEST:
            self.problems.add(self.at(key), "span_too_long", days=LONGEST.days)
        else:
            return span
        return None

    def words(self, key: str) -> tuple[str, ...]:
        items: list[Any] = self.take(key, list, [])
        if not all(isinstance(item, str) for item in items):
            self.problems.add(self.at(key), "not_words")
            return ()
        return tuple(items)

    def child(self, key: str) -> "Node | None":
        raw = self.any(key)
        return None if raw is None else Node(raw, self.at(key), self.problems)

    def children(self, key: str) -> Iterator["Node"]:
        """Yield the mappings of a list."""
        items: list[Any] = self.take(key, list, [])
        for i, item in enumerate(items):
            yield Node(item, f"{self.at(key)}[{i}]", self.problems)

    def entries(self, key: str) -> Iterator[tuple[str, Any]]:
        """Yield the keys and values of a mapping, in order."""
        raw: dict[str, Any] = self.take(key, dict, {})
        yield from raw.items()

    def expression(self, key: str, scope: Scope, expect: Type | None = None) -> Expression | None:
        """Compile the expression of a key; what is wrong with it stands at the key's place.

        A key with nothing behind it is a condition that was begun: taken for none it would hold for everything.
        """
        source = self.take(key, str, "")
        if source.strip():
            return self.compile(source, self.at(key), scope, expect)
        if isinstance(self._raw.get(key), str):
            self.problems.add(self.at(key), "required")
        return None

    def compile(self, source: str, place: str, scope: Scope, expect: Type | None = None) -> Expression | None:
        try:
            return compile_expression(source, scope, expect=expect)
        except ExpressionError as error:
            self.problems.add(place, "bad_expression", **{**error.params, "reason": error.params.get("reason")})
            return None

    def leave(self) -> None:
        """Pass over the keys that are left: another reader takes them, or nothing sensible can be made of them."""
        self._taken.update(self._raw)

    def done(self) -> None:
        for key in self._raw:
            if key not in self._taken:
                near = get_close_matches(str(key), self._taken, 1)
                self.problems.add(self.at(str(key)), "unknown_key", suggestion=near[0] if near else None)


def read_label(raw: object, place: str, problems: Problems) -> Label:
    """Read a label: one text, which is Chinese, or a map of languages that has at least zh-CN."""
    if isinstance(raw, str) and raw.strip():
        return {"zh-CN": raw}
    if isinstance(raw, Mapping):
        texts = {str(k): str(v) for k, v in cast("Mapping[object, object]", raw).items() if v not in (None, "")}
        if texts.get("zh-CN"):
            return texts
    problems.add(place, "no_label")
    return {"zh-CN": "?"}


def read_options(raw: object, place: str, problems: Problems) -> tuple[Option, ...]:
    """Read options: a map of key to label, or to `{label, color, retired}`."""
    if not isinstance(raw, Mapping):
        problems.add(place, "not_a_mapping")
        return ()
    options: list[Option] = []
    for key, value in cast("Mapping[object, object]", raw).items():
        at = f"{place}.{key}"
        if isinstance(value, Mapping) and "label" in value:
            node = Node(cast("object", value), at, problems)
            color, retired = node.take("color", str, "") or None, node.take("retired", bool, default=False)
            options.append(Option(str(key), node.label(), color, retired))
            node.done()
        else:
            options.append(Option(str(key), read_label(cast("object", value), at, problems)))
    return tuple(options)


def read(body: Mapping[str, object], reader: Callable[[Node], T]) -> T:
    """Run a reader over a body; raises Invalid with every problem found."""
    problems = Problems()
    node = Node(body, "", problems)
    result = reader(node)
    node.done()
    problems.raise_if_any()
    return result
