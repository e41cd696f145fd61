"""Tables over HTTP: a dry run tells what would happen, the job does it, and says what it could not."""

import asyncio
import io
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import xlsxwriter
from tests.support.company import Clocked, a_phone
from tests.support.jobs import job_row, work_off
from tests.support.web import Api

from closeloop.runtime import importing
from closeloop.runtime.importing import ImportJob
from closeloop.runtime.job_runner import JobRunner, claim
from closeloop.runtime.jobs import LEASE

pytestmark = pytest.mark.db

IMPORT = "/objects/lead/import"


@pytest.fixture
async def admin(api: Api) -> httpx.AsyncClient:
    return await api.signed_in("admin")


def runner(api: Api) -> JobRunner:
    return JobRunner((ImportJob(api.app.state.files),))


async def send(client: httpx.AsyncClient, content: bytes | str, *, dry: bool = False, **form: Any) -> httpx.Response:
    data = {name: value if isinstance(value, str) else json.dumps(value) for name, value in form.items()}
    body = content.encode() if isinstance(content, str) else content
    return await client.post(
        IMPORT, params={"dry_run": "true"} if dry else {}, data=data, files={"file": ("leads.csv", body)}
    )


async def imported(api: Api, company: Clocked, content: bytes | str, **form: Any) -> dict[str, Any]:
    """Import a table as the administrator and return the job when it is over."""
    client = await api.signed_in("admin")
    answer = await send(client, content, **form)
    assert answer.status_code == 202, answer.text
    await work_off(company, runner(api))
    return (await client.get(f"/jobs/{answer.json()['id']}")).json()


async def lead_by(client: httpx.AsyncClient, phone: str) -> dict[str, Any]:
    answer = await client.get("/objects/lead/records", params={"filter": f"phone == '{phone}'"})
    (item,) = answer.json()["items"]
    return item


async def test_a_dry_run_tells_everything_and_changes_nothing(admin: httpx.AsyncClient, company: Clocked):
    text = "联系人;手机号;公司名称;预算;官方网站\n王伟;13911112222;云起装备;1.2万;x\n李娜;不是号码;海川;abc;y\n"
    before = len(await company.rows(company.catalog.object("lead").table.select()))
    answer = await send(admin, text.encode("gb18030"), dry=True)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["layout"]["encoding"] == "gb18030"
    assert body["layout"]["separator"] == ";"
    assert body["total"] == 2
    mapped = {column["header"]: column["field"] for column in body["columns"]}
    assert mapped == {"联系人": "name", "手机号": "phone", "公司名称": "company", "预算": "budget", "官方网站": None}
    assert body["rows"][0]["values"]["budget"] == "12000"
    assert body["error_count"] == 1
    assert {one["field"] for one in body["errors"][0]["errors"]} == {"phone", "budget"}
    assert body["errors"][0]["row"] == 3
    assert {one["written"] for one in body["errors"][0]["errors"]} == {"不是号码", "abc"}
    assert len(await company.rows(company.catalog.object("lead").table.select())) == before
    assert not [job for job in await company.system_rows("job") if job["params"]["header"] == list(mapped)]


async def test_the_file_of_a_dry_run_is_imported_with_a_changed_mapping(
    api: Api, admin: httpx.AsyncClient, company: Clocked
):
    phone = a_phone()
    file = (await send(admin, f"a,b\n{phone},云起\n", dry=True)).json()["file"]["id"]
    mapping = json.dumps({"a": "phone", "b": {"field": "company"}})
    answer = await admin.post(IMPORT, data={"file_id": file, "mapping": mapping}, files={"nothing": b""})
    assert answer.status_code == 202, answer.text
    await work_off(company, runner(api))
    lead = await lead_by(admin, phone)
    assert lead["company"] == "云起"
    assert lead["score"] is not None


async def test_what_can_not_be_imported_is_a_file_with_the_original_columns(
    api: Api, admin: httpx.AsyncClient, company: Clocked
):
    phone = a_phone()
    job = await imported(api, company, f"phone,name,budget\n{phone},好,5\nnonsense,坏,\n{a_phone()},贵,many\n")
    assert (job["state"], job["progress"], job["total"]) == ("done", 3, 3)
    assert job["counts"] == {"created": 1, "failed": 2}
    assert [(one["row"], one["field"], one["code"]) for one in job["errors"]] == [
        (3, "phone", "not_phone"),
        (4, "budget", "not_number"),
    ]
    file = (await admin.get(f"/jobs/{job['id']}/errors", headers={"Accept-Language": "zh-CN"})).text
    lines = file.removeprefix("\ufeff").splitlines()
    assert lines[0] == "行号,原因,phone,name,budget"
    assert lines[1] == "3,电话: 不是有效的电话号码,nonsense,坏,"


