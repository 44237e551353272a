"""Small queries of this package, kept as files; terms are bound in their VALUES slots."""

from __future__ import annotations

from importlib.resources import files

from zielgraph.engine import NamedNode


def query_text(name: str, **terms: NamedNode) -> str:
    """The text of ``queries/{name}.rq`` with the slot ``VALUES ?x { UNDEF }`` filled for every term given."""
    text = files("zielgraph.exporting").joinpath("queries", f"{name}.rq").read_text("utf-8")
    for variable, term in terms.items():
        text = text.replace(f"VALUES ?{variable} {{ UNDEF }}", f"VALUES ?{variable} {{ {term} }}")
    return text
