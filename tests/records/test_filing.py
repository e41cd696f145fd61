"""Files in records: attached by who has sent them, read by who reads the record, gone when nothing holds them."""

import io
from collections.abc import AsyncGenerator
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from PIL import Image
from tests.support.company import Clocked, fresh_company
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.runtime.files import LASTS

pytestmark = pytest.mark.db

VISIT = Body(
    "object",
    "visit",
    {
        "object": "visit",
        "label": {"zh-CN": "拜访", "en-US": "Visit"},
        "title": "name",
        "fields": {
            "name": {"type": "text", "label": {"zh-CN": "名称"}},
            "papers": {"type": "file", "label": {"zh-CN": "资料"}},
            "photos": {"type": "photo", "label": {"zh-CN": "照片"}},
        },
    },
)
ROLE = Body(
    "role",
    "visitor",
    {
        "role": "visitor",
        "label": {"zh-CN": "拜访员"},
        "objects": {"visit": {"read": "own", "create": True, "update": "own", "delete": "own"}},
    },
)


@pytest.fixture(scope="module")
async def visits(database: Database, migrated_url: str) -> AsyncGenerator[tuple[Clocked, Api]]:
    async with fresh_company(database, VISIT, ROLE) as company, serve(migrated_url, company) as api:
        grant, state = company.tables.grant, company.tables.state
        rows = [{"person": company.id_of(login), "role": "visitor"} for login in ("sales1", "sales2")]
        await company.change(grant.insert().values(rows), state.update().values(org=state.c.org + 1))
        await company.refresh()
        yield company, api


async def upload(client: httpx.AsyncClient, name: str = "a.png") -> str:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    content = out.getvalue() if name.endswith("png") else b"text"
    return (await client.post("/files", files={"file": (name, content)})).json()["id"]


Visits = tuple[Clocked, Api]


async def test_a_file_is_attached_by_its_uploader_and_read_with_the_record(visits: Visits):
    _, api = visits
    mine, other = await api.signed_in("sales1"), await api.signed_in("sales2")
    file = await upload(mine, "合同.txt")
    answer = await mine.post("/objects/visit/records", json={"name": "x", "papers": [file]})
    assert answer.status_code == 201, answer.text
    visit = (await mine.get(f"/objects/visit/records/{answer.json()['id']}")).json()
    assert visit["papers"] == [{"id": file, "name": "合同.txt", "type": "text/plain", "size": 4}]
    assert (await mine.get(f"/files/{file}")).content == b"text"
    assert (await other.get(f"/files/{file}")).status_code == 404
    assert (await (await api.signed_in("admin")).get(f"/files/{file}")).status_code == 200
    back = await mine.patch(f"/objects/visit/records/{visit['id']}", json={"papers": visit["papers"], "name": "y"})
    assert back.status_code == 200, back.text


async def test_somebody_elses_upload_a_missing_file_and_a_wrong_kind_are_told_at_the_field(visits: Visits):
    _, api = visits
    mine, other = await api.signed_in("sales1"), await api.signed_in("sales2")
    theirs, text = await upload(other), await upload(mine, "a.txt")
    for field, file, code in (
        ("papers", theirs, "unknown_file"),
        ("papers", str(uuid4()), "unknown_file"),
        ("photos", text, "wrong_file_type"),
    ):
        answer = await mine.post("/objects/visit/records", json={"name": "x", field: [file]})
        assert answer.status_code == 422
        assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]


async def test_a_file_lives_as_long_as_a_record_holds_it(visits: Visits):
    company, api = visits
    mine = await api.signed_in("sales1")
    file, again = await upload(mine), await upload(mine)
    visit = (await mine.post("/objects/visit/records", json={"name": "x", "photos": [file, again]})).json()
    second = (await mine.post("/objects/visit/records", json={"name": "y", "photos": [again]})).json()
    company.clock.move(LASTS + timedelta(hours=1))
    mine = await api.sign_in("sales1")
    await api.app.state.files.expire(company)
    assert (await mine.get(f"/files/{file}")).status_code == 200
    changed = await mine.patch(f"/objects/visit/records/{visit['id']}", json={"photos": []})
    assert changed.status_code == 200, changed.text
    uses = {
        (str(use["file"]), str(use["record"])): use["until"]
        for use in await company.system_rows("file_use", field="photos")
    }
    assert uses[file, visit["id"]] == company.clock.now()
    assert uses[again, second["id"]] is None
    company.clock.move(LASTS + timedelta(hours=1))
    await api.app.state.files.expire(company)
    there = {str(row["id"]) for row in await company.system_rows("file")}
    assert file not in there
    assert again in there
    assert UUID(again)
