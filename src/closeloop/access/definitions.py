"""Say who may change which definition."""

from closeloop.access.decide import Actor


def may_define(actor: Actor, kind: str, key: str) -> bool:  # noqa: ARG001 - the question's shape
    """Tell whether an actor may see and change a definition: administrators may all of them."""
    return any(role.everything for role in actor.roles)
