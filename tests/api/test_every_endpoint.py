"""Every endpoint is tried by the wrong person, about another company and with wrong input; a new one declares how."""

import re
from collections.abc import AsyncGenerator

import httpx
import pytest
from tests.api.endpoints.case import IDS, Call, Case, Not, Scene
from tests.api.endpoints.company import DEFINITIONS, PEOPLE, SIGNING_IN, WEBHOOKS
from tests.api.endpoints.intake import INTAKE
from tests.api.endpoints.records import RECORDS
from tests.support.company import Clocked, fresh_company
from tests.support.definitions import note_object
from tests.support.problems import problem
from tests.support.web import Api, serve

from closeloop.api.app import create_app
from closeloop.base.settings import Settings
from closeloop.catalog.store import Body
from closeloop.db.engine import Database

pytestmark = pytest.mark.db

CASES = {case.at: case for case in (*SIGNING_IN, *INTAKE, *RECORDS, *PEOPLE, *DEFINITIONS, *WEBHOOKS)}
SIGNED = {at: case for at, case in CASES.items() if not case.anyone}
CHINESE = re.compile("[\u4e00-\u9fff]")
AT_ROOT = ("/healthz", "/readyz", "/metrics", "/api/openapi.json")


def hook(key: str) -> Body:
    body = {"webhook": key, "on": "lead", "label": key, "url": "https://erp.test/in", "events": ["created"]}
    return Body("webhook", key, body)


BOARD = Body(
    "board",
    "memo_lights",
    {"board": "memo_lights", "on": "memo", "label": "板", "lights": [{"key": "all", "color": "green"}]},
)

WATCHER = Body("role", "watcher", {"role": "watcher", "label": "旁观", "objects": {"lead": {"read": "all"}}})
"""Reads every lead and changes none."""


@pytest.fixture(scope="module")
async def company(database: Database) -> AsyncGenerator[Clocked]:
    async with fresh_company(database, hook("erp"), WATCHER) as runtime:
        yield runtime


@pytest.fixture(scope="module")
async def api(migrated_url: str, company: Clocked) -> AsyncGenerator[Api]:
    async with serve(migrated_url, company) as served:
        admin = await served.signed_in("admin")
        watcher = await admin.patch(f"/people/{company.id_of('finance1')}", json={"roles": ["watcher"]})
        assert watcher.status_code == 200, watcher.text
        yield served


@pytest.fixture(scope="module")
async def neighbour(api: Api, database: Database) -> AsyncGenerator[Api]:
    """Return another company on the same process, which has an object and a webhook of its own besides."""
    async with fresh_company(database, hook("crm"), note_object("memo"), BOARD) as other:
        yield Api(api.app, other.company.key)


@pytest.fixture
def scene(api: Api, neighbour: Api) -> Scene:
    return Scene.of(api, neighbour)


async def client_of(api: Api, login: str) -> httpx.AsyncClient:
    return await api.signed_in("finance1" if login == "watcher" else login)


async def refused(answer: httpx.Response, expected: Not) -> None:
    """Check that a call was refused as declared; a wrong field is told in the reader's language."""
    assert answer.status_code == expected.status, answer.text
    body = problem(answer, expected.status, answer.json()["code"])
    if expected.at is not None:
        told = {one["field"]: one["message"] for one in body.get("errors", ())}
        assert expected.at in told, answer.text
        in_chinese = answer.request.headers["accept-language"] == "zh-CN"
        assert bool(CHINESE.search(told[expected.at])) == in_chinese, told


def test_every_endpoint_is_declared_and_none_besides():
    served = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, item in create_app(Settings(), "postgresql://").openapi()["paths"].items()
        for method in item
    }
    assert set(CASES) == {*served, "GET /api/openapi.json"}


@pytest.mark.parametrize("at", SIGNED)
async def test_nobody_gets_in_without_signing_in_or_from_another_companys_session_or_site(
    at: str, api: Api, neighbour: Api, scene: Scene
):
    case = SIGNED[at]
    problem(await scene.send(api.anyone(), case, case.call), 401, "not_signed_in")
    stranger = await neighbour.signed_in("admin")
    answer = await scene.send(stranger, case, case.call, **{"Closeloop-Company": api.company})
    problem(answer, 401, "expired")
    if case.method != "GET":
        answer = await scene.send(await api.signed_in("admin"), case, case.call, Origin="https://evil.test")
        problem(answer, 403, "foreign_origin")


@pytest.mark.parametrize("at", CASES)
async def test_the_wrong_person_the_wrong_company_and_the_wrong_input_are_refused_and_the_rest_is_done(
    at: str, api: Api, scene: Scene
):
    case = CASES[at]
    if isinstance(case.refused, str):
        assert case.refused
    else:
        for login, status in case.refused.items():
            await refused(await scene.send(await client_of(api, login), case, case.call), Not(status))
    client = api.anyone() if case.anyone else await (api.sign_in if case.alone else api.signed_in)(case.by)
    if case.address in AT_ROOT:
        client.base_url = "http://closeloop.test"
    for strange in others(case):
        await refused(await scene.send(client, case, strange.changed(case.call)), strange)
    if not isinstance(mistake := mistake_of(case), str):
        for language in ("zh-CN", "en-US"):
            call = mistake.changed(case.call)
            await refused(await scene.send(client, case, call, **{"Accept-Language": language}), mistake)
    if at == "GET /stream":
        async with api.stream(client, "topics=object:lead") as stream:
            assert stream.status == case.status
        return
    answer = await scene.send(client, case, case.call)
    assert answer.status_code == case.status, answer.text


def others(case: Case) -> list[Not]:
    """Return the calls that name something of the neighbour's: each name of the address, and what is declared."""
    declared = [] if isinstance(case.elsewhere, str) else list(case.elsewhere)
    names = [] if case.named or {"kind", "key"} & set(case.names()) else case.names()
    found = [*declared, *(Not(404, path={name: f"{{their_{name}}}"}) for name in names)]
    assert found or case.elsewhere or case.named, "say how another company's things are not there"
    return found


def mistake_of(case: Case) -> Not | str:
    if case.wrong is not None:
        return case.wrong
    name = next(name for name in case.names() if name in IDS)
    return Not(422, name, path={name: "no-id"})


async def test_what_a_list_of_the_company_holds_is_the_companys_own(api: Api, neighbour: Api, scene: Scene):
    theirs = [await scene.theirs.get(name) for name in ("record", "person", "department", "delivery", "view", "notice")]
    for case in CASES.values():
        if case.method == "GET" and not case.names() and not case.anyone and case.address != "/stream":
            answer = await scene.send(await api.signed_in("admin"), case, Call(query=case.call.query))
            assert not [one for one in theirs if one in answer.text], case.at
    there = await (await neighbour.signed_in("admin")).get("/people?limit=500")
    assert theirs[1] in there.text
