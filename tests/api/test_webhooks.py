"""Webhooks and deliveries over HTTP: for administrators only, and a secret is shown once."""

from collections.abc import AsyncGenerator

import pytest
import sqlalchemy as sa
from tests.support.company import Clocked, fresh_company
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.records.commands import AssignRecord
from closeloop.runtime.pushes import push

pytestmark = pytest.mark.db

HOOK = Body(
    "webhook", "erp",
    {"webhook": "erp", "on": "lead", "label": {"zh-CN": "x", "en-US": "ERP"}, "url": "https://erp.test/in",
     "events": ["created"]},
)  # fmt: skip
ROUTES = (
    ("GET", "/webhooks"),
    ("POST", "/webhooks/erp/secret"),
    ("GET", "/deliveries"),
    ("POST", "/deliveries/{id}/resend"),
)


@pytest.fixture(scope="module")
async def company(database: Database) -> AsyncGenerator[Clocked]:
    async with fresh_company(database, HOOK) as runtime:
        yield runtime


@pytest.fixture(scope="module")
async def api(migrated_url: str, company: Clocked) -> AsyncGenerator[Api]:
    async with serve(migrated_url, company) as served:
        yield served


async def test_a_secret_is_shown_once_and_never_again(api: Api, company: Clocked):
    admin = await api.signed_in("admin")
    answer = await admin.post("/webhooks/erp/secret")
    assert answer.status_code == 201
    secret = answer.json()["secret"]
    (row,) = await company.system_rows("secret")
    assert row["key"] == "erp"
    assert secret not in row["secret"], "who reads the database could sign as we do"
    listed = await admin.get("/webhooks")
    (hook,) = listed.json()["items"]
    assert (hook["key"], hook["label"], hook["events"]) == ("erp", "ERP", ["created"])
    assert hook["secret_at"] is not None
    assert secret not in listed.text
    again = (await admin.post("/webhooks/erp/secret")).json()["secret"]
    assert again != secret
    assert len(await company.system_rows("secret")) == 1


async def test_deliveries_are_listed_by_state_page_by_page_and_sent_again(api: Api, company: Clocked):
    for _ in range(3):
        await company.lead()
    admin = await api.signed_in("admin")
    outbox = company.tables.outbox
    rows = await company.system_rows("outbox")
    its = [row for row in rows if row["target"] == "erp"]  # mails wait there, too
    dead = its[0]["id"]
    values = {"state": "dead", "attempts": 12, "next_at": None, "error": "delivery_timeout"}
    await company.change(sa.update(outbox).where(outbox.c.id == dead).values(**values))
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await admin.get("/deliveries", params={"limit": 2, "cursor": cursor})).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [str(row["id"]) for row in reversed(rows)]
    (one,) = (await admin.get("/deliveries", params={"state": "dead", "webhook": "erp"})).json()["items"]
    assert (one["id"], one["webhook"], one["type"]) == (str(dead), "erp", "record.created")
    assert one["label"] == "Created"
    assert one["error"]["code"] == "delivery_timeout"
    assert one["error"]["message"] not in ("", "delivery_timeout")
    assert "payload" not in one
    (hook,) = (await admin.get("/webhooks")).json()["items"]
    waiting = [row for row in its if row["id"] != dead and row["state"] == "waiting"]
    assert (hook["waiting"], hook["dead"]) == (len(waiting), 1)
    answer = await admin.post(f"/deliveries/{dead}/resend")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    (row,) = await company.system_rows("outbox", id=dead)
    assert (row["attempts"], row["next_at"]) == (0, company.clock.now())


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_only_administrators_see_them(api: Api, company: Clocked, method: str, path: str):
    lead = await company.lead()
    (row,) = await company.system_rows("outbox", record=lead["id"])
    path = path.replace("{id}", str(row["id"]))
    problem(await api.anyone().request(method, path), 401, "not_signed_in")
    for login in ("sales1", "director"):
        problem(await (await api.signed_in(login)).request(method, path), 403, "forbidden")


async def test_those_of_another_company_are_not_there(
    api: Api, migrated_url: str, database: Database, company: Clocked
):
    lead = await company.lead()
    (row,) = await company.system_rows("outbox", record=lead["id"])
    async with fresh_company(database) as other, serve(migrated_url, other) as served:
        admin = await served.signed_in("admin")
        assert (await admin.get("/webhooks")).json()["items"] == []
        assert (await admin.get("/deliveries")).json()["items"] == []
        problem(await admin.post("/webhooks/erp/secret"), 404, "unknown_webhook")
        problem(await admin.post(f"/deliveries/{row['id']}/resend"), 404, "not_found")


async def test_what_is_asked_wrongly_is_told(api: Api):
    admin = await api.signed_in("admin")
    assert wrong_fields(await admin.get("/deliveries", params={"state": "lost"})) == {"state": "not_an_option"}
    assert wrong_fields(await admin.get("/deliveries", params={"cursor": "x"})) == {"cursor": "bad_cursor"}
    problem(await admin.post("/webhooks/none/secret"), 404, "unknown_webhook")
    problem(await admin.get("/deliveries", params={"limit": 0}), 422, "invalid")


async def test_mails_stand_among_the_deliveries_and_are_sent_again(api: Api, company: Clocked):
    admin = await api.signed_in("admin")
    person = company.id_of("sales1")
    await company.change_person("sales1", email="lin@example.com")
    lead = await company.lead()
    await company.run(AssignRecord("lead", lead["id"], person=company.id_of("sales2")), by="admin")
    await company.run(AssignRecord("lead", lead["id"], person=person), by="admin")
    await push(company, "http://crm.test", mails=True)
    mails = (await admin.get("/deliveries", params={"channel": "email"})).json()["items"]
    mail = mails[0]
    assert (mail["channel"], mail["webhook"], mail["type"]) == ("email", None, "assigned")
    assert mail["label"].startswith("新的线索："), "a mail is known by its subject"
    assert mail["person"] == {"id": str(person), "label": "林晓"}
    assert (mail["object"], mail["record"]) == ("lead", str(lead["id"]))
    hooks = (await admin.get("/deliveries", params={"channel": "webhook"})).json()["items"]
    assert {one["channel"] for one in hooks} == {"webhook"}
    assert not {one["id"] for one in hooks} & {one["id"] for one in mails}
    assert (await admin.post(f"/deliveries/{mail['id']}/resend")).status_code == 202
    assert wrong_fields(await admin.get("/deliveries", params={"channel": "fax"})) == {"channel": "not_an_option"}