async def test_duplicates_join_are_skipped_or_told(api: Api, admin: httpx.AsyncClient, company: Clocked):
    phone = a_phone()
    text = f"phone,name\n{phone},甲\n+86 {phone},乙\n"
    job = await imported(api, company, text)
    assert job["counts"] == {"created": 1, "joined": 1}
    assert (await imported(api, company, text, options={"duplicates": "skip"}))["counts"] == {"skipped": 2}
    job = await imported(api, company, text, options={"duplicates": "error"})
    assert (job["counts"], job["errors"][0]["code"]) == ({"failed": 2}, "duplicate")
    assert (await lead_by(admin, phone))["name"] == "甲"


async def test_an_owner_is_named_by_login_or_name(api: Api, admin: httpx.AsyncClient, company: Clocked):
    phones = [a_phone() for _ in range(3)]
    name = company.org.people[company.id_of("sales2")].name
    job = await imported(
        api, company, f"phone,负责人\n{phones[0]},sales1\n{phones[1]},{name}\n{phones[2]},nobody here\n"
    )
    assert job["counts"] == {"created": 2, "failed": 1}
    owners = [(await lead_by(admin, phone))["owner"]["id"] for phone in phones[:2]]
    assert owners == [str(company.id_of("sales1")), str(company.id_of("sales2"))]
    assert job["errors"][0]["code"] == "unknown_person"


async def test_records_are_updated_by_a_key_and_made_where_there_is_none(
    api: Api, admin: httpx.AsyncClient, company: Clocked
):
    there, new = a_phone(), a_phone()
    await imported(api, company, f"phone,name,city\n{there},旧,苏州\n")
    text = f"phone,name,city\n+86{there},新,\n{new},一,杭州\n{new},二,\n"
    job = await imported(api, company, text, options={"mode": "update", "key": "phone"})
    assert (job["counts"], job["errors"][0]["code"]) == ({"updated": 1, "failed": 2}, "not_found_by")
    lead = await lead_by(admin, there)
    assert (lead["name"], lead["city"]) == ("新", "苏州")
    job = await imported(api, company, text, options={"mode": "upsert", "key": "phone"})
    assert job["counts"] == {"updated": 2, "created": 1}
    lead = await lead_by(admin, new)
    assert (lead["name"], lead["city"]) == ("二", "杭州")
    await imported(api, company, text, options={"mode": "upsert", "key": "phone", "empty": "clear"})
    assert (await lead_by(admin, new))["city"] is None


async def test_a_relation_is_named_by_the_title_of_a_readable_record(
    api: Api, admin: httpx.AsyncClient, company: Clocked
):
    name = f"公司{a_phone()}"
    lead = (await admin.post("/objects/lead/records", json={"phone": a_phone(), "company": name})).json()
    text = f"lead,kind,outcome\n{name},电话,有意向\n{lead['id']},call,interested\nno such company,call,interested\n"
    answer = await admin.post("/objects/touch/import", files={"file": ("touches.csv", text.encode())})
    assert answer.status_code == 202, answer.text
    await work_off(company, runner(api))
    job = (await admin.get(f"/jobs/{answer.json()['id']}")).json()
    assert (job["counts"], [one["code"] for one in job["errors"]]) == ({"created": 2, "failed": 1}, ["not_found_by"])


async def test_a_sheet_of_a_workbook_is_imported_with_its_types(api: Api, admin: httpx.AsyncClient, company: Clocked):
    out = io.BytesIO()
    phone = a_phone()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet("empty")
        sheet = book.add_worksheet("leads")
        sheet.write_row(0, 0, ["电话", "下次联系", "员工人数", "预算"])
        sheet.write_number(1, 0, int(phone))
        sheet.write_datetime(
            1, 1, company.clock.now().replace(tzinfo=None), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        )
        sheet.write_number(1, 2, 35)
        sheet.write_number(1, 3, 0.1)
    dry = (await send(admin, out.getvalue(), dry=True, options={"sheet": "leads"})).json()
    assert dry["layout"]["sheets"] == ["empty", "leads"]
    job = await imported(api, company, out.getvalue(), options={"sheet": "leads"})
    assert job["counts"] == {"created": 1}, job
    lead = await lead_by(admin, phone)
    assert (lead["employees"], lead["budget"], lead["next_contact_at"]) == (35, "0.1", "2026-03-03T18:00:00Z")


async def test_a_worker_killed_between_two_chunks_doubles_no_row(
    api: Api, admin: httpx.AsyncClient, own_company: Clocked, monkeypatch: pytest.MonkeyPatch
):
    """The cursor is a byte of the file, which the next worker unpacks anew, with quotes and line breaks in it."""
    monkeypatch.setattr(importing, "CHUNK", 7)
    client = await Api(api.app, own_company.company.key).sign_in("admin")
    phones = [a_phone() for _ in range(40)]
    text = "phone,note\r\n" + "".join(f'{phone},"a ""quoted""\r\nnote {i}"\r\n' for i, phone in enumerate(phones))
    job = (await send(client, text)).json()
    for _ in range(10):
        own_company.clock.move(LEASE + timedelta(seconds=1))
        claimed = await claim(own_company)
        if claimed is None:
            break
        killed = ImportJob(api.app.state.files).chunks(own_company, claimed)
        try:
            await anext(killed)
        except StopAsyncIteration:
            break
        finally:
            await killed.aclose()
    own_company.clock.move(LEASE + timedelta(seconds=1))
    await work_off(own_company, runner(api))
    row = await job_row(own_company, job["id"])
    assert (row["state"], row["progress"], row["cursor"]["counts"]) == ("done", 40, {"created": 40})
    leads = await own_company.rows(own_company.catalog.object("lead").table.select())
    assert sorted(lead["phone"] for lead in leads) == sorted(phones)
    assert {lead["note"] for lead in leads} == {f'a "quoted"\nnote {i}' for i in range(40)}


