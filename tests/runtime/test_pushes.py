"""Notices leave the house by e-mail: to whom, when, with what, once, and what happens when they can't."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from tests.support.company import Clocked, fresh_company
from tests.support.smtp import MailServer, certificate, mail_server

from closeloop.access.preferences import read_preferences
from closeloop.access.secrets import SecretBox
from closeloop.catalog.store import Body
from closeloop.connect import outbound
from closeloop.connect.adapters.email import Mail
from closeloop.connect.outbound import Outbound
from closeloop.db.engine import Database
from closeloop.events.outbox import DEAD, DONE, WAITING
from closeloop.records.commands import AssignRecord
from closeloop.runtime.about import known_of
from closeloop.runtime.pushes import push
from closeloop.runtime.switch import switch_dealing

pytestmark = [pytest.mark.db, pytest.mark.http]

ADDRESS = "https://crm.example.com"


BOX = SecretBox(lambda: "key")


def mail_of(server: MailServer, **more: Any) -> Mail:
    return Mail(**{
        "host": "127.0.0.1", "port": server.port, "tls": "none", "user": None, "password": None,
        "sender": "Closeloop <crm@example.com>", **more,
    })  # fmt: skip


@asynccontextmanager
async def mailed(
    database: Database, server: MailServer, *more: Body, **how: Any
) -> AsyncGenerator[tuple[Clocked, Outbound]]:
    """Make a company in which sales1 has an address, and what sends for it."""
    async with fresh_company(database, *more) as company:
        await company.change_person("sales1", email="lin@example.com")
        out = Outbound(company, company.clock, BOX, private=True, mail=mail_of(server, **how))
        try:
            yield company, out
        finally:
            await out.close()


async def send(company: Clocked, out: Outbound) -> None:
    while await push(company, ADDRESS, mails=True):
        pass
    while await out.look():
        await out.wait()


async def give(runtime: Clocked, /, *logins: str, **values: Any) -> list[dict[str, Any]]:
    """Make a lead for each of the people and give it to them."""
    leads = [await runtime.lead(source="manual", **values) for _ in logins]  # which no policy deals to anybody
    for lead, login in zip(leads, logins, strict=True):
        assert lead["owner"] is None
        await runtime.run(AssignRecord("lead", lead["id"], person=runtime.id_of(login)), by="admin")
    return leads


async def wants(company: Clocked, login: str, **wanted: Any) -> None:
    kept = read_preferences(wanted, frozenset(wanted.get("types", ()))).out()
    await company.change_person(login, preferences=kept)


async def states(company: Clocked) -> list[tuple[str, str | None]]:
    return [(row["state"], row["error"]) for row in await company.system_rows("outbox")]


async def test_a_new_owner_gets_a_mail_that_opens_the_record(database: Database):
    async with mail_server() as server, mailed(database, server) as (company, out):
        (lead,) = await give(company, "sales1", company="云<启>\r\nBcc: x@example.com", name="李雷")
        await send(company, out)
        (mail,) = server.taken
        assert mail["To"] == "林晓 <lin@example.com>"
        assert mail["From"] == "Closeloop <crm@example.com>"
        assert mail["Bcc"] is None
        assert mail["Subject"].startswith("新的线索：云<启>")
        (row,) = await company.system_rows("outbox")
        assert mail["Message-ID"] == f"<{row['event']}@example.com>"
        assert mail["Auto-Submitted"] == "auto-generated"
        text, html = (part.get_content() for part in mail.iter_parts())
        link = f"{ADDRESS}/o/lead/records/{lead['id']}"
        for part in (text, html):
            assert link in part
            assert "李雷" in part
            assert "手工录入" in part
        assert "云&lt;启&gt;" in html
        assert "云<启>" not in html
        assert (row["state"], row["record"], row["type"]) == (DONE, lead["id"], "assigned")
        await send(company, out)
        assert len(server.taken) == 1


async def test_the_owner_is_told_how_to_begin_the_next_contact(database: Database):
    """By the playbook that stands beside the form; others whom a notice reaches don't make that contact."""
    async with mail_server() as server, mailed(database, server) as (company, out):
        (lead,) = await give(company, "sales1", name="李<雷>")
        await send(company, out)
        (mail,) = server.taken
        text, html = (part.get_content() for part in mail.iter_parts())
        assert "第一次联系 · 开场" in text
        assert "李<雷>您好，我是林晓" in text
        assert "李&lt;雷&gt;您好" in html
        manager = company.org.people[company.id_of("manager1")]
        told = (await known_of(company, manager, "lead", [lead["id"]]))[lead["id"]]
        assert ("联系人", "李<雷>") in told.facts
        assert told.opening is None


