"""Hosted forms over HTTP: the page, its proof of work, what visitors learn of their mistakes, and what goes along."""

import re
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from altcha import Challenge, Payload, solve_challenge
from tests.support.company import Clocked, a_phone, fresh_company
from tests.support.geetest import Geetest, geetest
from tests.support.problems import problem, wrong_fields
from tests.support.web import Api, serve

from closeloop.catalog.store import Body
from closeloop.connect import captcha
from closeloop.db.engine import Database

pytestmark = [pytest.mark.db, pytest.mark.http]

ACCOUNT = "647f5ed2ed8acb4be36784e01556bb71"
FIELDS: dict[str, Any] = {
    "title": {"zh-CN": "联系我们<", "en-US": "Talk <b>to us"},
    "fields": [{"field": "phone", "required": True}, "wechat", "company", "needs", "page_views"],
    "measured": {"seconds": "page_seconds", "utm_campaign": "campaign"},
    "origins": ["https://www.example.com", "https://*.shop.example"],
    "limit": "1000/min",
}


def channel(key: str, **form: Any) -> Body:
    body = {"channel": key, "on": "lead", "label": key, "contact": ["phone", "wechat"], "defaults": {"source": "ad"}}
    return Body("channel", key, {**body, "form": {**FIELDS, **form}})


BODIES = (
    channel("open", captcha="none"),
    channel("work"),
    channel("few", captcha="none", limit="2/min"),
    channel("slide", captcha="geetest", geetest=ACCOUNT),
)


@pytest.fixture(scope="module")
async def company(database: Database) -> AsyncGenerator[Clocked]:
    async with fresh_company(database, *BODIES) as runtime:
        yield runtime


@pytest.fixture(scope="module")
async def api(migrated_url: str, company: Clocked) -> AsyncGenerator[Api]:
    async with serve(migrated_url, company) as served:
        yield served


@pytest.fixture
def easy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for less work, so that the test's own solver is fast."""
    monkeypatch.setattr(captcha, "LEAST", 10)
    monkeypatch.setattr(captcha, "MOST", 200)


async def solution(api: Api, name: str = "work") -> str:
    answer = await api.anyone().get(f"/intake/{name}/form/challenge")
    assert answer.status_code == 200, answer.text
    made = Challenge.from_dict(answer.json())
    found = solve_challenge(made)
    assert found is not None
    return Payload(made, found).to_base64()


async def send(api: Api, name: str, **values: Any) -> httpx.Response:
    return await api.anyone().post(f"/intake/{name}/form", json={"phone": a_phone(), **values})


async def newest(company: Clocked, phone: str) -> dict[str, Any]:
    (row,) = [one for one in await company.system_rows("intake") if one["payload"].get("phone") == phone]
    return row


