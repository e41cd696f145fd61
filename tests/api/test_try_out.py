"""A test message to oneself: by the channel's own way, told at once, kept among the deliveries, not too often."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from tests.support.company import Clocked
from tests.support.problems import problem, wrong_fields
from tests.support.smtp import MailServer, mail_server
from tests.support.web import Api

from closeloop.api.app import create_app
from closeloop.base.settings import Settings

pytestmark = [pytest.mark.db, pytest.mark.http]

AT = "/me/notifications/test"
CHINESE = {"Accept-Language": "zh-CN"}


@asynccontextmanager
async def posted(url: str, company: Clocked, server: MailServer | None) -> AsyncGenerator[Api]:
    """Run a web process whose installation has a mail server, or none."""
    mail: dict[str, Any] = {}
    if server is not None:
        mail = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": "none", "smtp_from": "crm@example.com"}
    with TemporaryDirectory() as home:
        settings = Settings(pool_size=4, home=Path(home), secret_key=SecretStr("a key for tests"), **mail)
        app = create_app(settings, url, company.clock)
        async with app.router.lifespan_context(app):
            yield Api(app, company.company.key)


async def asked(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.post(AT, json={"channel": "email"}, headers=CHINESE)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_it_arrives_and_is_kept_among_the_deliveries(own_company: Clocked, migrated_url: str):
    company = own_company
    await company.change_person("sales1", email="lin@example.com")
    async with mail_server() as server, posted(migrated_url, company, server) as api:
        client = await api.signed_in("sales1")
        assert (await client.get("/me/notifications/preferences")).json()["known"]["outside"] == ["email"]
        assert await asked(client) == {"channel": "email", "delivered": True, "status": 250, "error": None}
        (mail,) = server.taken
        assert (mail["To"], mail["Subject"]) == ("林晓 <lin@example.com>", "测试通知")
        (row,) = (await (await api.signed_in("admin")).get("/deliveries")).json()["items"]
        assert (row["type"], row["state"], row["attempts"], row["channel"]) == ("test", "done", 1, "email")


async def test_what_the_server_says_is_told_in_words_and_not_tried_again(own_company: Clocked, migrated_url: str):
    company = own_company
    await company.change_person("sales1", email="lin@example.com")
    async with mail_server() as server, posted(migrated_url, company, server) as api:
        client = await api.signed_in("sales1")
        server.answers = ["451 try again later"]
        told = await asked(client)
        assert (told["delivered"], told["status"]) == (False, 451)
        assert told["error"] == {"code": "delivery_refused", "message": "对方没有接收"}
        (row,) = await company.system_rows("outbox")
        assert (row["state"], row["next_at"], row["error"]) == ("dead", None, "delivery_refused")
        assert server.taken == []
        other = await asked(await api.signed_in("sales2"))  # who has no address
        assert other["error"]["code"] == "delivery_no_address"
    async with posted(migrated_url, company, None) as api:
        client = await api.signed_in("sales1")
        assert (await client.get("/me/notifications/preferences")).json()["known"]["outside"] == []
        assert (await asked(client))["error"] == {"code": "delivery_no_server", "message": "没有设置邮件服务器"}


async def test_not_too_often_and_not_by_what_is_no_channel(own_company: Clocked, migrated_url: str):
    company = own_company
    await company.change_person("sales1", email="lin@example.com")
    async with mail_server() as server, posted(migrated_url, company, server) as api:
        client = await api.signed_in("sales1")
        for channel in ("webhook", None):
            assert wrong_fields(await client.post(AT, json={"channel": channel})) == {"channel": "not_an_option"}
        for _ in range(3):
            await asked(client)
        refused = await client.post(AT, json={"channel": "email"})
        problem(refused, 429, "too_often")
        assert int(refused.headers["Retry-After"]) <= 60
        assert len(server.taken) == 3
        assert (await asked(await api.signed_in("sales2")))["delivered"] is False, "everybody has a limit of their own"
