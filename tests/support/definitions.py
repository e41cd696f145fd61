"""Publish definitions in a test, as a designer's page would."""

from typing import Any

from tests.support.company import Clocked, sales_app

from closeloop.catalog.releases import Change
from closeloop.catalog.store import Body, Group
from closeloop.runtime.publish import Published, order_of, publish


def shipped(kind: str, key: str) -> dict[str, Any]:
    """Return a definition's body as the sales app ships it."""
    return dict(next(one.body for one in sales_app() if (one.kind, one.key) == (kind, key)))


def changed(kind: str, key: str, **changes: Any) -> Body:
    """Return a shipped definition with other values under some of its keys."""
    return Body(kind, key, {**shipped(kind, key), **changes})


def note_object(name: str = "memo", **fields: dict[str, Any]) -> Body:
    """Return a small object with a title and further fields."""
    own = {"title": {"type": "text", "label": "标题"}, **fields}
    return Body("object", name, {"object": name, "label": "便签", "title": "title", "fields": own})


async def release(
    company: Clocked, *changes: Change, group: Group | None = None, accept_loss: bool = False
) -> Published:
    """Publish changes, and let the company's process see them."""
    made = await publish(
        company.database, company.clock, company.company, order_of(changes, group=group), accept_loss=accept_loss
    )
    await company.refresh()
    return made
