"""What the documents say and what the code has must not drift apart."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.metrics import MetricWrapperBase

from closeloop.api.app import create_app
from closeloop.base import figures
from closeloop.base.settings import Settings
from closeloop.catalog.field_types import FIELD_TYPES
from closeloop.catalog.snapshot import VIEWS
from closeloop.events.messages import TITLES
from closeloop.runtime.app_files import APPS, read_yaml
from closeloop.runtime.install import DEMO_PASSWORD
from closeloop.runtime.kernel import KINDS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
READMES = ("README.md", "README.zh-CN.md")
SECTIONS = ("## Context", "## Decision", "## Consequences", "## Alternatives")
CODE_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def text(name: str) -> str:
    return (ROOT / name).read_text()


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]


def first_cells(name: str) -> Iterator[str]:
    """Yield the first cell of every row of a document's tables."""
    for line in text(name).splitlines():
        if line.startswith("| "):
            yield line.split("|")[1].strip()


def quoted(words: str) -> list[str]:
    return re.findall(r"`([^`]+)`", words)


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_stands_in_the_table_with_its_default(readme: str):
    rows = {
        cells[1].strip(" `"): cells[2].strip()
        for line in text(readme).splitlines()
        if len(cells := line.split("|")) > 3 and re.fullmatch(r" `(PORT|CLOSELOOP_\w+)` ", cells[1])
    }
    expected = {
        str(field.validation_alias or f"CLOSELOOP_{name.upper()}"): field.default
        for name, field in Settings.model_fields.items()
    }
    assert rows.keys() == expected.keys()
    for name, default in expected.items():
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        assert rows[name] in (("none", "无") if default is None else (f"`{shown}`",)), name


@pytest.mark.parametrize("readme", READMES)
def test_the_demo_sign_ins_are_those_of_the_demo_company(readme: str):
    people = read_yaml(APPS / "sales" / "demo" / "company.yaml")["people"]
    named: list[str] = []
    for cell in first_cells(readme):
        words = quoted(cell)
        if "…" in cell:
            (who, first), (_, last) = (re.fullmatch(r"([a-z]+)(\d+)", word).groups() for word in words)
            words = [f"{who}{number}" for number in range(int(first), int(last) + 1)]
        named += [word for word in words if word.islower()]
    assert named == [one["login"] for one in people]
    assert f"`{DEMO_PASSWORD}`" in text(readme)


@pytest.mark.parametrize("readme", READMES)
def test_the_layout_names_what_is_there(readme: str):
    layout = next(block for block in CODE_BLOCK.findall(text(readme)) if "src/closeloop/" in block)
    folder = ROOT
    for line in layout.splitlines()[1:-1]:
        name = line.split()[0]
        inside = line.startswith("  ")
        folder = folder if inside else ROOT
        assert (folder / name).exists(), line
        if name == "src/closeloop/":
            folder = ROOT / name
    packages = {path.name for path in (ROOT / "src" / "closeloop").iterdir() if path.is_dir()} - {"__pycache__"}
    assert packages <= {line.split()[0].rstrip("/") for line in layout.splitlines() if line.startswith("  ")}


def test_both_readmes_say_the_same_commands():
    english, chinese = ([line for line in text(name).splitlines() if "make " in line] for name in READMES)
    commands = [re.findall(r"make [a-z-]+", "\n".join(lines)) for lines in (english, chinese)]
    assert [c for c in commands[0] if c in commands[1]] == commands[1]


def test_every_command_of_make_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), re.MULTILINE))
    named = {
        (path.name, command)
        for path in documents()
        for command in re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)$", path.read_text(), re.MULTILINE)
    }
    assert {(name, "".join(command)) for name, command in named if "".join(command) not in targets} == set()


def test_every_link_leads_somewhere():
    broken = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in documents()
        for target in re.findall(r"\]\(([^)\s]+)\)", CODE_BLOCK.sub("", path.read_text()))
        if not target.startswith(("http:", "https:")) and not (path.parent / target.partition("#")[0]).exists()
    ]
    assert not broken


def test_every_package_has_its_page_and_every_page_is_listed():
    packages = {path.parent.name for path in (ROOT / "src" / "closeloop").glob("*/__init__.py")} - {"apps"}
    pages = {path.stem for path in (DOCS / "mechanisms").glob("*.md")}
    assert packages <= pages
    index = text("docs/README.md")
    assert not [name for name in pages if f"(mechanisms/{name}.md)" not in index]


def test_decisions_are_numbered_complete_and_listed():
    records = sorted((DOCS / "decisions").glob("*.md"))
    index = text("docs/README.md")
    assert [path.name[:4] for path in records] == [f"{number:04}" for number in range(1, len(records) + 1)]
    for path in records:
        content = path.read_text()
        assert content.startswith(f"# {path.name[:4]}"), path.name
        assert [line for line in content.splitlines() if line in SECTIONS] == list(SECTIONS), path.name
        assert f"(decisions/{path.name})" in index


def test_the_route_table_is_the_applications():
    served = {
        f"{method.upper()} {re.sub(r'{.*?}', '{}', path)}"
        for path, methods in create_app(Settings(), "postgresql://").openapi()["paths"].items()
        for method in methods
    }
    listed = {
        f"{method} {re.sub(r'{.*?}', '{}', path)}"
        for cell in first_cells("docs/mechanisms/api.md")
        for method, path in (word.split() for word in quoted(cell) if word[0].isupper() and " /" in word)
    }
    at_root = {"GET /healthz", "GET /readyz", "GET /metrics", "GET /api/openapi.json"}
    versioned = {one.replace(" /", " /api/v1/", 1) for one in listed - at_root}
    assert versioned | at_root == served | {"GET /api/openapi.json"}


def test_every_kind_of_definition_and_field_type_is_named():
    page = text("docs/mechanisms/catalog.md")
    kinds = page.partition("## Kinds of definition")[2].partition("## ")[0]
    types = page.partition("## Field types\n")[2].partition("\n\n")[0]
    assert {"object", "pipeline", "options", VIEWS.name, *(kind.name for kind in KINDS)} <= set(quoted(kinds))
    assert set(quoted(types)) == set(FIELD_TYPES)


def test_every_figure_is_explained():
    named = {word for cell in first_cells("docs/mechanisms/runtime.md") for word in quoted(cell)}
    made = {one for one in vars(figures).values() if isinstance(one, MetricWrapperBase)}
    assert {one.describe()[0].name for one in made} == {name for name in named if name.startswith("closeloop_")}


def test_every_type_of_event_is_explained():
    explained = {word for cell in first_cells("docs/mechanisms/events.md") for word in quoted(cell)}
    assert explained - {"<object>.<operation>"} == set(TITLES)
