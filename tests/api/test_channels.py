"""A vendor's channel over HTTP: its names mapped, its signature checked, its rate held, a sample tried out."""

import asyncio
import hmac
import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from tests.support.company import Clocked, a_phone, fresh_company
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.db.engine import Database
from closeloop.runtime.retention import Retention

pytestmark = pytest.mark.db

KEY = "a vendor's key"
VENDOR: dict[str, Any] = {
    "channel": "vendor",
    "on": "lead",
    "label": "广告平台",
    "key_hash": sha256(KEY.encode()).hexdigest(),
    "map": {
        "phone": "lead.tel",
        "name": ["lead.full_name", "lead.nick"],
        "source": {"from": "channel_code", "values": {"1": "website", "2": "livestream"}, "else": "ad"},
        "campaign": {"value": "春季"},
        "city": "lead.answers[name=city].value",
    },
    "contact": ["phone"],
    "once": "lead.id",
}
SIGNED = {**VENDOR, "channel": "signed", "signature": {"header": "X-Sign", "timestamp": "X-Time"}}
SLOW = {**VENDOR, "channel": "slow", "limit": "3/min"}
BODIES = [Body("channel", one["channel"], one) for one in (VENDOR, SIGNED, SLOW)]


@pytest.fixture(scope="module")
async def company(database: Database) -> AsyncGenerator[Clocked]:
    async with fresh_company(database, *BODIES) as runtime:
        yield runtime


@pytest.fixture(scope="module")
async def api(migrated_url: str, company: Clocked) -> AsyncGenerator[Api]:
    async with serve(migrated_url, company) as served:
        yield served


def sample(phone: str | None = None, **more: Any) -> dict[str, Any]:
    lead = {"id": a_phone(), "tel": phone or a_phone(), "nick": "小李", "answers": [{"name": "city", "value": "苏州"}]}
    return {"channel_code": 2, "lead": {**lead, **more}, "vendor": {"ad": 5}}


async def post(api: Api, channel: str, payload: Any, **headers: str) -> httpx.Response:
    return await api.anyone().post(f"/intake/{channel}", json=payload, headers={"Closeloop-Intake-Key": KEY, **headers})


async def test_a_vendors_names_become_the_fields(api: Api, company: Clocked):
    payload = sample()
    answer = await post(api, "vendor", payload)
    assert answer.status_code == 201
    row = await company.record("lead", answer.json()["id"])
    assert (row["name"], row["source"], row["campaign"], row["city"]) == ("小李", "livestream", "春季", "苏州")
    assert row["phone"].endswith(payload["lead"]["tel"])
    assert row["extra"] == {
        "lead": {"id": payload["lead"]["id"], "answers": payload["lead"]["answers"]},
        "vendor": {"ad": 5},
    }


async def test_a_code_that_nobody_named_becomes_the_other(api: Api, company: Clocked):
    answer = await post(api, "vendor", {**sample(), "channel_code": 99})
    assert (await company.record("lead", answer.json()["id"]))["source"] == "ad"


async def test_a_message_that_comes_again_happens_once(api: Api, company: Clocked):
    payload = sample()
    first, second = [(await post(api, "vendor", payload)).json() for _ in range(2)]
    assert first == second
    assert len(await company.system_rows("intake", key=f"once:{payload['lead']['id']}")) == 1
    problem(await post(api, "vendor", {**payload, "channel_code": 1}), 409, "idempotency_mismatch")


async def sign(api: Api, company: Clocked, payload: Any, secret: str, late: timedelta = timedelta()) -> httpx.Response:
    body = json.dumps(payload).encode()
    stamp = str(int((company.clock.now() - late).timestamp()))
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, sha256).hexdigest()
    headers = {"X-Sign": digest, "X-Time": stamp, "Idempotency-Key": a_phone()}
    return await api.anyone().post("/intake/signed", content=body, headers=headers)


async def test_a_signed_channel_takes_what_is_signed_and_a_replay_makes_no_second_lead(api: Api, company: Clocked):
    admin = await api.signed_in("admin")
    await company.change(sa.delete(company.tables.secret))
    problem(await sign(api, company, sample(), "none yet made at all"), 403, "channel_no_secret")
    made = await admin.post("/channels/signed/secret")
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    secret = made.json()["secret"]
    payload = sample(id=None)
    first = await sign(api, company, payload, secret)
    assert first.status_code == 201, first.text
    again = await sign(api, company, payload, secret)
    assert again.json() == first.json()
    lead = first.json()["id"]
    assert await company.system_rows("event", type="record.joined", record=lead) == []
    problem(await sign(api, company, payload, secret, timedelta(minutes=6)), 403, "stale_signature")
    problem(await sign(api, company, payload, "another secret of ours"), 403, "bad_signature")
    problem(await post(api, "signed", sample()), 401, "bad_signature")
    newer = (await admin.post("/channels/signed/secret")).json()["secret"]
    problem(await sign(api, company, sample(), secret), 403, "bad_signature")
    assert (await sign(api, company, sample(), newer)).status_code == 201


async def test_the_secret_lies_encrypted_and_a_vendors_own_can_be_given(api: Api, company: Clocked):
    admin = await api.signed_in("admin")
    given = "what the vendor has made"
    assert (await admin.post("/channels/signed/secret", json={"secret": given})).json()["secret"] == given
    (row,) = await company.system_rows("secret", kind="channel", key="signed")
    assert given not in row["secret"]
    assert (await sign(api, company, sample(), given)).status_code == 201
    assert given not in (await admin.get("/definitions/channel/signed")).text
    for wrong in ({"secret": "short"}, {"secret": 5}):
        assert wrong_fields(await admin.post("/channels/signed/secret", json=wrong)) == {"secret": "bad_secret"}
    assert wrong_fields(await admin.post("/channels/signed/secret", json={"use": "x"})) == {"use": "not_one_of"}
    assert wrong_fields(await admin.post("/channels/signed/secret", json={"use": "geetest"})) == {"secret": "required"}


