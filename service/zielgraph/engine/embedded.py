"""pyoxigraph in this process: the embedded engine."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from zielgraph.engine.rdf import FORMATS, Graph, Results, Term
from zielgraph.errors import QueryError, StoreError, SyntaxProblem

_BLOCK = 200_000
_FEW_FILES, _FOR_ONE_MORE, _SMALL = 14, 300_000, 16_000_000  # files, and bytes
_EMPTY_BATCH = 32  # bytes in the log; one quad takes more than twice as many
_NAME_END = re.compile(r"([^\s:<>{}()\[\]?$|^/;,\"']{0,99}):[^\s<>{}()\[\]?$|^/;,\"']*\s*$")
_SYNTAX = re.compile(r"^error at (\d+):(\d+): expected (?:one of )?(.*)$", re.DOTALL)


def _syntax_error(message: str, sparql: str) -> QueryError:
    """The engine's syntax error: where it is and the first few things that could stand there, in a sentence."""
    match = _SYNTAX.match(message)
    if not match:
        return QueryError(message)
    line, column, expected = int(match[1]), int(match[2]), match[3]
    place = f"Zeile {line}, Spalte {column}"
    if "Prefix not found" in expected:
        return SyntaxProblem(
            f"{place}: Das Präfix ist nicht erklärt (PREFIX fehlt).",
            line=line,
            column=column,
            expected=("Prefix not found",),
            prefix=_prefix_before(sparql, line, column),
        )
    tokens = tuple(expected.split(", "))
    words = [word for each in tokens if (word := each.strip('" ')) and not word.startswith("[")]
    if "variable that is unbound" in expected:
        sentence = f"{place}: SELECT nennt eine Variable, die weder gruppiert noch zusammengefasst ist."
    else:
        hint = f" Möglich wäre: {', '.join(words)}." if words else ""
        sentence = f"{place}: Hier ist die Anfrage nicht lesbar.{hint}"
    return SyntaxProblem(sentence, line=line, column=column, expected=tokens)


def _prefix_before(sparql: str, line: int, column: int) -> str:
    """The prefix of the name that ends just before a place."""
    lines = sparql.split("\n")
    name = _NAME_END.search(lines[line - 1][: column - 1]) if line <= len(lines) else None
    return name[1] if name else ""


def _missing_graph(message: str) -> str:
    """What the engine says of a graph that is not there, or is there already, as a sentence."""
    match = re.fullmatch(r"The graph (<.*>) (does not exist|already exists)", message)
    if not match:
        return f"Die Änderung brach ab ({message})."
    said = "gibt es nicht" if match[2] == "does not exist" else "gibt es schon"
    return f"Den Graphen {match[1]} {said}. Mit SILENT wird das übergangen."


def _sizes(folder: Path | None, ending: str) -> dict[str, int]:
    """Names and sizes of a store's files of a kind; the engine deletes those it needs no more in the background."""
    found: dict[str, int] = {}
    for file in folder.glob(f"*.{ending}") if folder else ():
        with suppress(FileNotFoundError):
            found[file.name] = file.stat().st_size
    return found


class EmbeddedEngine:
    """pyoxigraph in this process, in memory or on disk."""

    def __init__(self, store: Store, folder: Path | None = None) -> None:
        self._store, self._folder = store, folder
        self.touched = False

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
            return cls(Store(str(folder)), folder)
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
            raise _syntax_error(str(getattr(error, "msg", None) or error), sparql) from None
        except (OSError, RuntimeError) as error:  # RuntimeError: an unknown function
            raise QueryError(f"Die Anfrage brach ab ({error}).") from None

    def update(self, sparql: str, *, base: str | None = None) -> None:
        """Run an update, all of it or nothing. Relative IRIs are resolved against ``base``.

        Raises SyntaxProblem or another QueryError when the engine refuses it. Afterwards ``touched`` is true unless
        certainly nothing was written.
        """
        before = _sizes(self._folder, "log")  # what an update writes goes through the logs first
        try:
            self._store.update(sparql, base_iri=base)
            now = _sizes(self._folder, "log")
            if now.keys() != before.keys() or not before or sum(now.values()) - sum(before.values()) > _EMPTY_BATCH:
                self.touched = True
        except (SyntaxError, ValueError) as error:
            raise _syntax_error(str(getattr(error, "msg", None) or error), sparql) from None
        except RuntimeError as error:
            raise QueryError(_missing_graph(str(error))) from None
        except OSError as error:
            raise QueryError(f"Die Änderung brach ab ({error}).") from None

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

    def create(self, graph: NamedNode) -> None:
        """Make a named graph that exists even while it is empty."""
        self._store.add_graph(graph)

    def has_graph(self, graph: Graph) -> bool:
        """Whether a graph exists; the default graph does when it holds something."""
        if isinstance(graph, DefaultGraph):
            return next(self.quads(graph=graph), None) is not None
        return self._store.contains_named_graph(graph)

    def graph_names(self) -> list[str]:
        """IRIs of the named graphs, sorted."""
        return sorted(g.value for g in self._store.named_graphs() if isinstance(g, NamedNode))

    def dump(self, format: str) -> bytes:
        """The whole store in a format that knows graphs (nq, trig, jsonld)."""
        buffer = io.BytesIO()
        self._store.dump(buffer, format=FORMATS[format])
        return buffer.getvalue()

    def in_memory(self) -> EmbeddedEngine:
        """A copy in memory, with empty named graphs and the labels of blank nodes."""
        copy = EmbeddedEngine.memory()
        copy.add(self.quads())
        for graph in self._store.named_graphs():
            copy._store.add_graph(graph)
        return copy

    def exceeds(self, quads: int) -> bool:
        """Whether there are more quads than that, without going through all of a large store."""
        found = self._store.query(f"ASK {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }} OFFSET {quads}")
        return bool(found)

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

    def scattered(self) -> bool:
        """Whether this store on disk is small but lies in many files, as small updates one after the other leave it.

        Compacting does not join files whose keys do not overlap.
        """
        sizes = _sizes(self._folder, "sst").values()
        return len(sizes) > _FEW_FILES + sum(sizes) // _FOR_ONE_MORE and sum(sizes) < _SMALL

    def rewrite_to(self, folder: Path) -> None:
        """The same content in a new folder, in few files."""
        copy = EmbeddedEngine.writable(folder)
        copy.add(self.quads())
        for graph in self._store.named_graphs():
            copy._store.add_graph(graph)
        copy.finish()
        copy.close()

    def finish(self, *, compact: bool = True) -> None:
        """Write everything to disk; ``compact`` takes seconds where there are millions of quads."""
        self._store.flush()
        if compact:
            self._store.optimize()

    def __len__(self) -> int:
        return len(self._store)
