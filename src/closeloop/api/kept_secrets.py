"""Keep a secret of a definition, sealed: the definition itself can be read by many."""

import orjson
from fastapi import Request

from closeloop.access.secrets import SecretBox
from closeloop.api.deps import Caller
from closeloop.db.statement import upsert_rows


async def keep_secret(request: Request, caller: Caller, kind: str, key: str, value: str) -> None:
    """Keep the secret in the place of the one that there was."""
    box: SecretBox = request.app.state.secrets
    row = {
        "kind": kind,
        "key": key,
        "secret": box.seal(value),
        "created_at": caller.runtime.clock.now(),
        "created_by": caller.person.id,
    }
    statement = upsert_rows(caller.catalog.system.secret, ["kind", "key"], list(row))
    async with caller.runtime.database.transaction() as tx:
        await tx.commit_with([(statement, [orjson.dumps([row]).decode()])])
