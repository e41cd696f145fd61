"""A retired option is offered nowhere, and what records have it is still told by its name."""

from typing import Any

import pytest
from tests.support.company import fresh_company
from tests.support.definitions import note_object
from tests.support.web import serve

from closeloop.base.errors import Invalid
from closeloop.catalog.store import Body
from closeloop.db.engine import Database

pytestmark = [pytest.mark.db, pytest.mark.http]

WAYS: dict[str, Any] = {"call": "电话", "fax": {"label": {"zh-CN": "传真", "en-US": "Fax"}, "retired": True}}
GRANTS = {"memo": {"read": "all", "create": True, "update": "all"}}
ROLE = Body("role", "sales", {"role": "sales", "label": "销售", "objects": GRANTS})


def memo(**way: Any) -> Body:
    return note_object("memo", way={"type": "choice", "label": "方式", "options": WAYS, **way})


async def test_it_is_named_and_kept_but_marked(database: Database, migrated_url: str):
    async with fresh_company(database, memo(), ROLE) as company, serve(migrated_url, company) as api:
        client = await api.signed_in("sales1")
        (what,) = (one for one in (await client.get("/catalog")).json()["objects"] if one["name"] == "memo")
        (way,) = (one for one in what["fields"] if one["name"] == "way")
        assert way["options"] == [
            {"key": "call", "label": "电话", "color": None},
            {"key": "fax", "label": "Fax", "color": None, "retired": True},
        ]
        made = (await client.post("/objects/memo/records", json={"title": "旧", "way": "fax"})).json()
        assert made["way"] == "fax", "what is old comes in, and an undo goes back to it"
        listed = await client.get("/objects/memo/records", params={"filter": "way == 'fax'"})
        assert [one["title"] for one in listed.json()["items"]] == ["旧"]
        sheet = await client.get("/objects/memo/export", params={"format": "csv", "fields": "title,way"})
        assert "Fax" in sheet.text


@pytest.mark.parametrize(
    ("way", "place", "code"),
    [
        ({"default": "fax"}, "way.default", "not_an_option"),
        ({"options": {"fax": WAYS["fax"]}}, "way.options", "required"),
        ({"options": {"a": {"label": "甲", "retired": "yes"}}}, "way.options.a.retired", "wrong_kind"),
    ],
)
async def test_it_can_neither_be_the_default_nor_all_there_is(
    database: Database, way: dict[str, Any], place: str, code: str
):
    with pytest.raises(Invalid) as refused:
        async with fresh_company(database, memo(**way), ROLE):
            pass
    assert [(one.field.rpartition("fields.")[2], one.code) for one in refused.value.errors] == [(place, code)]