async def test_an_owner_is_told_once_of_all_that_came(api: Api, own_company: Clocked):
    client = await Api(api.app, own_company.company.key).sign_in("admin")
    text = "phone,source\n" + "".join(f"{a_phone()},广告\n" for _ in range(16))
    assert (await send(client, text)).status_code == 202
    await work_off(own_company, runner(api))
    assert not await own_company.system_rows("notice", type="assigned")
    told = await own_company.system_rows("notice", type="assigned_many")
    assert {(own_company.login_of(one["person"]), one["params"]["count"]) for one in told} == {
        (f"sales{n}", 2) for n in range(1, 9)
    }


async def test_the_same_key_and_file_are_one_job(admin: httpx.AsyncClient):
    text = f"phone\n{a_phone()}\n".encode()
    key = {"Idempotency-Key": str(uuid4())}
    first, second = await asyncio.gather(
        *(admin.post(IMPORT, files={"file": ("a.csv", text)}, headers=key) for _ in range(2))
    )
    assert first.json()["id"] == second.json()["id"]
    other = await admin.post(IMPORT, files={"file": ("a.csv", b"phone\n1\n")}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")


@pytest.mark.parametrize(
    ("content", "form", "field", "code"),
    [
        ("phone\n1\n", {"options": {"mode": "upsert"}}, "key", "required"),
        ("phone\n1\n", {"options": {"mode": "nonsense"}}, "options.mode", "not_one_of"),
        ("phone\n1\n", {"options": {"more": 1}}, "options.more", "unknown_parameter"),
        ("phone\n1\n", {"options": "{"}, "options", "bad_json"),
        ("phone\n1\n", {"options": [1]}, "options", "not_a_mapping"),
        ("phone\n1\n", {"options": {"encoding": "ebcdic"}}, "encoding", "not_one_of"),
        ("phone\n1\n", {"options": {"separator": "\n"}}, "separator", "one_character"),
        ("phone\n1\n", {"mapping": {"phone": "nonsense"}}, "mapping.phone.field", "unknown_field"),
        ("phone\n1\n", {"mapping": {"phone": "score"}}, "mapping.phone.field", "unknown_field"),
        ("phone\n1\n", {"mapping": {"other": "phone"}}, "mapping.other", "unknown_column"),
        ("phone,b\n1,2\n", {"mapping": {"phone": "phone", "b": "phone"}}, "mapping.b.field", "taken"),
        ("phone\n1\n", {"mapping": {"phone": None}}, "mapping", "nothing_mapped"),
        ("nothing,known\n1,2\n", {}, "mapping", "nothing_mapped"),
        (b"\x89PNG\r\n\x1a\n nonsense", {}, "file", "bad_picture"),
        (b"%PDF-1.4", {}, "file", "unknown_file_type"),
        (b"MZ\x00\x00", {}, "file", "unknown_file_type"),
        ("\n\n", {}, "file", "empty_table"),
        ('phone\n"' + "1" * 1_100_000, {}, "file", "bad_table"),
    ],
)
async def test_wrong_input_is_told_at_its_place(
    admin: httpx.AsyncClient, content: bytes | str, form: dict[str, Any], field: str, code: str
):
    answer = await send(admin, content, **form)
    assert answer.status_code == 422, answer.text
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]


async def test_who_may_neither_create_nor_update_may_not_import(api: Api, neighbour: Api, admin: httpx.AsyncClient):
    assert (await send(await api.signed_in("finance1"), "phone\n1\n")).status_code == 404
    assert (await send(api.anyone(), "phone\n1\n")).status_code == 401
    assert (await admin.post(IMPORT, json={})).json()["code"] == "not_a_form"
    file = (await send(admin, "phone\n1\n", dry=True)).json()["file"]["id"]
    for stranger in (await api.signed_in("sales1"), await neighbour.signed_in("admin")):
        answer = await stranger.post(IMPORT, data={"file_id": file}, files={"nothing": b""})
        assert answer.status_code == 404


async def test_a_row_is_refused_where_the_person_may_not_do_it_alone(api: Api, company: Clocked):
    """A salesperson makes leads of one's own, and gives none to others."""
    sales = await api.signed_in("sales1")
    phones = [a_phone(), a_phone()]
    answer = await send(sales, f"phone,owner\n{phones[0]},sales1\n{phones[1]},sales2\n")
    assert answer.status_code == 202
    await work_off(company, runner(api))
    job = (await sales.get(f"/jobs/{answer.json()['id']}")).json()
    assert (job["counts"], job["errors"][0]["code"]) == ({"created": 1, "failed": 1}, "may_not_assign")
