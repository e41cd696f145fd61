"""Read an app's folder of YAML into definition bodies: one definition a file, its kind is the file's first key."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from closeloop.base.errors import FieldError, Invalid
from closeloop.catalog.store import Body

APPS = Path(__file__).parent.parent / "apps"


def shipped_apps() -> list[str]:
    """Return the names of the apps that come with this version."""
    return sorted(path.parent.name for path in APPS.glob("*/app.yaml"))


def demo_of(app: str) -> Path | None:
    """Return the folder of an app's demo company, with its `company.yaml`; None if it has none."""
    folder = APPS / app / "demo"
    return folder if (folder / "company.yaml").exists() else None


def read_yaml(path: Path) -> dict[str, Any]:
    """Return a file's mapping with plain Python values."""
    content: Any = YAML(typ="safe", pure=True).load(path)  # pyright: ignore[reportUnknownMemberType]
    if not isinstance(content, dict) or not content:
        raise Invalid("bad_definition", errors=[FieldError(path.name, "not_a_mapping")])
    return content  # pyright: ignore[reportUnknownVariableType]


def read_definitions(folder: Path) -> list[Body]:
    """Return the definitions of a folder and its sub-folders, ordered by path; `demo` and app.yaml are left out."""
    bodies: list[Body] = []
    for path in sorted(folder.rglob("*.yaml")):
        parts = path.relative_to(folder).parts
        if parts[0] in ("app.yaml", "demo", "company.yaml"):
            continue
        content = read_yaml(path)
        kind = next(iter(content))
        bodies.append(Body(kind, str(content[kind]), content))
    return bodies
