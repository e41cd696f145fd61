"""Files as an upload leaves them, without their bytes."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from tests.support.company import Clocked


async def add_files(company: Clocked, *ids: UUID, by: str | None = None, **values: Any) -> None:
    """Add rows of files that somebody has uploaded."""
    row = {
        "name": "plan.pdf", "type": "application/pdf", "size": 5, "sha256": "0", "gone": False,
        "person": company.id_of(by) if by else None, "created_at": company.clock.now(), "expires_at": None, **values,
    }  # fmt: skip
    await company.change(*(sa.insert(company.tables.file).values(id=one, **row) for one in ids))
