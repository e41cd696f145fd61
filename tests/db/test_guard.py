"""Every rule of the guard with statements that break it and statements that come near."""

import pytest

from closeloop.db.guard import RULES, broken_rules

BROKEN = {
    "no MERGE": ["MERGE INTO t_x.lead l USING t_x.new n ON l.id = n.id WHEN MATCHED THEN DELETE"],
    "no trigger, rule or inheritance": [
        "ALTER TABLE t_x.lead DISABLE TRIGGER ALL",
        "CREATE TRIGGER a AFTER INSERT ON t_x.lead EXECUTE FUNCTION t_x.f()",
        "CREATE TABLE t_x.a (id uuid CONSTRAINT a_pk PRIMARY KEY) INHERITS (t_x.b)",
    ],
    "no identity, serial or sequence": [
        "CREATE TABLE t_x.a (id bigserial CONSTRAINT a_pk PRIMARY KEY)",
        "ALTER TABLE t_x.a ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY",
    ],
    "no ALTER that a cluster lacks": ["ALTER TABLE t_x.a RENAME CONSTRAINT a_u TO b_u"],
    "one subcommand per ALTER": ["ALTER TABLE t_x.a ADD COLUMN b text, ADD COLUMN c numeric(20,4)"],
    "a column is added without a constraint": [
        "ALTER TABLE t_x.a ADD COLUMN b integer CONSTRAINT a_b_ck CHECK (b > 0)"
    ],
    "constraints and indexes are named": [
        "CREATE TABLE t_x.a (id uuid PRIMARY KEY)",
        "CREATE TABLE t_x.a (id uuid, b numeric(20,4), CONSTRAINT a_pk PRIMARY KEY (id), UNIQUE (b))",
        "ALTER TABLE t_x.a ADD CHECK (b > 0)",
        "CREATE INDEX ON t_x.a (b)",
    ],
    "names are short, ASCII and not like a shard's": [
        f"CREATE INDEX {'x' * 49} ON t_x.a (b)",
        "ALTER TABLE t_x.a ADD CONSTRAINT a_b_102048 UNIQUE (b)",
        'ALTER TABLE t_x.a ADD COLUMN "电话" text',
        'CREATE TABLE t_x."na me" (id uuid CONSTRAINT a_pk PRIMARY KEY)',
    ],
    "every table has a primary key": ["CREATE TABLE t_x.a (id uuid, b text)"],
    "foreign keys stay in their schema": [
        "ALTER TABLE t_x.a ADD CONSTRAINT a_fk FOREIGN KEY (b) REFERENCES platform.company (id)",
        "ALTER TABLE t_x.a ADD CONSTRAINT a_fk FOREIGN KEY (b) REFERENCES lead (id)",
    ],
    "one schema per statement": [
        "SELECT a.id FROM t_x.lead a JOIN t_y.lead b ON a.id = b.id",
        'SELECT a.id FROM "t_x".lead a WHERE EXISTS (SELECT 1 FROM "platform"."company" c WHERE c.id = a.id)',
    ],
    "tables are schema-qualified": [
        "SELECT id FROM lead",
        "INSERT INTO lead (id) VALUES ($1)",
        "UPDATE lead SET a = $1",
        "WITH a AS (SELECT 1 AS one) SELECT one FROM a JOIN b ON b.n = a.one",
        "CREATE TABLE a (id uuid CONSTRAINT a_pk PRIMARY KEY)",
    ],
    "columns are listed": [
        "SELECT * FROM t_x.lead",
        "SELECT l.id, s.* FROM t_x.lead l",
        "DELETE FROM t_x.lead RETURNING *",
    ],
    "no system columns": ["SELECT id, xmin FROM t_x.lead"],
    "time and random values are parameters": [
        "UPDATE t_x.lead SET at = now()",
        "INSERT INTO t_x.lead (id) VALUES (gen_random_uuid())",
        "SELECT id FROM t_x.lead WHERE at < CURRENT_DATE",
    ],
    "RETURNING lists plain columns": ["INSERT INTO t_x.lead (id) VALUES ($1) RETURNING id, lower(name)"],
    "ON CONFLICT sets parameters and EXCLUDED": [
        "INSERT INTO t_x.a (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET n = lower(EXCLUDED.n) RETURNING id"
    ],
    "UPDATE computes nothing by a stable function": ["UPDATE t_x.a SET n = to_jsonb(a.m)"],
    "VALUES holds no query": ["INSERT INTO t_x.a (id, n) VALUES ($1, (SELECT n FROM t_x.b))"],
    "INSERT ... SELECT ... WHERE NOT EXISTS has a FROM": [
        "INSERT INTO t_x.a (id) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM t_x.a WHERE id = $1)"
    ],
    "settings are local to the transaction": ["SET search_path = t_x"],
}

KEPT = """
BEGIN;
SET LOCAL lock_timeout = '3s';
SELECT t_x.lead.id, t_x.lead."order", count(*) FROM t_x.lead WHERE t_x.lead.name = $1::VARCHAR GROUP BY 1, 2;
SELECT a.id, a.n * 2 FROM t_x.lead a WHERE a.note = 'SELECT * FROM now()' -- MERGE INTO;
SELECT id FROM t_x.lead WHERE a IS DISTINCT FROM b FOR NO KEY UPDATE SKIP LOCKED;
SELECT EXTRACT(year FROM at), random_seed FROM t_x.lead;
SELECT "select" FROM t_x.a JOIN LATERAL unnest(a.tags) AS tag(name) ON true;
WITH due AS MATERIALIZED (SELECT id FROM t_x.clock LIMIT $1) UPDATE t_x.clock AS c SET lease = $2
    FROM due WHERE c.id = due.id RETURNING c.id, c.object;
INSERT INTO t_x.lead (id, n)
    SELECT id, n FROM json_to_recordset($1::json) AS r(id UUID, n NUMERIC(20, 4))
    ON CONFLICT (id) DO UPDATE SET n = coalesce(EXCLUDED.n, lead.n) RETURNING id;
UPDATE t_x.a SET extra = a.extra || $1::jsonb WHERE id = $2;
CREATE TABLE "t_x"."a" ("id" uuid NOT NULL, "serial" text DEFAULT 'a, b', n numeric(20,4) DEFAULT 0,
    CONSTRAINT "a_pk" PRIMARY KEY ("id"), CONSTRAINT a_fk FOREIGN KEY (n) REFERENCES "t_x"."b" ("id"));
ALTER TABLE "t_x"."a" ADD COLUMN "b" numeric(20,4) DEFAULT 0 NOT NULL;
ALTER TABLE "t_x"."a" ADD CONSTRAINT "a_ck" CHECK (b > 0 OR c < 1) NOT VALID;
CREATE UNIQUE INDEX CONCURRENTLY "a_b_u" ON "t_x"."a" USING btree ("b", "id") WHERE "c" IS NULL;
SELECT pg_notify($1, $2)
""".strip().split(";\n")


def test_every_rule_has_an_example() -> None:
    assert BROKEN.keys() == RULES.keys()


@pytest.mark.parametrize(("rule", "sql"), [(rule, sql) for rule, many in BROKEN.items() for sql in many])
def test_a_broken_rule_is_named(rule: str, sql: str) -> None:
    assert rule in broken_rules(sql)


@pytest.mark.parametrize("sql", KEPT)
def test_a_good_statement_breaks_none(sql: str) -> None:
    assert broken_rules(sql) == []
