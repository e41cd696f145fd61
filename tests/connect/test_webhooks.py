"""Webhooks: what goes out with a commit, how it is signed, and that it arrives whatever happens on the way."""

import asyncio
import hmac
import os
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from tests.support.company import Clocked, fresh_company
from tests.support.receiver import Receiver, receiving

from closeloop.access.secrets import SecretBox
from closeloop.base.errors import Invalid
from closeloop.catalog.store import Body
from closeloop.connect import outbound
from closeloop.connect.addresses import PrivateAddress, is_public, resolve
from closeloop.connect.outbound import LEASE, MOST_ATTEMPTS, Outbound
from closeloop.db.engine import Database
from closeloop.events.outbox import DEAD, DONE, WAITING
from closeloop.records.batch import Row
from closeloop.records.commands import MoveRecord, UpdateRecord

pytestmark = [pytest.mark.db, pytest.mark.http]

SECRET = "whsec"
KEY = "key"
BOX = SecretBox(lambda: KEY)


def webhook(url: str, key: str = "erp", **keys: Any) -> Body:
    body = {"webhook": key, "on": "lead", "label": key, "url": url, "events": ["created"]}
    return Body("webhook", key, {**body, **keys})


@asynccontextmanager
async def hooked(
    database: Database, receiver: Receiver, *more: Body, private: bool = True, **keys: Any
) -> AsyncGenerator[tuple[Clocked, Outbound]]:
    """Make a company with a webhook to the receiver, its secret, and what sends for it."""
    async with fresh_company(database, webhook(receiver.url(), **keys), *more) as company:
        await keep_secret(company, "erp")
        out = Outbound(company, company.clock, BOX, private=private)
        try:
            yield company, out
        finally:
            await out.close()


async def keep_secret(company: Clocked, key: str) -> None:
    row = {"kind": "webhook", "key": key, "secret": BOX.seal(SECRET), "created_at": company.clock.now()}
    await company.change(sa.insert(company.tables.secret).values(**row))


async def send(out: Outbound) -> None:
    while await out.look():
        await out.wait()


async def states(company: Clocked) -> list[tuple[str, int, str | None]]:
    return [(one["state"], one["attempts"], one["error"]) for one in await company.system_rows("outbox")]


def change(lead: Row, **values: Any) -> UpdateRecord:
    return UpdateRecord("lead", lead["id"], values=values)


async def test_what_arrives_is_signed_and_says_what_happened(database: Database):
    async with receiving() as receiver, hooked(database, receiver, events=["created", "moved"]) as (company, out):
        lead = await company.lead(company="Acme", budget="12.50")
        await send(out)
        await company.run(MoveRecord("lead", lead["id"], to="contacted"))
        await send(out)
        made, moved = receiver.taken
        stamp, signature = made.headers["closeloop-signature"].split(",")
        assert stamp == f"t={int(company.clock.now().timestamp())}"
        signed = f"{stamp[2:]}.".encode() + made.body
        assert signature == "v1=" + hmac.new(SECRET.encode(), signed, sha256).hexdigest()
        assert made.headers["closeloop-event-type"] == made.json["type"] == "record.created"
        assert made.headers["closeloop-event-id"] == made.json["id"]
        assert made.headers["host"] == f"127.0.0.1:{receiver.port}"
        record = made.json["record"]
        assert (record["id"], record["company"], record["budget"]) == (str(lead["id"]), "Acme", "12.5")
        assert record["owner"]["id"] == str(lead["owner"])
        assert moved.json["changes"]["stage"] == ["new", "contacted"]
        assert await states(company) == [(DONE, 1, None)] * 2


async def test_only_what_is_asked_for_goes_out(database: Database):
    keys = {"events": ["created", "updated"], "filter": "city == 'here'", "fields": ["city", "stage"]}
    async with receiving() as receiver, hooked(database, receiver, **keys) as (company, out):
        here, _ = await company.lead(city="here", company="Acme"), await company.lead(city="away")
        await company.run(change(here, note="secret", page_views=3))
        await send(out)
        assert {one.json["type"] for one in receiver.taken} == {"record.created", "record.updated"}
        for one in receiver.taken:
            assert one.json["record"].keys() == {"id", "version", "city", "stage"}
            assert one.json["changes"].keys() <= {"city", "stage"}
            assert b"secret" not in one.body
            assert b"Acme" not in one.body


async def test_a_rule_sends_and_a_resting_webhook_gets_nothing(database: Database):
    step = Body(
        "rule", "tell",
        {"rule": "tell", "on": "lead", "label": "tell", "after": "updated", "when": "changed.city",
         "do": [{"webhook": "erp"}, {"webhook": "off"}]},
    )  # fmt: skip
    async with receiving() as receiver:
        off = webhook(receiver.url("/off"), "off", active=False, events=["created", "updated"])
        async with hooked(database, receiver, step, off, events=[]) as (company, out):
            lead = await company.lead()
            await company.run(change(lead, city="x"))
            await send(out)
            (one,) = receiver.taken
            assert (one.path, one.json["type"], one.json["record"]["city"]) == ("/hook", "rule.tell", "x")
            (run,) = await company.system_rows("event", type="rule.run")
            assert one.json["id"] == str(run["id"])


