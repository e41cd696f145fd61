"""Let people in: password, lockout, second factor, and the sessions that come of it."""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import sqlalchemy as sa

from closeloop.access import audit
from closeloop.access.audit import Call, audit_call
from closeloop.access.factor import hashed, new_recovery_codes, new_secret, step_of
from closeloop.access.passwords import NOBODY, check_password, hash_password
from closeloop.access.secrets import SecretBox
from closeloop.access.tokens import hashed_token
from closeloop.base.clock import Clock
from closeloop.base.errors import Conflict, FieldError, Invalid, Locked, NotSignedIn
from closeloop.base.ids import new_id
from closeloop.db.engine import Database
from closeloop.db.statement import compile_statement, insert_rows, upsert_rows
from closeloop.db.system_tables import SystemTables

LASTS = timedelta(days=14)
FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)
SHORTEST = 10
"""Characters of a password."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored of somebody who asks to be let in."""

    id: UUID
    password: str | None
    active: bool
    failures: int
    locked_until: datetime | None
    secret: str | None
    last_step: int | None


@dataclass(frozen=True, slots=True)
class Door:
    """The way in to one company."""

    database: Database
    tables: SystemTables
    clock: Clock
    box: SecretBox

    async def enter(self, login: str, password: str, otp: str | None, agent: str) -> str:
        """Start a session and return its token; raises NotSignedIn or Locked.

        Neither the answer nor its time tells whether a login exists. Who has a second factor is asked for it once the
        password is right; failures of either count together.
        """
        known = await self._find(self.tables.person.c.login == login)
        await self._check_password(known, password)
        assert known is not None
        entries = [audit_call(self.tables, self.clock, audit.SIGNED_IN, actor=known.id, person=known.id)]
        if known.secret is not None:
            if not otp:
                raise NotSignedIn("otp_required")
            used = await self._use_code(known, otp)
            if used is None:
                await self._fail(known)
            elif used == "recovery":
                entries.append(audit_call(self.tables, self.clock, audit.RECOVERED, actor=known.id, person=known.id))
        return await self._start(known, agent, entries)

    async def confirm(self, person: UUID, password: str) -> None:
        """Check the password of somebody who is signed in already; a wrong one counts as a failure to sign in."""
        await self._check_password(await self._find(self.tables.person.c.id == person), password)

    async def _find(self, condition: sa.ColumnElement[bool]) -> _Known | None:
        person, factor = self.tables.person, self.tables.factor
        columns = (person.c.id, person.c.password, person.c.active, person.c.failures, person.c.locked_until)
        query = (
            sa.select(*columns, factor.c.secret, factor.c.last_step)
            .select_from(person.outerjoin(factor, factor.c.person == person.c.id))
            .where(condition)
        )
        async with self.database.autocommit() as session:
            row = await session.fetch_one(*compile_statement(query, "login"))
        return _Known(*row) if row else None

    async def _check_password(self, known: _Known | None, password: str) -> None:
        now = self.clock.now()
        if known and known.locked_until is not None and known.locked_until > now:
            raise Locked(retry_after=int((known.locked_until - now).total_seconds()) + 1)
        stored = known.password if known and known.password and known.active else NOBODY
        right = await asyncio.to_thread(check_password, stored, password)
        if known is None:
            raise NotSignedIn("bad_sign_in")
        if not right or stored is NOBODY:
            await self._fail(known)

    async def _fail(self, known: _Known) -> None:
        """Count a failure, in the statement: two guesses at once count as two. Always raises."""
        person, now = self.tables.person, self.clock.now()
        last = person.c.failures + 1 >= FAILURES
        values = {
            "failures": sa.case((last, 0), else_=person.c.failures + 1),
            "locked_until": sa.case((last, now + LOCKED_FOR), else_=person.c.locked_until),
        }
        change = sa.update(person).where(person.c.id == known.id).values(**values).returning(person.c.failures)
        async with self.database.transaction() as tx:
            (failures,) = (await tx.fetch(*compile_statement(change, "sign-in failed")))[0]
            kind = audit.SIGN_IN_FAILED if failures else audit.LOCKED_OUT
            await tx.commit_with([audit_call(self.tables, self.clock, kind, actor=None, person=known.id)])
        raise NotSignedIn("bad_sign_in")

    async def _use_code(self, known: _Known, code: str) -> str | None:
        """Use up a one-time or a recovery code; returns which it was. The statement decides who is first."""
        factor, given = self.tables.factor, code.replace(" ", "")
        secret = self.box.open(known.secret or "")
        step = step_of(secret, given, self.clock.now(), known.last_step) if secret else None
        mine = sa.update(factor).where(factor.c.person == known.id)
        if step is not None:
            unused = sa.or_(factor.c.last_step.is_(None), factor.c.last_step < step)
            change, kind = mine.where(unused).values(last_step=step), "code"
        else:
            digest = hashed(given)
            left = sa.func.array_remove(factor.c.recovery, digest)
            change, kind = mine.where(factor.c.recovery.contains([digest])).values(recovery=left), "recovery"
        async with self.database.autocommit() as session:
            return kind if await session.execute(*compile_statement(change, "second factor")) else None

    async def _start(self, known: _Known, agent: str, entries: list[Call]) -> str:
        person, table, now = self.tables.person, self.tables.session, self.clock.now()
        token = secrets.token_urlsafe(32)
        row = {
            "id": new_id(self.clock),
            "token_hash": hashed_token(token),
            "person": known.id,
            "created_at": now,
            "expires_at": now + LASTS,
            "agent": agent[:200],
            "seen_at": now,
        }
        over = sa.delete(table).where(table.c.person == known.id, table.c.expires_at <= now)
        calls = [
            compile_statement(over, "old sessions"),
            (insert_rows(table, list(row)), [orjson.dumps([row]).decode()]),
            *entries,
        ]
        if known.failures:
            reset = sa.update(person).where(person.c.id == known.id).values(failures=0, locked_until=None)
            calls.append(compile_statement(reset, "sign-in"))
        async with self.database.transaction() as tx:
            await tx.commit_with(calls)
        return token

    async def set_password(self, person: UUID, login: str, new: str, *, keep: UUID) -> None:
        """Set one's own password and end one's other sessions."""
        check_new_password(new, login)
        stored = await asyncio.to_thread(hash_password, new)
        table, session = self.tables.person, self.tables.session
        change = sa.update(table).where(table.c.id == person).values(password=stored, must_change=False)
        others = sa.delete(session).where(session.c.person == person, session.c.id != keep)
        async with self.database.transaction() as tx:
            await tx.commit_with(
                [
                    compile_statement(change, "password"),
                    compile_statement(others, "other sessions"),
                    audit_call(self.tables, self.clock, audit.PASSWORD_CHANGED, actor=person, person=person),
                    org_moves_on(self.tables),
                ]
            )

    async def begin_factor(self, person: UUID) -> str:
        """Make a secret that waits for its first code; what is in force stays in force until then."""
        secret = new_secret()
        row = {"person": person, "pending": self.box.seal(secret)}
        made = upsert_rows(self.tables.factor, ["person"], list(row))
        async with self.database.autocommit() as session:
            await session.execute(made, [orjson.dumps([row]).decode()])
        return secret

    async def confirm_factor(self, person: UUID, code: str) -> list[str]:
        """Put the waiting secret into force with its first code; returns the recovery codes, seen this once."""
        factor = self.tables.factor
        query = sa.select(factor.c.pending).where(factor.c.person == person)
        async with self.database.autocommit() as session:
            row = await session.fetch_one(*compile_statement(query, "second factor"))
        pending: str | None = row[0] if row else None
        if pending is None:
            raise Conflict("no_factor_begun")
        secret = self.box.open(pending)
        step = step_of(secret, code.replace(" ", ""), self.clock.now(), None) if secret else None
        if step is None:
            raise Invalid(errors=[FieldError("code", "wrong_code")])
        codes = new_recovery_codes()
        values: dict[str, Any] = {
            "secret": pending,
            "pending": None,
            "last_step": step,
            "since": self.clock.now(),
            "recovery": sa.literal([hashed(one) for one in codes], sa.ARRAY(sa.Text())),
        }
        change = sa.update(factor).where(factor.c.person == person, factor.c.pending == pending).values(**values)
        await self._factor_changed(change, audit.FACTOR_ON, person, person)
        return codes

    async def drop_factor(self, person: UUID, *, by: UUID) -> None:
        """Take the second factor away."""
        factor = self.tables.factor
        await self._factor_changed(sa.delete(factor).where(factor.c.person == person), audit.FACTOR_OFF, person, by)

    async def _factor_changed(self, change: sa.Update | sa.Delete, kind: str, person: UUID, by: UUID) -> None:
        async with self.database.transaction() as tx:
            await tx.commit_with(
                [
                    compile_statement(change, "second factor"),
                    audit_call(self.tables, self.clock, kind, actor=by, person=person),
                    org_moves_on(self.tables),
                ]
            )


def check_new_password(new: str, login: str) -> None:
    """Refuse a password that is too short or the login itself."""
    if len(new) < SHORTEST or len(new) > 200 or new.casefold() == login.casefold():
        raise Invalid(errors=[FieldError("new", "weak_password", {"least": SHORTEST})])


def org_moves_on(tables: SystemTables) -> Call:
    """Return the statement by which every process reads the organisation anew."""
    state = tables.state
    return compile_statement(sa.update(state).where(state.c.id == 1).values(org=state.c.org + 1), "org moves on")