async def test_it_is_written_in_the_readers_language(database: Database):
    async with mail_server() as server, mailed(database, server) as (company, out):
        await company.change_person("sales1", locale="en-US")
        await give(company, "sales1", company="Yunqi")
        await send(company, out)
        (mail,) = server.taken
        assert mail["Subject"] == "New Lead: Yunqi"
        assert "Entered by hand" in str(next(iter(mail.iter_parts())))


async def test_what_a_reader_may_not_see_is_in_no_mail(database: Database):
    role = {"lead": {"read": "own", "update": "own", "fields": {"company": "hidden", "phone": "hidden"}}}
    hidden = Body("role", "sales", {"role": "sales", "label": "x", "objects": role})
    async with mail_server() as server, mailed(database, server, hidden) as (company, out):
        await give(company, "sales1", company="绝密公司", name="李雷")
        await send(company, out)
        (mail,) = server.taken
        assert "绝密" not in mail["Subject"]
        text = next(iter(mail.iter_parts())).get_content()
        assert "绝密" not in text
        assert "139" not in text
        assert "李雷" in text


async def test_nobody_without_an_address_or_who_does_not_want_it_gets_one(database: Database):
    async with mail_server() as server, mailed(database, server) as (company, out):
        await company.change_person("sales2", email="chen@example.com")
        await wants(company, "sales2", types={"assigned": {"email": "off"}})
        await give(company, "sales1", "sales2", "sales3")
        await send(company, out)
        assert [mail["To"] for mail in server.taken] == ["林晓 <lin@example.com>"]
        assert await company.system_rows("notice", person=company.id_of("sales2")) != []


async def test_what_comes_in_quiet_hours_waits_and_then_comes_as_one(database: Database):
    async with mail_server() as server, mailed(database, server) as (company, out):
        await wants(company, "sales1", quiet={"from": "09:30", "to": "11:00"})  # it is ten in Shanghai
        leads = await give(company, "sales1", "sales1", "sales1", company="静默")
        seen = (await company.system_rows("notice", person=company.id_of("sales1")))[0]
        company.clock.move(timedelta(minutes=30))
        notice = company.tables.notice
        await company.change(sa.update(notice).where(notice.c.id == seen["id"]).values(read_at=company.clock.now()))
        await send(company, out)
        assert server.taken == []
        company.clock.move(timedelta(minutes=30))
        await send(company, out)
        (mail,) = server.taken
        assert mail["Subject"] == "2 条通知"
        html = list(mail.iter_parts())[1].get_content()
        assert [str(lead["id"]) in html for lead in leads] == [False, True, True]
        (row,) = await company.system_rows("outbox")
        assert (row["type"], row["object"], row["record"]) == ("digest", None, None)


async def test_the_urgent_does_not_wait_and_the_rest_comes_at_the_chosen_hour(database: Database):
    alarm: dict[str, Any] = {
        "rule": "alarm", "on": "lead", "label": "x", "after": "created", "when": "company == '急'",
        "do": [{"notify": "person:sales1", "level": "danger", "title": {"zh-CN": "紧急：{company}"}}],
    }  # fmt: skip
    async with mail_server() as server, mailed(database, server, Body("rule", "alarm", alarm)) as (company, out):
        digest = {"email": "digest"}
        night = {"from": "09:00", "to": "12:00"}
        await wants(company, "sales1", levels={"info": digest, "warning": digest}, digest_at="17:00", quiet=night)
        await give(company, "sales1", "sales1", company="常规")
        await give(company, "sales8", company="急")
        await send(company, out)
        assert [mail["Subject"] for mail in server.taken] == ["紧急：急"]
        company.clock.move(timedelta(hours=7) - timedelta(seconds=1))
        await send(company, out)
        assert len(server.taken) == 1
        company.clock.move(timedelta(seconds=1))
        await send(company, out)
        assert [mail["Subject"] for mail in server.taken] == ["紧急：急", "2 条通知"]


async def test_one_that_is_muted_in_the_app_is_in_the_list_and_counts_as_read(database: Database):
    async with mail_server() as server, mailed(database, server) as (company, out):
        await wants(company, "sales1", types={"assigned": {"in_app": False, "email": "digest"}}, digest_at="17:00")
        await give(company, "sales1")
        (row,) = await company.system_rows("notice", person=company.id_of("sales1"))
        assert row["read_at"] == row["at"]
        company.clock.move(timedelta(hours=8))
        await send(company, out)
        assert len(server.taken) == 1


async def test_two_workers_at_once_send_it_once(database: Database):
    async with mail_server() as server, mailed(database, server) as (company, out):
        await give(company, *["sales1"] * 5)
        other = await company.another_process()
        await asyncio.gather(*(push(one, ADDRESS, mails=True) for one in (company, other, company, other)))
        await send(company, out)
        assert len(server.taken) == 5
        assert len({mail["Message-ID"] for mail in server.taken}) == 5


