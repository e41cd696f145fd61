"""The tables of the installation, outside every company's schema; alembic changes them."""
