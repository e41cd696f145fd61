"""The registry of companies."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the registry; its schema is there already, for alembic's own table lives in it too."""
    op.create_table(
        "company",
        sa.Column("id", sa.Uuid()),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("schema_name", sa.Text(), nullable=False),
        sa.Column("dsn", sa.Text()),
        sa.Column("host", sa.Text()),
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
        schema="platform",
    )
