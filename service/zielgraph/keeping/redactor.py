"""Takes words out of texts, identifiers and graphs, and leaves a dated marker in their place."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import quote, unquote

from zielgraph.engine import DefaultGraph, EmbeddedEngine, Graph, Literal, NamedNode, Quad, Term, Triple
from zielgraph.matching.model import text_key
from zielgraph.store import EditionInfo, SnapshotInfo
from zielgraph.store.words import Phrases, Span, put
from zielgraph.vocabulary import PREFIXES, RDF, SHAPES, XSD, ZG, slug

_AGAIN = re.compile(r" #\d+\Z")  # the same words a second time in one edition
_VALUE = NamedNode(RDF + "value")
_CELL, _START, _END, _QUOTE = (NamedNode(ZG + name) for name in ("cell", "start", "end", "quote"))
_OURS = (ZG.rstrip("#"), SHAPES, *PREFIXES.values())
_SLUG_LIMIT = 80
# Path segments of data IRIs that say the kind of thing.
_KINDS = frozenset(
    {
        "abbreviation",
        "actor",
        "assessment",
        "catalogue",
        "cell",
        "common",
        "current",
        "decision",
        "decisions",
        "derived",
        "edition",
        "finding",
        "findings",
        "goal",
        "graph",
        "header",
        "id",
        "involvement",
        "line",
        "measure",
        "member",
        "mention",
        "network",
        "note",
        "ontology",
        "register",
        "repair",
        "resolution",
        "revision",
        "row",
        "source",
        "system",
        "theme",
        "themes",
    }
)
_ALLOWED = "!$&'()*+,;=:@~-._%#?"


def marker(day: date) -> str:
    """What stands in place of removed words."""
    return f"[entfernt {day:%d.%m.%Y}]"


class Redactor:
    """Removes phrases. The same input gives the same output, so that snapshots stay comparable.

    ``fixed`` are path segments of data IRIs that are never changed: cities, systems and the kinds of things.
    ``sources`` maps the hash of a source file to that of its redacted successor. ``hits`` counts the changed texts.
    """

    def __init__(self, phrases: Phrases, mark: str, base: str, fixed: frozenset[str] = frozenset()) -> None:
        self.phrases, self.mark, self.base, self.fixed = phrases, mark, base, fixed
        self.sources: dict[str, str] = {}
        self.hits: Counter[str] = Counter()
        self.within: set[str] = set()
        self._texts: dict[str, str] = {}
        self._iris: dict[str, str] = {}
        self._cut_slugs: dict[str, str] = {}

    def text(self, text: str) -> str:
        """The text without the phrases."""
        known = self._texts.get(text)
        if known is None:
            spans = self.phrases.spans(text)
            known = self._texts[text] = put(text, spans, self.mark) if spans else text
            if spans:
                self.hits[text] = len(spans)
                if len(slug(text)) >= _SLUG_LIMIT:  # may have been cut in the middle of a word
                    self._cut_slugs[slug(text)] = slug(known)
            elif self.phrases.within_words(text):
                self.within.add(text)
        return known

    def iri(self, iri: str) -> str:
        """The IRI without the phrases, which stand in it as part of a slug. Terms of vocabularies stay."""
        known = self._iris.get(iri)
        if known is None:
            known = iri
            if iri.startswith(self.base) or not iri.startswith(_OURS):
                start = self.base if iri.startswith(self.base) else ""
                known = start + "/".join(map(self._segment, iri[len(start) :].split("/")))
            self._iris[iri] = known
        return known

    def _segment(self, segment: str) -> str:
        if segment in self.fixed or len(segment) < 3:
            return segment
        for old, new in self._cut_slugs.items():
            if segment.endswith(old):
                return segment.removesuffix(old) + new
        plain = unquote(segment)
        spans = self.phrases.spans(plain)
        return quote(put(plain, spans, slug(self.mark)), safe=_ALLOWED) if spans else segment

    def term(self, term: Term) -> Term:
        """A term without the phrases. Numbers and dates stay."""
        if isinstance(term, NamedNode):
            changed = self.iri(term.value)
            return term if changed == term.value else NamedNode(changed)
        if isinstance(term, Literal):
            if term.language is None and term.datatype.value.startswith(XSD) and term.datatype.value != XSD + "string":
                return term
            changed = self.sources.get(term.value) or self.text(term.value)
            if changed == term.value:
                return term
            if term.language is not None:
                return Literal(changed, language=term.language)
            return Literal(changed, datatype=term.datatype)
        if isinstance(term, Triple):
            return Triple(self.term(term.subject), self.term(term.predicate), self.term(term.object))  # type: ignore[arg-type]
        return term

    def quads(self, engine: EmbeddedEngine) -> Iterator[Quad]:
        """Everything in the store without the phrases; mentions still fit the cell in which they stand.

        A mention that overlaps removed words stays and quotes the marker: what hangs on it, such as a link that a
        person has confirmed, is not lost, and its actor, if it was the person, is renamed everywhere alike.
        """
        for quad in engine.quads(None, None, None, None):  # texts first: identifiers may follow from them
            if isinstance(quad.object, Literal):
                self.term(quad.object)
        self._iris.clear()
        moved = self._mentions(engine)
        for quad in engine.quads(None, None, None, None):
            quad = moved.get(quad, quad)
            yield Quad(
                self.term(quad.subject),  # type: ignore[arg-type]
                quad.predicate,
                self.term(quad.object),
                self.term(quad.graph_name) if isinstance(quad.graph_name, NamedNode) else quad.graph_name,  # type: ignore[arg-type]
            )

    def _mentions(self, engine: EmbeddedEngine) -> dict[Quad, Quad]:
        """Start, end and quote of the mentions in cells that change: the quad as it is and as it becomes."""
        moved: dict[Quad, Quad] = {}
        for value in engine.quads(None, _VALUE, None, None):
            raw = value.object.value if isinstance(value.object, Literal) else ""
            spans = self.phrases.spans(raw) if self.text(raw) != raw else []
            if not spans or not isinstance(value.subject, NamedNode):
                continue
            changed = put(raw, spans, self.mark)
            for link in engine.quads(None, _CELL, value.subject, None):
                if _part(link.graph_name) != _part(value.graph_name):
                    continue  # a revision keeps another text of the same cell
                node, graph = link.subject, link.graph_name
                told = {p: list(engine.quads(node, p, None, graph)) for p in (_START, _END, _QUOTE)}  # type: ignore[arg-type]
                if not told[_START] or not told[_END]:
                    continue  # the row that the cell belongs to
                start, end = (int(_value(told[p][0])) for p in (_START, _END))
                places = (moved_place(start, spans, len(self.mark)), moved_place(end, spans, len(self.mark), end=True))
                for quad in told[_START] + told[_END]:
                    place = places[0] if quad.predicate == _START else places[1]
                    moved[quad] = Quad(node, quad.predicate, Literal(place), graph)
                for quad in told[_QUOTE]:
                    if _value(quad) == raw[start:end]:
                        moved[quad] = Quad(node, _QUOTE, Literal(changed[places[0] : places[1]]), graph)
        return moved

    def info(self, info: SnapshotInfo) -> SnapshotInfo:
        """What a snapshot says of itself, file names included, without the phrases."""
        return replace(info, action=self.text(info.action), editions=tuple(map(self.edition, info.editions)))

    def edition(self, edition: EditionInfo) -> EditionInfo:
        """An edition's source, and the names of its file, sheet and profile, without the phrases."""
        return replace(
            edition,
            file=self.text(edition.file),
            profile=self.text(edition.profile),
            sheet=self.text(edition.sheet),
            sha256=self.sources.get(edition.sha256, edition.sha256),
        )

    def ids(self, table: str) -> str:
        """The id registry without the phrases. A key becomes what reading the redacted text gives, so ids stay."""
        rows = list(csv.reader(io.StringIO(table, newline="")))
        if not rows:
            return table
        head = rows[0]
        texts = [row[i] for row in rows[1:] for i, name in enumerate(head) if name == "text" and i < len(row)]
        keys = {text_key(text): text_key(self.text(text)) for text in texts}
        changed = [
            [self._ids_cell(name, cell, keys) for name, cell in zip(head, row, strict=False)] for row in rows[1:]
        ]
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerows([head, *changed])
        return buffer.getvalue()

    def _ids_cell(self, column: str, cell: str, keys: Mapping[str, str]) -> str:
        if column != "key":
            return self.text(cell) if column == "text" else cell
        return " > ".join(self._key(part, keys) for part in cell.split(" > "))

    def _key(self, part: str, keys: Mapping[str, str]) -> str:
        words = _AGAIN.sub("", part)
        again = part[len(words) :]
        if words in keys:
            return keys[words] + again
        spans = self.phrases.spans(words) or self.phrases.glued_spans(words)
        return put(words, spans, text_key(self.mark)) + again


def _value(quad: Quad) -> str:
    return quad.object.value if isinstance(quad.object, Literal) else ""


def _part(graph: Graph) -> str:
    """An edition's or revision's source and derived graph belong together; so does the default graph with itself."""
    return "" if isinstance(graph, DefaultGraph) else graph.value.removesuffix("/source").removesuffix("/derived")


def moved_place(place: int, spans: list[Span], width: int, *, end: bool = False) -> int:
    """Where a place in a text is after each span was replaced by that many characters."""
    shift = 0
    for first, last in spans:
        if place <= first:
            break
        if place < last:  # inside the removed words: to the marker's edge
            return first + shift + (width if end else 0)
        shift += width - (last - first)
    return place + shift


def fixed_segments(editions: tuple[EditionInfo, ...]) -> frozenset[str]:
    """Path segments of data IRIs that say the kind of thing, the city or the system."""
    own = [part for each in editions for part in (each.city, each.system)]
    return _KINDS | frozenset(own)
