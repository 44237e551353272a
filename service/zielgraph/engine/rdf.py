"""RDF terms, reading and writing RDF and SPARQL results."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TypeAlias

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    parse_query_results,
)
from pyoxigraph import parse as _parse
from pyoxigraph import serialize as _serialize

from zielgraph.engine.xml import XmlOutput, writable
from zielgraph.errors import InputError

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
Graph: TypeAlias = NamedNode | BlankNode | DefaultGraph
Results: TypeAlias = QuerySolutions | QueryBoolean | QueryTriples

FORMATS: dict[str, RdfFormat] = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "rdf": RdfFormat.RDF_XML,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
RESULT_FORMATS: dict[str, QueryResultsFormat] = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}


_PLACE = re.compile(r"^Parser error at line \d+ (?:between columns \d+ and \d+|column \d+): ")


def parse(
    text: str | bytes, format: str, *, base: str | None = None, name: str = "", fresh_blank_nodes: bool = False
) -> Iterator[Quad]:
    """The quads of an RDF text. ``format`` is a key of FORMATS. Raises InputError with the line.

    ``fresh_blank_nodes``: labels of the text mean nothing outside of it.
    """
    try:
        yield from _parse(text, format=FORMATS[format], base_iri=base, rename_blank_nodes=fresh_blank_nodes)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        reason = _PLACE.sub("", str(getattr(error, "msg", None) or error))
        raise InputError(f"kein gültiges RDF ({reason})", file=name or None, row=line) from None


def parse_file(path: Path, *, base: str | None = None) -> Iterator[Quad]:
    """The quads of an RDF file; the format follows from the file's ending."""
    return parse(path.read_bytes(), path.suffix.lstrip("."), base=base, name=str(path))


def serialise(
    quads: Iterable[Quad] | Iterable[Triple], format: str, *, prefixes: dict[str, str] | None = None
) -> bytes:
    """RDF text of the quads, in the order given. Triple formats take quads of the default graph or triples.

    Raises Unwritable for what RDF/XML cannot hold.
    """
    buffer = io.BytesIO()
    write_graph(quads, buffer, format, prefixes=prefixes)
    return buffer.getvalue()


def write_graph(
    quads: Iterable[Quad] | Iterable[Triple],
    output: IO[bytes],
    format: str,
    *,
    prefixes: dict[str, str] | None = None,
) -> None:
    """As :func:`serialise`, into a file. An error that the file or the quads raise comes out as it is.

    Raises Unwritable for what RDF/XML cannot hold.
    """
    kind = FORMATS[format]
    allowed = prefixes if kind in (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML) else None
    if kind == RdfFormat.RDF_XML:
        _serialize(writable(quads), XmlOutput(output), format=kind, prefixes=allowed)
    else:
        _serialize(quads, output, format=kind, prefixes=allowed)


def canonical(quads: Iterable[Quad]) -> list[str]:
    """Sorted N-Quads lines after RDFC-1.0, so that two graphs can be compared."""
    data = Dataset(quads)
    data.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(str(quad) for quad in data)


def serialise_results(results: Results, format: str) -> bytes:
    """SELECT or ASK results as SPARQL Results JSON, XML, CSV or TSV; graphs in a format of FORMATS."""
    if isinstance(results, QueryTriples):
        return serialise(results, format)
    buffer = io.BytesIO()
    write_results(results, buffer, format)
    return buffer.getvalue()


def write_results(results: QuerySolutions | QueryBoolean, output: IO[bytes], format: str) -> None:
    """SELECT or ASK results into a file, block by block. An error that the file raises comes out as it is.

    Raises Unwritable for what XML cannot hold.
    """
    results.serialize(XmlOutput(output) if format == "xml" else output, format=RESULT_FORMATS[format])


def read_results(text: bytes, format: str) -> QuerySolutions | QueryBoolean:
    """Parse SPARQL results, the counterpart of :func:`serialise_results`."""
    return parse_query_results(text, format=RESULT_FORMATS[format])
