"""The fields of objects as drafts say them, for whoever writes an expression before the drafts are published."""

from collections.abc import Mapping
from typing import Any

from closeloop.catalog.dependencies import settle
from closeloop.catalog.manifest import read_object
from closeloop.catalog.model import Field
from closeloop.catalog.reading import Node, Problems
from closeloop.catalog.snapshot import Snapshot


def drafted_fields(catalog: Snapshot, drafts: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Mapping[str, Field]]:
    """Return the fields of every object, with some objects as their drafts say; what is wrong in a draft is left out.

    Cost: every formula of the company is compiled again; milliseconds.
    """
    bodies = {one.name: one for one in catalog.bodies.values()}
    for name, body in drafts.items():
        bodies[name] = read_object(Node(body, "", Problems()), catalog.option_lists, catalog.pipelines)
    settled, _ = settle(bodies)
    return {name: one.fields for name, one in settled.items()}
