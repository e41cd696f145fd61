"""What an event is called in its reader's language."""

from closeloop.api.deps import Caller
from closeloop.catalog.model import text_of
from closeloop.engine.operations.model import OPERATIONS
from closeloop.events.messages import TITLES


def event_title(kind: str, object_name: str, caller: Caller) -> str:
    """Return the words for an event's type: the kernel's own, or the label of the operation that it was."""
    if kind in TITLES:
        return text_of(TITLES[kind], caller.locale)
    operation = caller.catalog.all(OPERATIONS).get(kind.removeprefix(f"{object_name}."))
    return text_of(operation.label, caller.locale) if operation else kind
