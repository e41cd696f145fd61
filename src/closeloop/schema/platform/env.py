"""Run the migrations on the connection that migrate.py hands over; alembic executes this file."""

from alembic import context

from closeloop.schema.platform.tables import SCHEMA, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table_schema=SCHEMA,
)
context.run_migrations()
