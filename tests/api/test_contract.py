"""Whatever is sent to the API, no answer is an error of the server: its own OpenAPI document says what can be sent."""

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from tests.support.company import Clocked, a_phone
from tests.support.web import INTAKE_KEY

from closeloop.api.app import create_app
from closeloop.base.settings import Settings
from closeloop.runtime.install import DEMO_PASSWORD

pytestmark = [pytest.mark.db, pytest.mark.http]

KERNEL = create_app(Settings(), "postgresql://").openapi()
ENDLESS = ("get", "/api/v1/stream")
"""Answers as long as it is listened to."""
ENDS_THE_SESSION = ("delete", "/api/v1/session")
OPERATIONS = [
    (method, path)
    for path, item in KERNEL["paths"].items()
    for method in item
    if (method, path) not in (ENDLESS, ENDS_THE_SESSION)
]
WORDS = [
    "version", "values", "person", "to", "ids", "all", "group_by", "measures", "fn", "field", "filter", "name",
    "login", "password", "otp", "roles", "departments", "parent", "head", "kind", "key", "body", "changes", "put",
    "remove", "items", "release", "note", "expression", "object", "expect", "change", "operation", "delete",
    "assign", "scopes", "expires_at", "code", "locale", "active", "mapping", "url", "events",
]  # fmt: skip
"""Keys that bodies have, so that one made at random gets past the first check now and then."""
SCALAR = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20)
)
JSON_BODY = st.recursive(
    SCALAR | st.sampled_from(["lead", "touch", "count", "stage == 'new'", "own", "all"]) | st.uuids().map(str),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=10), inner, min_size=1, max_size=5)
    ),
    max_leaves=8,
)


@dataclass
class Served:
    """One web process on a port of its own, and what there is in its company."""

    url: str
    company: str
    known: dict[str, list[str]]
    client: httpx.Client

    def sign_in(self) -> None:
        answer = self.client.post("/api/v1/session", json={"login": "admin", "password": DEMO_PASSWORD})
        assert answer.status_code == 204, answer.text


@pytest.fixture(scope="module")
def served(migrated_url: str, company: Clocked) -> Iterator[Served]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = uvicorn.Config(
        create_app(Settings(secret_key=SecretStr("a key for tests")), migrated_url),
        port=port,
        log_config=None,
        lifespan="on",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    headers = {"Closeloop-Company": company.company.key, "Closeloop-Intake-Key": INTAKE_KEY}
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=30)
    lead = client.post("/api/v1/intake/website", json={"phone": a_phone(), "company": "云帆"}).json()["id"]
    known = {
        "object_name": ["lead", "touch"],
        "record": [lead],
        "operation": ["touch", "tag_needs"],
        "channel": ["website"],
        "kind": list(company.catalog.definitions),
        "key": ["lead", "lead_score", "online", "first_touch"],
        "person": [str(company.id_of("sales1"))],
        "department": [str(one) for one in company.org.departments],
    }
    one = Served(f"http://127.0.0.1:{port}", company.company.key, known, client)
    one.sign_in()
    yield one
    client.close()
    server.should_exit = True
    thread.join()


def send(served: Served, case: schemathesis.Case, data: st.DataObject) -> httpx.Response:
    """Send a case, half of the time about things that are there, and with a body of any shape where none is said."""
    if data.draw(st.booleans(), label="about what is there"):
        for name in case.path_parameters or {}:
            if name in served.known:
                case.path_parameters[name] = data.draw(st.sampled_from(served.known[name]), label=name)
    if case.method in ("POST", "PUT", "PATCH") and isinstance(case.body, schemathesis.core.NotSet):
        case.body = data.draw(JSON_BODY, label="body")
        case.media_type = "application/json"
    sent = case.as_transport_kwargs(base_url=served.url)
    request = httpx.Request(
        sent["method"],
        sent["url"],
        params=sent.get("params"),
        headers={**dict(sent["headers"]), **dict(served.client.headers), "Cookie": cookies(served)},
        json=sent.get("json"),
        content=sent.get("data") if isinstance(sent.get("data"), bytes | str) else None,
    )
    return served.client.send(request)


def cookies(served: Served) -> str:
    return "; ".join(f"{name}={value}" for name, value in served.client.cookies.items())


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda part: part)
def test_nothing_that_is_sent_breaks_the_server(served: Served, method: str, path: str):
    schema = schemathesis.openapi.from_dict(KERNEL)
    strategy = schema[path][method].as_strategy()

    @given(case=strategy, data=st.data())
    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    def probe(case: schemathesis.Case, data: st.DataObject) -> None:
        answer = send(served, case, data)
        if answer.status_code == 401:
            served.sign_in()
        assert answer.status_code < 500, answer.text
        assert "Traceback" not in answer.text

    probe()


def test_nothing_that_is_sent_to_a_companys_own_objects_breaks_the_server(served: Served):
    served.sign_in()
    document: dict[str, Any] = served.client.get("/api/v1/openapi.json").json()
    schema = schemathesis.openapi.from_dict(document)
    own = [
        (method, path)
        for path in document["paths"]
        if path not in KERNEL["paths"]
        for method in document["paths"][path]
    ]
    assert own
    for method, path in own:

        @given(case=schema[path][method].as_strategy(), data=st.data())
        @settings(max_examples=10, suppress_health_check=list(HealthCheck))
        def probe(case: schemathesis.Case, data: st.DataObject) -> None:
            answer = send(served, case, data)
            assert answer.status_code < 500, answer.text

        probe()
