"""Imports follow the data flow: a layer may use what stands below it, and one module owns each outside library."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "service" / "zielgraph"

# From the bottom up; the picture in the README draws the same order.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("errors", "resources"),
    ("settings", "vocabulary"),
    ("engine",),
    ("sparql",),
    ("source",),
    ("table",),
    ("register",),
    ("linking",),
    ("assessing",),
    ("matching",),
    ("lifting",),
    ("store",),
    ("deciding",),
    ("editions",),
    ("validation", "questions"),
    ("drawing",),
    ("inventory",),
    ("importing", "exporting"),
    ("keeping",),
    ("workers", "access"),
    ("web",),
    ("cli",),
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
# Reading, linking and assessing work on plain values.
WITHOUT_RDF = ("source", "table", "linking", "assessing", "matching", "drawing")
OWNERS = {
    "pyoxigraph": {"engine"},
    "pyshacl": {"validation"},
    "rdflib": {"validation", "sparql"},  # sparql parses what the engine does not show
    "flask": {"web"},
    "flask_babel": {"web"},
    "flask_compress": {"web"},
    "uvicorn": {"web"},
    "SPARQLWrapper": {"engine"},
    "prometheus_client": {"web"},
    "itsdangerous": {"web", "access"},
    "werkzeug": {"web"},
    "click": {"cli"},
    "xlsxwriter": {"exporting"},
    "jinja2": {"exporting", "web"},
    "weasyprint": {"exporting"},
    "tabulate": {"exporting"},
    "platformdirs": {"settings"},
    "python_calamine": {"source"},
    "docx": {"source"},
    "lxml": {"source"},
    "charset_normalizer": {"source"},
    "rapidfuzz": {"matching"},
    "rustworkx": {"drawing"},
    "numpy": {"drawing"},
}
ENTRY = {"__init__", "__main__"}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if name not in ENTRY:
            yield name, path


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            if node.module == "zielgraph":
                yield from (f"zielgraph.{alias.name}" for alias in node.names)


def test_every_module_has_a_layer() -> None:
    names = {name for name, _ in modules()}
    assert names == set(RANK)


@pytest.mark.parametrize(("layer", "path"), list(modules()), ids=lambda value: getattr(value, "stem", value))
def test_imports_point_downwards(layer: str, path: Path) -> None:
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "zielgraph" and len(parts) > 1 and parts[1] in RANK and parts[1] != layer:
            assert RANK[parts[1]] < RANK[layer], f"{path.name} in {layer} imports {name} from above or beside"
            assert not (layer in WITHOUT_RDF and parts[1] == "engine"), f"{layer} must not know RDF"
        if parts[0] in OWNERS:
            assert layer in OWNERS[parts[0]], f"{path.name} imports {name}, which {OWNERS[parts[0]]} owns"


def test_register_as_plain_values_knows_no_rdf() -> None:
    assert not any("engine" in name for name in imports(PACKAGE / "register" / "model.py"))


def test_the_picture_of_the_data_flow_names_every_layer() -> None:
    picture = (PACKAGE.parents[1] / "docs" / "dataflow.svg").read_text("utf-8")
    folders = [name for name in RANK if (PACKAGE / name).is_dir()]
    assert [name for name in folders if f"{name}/" not in picture] == []
