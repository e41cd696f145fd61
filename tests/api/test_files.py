"""Files over HTTP: checked by their bytes, read by whom they concern, gone when nobody needs them."""

import io
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from PIL import Image
from tests.support.company import Clocked, a_phone
from tests.support.web import Api

from closeloop.records.commands import CreateRecord
from closeloop.runtime.files import LASTS, Files, key_of

pytestmark = pytest.mark.db


def picture(width: int = 300, height: int = 200, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(out, options.pop("kind", "JPEG"), **options)
    return out.getvalue()


async def upload(client: httpx.AsyncClient, content: bytes, name: str = "a.bin") -> httpx.Response:
    return await client.post("/files", files={"file": (name, content)})


@pytest.fixture
async def sales(api: Api) -> httpx.AsyncClient:
    return await api.signed_in("sales1")


async def test_a_file_comes_back_as_it_was_with_the_type_of_its_bytes(sales: httpx.AsyncClient):
    content = picture()
    answer = await upload(sales, content, "../合同 1.exe")
    assert answer.status_code == 201
    stored = answer.json()
    assert (stored["type"], stored["name"], stored["size"]) == ("image/jpeg", "合同 1.exe", len(content))
    got = await sales.get(f"/files/{stored['id']}")
    assert got.content == content
    assert got.headers["content-type"] == "image/jpeg"
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"].startswith("sandbox")
    assert got.headers["content-disposition"].startswith("inline; filename=")
    again = await sales.get(f"/files/{stored['id']}", headers={"If-None-Match": got.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_page_with_script_is_kept_as_text_that_runs_nothing(sales: httpx.AsyncClient):
    stored = (await upload(sales, b"<script>alert(1)</script>", "x.html")).json()
    got = await sales.get(f"/files/{stored['id']}")
    assert got.headers["content-type"].startswith("text/plain")
    assert got.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=8-", 206, b"89", "bytes 8-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=5-100", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
    ],
)
async def test_a_part_of_a_file(sales: httpx.AsyncClient, asked: str, status: int, content: bytes, told: str | None):
    stored = (await upload(sales, b"0123456789")).json()
    got = await sales.get(f"/files/{stored['id']}", headers={"Range": asked})
    assert (got.status_code, got.content, got.headers.get("content-range")) == (status, content, told)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"MZ\x90\x00\x03", "unknown_file_type"),
        (b"\x7fELF\x02\x01\x01", "unknown_file_type"),
        (b"PK\x03\x04 no archive", "unknown_file_type"),
        (b"", "unknown_file_type"),
        (b"\xff\xd8\xff no picture", "bad_picture"),
        (picture()[:100], "bad_picture"),
    ],
)
async def test_what_is_not_on_the_list_is_not_taken(sales: httpx.AsyncClient, content: bytes, code: str):
    answer = await upload(sales, content, "photo.jpg")
    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [("file", code)]


async def test_a_picture_that_unfolds_to_too_much_is_not_taken(sales: httpx.AsyncClient):
    bomb = picture(9000, 9000, kind="PNG", optimize=True)
    assert len(bomb) < 1_000_000
    assert (await upload(sales, bomb)).json()["errors"][0]["code"] == "bad_picture"


async def test_a_longer_file_than_allowed_is_not_read_to_its_end(api: Api, sales: httpx.AsyncClient):
    read = 0

    async def endless() -> Any:
        nonlocal read
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        yield head
        while True:
            read += 1024 * 1024
            yield b"x" * 1024 * 1024

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await sales.post("/files", content=endless(), headers=headers)
    assert answer.json()["errors"][0]["code"] == "too_big"
    assert read <= api.app.state.files.limit + 2 * 1024 * 1024


async def test_no_form_or_no_file_is_told(sales: httpx.AsyncClient):
    assert (await sales.post("/files", json={})).json()["code"] == "not_a_form"
    answer = await sales.post("/files", files={"other": b"x"})
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [("file", "required")]
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await sales.post("/files", content=b"nonsense", headers=broken)).status_code == 422


