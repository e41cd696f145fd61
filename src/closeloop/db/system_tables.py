"""The kernel's own tables inside a company's schema, made by the same plan and apply as the company's objects.

Their names begin with `sys_`, which no object and no field may, so that a later kernel can add tables without
meeting an object of that name.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

KERNEL_VERSION = 7
"""Raised with every change of the tables below, or of how the kernel fills its own columns of an object's table; the
registry row of a company holds the one it has."""

_MOMENT = sa.DateTime(timezone=True)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, _MOMENT, nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _uuid(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _json(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, JSONB(), nullable=nullable)


def _integer(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _uuids(name: str) -> sa.Column[object]:
    return sa.Column(name, ARRAY(sa.Uuid()), nullable=True)


def _flag(name: str, *, default: bool | None = None) -> sa.Column[object]:
    """Describe a yes or no; one that is new on a table with rows needs its default."""
    fallback = None if default is None else sa.text(str(default).lower())
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=fallback)


@dataclass(frozen=True, slots=True)
class SystemTables:
    """The kernel's tables of one company as SQLAlchemy Core tables."""

    state: sa.Table
    """One row: the present release, the version of people, departments and roles, and `revision`, which moves with
    every change of what anybody's catalog holds. `forms` says by which rules the stored normal forms were made."""
    definition: sa.Table
    draft: sa.Table
    """What somebody is about to publish: one row a definition; no body means that it shall go."""
    release: sa.Table
    """A release for everyone, or with `people` and `departments` one for a pilot group until `ended_at`."""
    release_item: sa.Table
    """A release's definitions; of a pilot only those in which it differs from the present release."""
    trash: sa.Table
    """Which fields and objects went, and the name that their column or table has now."""
    alteration: sa.Table
    """What a change of tables still has to do after its transaction: a field's conversion, or late changes."""
    person: sa.Table
    leave: sa.Table
    """When people are away: what assignment to those on duty leaves out."""
    department: sa.Table
    membership: sa.Table
    """Who belongs to which department; one of a person's is the main one."""
    grant: sa.Table
    """Which person has which role."""
    session: sa.Table
    factor: sa.Table
    """A person's second factor; its secret is encrypted, its recovery codes are hashed."""
    token: sa.Table
    """What a program signs in with, on behalf of a person."""
    audit: sa.Table
    """Who signed in, failed to, or changed people, roles and rights: what isn't about a record."""
    event: sa.Table
    merged: sa.Table
    """Which record went into which other one of its object."""
    stage_stay: sa.Table
    clock: sa.Table
    playbook_use: sa.Table
    """Each time an operation was done with a playbook at hand, and which of its items were used."""
    rule_run: sa.Table
    """When a rule last ran for a record, and for which time that it was due at, where that decides over the next."""
    schedule: sa.Table
    """When each scheduled rule is due, and how far the run at hand has come."""
    outbox: sa.Table
    """What is to be sent once a change is committed, and what became of it."""
    secret: sa.Table
    """What a definition needs and must not show, such as the secret of a webhook."""
    notice: sa.Table
    intake: sa.Table
    """The raw payload of every inbound call with its key and its answer."""
    limit: sa.Table
    """How far callers of a channel have used up what they may post."""
    answer: sa.Table
    """The first answer to a write that carried an Idempotency-Key."""
    turn: sa.Table
    """When a policy last gave something to a person, and what a weighted one owes: the round robin's memory."""
    fill: sa.Table
    """Which columns of an object's older rows are still to be worked out, level by level, and how far that is."""
    counter: sa.Table
    """How far an automatic number has counted."""
    daily: sa.Table
    """How many records of an object a person was given on a day: what a daily quota is counted by."""
    waiting: sa.Table
    """Records that no policy found anybody for, by their own id: they are dealt again once there is room."""
    by_hand: sa.Table
    """Objects whose records no policy deals for the time being."""
    alarm: sa.Table
    """Which alarms about an object's assignment were given on a day, so that each is given once."""
    job: sa.Table
    """Long work of a person: its place is moved on in the transaction of what it has done."""
    job_error: sa.Table
    """The rows or records that a job could not do, each with its reasons."""
    file: sa.Table
    """What is known of an uploaded file; its bytes are in the file store."""
    file_use: sa.Table
    """Which record's field refers to which file, and until when it did."""
    view: sa.Table
    """Ways to look at an object that people have kept, for themselves, for departments or for everyone."""
    view_choice: sa.Table
    """The view that a person's list of an object begins with: a definition's key or the id of a kept one."""

    def all(self) -> tuple[sa.Table, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)


