"""What anybody may ask of an installation: is it alive, is it ready, what are its figures, what is its contract."""

import pytest
import structlog
from tests.support.company import a_phone
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


async def test_the_figures_tell_of_each_mechanism_and_of_nobody(api: Api):
    lead = await api.lead(company="人人不知", phone=(phone := a_phone()))
    await api.post_lead(phone=phone)
    refused = await api.post_lead(phone="")
    assert refused.status_code == 422
    await (await api.signed_in("admin")).get("/objects/lead/records", params={"q": "人人不知"})
    text = (await ask(api, "/metrics")).text
    for figure in (
        'closeloop_commands_total{command="CreateRecord",outcome="done"}',
        'closeloop_commands_total{command="CreateRecord",outcome="joined"}',
        'closeloop_events_total{type="record.assigned"}',
        'closeloop_intakes_total{state="refused"}',
        "closeloop_batch_seconds_bucket",
        "closeloop_catalog_seconds_count",
    ):
        assert figure in text, figure
    for private in (lead["id"], phone, "人人不知", api.company):
        assert private not in text


async def test_every_line_that_a_request_logs_carries_its_id(api: Api, capsys: pytest.CaptureFixture[str]):
    @api.app.get("/api/v1/test-log")
    async def log() -> None:
        structlog.stdlib.get_logger().warning("something")

    api.app.router.routes.insert(0, api.app.router.routes.pop())  # before the page that answers any address
    answer = await api.anyone().get("/test-log")
    assert answer.headers["x-request-id"] in capsys.readouterr().out