async def test_an_unattached_file_is_its_uploaders_alone(api: Api, neighbour: Api, sales: httpx.AsyncClient):
    stored = (await upload(sales, picture())).json()
    for stranger in (await api.signed_in("sales2"), await neighbour.signed_in("admin")):
        assert (await stranger.get(f"/files/{stored['id']}")).status_code == 404
        assert (await stranger.get(f"/files/{stored['id']}/thumbnail")).status_code == 404
    assert (await api.anyone().get(f"/files/{stored['id']}")).status_code == 401
    assert (await api.anyone().post("/files", files={"file": b"x"})).status_code == 401


async def test_an_attached_file_is_theirs_who_may_read_the_record(api: Api, company: Clocked, sales: httpx.AsyncClient):
    stored = (await upload(sales, picture())).json()
    values = {"phone": a_phone(), "owner": company.id_of("sales2")}
    (outcome,) = await company.run(CreateRecord("lead", values), by="admin")
    use = {"file": stored["id"], "object": "lead", "record": outcome.record()["id"], "field": "note"}
    await company.change(sa.insert(company.tables.file_use).values(**use))
    assert (await (await api.signed_in("sales2")).get(f"/files/{stored['id']}")).status_code == 200
    assert (await sales.get(f"/files/{stored['id']}")).status_code == 404
    assert (await (await api.signed_in("sales3")).get(f"/files/{stored['id']}")).status_code == 404


async def test_a_thumbnail_is_small_upright_and_without_what_the_camera_wrote(sales: httpx.AsyncClient):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    exif[0x010F] = "a camera"
    stored = (await upload(sales, picture(400, 200, exif=exif))).json()
    got = await sales.get(f"/files/{stored['id']}/thumbnail", params={"size": 64})
    small = Image.open(io.BytesIO(got.content))
    assert (small.format, small.size, dict(small.getexif())) == ("WEBP", (32, 64), {})
    assert (await sales.get(f"/files/{stored['id']}/thumbnail", params={"size": 64})).content == got.content
    assert (await sales.get(f"/files/{stored['id']}/thumbnail", params={"size": 65})).status_code == 422
    text = (await upload(sales, b"text")).json()
    assert (await sales.get(f"/files/{text['id']}/thumbnail")).status_code == 404


async def test_what_nothing_refers_to_expires_and_what_is_referred_to_stays(api: Api, own_company: Clocked):
    files: Files = api.app.state.files
    client = await Api(api.app, own_company.company.key).sign_in("sales1")
    loose, used = [(await upload(client, picture())).json()["id"] for _ in range(2)]
    await client.get(f"/files/{loose}/thumbnail")
    lead = await own_company.lead()
    use = {"file": used, "object": "lead", "record": lead["id"], "field": "note"}
    await own_company.change(sa.insert(own_company.tables.file_use).values(**use))
    own_company.clock.move(LASTS - timedelta(seconds=1))
    assert await files.expire(own_company) == 0
    own_company.clock.move(timedelta(seconds=2))
    assert await files.expire(own_company) == 1
    (row,) = await own_company.system_rows("file")
    assert (str(row["id"]), row["expires_at"]) == (used, None)
    store: Any = files._store
    with pytest.raises(Exception, match="not"):
        _ = [part async for part in store.read(f"{own_company.company.schema}/{loose.replace('-', '')}.160")]


async def test_an_expiry_that_was_cut_off_is_taken_up_again(
    api: Api, own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    files: Files = api.app.state.files
    client = await Api(api.app, own_company.company.key).sign_in("sales1")
    file = (await upload(client, picture())).json()["id"]
    own_company.clock.move(LASTS + timedelta(seconds=1))

    async def away(keys: object) -> None:
        raise OSError("away")

    with monkeypatch.context() as patched:
        patched.setattr(files._store, "delete", away)
        with pytest.raises(OSError, match="away"):
            await files.expire(own_company)
    assert (await client.get(f"/files/{file}")).status_code in (401, 404)
    assert await files.expire(own_company) == 1
    assert not await own_company.system_rows("file")
    assert key_of(own_company, (await own_company.lead())["id"]).startswith(own_company.company.schema)
