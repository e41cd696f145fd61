"""What a page on which objects are designed has to know: the types of fields, and names for what has only a label."""

from typing import Annotated

from fastapi import APIRouter, Query

from closeloop.api.answers import Json
from closeloop.api.deps import Signed
from closeloop.catalog.field_reader import RESULTS, ROLLUPS, settings_of
from closeloop.catalog.field_types import FIELD_TYPES
from closeloop.catalog.naming import name_for

router = APIRouter(tags=["definitions"])


@router.get("/field-types")
async def list_field_types(caller: Signed) -> Json:  # noqa: ARG001 - only who is signed in may ask
    """List the types of fields: what a field of each can do, what may be said of it, and what has to be.

    `fns` are the functions of a roll-up, `results` the types that a formula may name for what comes out.
    """
    items = [
        {
            "type": kind.name,
            "can": {
                "filter": kind.can.filter,
                "sort": kind.can.sort,
                "group": kind.can.group,
                "search": kind.can.search,
                "import": kind.can.imported,
            },
            "stored": kind.column() is not None,
            "settings": settings_of(kind.name),
            "needs": kind.needs,
        }
        for kind in FIELD_TYPES.values()
    ]
    return Json({"items": items, "fns": ROLLUPS, "results": RESULTS})


@router.get("/names")
async def propose_name(
    caller: Signed,  # noqa: ARG001 - only who is signed in may ask
    label: Annotated[str, Query(min_length=1, max_length=200)],
) -> Json:
    """Propose a name for what has a label: `{name}`, null where the label has nothing that a name may have."""
    return Json({"name": name_for(label)})
