"""pyoxigraph in this process: the embedded engine."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from zielgraph.engine.rdf import FORMATS, Graph, Results, Term
from zielgraph.errors import QueryError, StoreError

_BLOCK = 200_000
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
        base: str | None = None,
    ) -> Results:
        """Run a query; see :meth:`Engine.query`."""
        try:
            return self._store.query(
                sparql,
                default_graph=[NamedNode(iri) for iri in default_graphs] if default_graphs is not None else None,
                named_graphs=[NamedNode(iri) for iri in named_graphs] if named_graphs is not None else None,
                prefixes=dict(prefixes) if prefixes else None,
                base_iri=base,
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
