"""Groups of records over HTTP: counted and measured under the caller's permissions, page by page."""

from typing import Any

from fastapi import APIRouter, Request

from closeloop.api.answers import Json, json_body
from closeloop.api.bodies import flag, known, list_of, number, optional_text, text
from closeloop.api.deps import Signed
from closeloop.base.errors import FieldError, Invalid
from closeloop.records.aggregate import Aggregate, Measure
from closeloop.records.present import fill_titles, present
from closeloop.records.query import MOST

router = APIRouter(prefix="/objects/{object_name}", tags=["records"])


@router.post("/aggregate")
async def aggregate(object_name: str, request: Request, caller: Signed) -> Json:
    """Group and measure: `{group_by, measures: [{fn, field?, as?}], filter?, q?, alike?, having?, limit?, page?}`.

    `alike` puts texts together that duplicate rules take for the same; `having` is a condition over measures by the
    names that `as` gives them. `more` says that there is a next page.
    """
    body = await json_body(request)
    known(body, "group_by", "measures", "filter", "q", "alike", "having", "limit", "page")
    limit = number(body, "limit") if body.get("limit") is not None else MOST
    if limit > MOST:
        raise Invalid(errors=[FieldError("limit", "out_of_range", {"min": 1, "max": MOST})])
    asked = Aggregate(
        object_name,
        list_of(body, "group_by", str),
        _measures(body),
        optional_text(body, "filter") or None,
        flag(body, "alike", default=False),
        optional_text(body, "having") or None,
        limit,
        number(body, "page") if body.get("page") is not None else 1,
        optional_text(body, "q") or None,
    )
    names = asked.group_by

    async def read() -> dict[str, Any]:
        reader = caller.reader()
        what = reader.require_readable(object_name)
        async with caller.runtime.database.autocommit() as session:
            groups, more = await reader.aggregate(session, asked)
            by = [present(what, dict(zip(names, key, strict=True)), caller.actor.org, names) for key, _ in groups]
            await fill_titles(session, reader, what, by)
        shown = [
            {"key": {name: key[name] for name in names}, "values": list(values)}
            for key, (_, values) in zip(by, groups, strict=True)
        ]
        return {"groups": shown, "more": more}

    return Json(await caller.runtime.again(read))


def _measures(body: dict[str, Any]) -> list[Measure]:
    given: list[dict[str, Any]] = list_of(body, "measures", dict) or [{"fn": "count"}]
    for i, one in enumerate(given):
        known(one, "fn", "field", "as", at=f"measures[{i}].")
    return [
        Measure(
            text(one, "fn", f"measures[{i}].fn"),
            optional_text(one, "field", f"measures[{i}].field"),
            optional_text(one, "as", f"measures[{i}].as"),
        )
        for i, one in enumerate(given)
    ]