async def test_what_is_rolled_back_is_not_sent(database: Database):
    async with receiving() as receiver, hooked(database, receiver, events=["updated"]) as (company, out):
        lead = await company.lead()
        (outcome,) = await company.run(MoveRecord("lead", lead["id"], to="qualified", values={"note": "x"}))
        assert isinstance(outcome.error, Invalid)
        await send(out)
        assert (receiver.taken, await company.system_rows("outbox")) == ([], [])


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((500, {}), "delivery_refused"),
        ((302, {"location": "/elsewhere"}), "delivery_redirected"),
        ((404, {}), "delivery_refused"),
    ],
)
async def test_what_is_refused_is_sent_again_later_as_the_same_event(
    database: Database, answer: tuple[int, dict[str, str]], error: str
):
    async with receiving() as receiver, hooked(database, receiver) as (company, out):
        receiver.answers = [answer, answer]
        await company.lead()
        await send(out)
        assert await states(company) == [(WAITING, 1, error)]
        (row,) = await company.system_rows("outbox")
        assert timedelta(seconds=10) <= row["next_at"] - company.clock.now() <= timedelta(seconds=12.5)
        assert row["status"] == answer[0]
        await send(out)
        assert len(receiver.taken) == 1
        company.clock.move(timedelta(seconds=13))
        await send(out)
        (row,) = await company.system_rows("outbox")
        assert timedelta(seconds=20) <= row["next_at"] - company.clock.now() <= timedelta(seconds=25)
        company.clock.move(timedelta(seconds=26))
        await send(out)
        assert await states(company) == [(DONE, 3, None)]
        assert len(set(receiver.events())) == 1
        assert {one.path for one in receiver.taken} == {"/hook"}


async def test_a_target_that_asks_for_time_gets_it(database: Database):
    async with receiving() as receiver, hooked(database, receiver) as (company, out):
        receiver.answers = [(429, {"retry-after": "120"})]
        await company.lead()
        await send(out)
        company.clock.move(timedelta(seconds=119))
        await send(out)
        assert len(receiver.taken) == 1
        company.clock.move(timedelta(seconds=1))
        await send(out)
        assert await states(company) == [(DONE, 2, None)]


