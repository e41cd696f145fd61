"""Describe the platform's tables as they are after the last migration."""

from typing import Literal

import sqlalchemy as sa

Placement = Literal["local", "reference"]
"""Where a table lives on a cluster: on the coordinator, or copied to every node."""

SCHEMA = "platform"

metadata = sa.MetaData(schema=SCHEMA)


def _placed(placement: Placement) -> dict[str, Placement]:
    return {"placement": placement}


company = sa.Table(
    "company",
    metadata,
    sa.Column("id", sa.Uuid()),
    sa.Column("key", sa.Text(), nullable=False),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("schema_name", sa.Text(), nullable=False),
    sa.Column("dsn", sa.Text(), comment="where its schema lives; this database if empty"),
    sa.Column("host", sa.Text(), comment="the host name of its own, if it has one"),
    sa.Column("time_zone", sa.Text(), nullable=False),
    sa.Column("currency", sa.Text(), nullable=False),
    sa.Column("locale", sa.Text(), nullable=False),
    sa.Column("kernel_version", sa.Integer(), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("state", sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint("id", name="company_pk"),
    sa.UniqueConstraint("key", name="company_key_u"),
    sa.UniqueConstraint("schema_name", name="company_schema_name_u"),
    sa.UniqueConstraint("host", name="company_host_u"),
    info=_placed("local"),
)
