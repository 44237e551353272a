"""The engine seam: RDF terms, reading and writing RDF, and the embedded store. Only this module knows pyoxigraph.

Everything above talks to :class:`Engine`; a second engine (any SPARQL 1.1 endpoint) implements the same protocol.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Protocol, TypeAlias

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
    QuerySolution,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse_query_results,
)
from pyoxigraph import parse as _parse
from pyoxigraph import serialize as _serialize

from zielgraph.errors import InputError, QueryError, StoreError

__all__ = [
    "BlankNode",
    "DefaultGraph",
    "EmbeddedEngine",
    "Engine",
    "Graph",
    "Literal",
    "NamedNode",
    "Quad",
    "QueryBoolean",
    "QuerySolution",
    "QuerySolutions",
    "QueryTriples",
    "Results",
    "Term",
    "Triple",
    "canonical",
    "parse",
    "parse_file",
    "serialise",
    "serialise_results",
]

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
Graph: TypeAlias = NamedNode | BlankNode | DefaultGraph
Results: TypeAlias = QuerySolutions | QueryBoolean | QueryTriples

_BLOCK = 200_000

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
_SYNTAX = re.compile(r"^error at (\d+):(\d+): expected (?:one of )?(.*)$", re.DOTALL)


def _syntax_error(message: str) -> str:
    """The engine's syntax error as a sentence: where it is and the first few things that could stand there."""
    match = _SYNTAX.match(message)
    if not match:
        return message
    line, column, expected = match.groups()
    if "Prefix not found" in expected:
        return f"Zeile {line}, Spalte {column}: Das Präfix ist nicht erklärt (PREFIX fehlt)."
    if "variable that is unbound" in expected:
        return (
            f"Zeile {line}, Spalte {column}: SELECT nennt eine Variable, die weder gruppiert noch zusammengefasst ist."
        )
    words = [word.strip('" ') for word in expected.split(", ")]
    hint = ", ".join(word for word in words if word and not word.startswith("["))
    return f"Zeile {line}, Spalte {column}: Hier ist die Anfrage nicht lesbar." + (
        f" Möglich wäre: {hint}." if hint else ""
    )


def parse(text: str | bytes, format: str, *, base: str | None = None, name: str = "") -> Iterator[Quad]:
    """The quads of an RDF text. ``format`` is a key of FORMATS. Raises InputError with the line."""
    try:
        yield from _parse(text, format=FORMATS[format], base_iri=base)
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
    """RDF text of the quads, in the order given. Triple formats take quads of the default graph or triples."""
    buffer = io.BytesIO()
    kind = FORMATS[format]
    allowed = prefixes if kind in (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML) else None
    _serialize(quads, buffer, format=kind, prefixes=allowed)
    return buffer.getvalue()


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
    results.serialize(buffer, format=RESULT_FORMATS[format])
    return buffer.getvalue()


class Engine(Protocol):
    """What the layers above need from a SPARQL engine."""

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        prefixes: Mapping[str, str] | None = None,
    ) -> Results:
        """Run a query; ``prefixes`` count as declared. Raises QueryError when the engine refuses it."""

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,
        graph: Graph | None = None,
    ) -> Iterator[Quad]:
        """The stored quads that match; None matches everything."""

    def add(self, quads: Iterable[Quad]) -> None:
        """Add many quads at once."""

    def clear(self, graph: Graph) -> None:
        """Empty one graph."""

    def graph_names(self) -> list[str]:
        """IRIs of the named graphs, sorted."""


class EmbeddedEngine:
    """pyoxigraph in this process, in memory or on disk."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @classmethod
    def memory(cls) -> EmbeddedEngine:
        """An empty store in memory."""
        return cls(Store())

    @classmethod
    def read_only(cls, folder: Path) -> EmbeddedEngine:
        """An immutable snapshot on disk. Never open a folder that another process is writing."""
        try:
            return cls(Store.read_only(str(folder)))
        except (OSError, RuntimeError) as error:  # RuntimeError: the files are damaged
            raise StoreError(f"Der Stand in {folder} lässt sich nicht öffnen ({error}).") from None

    @classmethod
    def writable(cls, folder: Path) -> EmbeddedEngine:
        """A store on disk that only this process uses."""
        try:
            return cls(Store(str(folder)))
        except OSError as error:
            raise StoreError(f"Der Stand in {folder} lässt sich nicht schreiben ({error}).") from None

    def query(
        self,
        sparql: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        prefixes: Mapping[str, str] | None = None,
    ) -> Results:
        """Run a query; see :meth:`Engine.query`."""
        try:
            return self._store.query(
                sparql,
                default_graph=[NamedNode(iri) for iri in default_graphs] if default_graphs is not None else None,
                named_graphs=[NamedNode(iri) for iri in named_graphs] if named_graphs is not None else None,
                prefixes=dict(prefixes) if prefixes else None,
            )
        except (SyntaxError, ValueError) as error:
            raise QueryError(_syntax_error(str(getattr(error, "msg", None) or error))) from None
        except OSError as error:
            raise QueryError(f"Die Anfrage brach ab ({error}).") from None

    def quads(
        self,
        subject: NamedNode | None = None,
        predicate: NamedNode | None = None,
        object: Term | None = None,
        graph: Graph | None = None,
    ) -> Iterator[Quad]:
        """Matching quads; see :meth:`Engine.quads`."""
        return self._store.quads_for_pattern(subject, predicate, object, graph)

    def add(self, quads: Iterable[Quad]) -> None:
        """Bulk load; not transactional, which is enough for a snapshot that nobody reads yet.

        In blocks: the loader holds in memory what it is given at once (1.2 kB a quad).
        """
        for _ in self.adding(quads):
            pass

    def adding(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """As :meth:`add`, block after block while somebody else takes the same quads from here."""
        stream = iter(quads)
        while block := list(islice(stream, _BLOCK)):
            self._store.bulk_extend(block)
            yield from block

    def clear(self, graph: Graph) -> None:
        """Empty one graph."""
        if isinstance(graph, DefaultGraph):
            self._store.clear_graph(graph)
        else:
            self._store.remove_graph(graph)

    def graph_names(self) -> list[str]:
        """IRIs of the named graphs, sorted."""
        return sorted(g.value for g in self._store.named_graphs() if isinstance(g, NamedNode))

    def dump(self, format: str) -> bytes:
        """The whole store in a format that knows graphs (nq, trig, jsonld)."""
        buffer = io.BytesIO()
        self._store.dump(buffer, format=FORMATS[format])
        return buffer.getvalue()

    def copy_to(self, folder: Path) -> None:
        """A snapshot in a new folder: hard links, milliseconds."""
        self._store.backup(str(folder))

    def count(self) -> int:
        """Number of quads, every one of them read. Raises StoreError when the files are damaged."""
        try:
            return sum(1 for _ in self._store.quads_for_pattern(None, None, None, None))
        except (OSError, RuntimeError) as error:
            raise StoreError(f"Der Stand lässt sich nicht lesen ({error}).") from None

    def close(self) -> None:
        """Let go of the store on disk, whoever else still holds this object; it is an empty one from then on."""
        self._store = Store()

    def finish(self) -> None:
        """Write everything to disk and compact."""
        self._store.flush()
        self._store.optimize()

    def __len__(self) -> int:
        return len(self._store)


def read_results(text: bytes, format: str) -> QuerySolutions | QueryBoolean:
    """Parse SPARQL results, the counterpart of :func:`serialise_results`."""
    return parse_query_results(text, format=RESULT_FORMATS[format])