async def test_a_target_that_does_not_answer_holds_up_no_other(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(outbound, "TIMEOUT", 3)  # long enough for the quick one on a machine that is busy
    async with receiving() as slow, receiving() as quick:
        other = webhook(quick.url(), "quick")
        async with hooked(database, slow, other) as (company, out):
            await keep_secret(company, "quick")
            slow.answers = [None] * 100
            for _ in range(6):
                await company.lead()
            assert await out.look()
            await quick.has_taken(6)
            assert len(slow.taken) <= outbound.AT_ONCE
            await out.wait()
            errors = [one["error"] for one in await company.system_rows("outbox", target="erp")]
            assert errors.count("delivery_timeout") == outbound.AT_ONCE
            assert slow.most_together == outbound.AT_ONCE
            # the target rests: those that did not have their turn wait, and have not used an attempt up
            tries = [one["attempts"] for one in await company.system_rows("outbox", target="erp")]
            assert sorted(tries) == [0, 0, 1, 1, 1, 1]
            assert not await out.look()


async def test_after_a_failure_one_delivery_tries_how_it_is(database: Database):
    async with receiving() as receiver, hooked(database, receiver) as (company, out):
        for _ in range(6):
            await company.lead()
        receiver.answers = [(503, {})] * 4 + [(503, {})]
        await send(out)
        assert len(receiver.taken) == 4
        company.clock.move(timedelta(seconds=13))
        await send(out)
        assert len(receiver.taken) == 5
        company.clock.move(timedelta(seconds=60))
        await send(out)
        assert {state for state, _, _ in await states(company)} == {DONE}
        assert len(set(receiver.events())) == 6


async def test_after_too_many_attempts_it_is_given_up_visibly(database: Database):
    async with receiving() as receiver, hooked(database, receiver) as (company, out):
        receiver.answers = [(500, {})] * MOST_ATTEMPTS
        await company.lead()
        for _ in range(MOST_ATTEMPTS):
            await send(out)
            company.clock.move(timedelta(hours=8))
        assert await states(company) == [(DEAD, MOST_ATTEMPTS, "delivery_refused")]
        await send(out)
        assert len(receiver.taken) == MOST_ATTEMPTS


async def test_one_that_is_gone_is_not_asked_again(database: Database):
    async with receiving() as receiver, hooked(database, receiver) as (company, out):
        receiver.answers = [(410, {})]
        await company.lead()
        await send(out)
        assert await states(company) == [(DEAD, 1, "delivery_refused")]


async def test_a_worker_that_dies_after_sending_sends_again_and_the_receiver_can_tell(database: Database):
    async with receiving() as receiver, hooked(database, receiver) as (company, out):
        receiver.answers = [None]
        lead = await company.lead()
        assert await out.look()
        await receiver.has_taken(1)
        await out.close()  # as abrupt as it gets: nothing was noted
        other = Outbound(company, company.clock, BOX, private=True)
        assert not await other.look()
        company.clock.move(LEASE)
        await send(other)
        await other.close()
        assert len(receiver.taken) == 2
        assert len(set(receiver.events())) == 1
        assert {one.json["record"]["id"] for one in receiver.taken} == {str(lead["id"])}
        assert await states(company) == [(DONE, 1, None)]


async def test_two_workers_send_each_delivery_once(database: Database):
    async with receiving() as receiver, hooked(database, receiver) as (company, out):
        for _ in range(30):
            await company.lead()
        other = Outbound(await company.another_process(), company.clock, BOX, private=True)
        await asyncio.gather(send(out), send(other))
        await other.close()
        assert len(receiver.taken) == len(set(receiver.events())) == 30


async def test_without_a_secret_nothing_is_sent(database: Database):
    async with receiving() as receiver, fresh_company(database, webhook(receiver.url())) as company:
        out = Outbound(company, company.clock, BOX, private=True)
        await company.lead()
        await send(out)
        assert await states(company) == [(WAITING, 1, "delivery_no_secret")]
        await keep_secret(company, "erp")
        company.clock.move(timedelta(minutes=1))
        await send(out)
        await out.close()
        assert len(receiver.taken) == 1


async def test_an_address_of_ones_own_is_refused_unless_the_installation_allows_it(database: Database):
    async with receiving() as receiver, hooked(database, receiver, private=False) as (company, out):
        await company.lead()
        await send(out)
        assert await states(company) == [(WAITING, 1, "delivery_private")]
        assert receiver.taken == []


async def test_an_address_that_nobody_listens_at_is_told_as_that(database: Database):
    async with receiving() as receiver:
        nowhere = receiver.port
    async with fresh_company(database, webhook(f"http://127.0.0.1:{nowhere}/")) as company:
        await keep_secret(company, "erp")
        out = Outbound(company, company.clock, BOX, private=True)
        await company.lead()
        await send(out)
        await out.close()
        assert await states(company) == [(WAITING, 1, "delivery_unreachable")]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2606:4700::1", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("::1", False), ("::", False), ("fe80::1", False), ("fd00::1", False), ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("255.255.255.255", False),
    ],
)  # fmt: skip
def test_which_addresses_are_of_the_open_net(address: str, public: bool):
    assert is_public(address) is public


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="127.0.0.0/8"))
def test_no_wrapping_makes_a_private_address_public(address: Any):
    for wrapped in (f"::ffff:{address}", f"64:ff9b::{int(address) >> 16:x}:{int(address) & 0xFFFF:x}"):
        assert not is_public(wrapped)


async def test_a_name_that_leads_home_is_refused():
    with pytest.raises(PrivateAddress):
        await resolve("localhost", 80, private=False)
    assert await resolve("127.0.0.1", 80, private=True) == "127.0.0.1"


@pytest.mark.parametrize(
    "url", ["ftp://x.test/", "file:///etc/passwd", "http://", "http://u:p@x.test/", "x", "http://x:y/"]
)
async def test_only_addresses_of_the_web_are_taken(database: Database, url: str):
    with pytest.raises(Invalid) as wrong:
        async with fresh_company(database, webhook(url)):
            pass
    assert [one.field for one in wrong.value.errors] == ["webhook/erp: url"]


async def test_a_worker_killed_while_it_sends_loses_nothing(database: Database, migrated_url: str):
    """A real worker process, killed with SIGKILL while the target holds the answer back."""
    async with receiving() as receiver, hooked(database, receiver) as (company, out):
        receiver.answers = [None]
        await company.lead()
        environment = {
            **os.environ,
            "CLOSELOOP_DATABASE_URL": migrated_url,
            "CLOSELOOP_WEBHOOK_PRIVATE": "true",
            "CLOSELOOP_SECRET_KEY": KEY,
        }
        process = await asyncio.create_subprocess_exec(
            "python", "-m", "closeloop.cli", "worker", env=environment,
            stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        await receiver.has_taken(1)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        receiver.hang.set()
        (row,) = await company.system_rows("outbox")
        assert (row["state"], row["attempts"]) == (WAITING, 0)
        company.clock.move_to(row["lease_until"])
        await send(out)
        assert len(receiver.taken) == 2
        assert len(set(receiver.events())) == 1
        assert await states(company) == [(DONE, 1, None)]