async def test_only_administrators_make_secrets_and_not_those_of_others(api: Api, neighbour: Api):
    problem(await api.anyone().post("/channels/signed/secret"), 401, "not_signed_in")
    for login in ("sales1", "director"):
        problem(await (await api.signed_in(login)).post("/channels/signed/secret"), 403, "forbidden")
    admin = await neighbour.signed_in("admin")
    problem(await admin.post("/channels/signed/secret"), 404, "not_found")
    problem(await admin.post("/definitions/channel/signed/test", json={"payload": {}}), 404, "not_found")


async def test_a_rate_holds_over_several_processes_and_opens_again(api: Api, migrated_url: str, company: Clocked):
    async with serve(migrated_url, company) as other:
        answers = await asyncio.gather(*(post(one, "slow", sample()) for one in (api, other) for _ in range(4)))
    codes = sorted(one.status_code for one in answers)
    assert codes == [201] * 3 + [429] * 5
    refused = await post(api, "slow", sample())
    problem(refused, 429, "too_often")
    wait = int(refused.headers["Retry-After"])
    assert wait == 20
    company.clock.move(timedelta(seconds=wait - 1))
    assert (await post(api, "slow", sample())).status_code == 429
    company.clock.move(timedelta(seconds=1))
    assert (await post(api, "slow", sample())).status_code == 201
    assert (await post(api, "slow", sample())).status_code == 429
    assert len(await company.system_rows("limit", key="slow")) == 1
    company.clock.move(timedelta(minutes=2))
    await Retention().look(company)
    assert await company.system_rows("limit", key="slow") == []


async def test_a_sample_of_a_customer_is_told_as_such_and_one_of_a_discarded_lead_is_new(api: Api):
    admin = await api.signed_in("admin")

    async def tried(phone: str) -> dict[str, Any]:
        return (await admin.post("/definitions/channel/vendor/test", json={"payload": sample(phone)})).json()

    phone = a_phone()
    made = await admin.post("/objects/customer/records", json={"name": "老客户", "phone": phone})
    assert made.status_code == 201, made.text
    body = await tried(phone)
    (match,) = body["duplicates"]
    assert (body["outcome"], match["object"], match["id"]) == ("joined", "customer", made.json()["id"])

    lead = await api.lead(company="不再跟进")
    done = await admin.post(
        f"/objects/lead/records/{lead['id']}/transition",
        json={"to": "discarded", "version": lead["version"], "values": {"discard_reason": "fake"}},
    )
    assert done.status_code == 200, done.text
    body = await tried(lead["phone"])
    assert (body["outcome"], body["duplicates"]) == ("created", [])


async def test_a_sample_shows_what_it_would_become_and_writes_nothing(api: Api, company: Clocked):
    admin = await api.signed_in("admin")
    there = await company.lead(company="样本公司")
    before = [len(await company.system_rows(name)) for name in ("intake", "event", "limit")]
    payload = sample(there["phone"])
    tried = await admin.post("/definitions/channel/vendor/test", json={"payload": payload})
    assert tried.status_code == 200, tried.text
    body = tried.json()
    assert body["outcome"] == "joined"
    assert body["values"]["source"] == "livestream"
    assert body["extra"]["vendor"] == {"ad": 5}
    assert body["duplicates"] == [
        {"object": "lead", "by": "phone", "then": "join", "id": str(there["id"]), "label": "样本公司"}
    ]
    fresh = (await admin.post("/definitions/channel/vendor/test", json={"payload": sample()})).json()
    assert (fresh["outcome"], fresh["duplicates"]) == ("created", [])
    refused = (await admin.post("/definitions/channel/vendor/test", json={"payload": sample("none")})).json()
    assert (refused["outcome"], refused["code"]) == ("refused", "no_contact")
    assert [one["code"] for one in refused["errors"]] == ["not_phone"]
    draft = {**VENDOR, "map": {"phone": "mobile", "page_seconds": "secs"}}
    asked = {"payload": {"mobile": a_phone(), "secs": "many"}, "body": draft}
    drafted = (await admin.post("/definitions/channel/vendor/test", json=asked)).json()
    assert drafted["outcome"] == "created"
    assert [(one["field"], one["code"]) for one in drafted["notes"]] == [("page_seconds", "not_number")]
    assert [len(await company.system_rows(name)) for name in ("intake", "event", "limit")] == before


async def test_a_sample_is_tried_by_who_may_change_the_channel(api: Api):
    route = "/definitions/channel/vendor/test"
    problem(await api.anyone().post(route, json={"payload": {}}), 401, "not_signed_in")
    problem(await (await api.signed_in("sales1")).post(route, json={"payload": {}}), 403, "forbidden")
    admin = await api.signed_in("admin")
    assert wrong_fields(await admin.post(route, json={})) == {"payload": "not_a_mapping"}
    assert wrong_fields(await admin.post(route, json={"payload": {}, "x": 1})) == {"x": "unknown_parameter"}
    bad = {
        **VENDOR,
        "map": {"nobody": "a", "phone": "a..b", "source": {"from": "a", "values": {"1": "moon"}}, "city": {}},
        "limit": "often",
        "once": "[",
    }
    wrong = wrong_fields(await admin.post(route, json={"payload": {}, "body": bad}), "bad_definition")
    assert wrong == {
        "map.nobody": "unknown_field",
        "map.phone": "bad_path",
        "map.source.values.1": "not_an_option",
        "map.city": "from_or_value",
        "limit": "bad_rate",
        "once": "bad_path",
    }