async def test_without_a_server_nothing_piles_up(database: Database):
    async with mail_server() as server, mailed(database, server) as (company, out):
        await give(company, "sales1")
        assert not await push(company, ADDRESS, mails=False)
        await send(company, out)
        assert server.taken == []
        assert await company.system_rows("outbox") == []


async def test_it_is_tried_again_until_it_arrives(database: Database):
    async with mail_server() as server, mailed(database, server) as (company, out):
        server.answers = ["451 busy", "452 full"]
        await give(company, "sales1")
        await send(company, out)
        assert await states(company) == [(WAITING, "delivery_refused")]
        for pause in (13, 26):
            company.clock.move(timedelta(seconds=pause))
            await send(company, out)
        assert await states(company) == [(DONE, None)]
        assert len(server.taken) == 1


async def test_an_address_that_is_refused_is_dead_and_keeps_no_other_waiting(database: Database):
    async with mail_server() as server, mailed(database, server) as (company, out):
        await company.change_person("sales2", email="chen@example.com")
        server.unknown.add("lin@example.com")
        await give(company, "sales1", "sales2", "sales1")
        await send(company, out)
        assert sorted(await states(company)) == [(DEAD, "delivery_refused"), (DEAD, "delivery_refused"), (DONE, None)]
        assert [mail["To"] for mail in server.taken] == ["陈思齐 <chen@example.com>"]
        told = await company.system_rows("notice", type="deliveries_dead")
        assert [company.login_of(one["person"]) for one in told] == ["admin"]
        assert told[0]["push_at"] is None
        await give(company, "sales1")
        await send(company, out)
        assert len(await company.system_rows("notice", type="deliveries_dead")) == 1
        company.clock.move(timedelta(days=1))
        await give(company, "sales1")
        await send(company, out)
        assert len(await company.system_rows("notice", type="deliveries_dead")) == 2


async def test_who_has_left_meanwhile_gets_nothing(database: Database):
    async with mail_server() as server, mailed(database, server) as (company, out):
        await give(company, "sales1")
        await push(company, ADDRESS, mails=True)
        await company.change_person("sales1", active=False)
        await send(company, out)
        assert server.taken == []
        assert await states(company) == [(DEAD, "delivery_no_address")]


async def test_a_server_with_encryption_and_a_password(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    context, trusted = certificate(tmp_path)
    for how in ("starttls", "tls"):
        encryption: dict[str, Any] = {how: context}
        known = {"tls": how, "user": "crm", "password": "right"}
        async with mail_server(password="right", **encryption) as server:
            async with mailed(database, server, **known) as (company, out):
                await give(company, "sales1")
                await send(company, out)
                assert await states(company) == [(WAITING, "delivery_no_tls")], how
            with monkeypatch.context() as patch:
                patch.setenv("SSL_CERT_FILE", str(trusted))
                async with mailed(database, server, **known) as (company, out):
                    await give(company, "sales1")
                    await send(company, out)
                    assert await states(company) == [(DONE, None)], how
                async with mailed(database, server, **{**known, "password": "wrong"}) as (company, out):
                    await give(company, "sales1")
                    await send(company, out)
                    assert await states(company) == [(WAITING, "delivery_no_entry")], how
            assert server.encrypted == [True] if how == "starttls" else len(server.encrypted) == 1


async def test_a_server_that_is_away_or_silent_or_without_encryption(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(outbound, "TIMEOUT", 0.3)
    async with mail_server() as server, mailed(database, server, tls="starttls") as (company, out):
        await give(company, "sales1")
        await send(company, out)
        assert await states(company) == [(WAITING, "delivery_no_tls")]
    async with mailed(database, server) as (company, out):
        await give(company, "sales1")
        await send(company, out)
        assert await states(company) == [(WAITING, "delivery_unreachable")]
    held: list[asyncio.StreamWriter] = []
    silent = await asyncio.start_server(lambda _, writer: held.append(writer), "127.0.0.1", 0)
    server.port = silent.sockets[0].getsockname()[1]
    async with mailed(database, server) as (company, out):
        await give(company, "sales1")
        await send(company, out)
        assert await states(company) == [(WAITING, "delivery_timeout")]
    silent.close()
    for one in held:
        one.close()


async def test_alarms_that_no_record_sets_off_are_mailed_too(database: Database):
    async with mail_server() as server, mailed(database, server) as (company, out):
        await company.change_person("manager1", email="shen@example.com")
        director = company.actor_of(company.org.people[company.id_of("director")])
        await switch_dealing(company, director, "lead", automatic=False, note=None)
        await send(company, out)
        assert [mail["To"] for mail in server.taken] == ["沈知远 <shen@example.com>"]
        (told,) = await company.system_rows("notice", type="dealing_off")
        assert company.login_of(told["person"]) == "manager1"
