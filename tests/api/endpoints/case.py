"""What is declared of an endpoint: how it is called well, who is refused, what is another company's, what is wrong."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from uuid import uuid4

import httpx
from altcha import Challenge, Payload, solve_challenge
from tests.support.company import a_phone
from tests.support.web import INTAKE_KEY, Api

IDS = ("record", "person", "department", "job", "file", "session", "token", "delivery", "kept_view")
"""Parameters of addresses that are ids: anything else there is wrong input."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent beside method and address; texts may name things in braces, `their_` ones are the neighbour's."""

    path: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    json: Any = None
    form: Mapping[str, str] | None = None
    file: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Not:
    """A call that is not done: how it differs from the good one, the status, and the field that is told as wrong."""

    status: int = 404
    at: str | None = None
    path: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] | None = None
    json: Any = None
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None

    def changed(self, call: Call) -> Call:
        """Return the good call with what is otherwise here; another form comes without the file."""
        other = {
            name: value for name in ("query", "json", "form", "headers") if (value := getattr(self, name)) is not None
        }
        file = None if self.form is not None else call.file
        return replace(call, path={**call.path, **self.path}, file=file, **other)


def wrong(at: str, **changes: Any) -> Not:
    """Return a wrong input, told at a field."""
    return Not(422, at, **changes)


@dataclass(frozen=True, slots=True)
class Case:
    """One endpoint. A text instead of a test says why there is none."""

    at: str
    refused: Mapping[str, int] | str
    call: Call = field(default_factory=Call)
    status: int = 200
    by: str = "admin"
    elsewhere: tuple[Not, ...] | str = ()
    """Beside these, each name of the address is once replaced by the neighbour's."""
    wrong: Not | str | None = None
    """Without one, an id of the address that is no id."""
    anyone: bool = False
    """Whether nobody needs to be signed in."""
    alone: bool = False
    """Whether it ends sessions, and so takes a client of its own."""
    named: str | None = None
    """Why the neighbour's name in the address is nothing special here."""

    @property
    def method(self) -> str:
        return self.at.split(" ")[0]

    @property
    def address(self) -> str:
        return self.at.split(" ")[1]

    def names(self) -> list[str]:
        """Return the parameters of the address."""
        return [part[1:-1] for part in self.address.split("/") if part.startswith("{")]


Make = Callable[[Api], Awaitable[str]]


class Things:
    """What there is in a company for the calls of one test, made when it is first asked for."""

    def __init__(self, api: Api, *, theirs: bool) -> None:
        self.api = api
        self._theirs = theirs
        self._made: dict[str, str] = {}

    async def get(self, name: str) -> str:
        if name not in self._made:
            made = NAMES.get(name)
            self._made[name] = made[self._theirs] if made else await MAKERS[name](self.api)
        return self._made[name]


@dataclass(frozen=True, slots=True)
class Scene:
    """The things of both companies."""

    ours: Things
    theirs: Things

    @classmethod
    def of(cls, api: Api, neighbour: Api) -> Self:
        return cls(Things(api, theirs=False), Things(neighbour, theirs=True))

    async def filled(self, value: Any) -> Any:
        """Return a value with the things that its texts name in braces."""
        if isinstance(value, str):
            if value.startswith("{") and value[1:-1].isidentifier():
                name = value[1:-1]
                theirs = name.startswith("their_")
                return await (self.theirs if theirs else self.ours).get(name.removeprefix("their_"))
            return value
        if isinstance(value, Mapping):
            return {key: await self.filled(one) for key, one in value.items()}
        if isinstance(value, list):
            return [await self.filled(one) for one in value]
        return value

    async def send(self, client: httpx.AsyncClient, case: Case, call: Call, **headers: str) -> httpx.Response:
        """Send a case's request."""
        address = case.address
        for name in case.names():
            address = address.replace(f"{{{name}}}", await self.filled(call.path.get(name, f"{{{name}}}")))
        sent: dict[str, Any] = {}
        if call.file is not None or call.form is not None:
            sent["files"] = {"file": ("a.csv", call.file)} if call.file is not None else {"nothing": b""}
            sent["data"] = await self.filled(call.form or {})
        elif call.json is not None:
            sent["json"] = await self.filled(call.json)
        query = await self.filled(call.query)
        return await client.request(
            case.method, address, params=query or None, headers={**call.headers, **headers}, **sent
        )


async def _record(api: Api) -> str:
    return (await api.lead_of("sales1"))["id"]


async def _posted(api: Api, login: str, address: str, **sent: Any) -> dict[str, Any]:
    answer = await (await api.signed_in(login)).post(address, **sent)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else {}


