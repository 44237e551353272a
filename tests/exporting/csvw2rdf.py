"""CSV on the Web to RDF: minimal mode of "Generating RDF from Tabular Data on the Web", for checking our own CSVW.

Written from the W3C recommendations, not from our exporter. Knows what our descriptions use: table groups, virtual
columns, ``suppressOutput``, ``lang``, number and date datatypes, and URI templates of the forms {name} and {+name}.
Anything else is an error, so that a description cannot say more than is checked.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import XSD

_INHERITED = ("aboutUrl", "propertyUrl", "valueUrl", "lang", "datatype")
_COLUMN = {*_INHERITED, "name", "titles", "virtual", "suppressOutput", "required"}
_SCHEMA = {"aboutUrl", "columns", "primaryKey", "foreignKeys", "rowTitles"}
_RESERVED = ":/?#[]@!$&'()*+,;=%"


def csvw_to_rdf(files: Mapping[str, bytes]) -> Graph:
    """The triples of all tables that the one ``*-metadata.json`` among the files describes."""
    (metadata,) = (content for name, content in files.items() if name.endswith("-metadata.json"))
    group = json.loads(metadata)
    dialect = group["dialect"]
    graph = Graph()
    for table in group["tables"]:
        assert set(table["tableSchema"]) <= _SCHEMA
        text = files[unquote(table["url"])].decode(dialect["encoding"])
        rows = csv.reader(
            io.StringIO(text, newline=""),
            delimiter=dialect["delimiter"],
            quotechar=dialect["quoteChar"],
            doublequote=dialect["doubleQuote"],
            strict=True,
        )
        _table(graph, table["tableSchema"], list(rows))
    return graph


def _table(graph: Graph, schema: dict[str, Any], rows: list[list[str]]) -> None:
    columns = [{key: schema[key] for key in _INHERITED if key in schema} | column for column in schema["columns"]]
    physical = [column for column in columns if not column.get("virtual")]
    assert [column["name"] for column in physical] == rows[0], "the header names the columns"
    for row in rows[1:]:
        assert len(row) == len(physical), "every row has all cells"
        cells = dict(zip(rows[0], row, strict=True))
        assert all(cells[column["name"]] for column in physical if column.get("required")), "a required cell is empty"
        for column in columns:
            assert set(column) - {key for key in column if ":" in key} <= _COLUMN
            if not column.get("suppressOutput"):
                _cell(graph, column, cells)


def _cell(graph: Graph, column: dict[str, Any], cells: dict[str, str]) -> None:
    text = cells.get(column["name"], "")
    if not text and not column.get("virtual"):  # null: neither value nor value URL
        return
    subject, predicate = (URIRef(_expand(column[key], cells)) for key in ("aboutUrl", "propertyUrl"))
    if "valueUrl" in column:
        graph.add((subject, predicate, URIRef(_expand(column["valueUrl"], cells))))
    else:
        graph.add((subject, predicate, _literal(text, column)))


def _expand(template: str, cells: Mapping[str, str]) -> str:
    """RFC 6570, simple and reserved expansion; a null cell expands to nothing."""

    def value(match: re.Match[str]) -> str:
        return quote(cells[match[2]], safe="-._~" + (_RESERVED if match[1] else ""))

    iri = re.sub(r"\{(\+?)(\w+)\}", value, template)
    assert "{" not in iri, "an unknown kind of expression"
    return iri


def _literal(text: str, column: dict[str, Any]) -> Literal:
    datatype = column["datatype"]
    if datatype == "string":
        return Literal(text, lang=column["lang"]) if "lang" in column else Literal(text, datatype=XSD.string)
    if datatype == "integer":
        assert re.fullmatch(r"[+-]?\d+", text)
        return Literal(text, datatype=XSD.integer)
    assert datatype == {"base": "date", "format": "yyyy-MM-dd"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", text)
    return Literal(text, datatype=XSD.date)
