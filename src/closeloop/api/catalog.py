"""What the caller may see of the company's metadata: everything that a client needs to draw any object."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request, Response

from closeloop.access.decide import Actor
from closeloop.access.sight import sight_of
from closeloop.api.answers import Json
from closeloop.api.deps import Signed
from closeloop.api.metrics import describe_metrics
from closeloop.catalog.field_types import abilities
from closeloop.catalog.model import Field, text_of
from closeloop.catalog.snapshot import ObjectType, Snapshot
from closeloop.engine.boards.model import BOARDS
from closeloop.engine.clocks.model import CLOCKS
from closeloop.engine.dedupe.pursued import ties_seen
from closeloop.engine.operations.model import OPERATIONS
from closeloop.engine.playbooks.model import PLAYBOOKS
from closeloop.engine.scoring.model import SCORECARDS
from closeloop.records.present import plain_decimal
from closeloop.records.query import Reader, views_seen

router = APIRouter(tags=["catalog"])


@router.get("/catalog")
async def get_catalog(request: Request, caller: Signed) -> Response:
    """Return objects, fields, pipelines, views and operations that the caller may see; ETag by release and roles.

    The revision is in it because a pilot keeps its number when the release beneath it moves on.
    """
    roles = ",".join(caller.person.roles)
    etag = f'"{caller.catalog.release}.{caller.runtime.revision}-{caller.actor.org.version}-{caller.locale}-{roles}"'
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers={"ETag": etag})
    body = {"version": caller.version, **describe(caller.catalog, caller.actor, caller.locale)}
    return Json(body, headers={"ETag": etag, "Cache-Control": "private, no-cache"})


def describe(catalog: Snapshot, actor: Actor, locale: str) -> dict[str, Any]:
    """Return the catalog as an actor sees it."""
    seen = {name for name in catalog.objects if actor.reach(name, "read")}
    objects = sorted((catalog.objects[name] for name in seen), key=lambda what: (what.position, what.name))
    return {
        "objects": [_object(what, catalog, actor, locale) for what in objects],
        "pipelines": [
            {
                "key": pipeline.key,
                "object": pipeline.object,
                "field": field.name,
                "stages": [
                    {
                        "key": stage.key,
                        "label": text_of(stage.label, locale),
                        "outcome": stage.outcome,
                        "dwell": stage.dwell.total_seconds() if stage.dwell else None,
                    }
                    for stage in pipeline.stages
                ],
            }
            for pipeline in catalog.pipelines.values()
            # one that no field goes through yet is nothing that a client could show
            if pipeline.object in seen
            and (field := catalog.objects[pipeline.object].stage_field) is not None
            and field.pipeline == pipeline.key
        ],
        "clocks": [
            {"key": one.key, "label": text_of(one.label, locale), "object": one.object}
            for one in catalog.all(CLOCKS).values()
            if one.object in seen
        ],
        "boards": [
            {"key": one.key, "label": text_of(one.label, locale), "object": one.object}
            for one in sorted(catalog.all(BOARDS).values(), key=lambda board: (board.position, board.key))
            if one.object in seen and one.shown_to(sight_of(catalog, catalog.objects[one.object], actor))
        ],
        "scorecards": [
            {"key": one.key, "label": text_of(one.label, locale), "object": one.object}
            for one in catalog.all(SCORECARDS).values()
            if one.object in seen
        ],
        "pursued": [
            {
                "key": tie.key,
                "label": text_of(tie.label, locale),
                "objects": list(dict.fromkeys(place.object for place in tie.places)),
            }
            for tie in ties_seen(catalog, actor)
        ],
        "metrics": describe_metrics(Reader(catalog, actor, actor.env(catalog.never, catalog)), catalog, locale),
    }


def _object(what: ObjectType, catalog: Snapshot, actor: Actor, locale: str) -> dict[str, Any]:
    sight = sight_of(catalog, what, actor)
    return {
        "name": what.name,
        "label": text_of(what.label, locale),
        "label_plural": text_of(what.plural, locale),
        "title_field": what.title if what.title in sight.fields else None,
        "icon": what.icon,
        "permissions": {
            "create": actor.may_create(what.name),
            **{action: bool(actor.reach(what.name, action)) for action in ("update", "delete", "assign", "merge")},
        },
        "sections": [
            {"key": key, "label": text_of(label, locale)}
            for key, label in what.sections.items()
            if any(field.section == key for field in sight.fields.values())
        ],
        "fields": [
            field_out(field, locale, searched=field.name in what.search, locked=field.name in sight.locked)
            for field in sight.fields.values()
        ],
        "pipeline": what.stage_field.pipeline if what.stage_field and what.stage_field.name in sight.fields else None,
        "views": [
            {
                "key": view.key,
                "label": text_of(view.label, locale),
                "filter": view.filter,
                "sort": view.sort,
                "columns": view.columns,
            }
            for view in views_seen(catalog, sight)
        ],
        "operations": [
            {
                "name": operation.key,
                "label": text_of(operation.label, locale),
                "confirm": text_of(operation.confirm, locale) if operation.confirm else None,
                "input": [field_out(field, locale) for field in operation.input.values()],
                "undo": operation.undo or None,
                "playbooks": any(one.operation == operation.key for one in catalog.on(PLAYBOOKS, what.name)),
            }
            for operation in catalog.on(OPERATIONS, what.name)
            if actor.reach(what.name, f"do:{operation.key}")
        ],
        "clocks": bool(catalog.on(CLOCKS, what.name)),
    }


def field_out(field: Field, locale: str, *, searched: bool = False, locked: bool = False) -> dict[str, Any]:
    """Return a field as clients see it; of an object or of an operation's input."""
    can = abilities(field)
    out: dict[str, Any] = {
        "name": field.name,
        "label": text_of(field.label, locale),
        "type": field.type,
        "core": field.core,
        "required": field.required,
        "readonly": field.readonly or locked,
        "system": field.system,
        "can": {
            "filter": can.filter,
            "sort": can.sort,
            "group": can.group,
            "search": searched,
            "import": can.imported and not (field.readonly or locked),
        },
    }
    if field.options:
        out["options"] = [
            {
                "key": option.key,
                "label": text_of(option.label, locale),
                "color": option.color,
                **({"retired": True} if option.retired else {}),
            }
            for option in field.options
        ]
    optional: Mapping[str, Any] = {
        "max": field.max,
        "min": field.min,
        "object": field.object,
        "by": field.by,
        "result": field.result,
        "unique": field.unique or None,
        "section": field.section,
        "currency": field.currency,
        "default": _plain(field.default.value) if field.default else None,
    }
    out.update({name: value for name, value in optional.items() if value is not None})
    return out


def _plain(value: Any) -> Any:
    """Return a default as it is sent in: a decimal as a string."""
    return plain_decimal(value) if isinstance(value, Decimal) else value