async def _person(api: Api) -> str:
    body = {"login": f"p{uuid4().hex[:8]}", "name": "新人", "roles": ["sales"]}
    return (await _posted(api, "admin", "/people", json=body))["id"]


async def _department(api: Api) -> str:
    body = {"key": f"d{uuid4().hex[:8]}", "name": "新部门"}
    return (await _posted(api, "admin", "/departments", json=body))["id"]


async def _job(api: Api) -> str:
    body = {"ids": [str(uuid4()) for _ in range(201)], "change": {"city": "X"}}
    return (await _posted(api, "admin", "/objects/lead/bulk", json=body))["id"]


async def _file(api: Api) -> str:
    return (await _posted(api, "admin", "/files", files={"file": ("a.png", PICTURE)}))["id"]


async def _session(api: Api) -> str:
    client = await api.sign_in("admin")
    sessions = (await client.get("/me/sessions")).json()["items"]
    return next(one["id"] for one in sessions if one["current"])


async def _token(api: Api) -> str:
    return (await _posted(api, "admin", "/tokens", json={"name": "x", "scopes": ["read"]}))["id"]


async def _delivery(api: Api) -> str:
    await api.lead()
    return (await (await api.signed_in("admin")).get("/deliveries")).json()["items"][0]["id"]


async def _notice(api: Api) -> str:
    await api.lead_of("sales1")
    return (await (await api.signed_in("sales1")).get("/notifications")).json()["items"][0]["id"]


async def _draft(api: Api) -> str:
    """Return the key of a new view that is a draft."""
    key = f"v{uuid4().hex[:8]}"
    body = {"view": key, "on": "lead", "label": "试", "columns": ["name"]}
    answer = await (await api.signed_in("admin")).put(f"/definitions/view/{key}", json={"body": body})
    assert answer.status_code == 200, answer.text
    return key


async def _draft_rule(api: Api) -> str:
    """Return the key of a new rule that is a draft."""
    key = f"r{uuid4().hex[:8]}"
    body = {"rule": key, "on": "lead", "label": "试", "after": "created", "do": [{"notify": "owner", "title": "试"}]}
    answer = await (await api.signed_in("admin")).put(f"/definitions/rule/{key}", json={"body": body})
    assert answer.status_code == 200, answer.text
    return key


async def _kept_view(api: Api) -> str:
    """Return the id of an administrator's own view."""
    return (await _posted(api, "admin", "/objects/lead/views", json={"name": "我的", "look": {}}))["key"]


async def _view(api: Api) -> str:
    """Return the key of a view in its first version."""
    key = await _draft(api)
    await _posted(api, "admin", "/definitions/publish", json={"items": [{"kind": "view", "key": key}]})
    return key


async def _release(api: Api) -> str:
    """Return the number of a pilot's release."""
    to = {"pilot": {"people": [await _person(api)], "departments": []}}
    body = {"items": [{"kind": "view", "key": await _draft(api)}], "to": to}
    return str((await _posted(api, "admin", "/definitions/publish", json=body))["release"])


async def _phone(_: Api) -> str:
    return a_phone()


async def _proof(api: Api) -> str:
    """Return a challenge of the website's form, solved."""
    made = Challenge.from_dict((await api.anyone().get("/intake/website/form/challenge")).json())
    found = solve_challenge(made)
    assert found is not None
    return Payload(made, found).to_base64()


async def _login(_: Api) -> str:
    return f"n{uuid4().hex[:8]}"


PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
    "18dd8db00000000049454e44ae426082"
)
"""One red pixel as PNG."""
NAMES = {
    "object_name": ("lead", "memo"),
    "board": ("lead_lights", "memo_lights"),
    "webhook": ("erp", "crm"),
    "channel": ("website", "expo"),
    "operation": ("touch", "stamp"),
    "clock": ("first_touch", "stale"),
    "metric": ("reach_24h", "memos"),
    "playbook": ("website", "fair"),
    "intake_key": (INTAKE_KEY, INTAKE_KEY),
}
"""What goes by a name: ours, and what only the neighbour has."""
MAKERS: Mapping[str, Make] = {
    "proof": _proof,
    "record": _record,
    "lane": _person,
    "other": _record,
    "person": _person,
    "colleague": _person,
    "department": _department,
    "job": _job,
    "file": _file,
    "session": _session,
    "token": _token,
    "delivery": _delivery,
    "notice": _notice,
    "draft": _draft,
    "draft_rule": _draft_rule,
    "view": _view,
    "kept_view": _kept_view,
    "release": _release,
    "phone": _phone,
    "login": _login,
}
