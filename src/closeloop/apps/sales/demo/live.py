"""Play the demo company against a running system: leads come in, salespeople work them, all over public HTTP."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from random import Random
from typing import Any

import httpx

from closeloop.apps.sales.demo.wordlists import PROGRESS, QUALIFIED, TALKED, TRY_AGAIN
from closeloop.apps.sales.demo.words import make_lead, sentence
from closeloop.base.clock import Clock
from closeloop.runtime.demo import People, Played, Say

KEY = "demo-website"
"""The published key of the demo's website channel."""
NUMBERS = 60_000_000
"""Where the phone numbers of these leads begin: behind those of the history."""
SOURCES = ("website", "website", "wechat_official", "ad", "livestream", "referral")
NEEDS = ("price", "trial", "replace", "expand", "custom", "service")
LEAD_EVERY, DEED_EVERY = 20.0, 12.0
"""Seconds between two leads, and between two deeds of one person, at speed 1."""
LIMITS = httpx.Limits(keepalive_expiry=2)
"""A person's pause is about as long as the server keeps an idle connection: ours ends first, never in a request."""
REFUSED = range(400, 500)
"""What the system rightly refuses: somebody else was quicker, a limit is reached, a gate is closed."""

Json = dict[str, Any]


class Live:
    """A company's people for as long as it runs; `speed` 10 does in a minute what they would do in ten."""

    def __init__(
        self,
        url: str,
        clock: Clock,
        say: Say,
        speed: float,
        headers: Mapping[str, str],
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.played = Played()
        self._url = f"{url}/api/v1"
        self._clock = clock
        self._say = say
        self._speed = speed
        self._transport = transport
        self._headers = headers
        self._random = Random()  # noqa: S311 - not for secrets
        self._last: list[str] = []

    async def run(self, people: People, password: str) -> None:
        """Play until cancelled; who neither sells nor leads those who do stays out of it."""
        sales, managers = ([one["login"] for one in people if role in one["roles"]] for role in ("sales", "manager"))
        self._say(f"{len(sales)} salespeople and {len(managers)} managers are at work. Ctrl-C ends it.")
        async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
            group.create_task(self._keep(LEAD_EVERY, self._lead, await self._client(stack)))
            for login, deed in [
                *((one, self._sell) for one in sales),
                *((one, self._look_over) for one in managers),
            ]:
                client = await self._client(stack)
                answer = await client.post("/session", json={"login": login, "password": password})
                if answer.is_success:
                    group.create_task(self._keep(DEED_EVERY, deed, client, login))
                else:
                    self._say(f"{login} can't sign in ({answer.status_code}) and stays out of it")

    async def _client(self, stack: AsyncExitStack) -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            base_url=self._url, transport=self._transport, headers=self._headers, timeout=30, limits=LIMITS
        )
        return await stack.enter_async_context(client)

    async def _keep(self, every: float, deed: Callable[..., Awaitable[None]], *about: Any) -> None:
        """Do something again and again, at a human's uneven pace; a system that is away for a while is waited for."""
        while True:
            await asyncio.sleep(self._random.uniform(0.3, 1.7) * every / self._speed)
            try:
                await deed(*about)
            except httpx.TransportError as error:
                self.played.failed[type(error).__name__] += 1
                self._say(f"no answer ({type(error).__name__}), trying again in a moment")
                await asyncio.sleep(2)

    async def _ask(self, client: httpx.AsyncClient, method: str, path: str, doing: str, **more: Any) -> Json | None:
        """Ask for something; None if it was refused or went wrong, which is counted."""
        answer = await client.request(method, path, **more)
        if answer.is_success:
            self.played.done[doing] += 1
            return answer.json() if answer.content else {}
        (self.played.refused if answer.status_code in REFUSED else self.played.failed)[doing] += 1
        with suppress(ValueError):
            self._say(f"  {doing}: {answer.status_code} {answer.json().get('code')}")
        return None

    async def _lead(self, client: httpx.AsyncClient) -> None:
        number = NUMBERS + int(self._clock.now().timestamp() * 10) % 30_000_000
        payload = make_lead(self._random, self._random.choice(SOURCES), number)
        if self._last and self._random.random() < 0.06:
            payload["phone"] = self._random.choice(self._last)
        self._last = [*self._last[-50:], payload["phone"]]
        headers = {"Closeloop-Intake-Key": KEY}
        answer = await self._ask(client, "POST", "/intake/website", "intake", json=payload, headers=headers)
        if answer is not None:
            joined = " (joined one that was there)" if "duplicate_of" in answer else ""
            self._say(f"a lead from {payload['source']}: {payload['company']}{joined}")

    async def _sell(self, client: httpx.AsyncClient, login: str) -> None:
        """One deed of a salesperson: mostly a lead, now and then a to-do, the pool, an opportunity or the notices."""
        deeds = (self._work, self._todo, self._claim, self._deal, self._read)
        (deed,) = self._random.choices(deeds, (70, 8, 6, 12, 4))
        await deed(client, login)

    async def _some(self, client: httpx.AsyncClient, what: str, filter_: str, sort: str) -> Json | None:
        params: Json = {"filter": filter_, "sort": sort, "limit": 8}
        found = await self._ask(client, "GET", f"/objects/{what}/records", "list", params=params)
        items: list[Json] = found["items"] if found else []
        return self._random.choice(items[:3]) if items else None

    async def _work(self, client: httpx.AsyncClient, login: str) -> None:
        lead = await self._some(client, "lead", "owner == me and stage == 'new'", "-created_at")
        if lead is None or self._random.random() < 0.4:
            later = "owner == me and stage in ['contacted', 'qualified'] and discard_asked_by == null"
            lead = await self._some(client, "lead", later, "last_touch_at") or lead
        if lead is None:
            return
        operation, values = self._next(lead)
        at = f"/objects/lead/records/{lead['id']}"
        if operation == "transition":
            body: Json = {"to": "qualified", "note": QUALIFIED}
            done = await self._ask(client, "POST", f"{at}/transition", operation, json=body)
        else:
            done = await self._ask(client, "POST", f"{at}/do/{operation}", operation, json={"values": values})
        if done is not None:
            self._say(f"{login} {operation}: {lead['company'] or lead['name']}")

    def _next(self, lead: Json) -> tuple[str, Json]:
        """Return what a salesperson does next with a lead."""
        random = self._random
        if lead["stage"] != "new" and lead["needs"] is None and random.random() < 0.7:
            return "tag_needs", {"needs": random.sample(NEEDS, 2)}
        if lead["stage"] == "contacted" and lead["needs"] and random.random() < 0.4:
            return "transition", {}
        if lead["stage"] == "qualified" and random.random() < 0.35:
            close = (self._clock.now() + timedelta(days=random.randint(20, 50))).date().isoformat()
            return "convert", {"amount": str(random.randint(30, 300) * 1000), "expected_close": close}
        if lead["stage"] == "contacted" and random.random() < 0.12:
            return "discard", {"reason": random.choice(("no_need", "unreachable", "rival"))}
        if lead["stage"] == "contacted" and random.random() < 0.06:
            return "release", {"reason": "no_progress"}
        outcome = random.choices(("interested", "call_back", "no_answer", "not_now"), (4, 2, 3, 2))[0]
        return "touch", {
            "kind": random.choice(("call", "call", "wechat", "visit")),
            "outcome": outcome,
            "summary": sentence(random, TALKED[outcome]),
            "next_contact_at": (self._clock.now() + timedelta(hours=random.randint(3, 40))).isoformat(),
        }

    async def _todo(self, client: httpx.AsyncClient, login: str) -> None:
        todo = await self._some(client, "todo", "owner == me and done_at == null", "due_at")
        if todo is None:
            return
        at = f"/objects/todo/records/{todo['id']}/do/finish"
        if await self._ask(client, "POST", at, "finish", json={"values": {}}) is not None:
            self._say(f"{login} done: {todo['title']}")

    async def _claim(self, client: httpx.AsyncClient, login: str) -> None:
        lead = await self._some(client, "lead", "owner == null and pool == 'public'", "-score")
        if lead is None:
            return
        at = f"/objects/lead/records/{lead['id']}/do/claim"
        if await self._ask(client, "POST", at, "claim", json={"values": {}}) is not None:
            self._say(f"{login} claims {lead['company'] or lead['name']}")

    async def _deal(self, client: httpx.AsyncClient, login: str) -> None:
        """Log a touch on an opportunity, or take it a stage further, as far as that needs no file."""
        if self._random.random() < 0.5:
            await self._touch(client, login)
            return
        deal = await self._some(client, "opportunity", "owner == me and stage in ['contact', 'contract']", "id")
        if deal is None:
            return
        to = {"contact": "needs", "contract": "won"}[deal["stage"]]
        at = f"/objects/opportunity/records/{deal['id']}/transition"
        if await self._ask(client, "POST", at, f"opportunity to {to}", json={"to": to}) is not None:
            self._say(f"{login} moves {deal['name']} to {to}")

    async def _touch(self, client: httpx.AsyncClient, login: str) -> None:
        deal = await self._some(client, "opportunity", "owner == me and stage not in ['won', 'lost']", "last_touch_at")
        if deal is None:
            return
        values = {
            "kind": self._random.choice(("call", "wechat", "visit")),
            "outcome": "interested",
            "summary": sentence(self._random, PROGRESS[deal["stage"]]),
            "next_contact_at": (self._clock.now() + timedelta(hours=self._random.randint(20, 90))).isoformat(),
        }
        at = f"/objects/opportunity/records/{deal['id']}/do/touch_opportunity"
        if await self._ask(client, "POST", at, "touch_opportunity", json={"values": values}) is not None:
            self._say(f"{login} touches {deal['name']}")

    async def _read(self, client: httpx.AsyncClient, login: str) -> None:
        if await self._ask(client, "POST", "/notifications/read", "read", json={"all": True}) is not None:
            self._say(f"{login} has read the notices")

    async def _look_over(self, client: httpx.AsyncClient, login: str) -> None:
        """One deed of a manager: a lead that somebody asks to discard, or a look at the board."""
        asked = "discard_asked_by != null and discard_asked_by != me and stage not in ['converted', 'discarded']"
        lead = await self._some(client, "lead", f"owner != null and {asked}", "id")
        if lead is None:
            await self._ask(client, "GET", "/boards/lead_lights", "board")
            return
        values = {"note": TRY_AGAIN}
        operation = "deny_discard" if self._random.random() < 0.2 else "confirm_discard"
        body = {"values": values if operation == "deny_discard" else {}}
        at = f"/objects/lead/records/{lead['id']}/do/{operation}"
        if await self._ask(client, "POST", at, operation, json=body) is not None:
            self._say(f"{login} {operation}: {lead['company'] or lead['name']}")
