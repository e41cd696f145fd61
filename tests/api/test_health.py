"""What anybody may ask of an installation: is it alive, is it ready, what are its figures, what is its contract."""

import pytest
from tests.support.web import Api

pytestmark = pytest.mark.db


async def ask(api: Api, path: str):
    return await api.anyone().get(f"http://closeloop.test{path}")


async def test_the_process_is_alive_and_ready(api: Api):
    assert (await ask(api, "/healthz")).json() == {"status": "ok"}
    ready = await ask(api, "/readyz")
    assert ready.status_code == 200
    assert ready.json()["companies"] >= 1


async def test_figures_name_routes_and_no_addresses(api: Api):
    lead = await api.lead()
    text = (await ask(api, "/metrics")).text
    assert '/intake/{channel}",status="201"' in text
    assert lead["id"] not in text


async def test_the_contract_is_open_to_anyone_and_complete(api: Api):
    paths = (await ask(api, "/api/openapi.json")).json()["paths"]
    for path in ("/api/v1/session", "/api/v1/objects/{object_name}/records", "/api/v1/intake/{channel}"):
        assert path in paths


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_an_unknown_address_of_the_api_is_a_problem_and_never_a_page(api: Api, method: str):
    answer = await api.anyone().request(method, "/nothing")
    assert answer.status_code in (404, 405)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