@pytest.mark.parametrize(
    ("language", "title"), [("zh-CN", "联系我们&lt;"), ("en", "Talk &lt;b&gt;to us"), ("fr", "联系我们&lt;")]
)
async def test_the_page_is_whole_in_either_language(api: Api, language: str, title: str):
    answer = await api.anyone().get("/intake/work/form", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert f"<h1>{title}</h1>" in answer.text
    assert ">电话 <span" in answer.text or ">Phone <span" in answer.text
    for name in ("phone", "wechat", "company", "page_views"):
        assert f'<label for="in-{name}">' in answer.text
    assert '<fieldset class=field aria-describedby="wrong-needs">' in answer.text
    assert answer.text.count("data-many") == len(re.findall('name="needs"', answer.text)) > 0
    rules = answer.headers["content-security-policy"]
    assert "frame-ancestors 'self' https://www.example.com https://*.shop.example" in rules
    assert "script-src 'self';" in rules
    for address in re.findall(r'(?:src|href)="([^"]+)"', answer.text):
        asset = await api.anyone().get(f"/intake/work/{address}")
        assert (asset.status_code, asset.headers["x-content-type-options"]) == (200, "nosniff")


async def test_what_is_sent_becomes_a_lead_and_nothing_is_told_of_it(api: Api, company: Clocked, easy: None):
    phone = a_phone()
    sent = {
        "phone": phone, "company": "表单公司", "needs": ["trial"], "seconds": 200, "utm_campaign": "spring",
        "referrer": "https://www.example.com/p", "utm_source": "baidu", "grade": "A", "budget": 5, "source": "expo",
    }  # fmt: skip
    answer = await send(api, "work", **sent, captcha=await solution(api))
    assert answer.status_code == 201, answer.text
    assert answer.json().keys() == {"thanks"}
    kept = await newest(company, phone)
    row = await company.record("lead", kept["record"])
    assert (row["page_seconds"], row["campaign"], row["source"], row["budget"]) == (200, "spring", "ad", None)
    assert row["extra"] == {"referrer": "https://www.example.com/p", "utm_source": "baidu"}
    assert row["owner"] is not None
    again = await send(api, "work", **{**sent, "company": "再来"}, captcha=await solution(api))
    assert again.json() == answer.json()
    events = await company.system_rows("event", type="record.joined", record=kept["record"])
    assert len(events) == 1


async def test_a_challenge_is_good_once_and_the_same_payload_again_changes_nothing(
    api: Api, company: Clocked, easy: None
):
    phone, proof = a_phone(), await solution(api)
    first, again = [await send(api, "work", phone=phone, captcha=proof) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    await newest(company, phone)
    assert wrong_fields(await send(api, "work", captcha=proof), "captcha_used") == {"captcha": "captcha_used"}


async def test_what_was_not_worked_for_is_refused(api: Api, company: Clocked, easy: None):
    before = len(await company.system_rows("intake"))
    assert wrong_fields(await send(api, "work"), "captcha_needed") == {"captcha": "captcha_needed"}
    proof = Payload.from_base64(await solution(api))
    forged: list[Any] = ["x", "e30=", 5, ["x"], await other_scope(api)]
    proof.solution.counter += 1
    forged.append(proof.to_base64())
    proof = Payload.from_base64(await solution(api))
    proof.challenge.parameters.data = {**(proof.challenge.parameters.data or {}), "until": 2**40}
    forged.append(proof.to_base64())
    for one in forged:
        answer = await send(api, "work", captcha=one)
        assert answer.json()["code"] in ("captcha_failed", "captcha_needed"), one
    proof_in_time = await solution(api)
    company.clock.move(captcha.LASTS + timedelta(seconds=1))
    assert wrong_fields(await send(api, "work", captcha=proof_in_time), "captcha_old") == {"captcha": "captcha_old"}
    assert len(await company.system_rows("intake")) == before


async def other_scope(api: Api) -> str:
    """Return a solution to a challenge that is another channel's."""
    answer = await api.anyone().get("/intake/website/form/challenge")
    made = Challenge.from_dict(answer.json())
    found = solve_challenge(made)
    assert found is not None
    return Payload(made, found).to_base64()


async def test_a_visitor_is_told_at_the_field_and_nothing_is_kept(api: Api, company: Clocked):
    before = len(await company.system_rows("intake"))
    assert wrong_fields(await send(api, "open", phone="call me")) == {"phone": "not_phone"}
    assert wrong_fields(await send(api, "open", phone="")) == {"phone": "required"}
    assert wrong_fields(await send(api, "open", needs=["moon"])) == {"needs": "not_an_option"}
    assert len(await company.system_rows("intake")) == before


async def test_without_a_script_a_plain_form_is_answered_with_a_page(api: Api, company: Clocked):
    client, phone = api.anyone(), a_phone()
    wrong = await client.post("/intake/open/form", data={"phone": "<x>", "company": "纯表单"})
    assert wrong.status_code == 422
    assert wrong.headers["content-type"].startswith("text/html")
    assert 'value="&lt;x&gt;"' in wrong.text
    assert 'value="纯表单"' in wrong.text
    assert 'aria-invalid="true"' in wrong.text
    sent = await client.post("/intake/open/form", data={"phone": phone, "needs": ["trial", "price"], "page_views": ""})
    assert sent.status_code == 201, sent.text
    assert "Thank you" in sent.text
    row = await company.record("lead", (await newest(company, phone))["record"])
    assert sorted(row["needs"]) == ["price", "trial"]


async def test_an_address_may_send_so_many_and_no_more(api: Api):
    assert [(await send(api, "few")).status_code for _ in range(3)] == [201, 201, 429]
    answer = await send(api, "few")
    problem(answer, 429, "too_often")
    assert 0 < int(answer.headers["retry-after"]) <= 30


async def test_a_channel_without_a_form_has_none(api: Api, neighbour: Api):
    for one, name in ((api, "nowhere"), (neighbour, "work")):
        client = one.anyone()
        for route in ("form", "form/challenge", "embed.js"):
            problem(await client.get(f"/intake/{name}/{route}"), 404, "not_found")
        problem(await client.post(f"/intake/{name}/form", json={}), 404, "not_found")
    problem(await api.anyone().get("/intake/open/form/challenge"), 404, "not_found")
    assert (await api.anyone().get("/intake/assets/app.py")).status_code == 422
    problem(
        await api.anyone().post("/intake/open", json={}, headers={"Closeloop-Intake-Key": ""}), 403, "bad_intake_key"
    )


async def test_the_script_for_other_sites_is_there(api: Api):
    answer = await api.anyone().get("/intake/work/embed.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "iframe" in answer.text


@pytest.fixture
async def slider(api: Api) -> AsyncGenerator[Geetest]:
    key = "b09a7aafbfd83f73b35a9b530d0337bf"
    async with geetest(**{ACCOUNT: key}) as one:
        api.app.state.settings = api.app.state.settings.model_copy(update={"geetest_url": one.url})
        admin = await api.signed_in("admin")
        asked = {"use": "geetest", "secret": key}
        assert (await admin.post("/channels/slide/secret", json=asked)).status_code == 201
        yield one


def passed(lot: str) -> dict[str, str]:
    return {"lot_number": lot, "captcha_output": "out", "pass_token": "token", "gen_time": "1767225600"}


async def test_geetest_is_asked_whether_a_visitor_has_passed(api: Api, company: Clocked, slider: Geetest):
    slider.passed.add("lot-1")
    assert (await send(api, "slide", captcha=passed("lot-1"))).status_code == 201
    assert slider.asked[0].keys() == {*passed(""), "captcha_id", "sign_token"}
    answer = await send(api, "slide", captcha=passed("lot-2"))
    assert wrong_fields(answer, "captcha_failed") == {"captcha": "captcha_failed"}
    assert wrong_fields(await send(api, "slide", captcha="x"), "captcha_needed") == {"captcha": "captcha_needed"}
    rules = (await api.anyone().get("/intake/slide/form")).headers["content-security-policy"]
    assert "https://*.geetest.com" in rules


async def test_an_outage_of_geetest_loses_no_lead_and_is_noted(api: Api, company: Clocked, slider: Geetest):
    slider.is_down = True
    phone = a_phone()
    assert (await send(api, "slide", phone=phone, captcha=passed("lot-3"))).status_code == 201
    row = await company.record("lead", (await newest(company, phone))["record"])
    assert row["extra"]["captcha"] == "unreachable"


async def test_a_form_that_is_defined_wrongly_is_named(api: Api):
    admin = await api.signed_in("admin")
    body = channel("open").body
    form = {
        "fields": ["company", "score", {"field": "x"}, "owner"],
        "measured": {"clicks": "page_views", "seconds": "nothing"},
        "origins": ["example.com", "https://a.example/path", "https://ok.example"],
        "captcha": "geetest",
        "limit": "0/min",
    }
    asked = {"payload": {}, "body": {**body, "form": form, "map": {"phone": "tel"}}}
    wrong = wrong_fields(await admin.post("/definitions/channel/open/test", json=asked), "bad_definition")
    assert wrong == {
        "form.fields[1]": "not_for_forms",
        "form.fields[2]": "unknown_field",
        "form.fields[3]": "unknown_field",
        "form.fields": "form_no_contact",
        "form.measured.clicks": "not_one_of",
        "form.measured.seconds": "unknown_field",
        "form.origins": "bad_origin",
        "form.geetest": "required",
        "form.limit": "bad_rate",
        "map": "form_or_map",
    }
