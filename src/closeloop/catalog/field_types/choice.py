"""Choice fields: one option, several, the stage of a pipeline, a checklist; keys are stored, labels are taken too."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ARRAY, Text
from sqlalchemy.types import TypeEngine

from closeloop.catalog.field_types.base import Abilities, Coercion, Plain
from closeloop.catalog.model import Field
from closeloop.expr import TEXT, Type, Value, list_of


def _key_of(raw: Any, field: Field) -> str:
    if isinstance(raw, str):
        word = raw.strip()
        for option in sorted(field.options, key=lambda one: one.retired):
            if word == option.key or word in option.label.values():
                return option.key
    raise Coercion("not_an_option", options=[option.key for option in field.options[:50]])


class Choice(Plain):
    """One of the field's options."""

    name = "choice"
    can = Abilities(group=True)
    settings: tuple[str, ...] = ("options",)
    needs: tuple[str, ...] = ("options",)

    def column(self) -> TypeEngine[Any]:
        return Text()

    def expr_type(self, field: Field) -> Type:  # noqa: ARG002 - the protocol's shape
        return TEXT

    def coerce(self, raw: Any, field: Field) -> Value:
        return None if raw == "" else _key_of(raw, field)


class StageChoice(Choice):
    """The stage that a record stands in; changed by a move, never by writing the field."""

    name = "stage"
    can = Abilities(group=True, imported=False)
    settings = needs = ("pipeline",)


class MultiChoice(Plain):
    """Any number of the field's options, each once, in the field's order."""

    name = "multi_choice"
    can = Abilities(sort=False, index=False)
    settings: tuple[str, ...] = ("options",)
    needs: tuple[str, ...] = ("options",)

    def column(self) -> TypeEngine[Any]:
        return ARRAY(Text())

    def expr_type(self, field: Field) -> Type:  # noqa: ARG002 - the protocol's shape
        return list_of(TEXT)

    def coerce(self, raw: Any, field: Field) -> Value:
        if isinstance(raw, str):
            raw = [part for part in raw.split(",") if part.strip()]
        if not isinstance(raw, list | tuple):
            raise Coercion("not_a_list")
        items: list[Any] = list(raw)  # pyright: ignore[reportUnknownArgumentType]
        chosen = {_key_of(one, field) for one in items}
        return [option.key for option in field.options if option.key in chosen] or None


class Checklist(MultiChoice):
    """Items to tick off: the keys of those that are done, in and out; `[{key, done}]` is taken too."""

    name = "checklist"
    settings = needs = ("items",)

    def coerce(self, raw: Any, field: Field) -> Value:
        if isinstance(raw, list | tuple):
            raw = [key for one in cast("Sequence[Any]", raw) if (key := _done(one)) is not None]
        return super().coerce(raw, field)


def _done(item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    given = cast("Mapping[str, Any]", item)
    return given.get("key") if given.get("done") is True else None
