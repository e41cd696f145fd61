"""Help for whoever writes an expression: is it right, what does it read and cost, what may be written next."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from closeloop.access.roles import READ
from closeloop.api.answers import Json
from closeloop.api.deps import Caller, Locale, Signed
from closeloop.base.errors import FieldError, Invalid, NotFound
from closeloop.catalog.drafted import drafted_fields
from closeloop.catalog.expressions import Related, object_scope
from closeloop.catalog.model import Field as FieldDef
from closeloop.expr import (
    FUNCTIONS,
    ExpressionError,
    Scope,
    SimpleScope,
    Type,
    compile_expression,
    complete,
    message_of,
)
from closeloop.expr.types import Kind, type_named
from closeloop.runtime.definitions import drafts

router = APIRouter(prefix="/expressions", tags=["expressions"])


Named = Annotated[str, Field(max_length=100)]
"""A type by its name: `text`, `id:person`, `list:text`."""


class Asked(BaseModel):
    """An expression as it is being written; `roots` names further records beside the object's own."""

    model_config = ConfigDict(extra="forbid")

    object: str = Field(max_length=100)
    expression: str = Field(max_length=10_000)
    expect: Literal["bool", "number", "text", "date", "datetime", "duration", "id", "place"] | None = None
    roots: dict[str, str | dict[str, Named]] = Field(default_factory=dict[str, str | dict[str, Named]], max_length=20)
    """Names with the object of each, such as `{"before": "lead"}`; `candidate` stands for a person.

    What is no record is told by the types of its names: `{"clock": {"due_at": "datetime"}}`.
    """
    drafts: bool = False
    """Whether fields count as drafts of objects say them, as far as the caller may read those."""
    definition: dict[str, Any] | None = None
    """With `drafts`, the body of an object as it is being written, in the place of its draft."""
    complete_at: int | None = Field(default=None, ge=0, le=10_000)
    """Where the cursor is, if one wants to know what may stand there."""


@router.post("/check")
async def check(asked: Asked, caller: Signed) -> Json:
    """Say whether an expression is right, over what the caller sees; what is wrong comes with its place."""
    scope = await _scope(asked, caller)
    answer: dict[str, Any] = {"ok": True, "errors": []}
    try:
        made = compile_expression(asked.expression, scope, expect=_type(asked.expect))
    except ExpressionError as error:
        answer["ok"] = False
        answer["errors"].append(
            {
                "reason": error.reason,
                "at": error.at,
                "length": error.length,
                "message": message_of(error, caller.locale),
                "suggestion": error.suggestion,
            }
        )
    else:
        answer["type"] = str(made.type)
        answer["cost"] = made.cost
        beyond = (f"{over}.{path}" for over, paths in made.lists.items() for path in paths)
        answer["reads"] = sorted({*made.paths, *beyond})
        answer["uses_now"] = made.uses_now
    if asked.complete_at is not None:
        answer["completions"] = [
            {"name": one.name, "kind": one.kind, "type": None if one.type is None else str(one.type)}
            for one in complete(asked.expression, asked.complete_at, scope)
        ]
    return Json(answer)


@router.get("/functions")
async def functions(caller: Signed, locale: Locale) -> Json:  # noqa: ARG001 - only for who has signed in
    """List every function with its signature and what it does."""
    items = [{"name": one.name, "signature": one.signature, "doc": one.doc[locale]} for one in FUNCTIONS.values()]
    return Json({"items": items})


async def _scope(asked: Asked, caller: Caller) -> Scope:
    fields_of = await _fields_of(asked, caller)

    def fields(name: str) -> Mapping[str, FieldDef]:
        found = fields_of(name)
        if found is None:
            raise NotFound("unknown_object", name=name)
        return found

    roots: dict[str, Scope] = {}
    for name, of in asked.roots.items():
        if isinstance(of, dict):
            roots[name] = _typed(name, of)
        else:
            roots[name] = (
                caller.catalog.profile.scope if of == "candidate" else object_scope(fields(of), related=fields_of)
            )
    return object_scope(fields(asked.object), roots, fields_of)


async def _fields_of(asked: Asked, caller: Caller) -> Related:
    """Return what gives the fields of an object that the caller sees; None where there is no such object for them."""
    reader, objects = caller.reader(), caller.catalog.objects

    def published(name: str) -> Mapping[str, FieldDef] | None:
        readable = name in objects and caller.actor.reach(name, "read")
        return reader.sight(objects[name]).fields if readable else None

    if not asked.drafts:
        return published
    async with caller.runtime.database.autocommit() as session:
        waiting = await drafts(session, caller.runtime)
    bodies = {key: one.body for (kind, key), one in waiting.items() if kind == "object" and one.body is not None}
    name = (asked.definition or {}).get("object")
    if asked.definition is not None and isinstance(name, str):
        bodies[name] = asked.definition
    known = {key: body for key, body in bodies.items() if caller.actor.may_define("object", key, READ)}
    if not known:
        return published
    drafted = await asyncio.to_thread(drafted_fields, caller.catalog, known)

    def with_drafts(name: str) -> Mapping[str, FieldDef] | None:
        return drafted[name] if name in known else published(name)

    return with_drafts


def _typed(root: str, names: Mapping[str, str]) -> Scope:
    types: dict[str, Type] = {}
    for name, text in names.items():
        found = type_named(text)
        if found is None:
            raise Invalid(errors=[FieldError(f"roots.{root}.{name}", "not_an_option", {"options": get_args(Kind)})])
        types[name] = found
    return SimpleScope(types)


def _type(kind: Kind | None) -> Type | None:
    return None if kind is None else Type(kind)