def system_tables(schema: str) -> SystemTables:
    """Describe the kernel's tables of the company whose PostgreSQL schema is `schema`."""
    meta = sa.MetaData(schema=schema)

    def table(name: str, *parts: sa.Column[object] | sa.Index, key: tuple[str, ...] = ("id",)) -> sa.Table:
        full = f"sys_{name}"
        return sa.Table(full, meta, *parts, sa.PrimaryKeyConstraint(*key, name=f"{full}_pk"))

    return SystemTables(
        state=table(
            "state", _integer("id"), _integer("release"), _integer("org"),
            sa.Column("revision", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
            sa.Column("forms", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        ),
        definition=table(
            "definition",
            _uuid("id"), _text("kind"), _text("key"), _integer("version"), _text("hash"),
            sa.Column("body", sa.JSON(), nullable=False),  # json, not jsonb: the order of fields and options counts
            _text("app", nullable=True), _moment("created_at"), _uuid("created_by", nullable=True),
            sa.Index("sys_definition_key_u", "kind", "key", "version", unique=True),
        ),
        draft=table(
            "draft",
            _text("kind"), _text("key"), _uuid("id"), sa.Column("body", sa.JSON(), nullable=True),
            _uuid("base", nullable=True), _moment("at"), _uuid("by", nullable=True), key=("kind", "key"),
        ),
        release=table(
            "release", _integer("number"), _moment("created_at"), _text("note"), _uuid("created_by", nullable=True),
            _uuids("people"), _uuids("departments"), _moment("ended_at", nullable=True), key=("number",),
        ),
        release_item=table(
            "release_item", _integer("release"), _text("kind"), _text("key"), _uuid("definition"),
            key=("release", "kind", "key"),
        ),
        trash=table(
            "trash",
            _uuid("id"), _text("object"), _text("field", nullable=True), _text("name"), _text("type", nullable=True),
            _json("label", nullable=False), _moment("at"), _uuid("by", nullable=True),
        ),
        alteration=table(
            "alteration",
            _uuid("id"), _text("object", nullable=True), _text("field", nullable=True), _json("body"),
            _moment("due_at"), _moment("lease_until", nullable=True), _flag("filled", default=False),
            sa.Index("sys_alteration_field_u", "object", "field", unique=True),
            sa.Index("sys_alteration_due", "due_at"),
        ),
        person=table(
            "person",
            _uuid("id"), _text("login"), _text("name"), _text("password", nullable=True), _flag("active"),
            _flag("on_duty"), _integer("quota_open", nullable=True), _integer("quota_daily", nullable=True),
            _text("city", nullable=True), _text("locale"), _integer("failures"), _moment("locked_until", nullable=True),
            _moment("created_at"), _flag("must_change", default=False), _json("attributes"),
            _text("calendar", nullable=True), _text("email", nullable=True), _json("preferences"),
            sa.Index("sys_person_login_u", "login", unique=True),
        ),
        leave=table(
            "leave",
            _uuid("id"), _uuid("person"), _moment("starts_at"), _moment("ends_at"), _text("note", nullable=True),
            _moment("created_at"), _uuid("created_by", nullable=True),
            sa.Index("sys_leave_person", "person", "ends_at"), sa.Index("sys_leave_ends", "ends_at"),
        ),
        department=table(
            "department", _uuid("id"), _text("key"), _text("name"), _uuid("parent", nullable=True),
            _uuid("head", nullable=True), sa.Index("sys_department_key_u", "key", unique=True),
        ),
        membership=table(
            "membership", _uuid("person"), _uuid("department"), _flag("main"), key=("person", "department"),
        ),
        grant=table("grant", _uuid("person"), _text("role"), key=("person", "role")),
        session=table(
            "session", _uuid("id"), _text("token_hash"), _uuid("person"), _moment("created_at"), _moment("expires_at"),
            _text("agent"), _moment("seen_at", nullable=True),
            sa.Index("sys_session_token_u", "token_hash", unique=True),
            sa.Index("sys_session_person", "person"), sa.Index("sys_session_expires", "expires_at"),
        ),
        factor=table(
            "factor",
            _uuid("person"), _text("secret", nullable=True), _text("pending", nullable=True),
            _integer("last_step", nullable=True), _moment("since", nullable=True),
            sa.Column("recovery", ARRAY(sa.Text())), key=("person",),
        ),
        token=table(
            "token",
            _uuid("id"), _uuid("person"), _text("name"), _text("token_hash"),
            sa.Column("scopes", ARRAY(sa.Text()), nullable=False), _moment("created_at"),
            _moment("expires_at", nullable=True), _moment("seen_at", nullable=True),
            sa.Index("sys_token_hash_u", "token_hash", unique=True), sa.Index("sys_token_person", "person", "id"),
        ),
        audit=table(
            "audit",
            _uuid("id"), _moment("at"), _text("type"), _uuid("actor", nullable=True), _uuid("person", nullable=True),
            _json("data"), sa.Index("sys_audit_person", "person", "id"), sa.Index("sys_audit_type", "type", "id"),
        ),
        event=table(
            "event",
            _uuid("id"), _moment("at"), _text("type"), _text("object"), _uuid("record"), _integer("record_version"),
            _uuid("actor", nullable=True), _text("actor_kind"), _uuid("cause", nullable=True), _integer("depth"),
            _integer("release"), _json("changes"), _json("why"),
            sa.Index("sys_event_record", "record", "id"),
        ),
        merged=table(
            "merged",
            _uuid("record"), _text("object"), _uuid("into"), _moment("at"), _uuid("by", nullable=True),
            sa.Index("sys_merged_into", "into"), key=("record",),
        ),
        stage_stay=table(
            "stage_stay",
            _uuid("id"), _text("object"), _uuid("record"), _text("pipeline"), _uuid("definition"), _text("stage"),
            _moment("entered_at"), _moment("left_at", nullable=True), _uuid("by", nullable=True),
            sa.Column("skipped", ARRAY(sa.Text()), nullable=False),
            sa.Index("sys_stage_stay_record", "record", "entered_at"),
        ),
        playbook_use=table(
            "playbook_use",
            _uuid("id"), _moment("at"), _text("playbook"), _uuid("definition"), _text("contact"),
            sa.Column("used", ARRAY(sa.Text()), nullable=False), _uuid("record"), _uuid("actor", nullable=True),
            sa.Index("sys_playbook_use_at", "playbook", "at"),
        ),
        clock=table(
            "clock",
            _uuid("id"), _text("object"), _uuid("record"), _text("policy"), _uuid("definition"), _text("state"),
            _moment("started_at"), _moment("due_at"), _moment("next_at", nullable=True), _integer("step"),
            _json("steps", nullable=False), _moment("met_at", nullable=True),
            _moment("ended_at", nullable=True), _moment("paused_at", nullable=True),
            _moment("lease_until", nullable=True),
            sa.Index("sys_clock_next", "next_at", postgresql_where=sa.text("next_at IS NOT NULL")),
            sa.Index("sys_clock_record", "record"),
            sa.Index("sys_clock_waiting", "record", postgresql_where=sa.text("ended_at IS NULL")),
        ),
        rule_run=table(
            "rule_run", _text("rule"), _uuid("record"), _moment("at"), _moment("occurrence", nullable=True),
            sa.Index("sys_rule_run_record", "record"),
            sa.Index("sys_rule_run_at", "at", postgresql_where=sa.text("occurrence IS NOT NULL")),
            key=("rule", "record"),
        ),
        schedule=table(
            "schedule",
            _uuid("id"), _text("rule"), _uuid("definition"), _moment("next_at", nullable=True),
            _moment("lease_until", nullable=True), _text("cursor", nullable=True), _integer("done"),
            _moment("last_at", nullable=True), _integer("last_done", nullable=True),
            sa.Index("sys_schedule_rule_u", "rule", unique=True),
            sa.Index("sys_schedule_next", "next_at", postgresql_where=sa.text("next_at IS NOT NULL")),
        ),
        outbox=table(
            "outbox",
            _uuid("id"), _uuid("event"), _text("target"), _text("type"), _text("object", nullable=True),
            _uuid("record", nullable=True), _json("payload", nullable=False), _text("state"), _integer("attempts"),
            _moment("next_at", nullable=True),
            _moment("lease_until", nullable=True), _text("key"), _moment("created_at"),
            _moment("done_at", nullable=True), _integer("status", nullable=True), _text("error", nullable=True),
            sa.Index("sys_outbox_key_u", "key", unique=True),
            sa.Index("sys_outbox_next", "next_at", postgresql_where=sa.text("next_at IS NOT NULL")),
            sa.Index("sys_outbox_target", "target", "state", "id"),
            sa.Index("sys_outbox_state", "state", "id"),
        ),
        secret=table(
            "secret", _text("kind"), _text("key"), _text("secret"), _moment("created_at"),
            _uuid("created_by", nullable=True), key=("kind", "key"),
        ),
        notice=table(
            "notice",
            _uuid("id"), _uuid("person"), _moment("at"), _text("type"), _text("level"), _json("params", nullable=False),
            _text("object", nullable=True), _uuid("record", nullable=True), _moment("read_at", nullable=True),
            _moment("push_at", nullable=True),
            sa.Index("sys_notice_push", "push_at", postgresql_where=sa.text("push_at IS NOT NULL")),
            sa.Index("sys_notice_person", "person", "id"),
            sa.Index("sys_notice_unread", "person", postgresql_where=sa.text("read_at IS NULL")),
        ),
        intake=table(
            "intake",
            _uuid("id"), _moment("at"), _text("channel"), _text("key", nullable=True), _text("hash"),
            _json("payload", nullable=False), _text("state"), _text("object", nullable=True),
            _uuid("record", nullable=True), _uuid("duplicate_of", nullable=True), _json("problem"),
            _moment("retry_at", nullable=True), _integer("attempts"),
            sa.Index("sys_intake_key_u", "channel", "key", unique=True),
            sa.Index("sys_intake_retry", "retry_at", postgresql_where=sa.text("retry_at IS NOT NULL")),
        ),
        limit=table(
            "limit", _text("key"), _moment("until"), sa.Index("sys_limit_until", "until"), key=("key",),
        ),
        answer=table(
            "answer", _uuid("person"), _text("key"), _moment("at"), _text("hash"), _integer("status"), _json("body"),
            sa.Index("sys_answer_at", "at"), key=("person", "key"),
        ),
        turn=table(
            "turn", _text("policy"), _uuid("person"), _integer("turn"), _integer("credit", nullable=True),
            key=("policy", "person"),
        ),
        fill=table(
            "fill", _uuid("id"), _integer("level"), _text("object"),
            sa.Column("columns", ARRAY(sa.Text()), nullable=False), _uuid("after", nullable=True),
        ),
        counter=table(
            "counter", _text("object"), _text("field"), _text("period"), _integer("value"),
            key=("object", "field", "period"),
        ),
        daily=table(
            "daily", _text("object"), _uuid("person"), sa.Column("day", sa.Date(), nullable=False), _integer("given"),
            sa.Index("sys_daily_day", "day"), key=("object", "person", "day"),
        ),
        waiting=table(
            "waiting",
            _uuid("id"), _text("object"), _text("policy"), _moment("since"), _moment("until", nullable=True),
            sa.Index("sys_waiting_open", "object", "since", "id", postgresql_where=sa.text("until IS NULL")),
        ),
        by_hand=table(
            "by_hand", _text("object"), _moment("at"), _uuid("by", nullable=True), _text("note", nullable=True),
            key=("object",),
        ),
        alarm=table(
            "alarm", _text("object"), _text("kind"), sa.Column("day", sa.Date(), nullable=False),
            key=("object", "kind", "day"),
        ),
        job=table(
            "job",
            _uuid("id"), _text("kind"), _text("state"), _uuid("person", nullable=True),
            _text("key", nullable=True), _moment("created_at"), _moment("started_at", nullable=True),
            _moment("finished_at", nullable=True),
            _moment("next_at", nullable=True), _moment("lease_until", nullable=True), _integer("attempts"),
            _integer("step"), _integer("progress"), _integer("total", nullable=True), _integer("errors"),
            _json("params", nullable=False), _json("cursor", nullable=False), _json("problem"),
            sa.Index("sys_job_next", "next_at", postgresql_where=sa.text("next_at IS NOT NULL")),
            sa.Index("sys_job_person", "person", "id"),
            sa.Index("sys_job_key_u", "person", "key", unique=True),
        ),
        job_error=table(
            "job_error",
            _uuid("job"), _integer("row"), _uuid("record", nullable=True), _json("problem", nullable=False),
            _json("source"), key=("job", "row"),
        ),
        file=table(
            "file",
            _uuid("id"), _text("name"), _text("type"), _integer("size"), _text("sha256"),
            _uuid("person", nullable=True), _moment("created_at"), _moment("expires_at", nullable=True), _flag("gone"),
            sa.Index("sys_file_expires", "expires_at", postgresql_where=sa.text("expires_at IS NOT NULL")),
        ),
        file_use=table(
            "file_use",
            _uuid("file"), _text("object"), _uuid("record"), _text("field"), _moment("until", nullable=True),
            key=("file", "object", "record", "field"),
        ),
        view=table(
            "view",
            _uuid("id"), _text("object"), _uuid("person"), _text("name"), _json("look", nullable=False),
            _flag("everyone"), sa.Column("departments", ARRAY(sa.Uuid()), nullable=False), _moment("created_at"),
            sa.Index("sys_view_object", "object", "person"),
        ),
        view_choice=table(
            "view_choice", _text("object"), _uuid("person"), _text("view"), key=("object", "person"),
        ),
    )  # fmt: skip
