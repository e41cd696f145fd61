"""Serve intake as one would write it by hand for speed alone: the product's rows in one statement, and nothing else.

Nothing is checked, looked up, scored or decided; every lead is taken for an "A" of 85 points and people take turns.
Only the search tokens and the order of titles are the product's own, since the work of their indexes hangs on them.
`bench.verify` sees to it that the rows are those that the product writes.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import UUID

import orjson
import psycopg
import uvicorn
from bench.verify import company_schema
from fastapi import FastAPI, Request, Response
from psycopg_pool import AsyncConnectionPool

from closeloop.base.clock import SystemClock
from closeloop.base.ids import new_id
from closeloop.base.settings import get_settings
from closeloop.catalog.pinyin import order_key
from closeloop.catalog.search import tokens

INSERT = """
WITH made AS (
  INSERT INTO lead (
    id, version, created_at, updated_at, owner, company, name, phone, source, email, industry, province, city,
    registered_capital, employees, page_seconds, page_views, downloads, note, stage, score, grade,
    return_at, reached_count, sys_norm_phone, sys_norm_email, sys_norm_company, sys_search, sys_order
  ) VALUES (
    %(lead)s, 1, %(at)s, %(at)s, %(owner)s, %(company)s, %(name)s, %(phone)s, %(source)s, %(email)s, %(industry)s,
    %(province)s, %(city)s, %(capital)s, %(employees)s, %(page_seconds)s, %(page_views)s, %(downloads)s,
    %(note)s, 'new', 85, 'A', %(back)s, 0, %(norm_phone)s, %(email)s, %(company)s, %(search)s, %(order)s
  )
), logged AS (
  INSERT INTO sys_event (
    id, at, type, object, record, record_version, actor_kind, depth, release, changes, why
  ) VALUES
    (%(event1)s, %(at)s, 'record.created', 'lead', %(lead)s, 1, 'channel', 0, 1, %(created)s,
     '{{"channel": "website"}}'),
    (%(event2)s, %(at)s, 'record.scored', 'lead', %(lead)s, 1, 'channel', 0, 1,
     '{{"grade": [null, "A"], "score": [null, 85]}}', %(scored)s),
    (%(event3)s, %(at)s, 'record.assigned', 'lead', %(lead)s, 1, 'channel', 0, 1, %(assigned)s, %(candidates)s)
), started AS (
  INSERT INTO sys_clock (
    id, object, record, policy, definition, state, started_at, due_at, next_at, step, steps
  ) VALUES {clocks}
), told AS (
  INSERT INTO sys_notice (id, person, at, type, level, params, object, record)
  VALUES (%(notice)s, %(owner)s, %(at)s, 'assigned', 'info', %(params)s, 'lead', %(lead)s)
), entered AS (
  INSERT INTO sys_stage_stay (id, object, record, pipeline, definition, stage, entered_at, skipped)
  VALUES (%(stay)s, 'lead', %(lead)s, 'lead', '{pipeline}', 'new', %(at)s, '{{}}')
), kept AS (
  INSERT INTO sys_intake (id, at, channel, hash, payload, state, object, record, attempts)
  VALUES (%(intake)s, %(at)s, 'website', %(hash)s, %(payload)s, 'done', 'lead', %(lead)s, 1)
), turned AS (
  INSERT INTO sys_turn (policy, person, turn) VALUES ('online', %(owner)s, %(turn)s)
  ON CONFLICT (policy, person) DO UPDATE SET turn = EXCLUDED.turn
)
INSERT INTO sys_daily (object, person, day, given) VALUES ('lead', %(owner)s, %(day)s, 1)
ON CONFLICT (object, person, day) DO UPDATE SET given = sys_daily.given + 1
"""

CLOCK = (
    "(%({key}_id)s, 'lead', %(lead)s, '{key}', '{id}', 'running', %(at)s, %({key}_due)s, %({key}_next)s, 0,"
    " %({key}_steps)s)"
)
DUTY, WALL = "duty_hours", "wall_clock"
NOTIFY, ESCALATE = {"notify": "owner"}, {"escalate": "superior"}
CLOCKS: dict[str, tuple[int, list[tuple[str, int, str, list[Any]]]]] = {
    "first_touch": (
        30,
        [
            ("-5m", -5, DUTY, [NOTIFY]),
            ("0m", 0, DUTY, [NOTIFY, ESCALATE]),
            ("24h", 24 * 60, WALL, [{"reassign": "online"}]),
        ],
    ),
    "need_tags": (120, [("-15m", -15, DUTY, [NOTIFY]), ("0m", 0, DUTY, [NOTIFY])]),
    "solution_talk": (120, [("-15m", -15, DUTY, [NOTIFY]), ("0m", 0, DUTY, [NOTIFY, ESCALATE])]),
    "untouched": (
        24 * 60,
        [("0m", 0, WALL, [NOTIFY, ESCALATE]), ("24h", 24 * 60, WALL, [{"assign": ["superior", "role:manager"]}])],
    ),
}
"""The target of each clock and its rungs, in minutes; by the floor all count by the wall clock."""

DEFINITIONS = """
SELECT key, id FROM sys_definition WHERE kind = 'clock'
UNION ALL SELECT kind, id FROM sys_definition
WHERE kind IN ('pipeline', 'scorecard', 'assignment') AND key IN ('lead', 'lead_score', 'online')
"""
SALES = "SELECT person FROM sys_grant WHERE role = 'sales' ORDER BY person"


class Floor:
    """The one thing that the server does."""

    def __init__(self, url: str, schema: str, pool_size: int) -> None:
        self.pool = AsyncConnectionPool(
            url,
            kwargs={"autocommit": True, "options": f"-c timezone=UTC -c search_path={schema}"},
            min_size=2,
            max_size=pool_size,
            open=False,
        )
        self._clock = SystemClock()
        self._turns = count()

    async def open(self) -> None:
        await self.pool.open(wait=True)
        async with self.pool.connection() as connection:
            definitions: dict[str, UUID] = dict(await (await connection.execute(DEFINITIONS)).fetchall())
            people: list[UUID] = [person for (person,) in await (await connection.execute(SALES)).fetchall()]
        self._definitions = definitions
        self._people = people
        clocks = ", ".join(CLOCK.format(key=key, id=definitions[key]) for key in CLOCKS)
        self._insert = INSERT.format(**definitions, clocks=clocks).encode()

    async def take_in(self, request: Request) -> Response:
        payload: dict[str, Any] = orjson.loads(await request.body())
        lead = new_id(self._clock)
        async with self.pool.connection() as connection:
            await connection.execute(self._insert, self._values(lead, payload), prepare=True)
        return Response(orjson.dumps({"id": lead, "object": "lead"}), 201, media_type="application/json")

    def _values(self, lead: UUID, payload: dict[str, Any]) -> dict[str, Any]:
        at = datetime.now(UTC)
        turn = next(self._turns)
        owner = self._people[turn % len(self._people)]
        ids = ("event1", "event2", "event3", "notice", "stay", "intake", *(f"{key}_id" for key in CLOCKS))
        return {
            **payload,
            **{name: new_id(self._clock) for name in ids},
            **_clocks(at),
            "lead": lead,
            "at": at,
            "owner": owner,
            "turn": turn,
            "day": at.date(),
            "capital": payload["registered_capital"],
            "norm_phone": "+86" + payload["phone"],
            "back": at + timedelta(days=15),
            "order": order_key(payload["company"]),
            "search": tokens((payload["company"], payload["name"], payload["phone"], payload["email"])),
            "created": orjson.dumps({name: (None, value) for name, value in payload.items()}).decode(),
            "scored": orjson.dumps(self._score(payload)).decode(),
            "assigned": orjson.dumps({"owner": (None, owner)}).decode(),
            "candidates": orjson.dumps(self._assignment(owner)).decode(),
            "params": orjson.dumps({"title": payload["company"], "by": None}).decode(),
            "payload": (text := orjson.dumps(payload)).decode(),
            "hash": sha256(text).hexdigest(),
        }

    def _score(self, payload: dict[str, Any]) -> dict[str, Any]:
        told = {name: payload[name] for name in ("company", "name", "phone", "industry", "city")}
        factors = (
            ("source", 10, {"source": payload["source"]}),
            ("dwell", 20, {"page_seconds": payload["page_seconds"]}),
            ("paper", 15, {"downloads": payload["downloads"]}),
            ("capital", 15, {"registered_capital": payload["registered_capital"]}),
            ("complete", 25, told),
        )
        return {
            "score": {
                "scorecard": "lead_score",
                "definition": self._definitions["scorecard"],
                "total": 85,
                "grade": "A",
                "factors": [{"key": key, "points": points, "values": values} for key, points, values in factors],
            }
        }

    def _assignment(self, owner: UUID) -> dict[str, Any]:
        return {
            "assignment": {
                "policy": "online",
                "definition": self._definitions["assignment"],
                "reason": "created",
                "chosen": owner,
                "candidates": [
                    {"person": one, "eligible": True, "reason": "chosen" if one == owner else "later_turn"}
                    for one in self._people
                ],
            }
        }


def _clocks(at: datetime) -> dict[str, Any]:
    """Return when the clocks of a lead are due, when each does something next, and its steps."""
    values: dict[str, Any] = {}
    for key, (minutes, rungs) in CLOCKS.items():
        due = at + timedelta(minutes=minutes)
        counted = {"target": minutes * 60, "runs": [{"from": at, "to": None}]}
        steps: list[dict[str, Any]] = [
            {"at": "0m", "due_at": due, "kind": "due", "do": [], "calendar": DUTY, "version": None, **counted}
        ]
        for name, offset, calendar, do in rungs:
            when = due + timedelta(minutes=offset)
            steps.append({"at": name, "due_at": when, "kind": "rung", "do": do, "calendar": calendar, "version": None})
        steps.sort(key=lambda step: step["due_at"])
        told = orjson.dumps(steps).decode()
        values |= {f"{key}_due": due, f"{key}_next": steps[0]["due_at"], f"{key}_steps": told}
    return values


async def _ready() -> Response:
    return Response()


def create_app(url: str, schema: str, pool_size: int) -> FastAPI:
    """Make the application with its one route."""
    floor = Floor(url, schema, pool_size)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await floor.open()
        yield
        await floor.pool.close()

    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.add_api_route("/intake", floor.take_in, methods=["POST"])
    app.add_api_route("/readyz", _ready)
    return app


def main() -> None:
    """Serve by the product's own settings of port, database and pool."""
    settings = get_settings()
    assert settings.database_url is not None
    with psycopg.connect(settings.database_url) as connection:
        schema = company_schema(connection)
    uvicorn.run(
        create_app(settings.database_url, schema, settings.pool_size),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
