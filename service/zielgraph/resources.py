"""Finds what travels with the program: ontology, shapes, queries, data. The only module that knows where.

In a checkout these are the top-level folders; in a wheel they lie inside the package as ``_resources``.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parents[1]


def checkout() -> Path | None:
    """The folder of the source checkout this program runs from, or None when it is installed."""
    return _CHECKOUT if (_CHECKOUT / "pyproject.toml").is_file() and (_CHECKOUT / "ontology").is_dir() else None


def _root() -> Path:
    bundled = _PACKAGE / "_resources"
    return bundled if bundled.is_dir() else _CHECKOUT


def ontology() -> Path:
    """Folder of the ontology's Turtle files."""
    return _root() / "ontology"


def shapes() -> Path:
    """Folder of the SHACL shapes."""
    return _root() / "shapes"


def queries() -> Path:
    """Folder of the catalogue's ``.rq`` files."""
    return _root() / "queries"


def data() -> Path:
    """Folder with the example table, profiles, registers and vocabulary."""
    return _root() / "data"
