"""Measures, goals and findings by what a person calls them: IRI, number, row of the report, words of the label."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from zielgraph.deciding.words import Words
from zielgraph.engine import DefaultGraph, Engine, Literal, NamedNode
from zielgraph.errors import NotFound, UsageError
from zielgraph.lifting.iris import findings_graph
from zielgraph.lifting.source import DERIVED_FROM
from zielgraph.lifting.writer import LABEL, TYPE, zg
from zielgraph.register.lookup import near_names
from zielgraph.vocabulary import SH

KINDS = ("ReportItem", "Goal", "EndedItem")
_FOCUS, _RESULT = NamedNode(SH + "focusNode"), NamedNode(SH + "ValidationResult")
_NUMBER = re.compile(r"(.*?)(\d+(?:-\d+)?)")
_LOCAL = re.compile(
    r"(?P<city>[^/]+)/(?P<system>[^/]+)/(?:edition/[^/]+/)?(?P<kind>measure|goal|row)/(?P<number>\d+(?:-\d+)?)"
)
_SHOWN = 6


class _Place(NamedTuple):
    """A number that a kind of thing has in a goal system; city and system are empty where nobody said them."""

    kind: str
    number: str
    city: str
    system: str


class Items:
    """The report items and goals of the current state, and those that have gone from it."""

    def __init__(self, engine: Engine, base: str, words: Words) -> None:
        self._engine, self._base, self._words = engine, base, words
        self._kinds: dict[NamedNode, set[str]] = {}
        for kind in KINDS:
            for quad in engine.quads(None, TYPE, zg(kind), DefaultGraph()):
                if isinstance(quad.subject, NamedNode):
                    self._kinds.setdefault(quad.subject, set()).add(kind)
        self._labels = {node: self._label(node) for node in self._kinds}

    def kinds(self, node: NamedNode) -> set[str]:
        """Which of ReportItem, Goal, EndedItem a node is."""
        return self._kinds.get(node, set())

    def label(self, node: NamedNode) -> str:
        """The label of an item or another resource, German first; empty when it has none."""
        return self._labels[node] if node in self._labels else self._label(node)

    def name(self, node: NamedNode) -> str:
        """How an item is called in a message: the end of its IRI and the beginning of its label."""
        label = self.label(node)
        local = node.value.removeprefix(self._base)
        return f"{local} ({label[:60]}{'…' if len(label) > 60 else ''})" if label else local

    def find(self, text: str) -> NamedNode:
        """The one item that is meant. Raises NotFound with suggestions, UsageError when several fit."""
        text = text.strip().removeprefix("<").removesuffix(">")
        wanted = text if text.startswith(("http://", "https://", "urn:")) else self._base + text
        if node := self._by_iri.get(wanted):
            return node
        place = self._place(text)
        hits: list[NamedNode] = [*(self._at(place) if place else ()), *self._printed(text)]
        if not hits and (place is None or place.system):  # "Sprachkurse 2020" looks like an address
            hits = self._worded(text)
        hits = list(dict.fromkeys(hits))
        if len(hits) > 1:
            names = "; ".join(self.name(node) for node in sorted(hits, key=str)[:_SHOWN])
            raise UsageError(f"„{text}“ ist nicht eindeutig. Bitte die Kennung angeben, zum Beispiel: {names}.")
        if not hits:
            raise NotFound(f"Eine Maßnahme oder ein Ziel „{text}“ gibt es nicht.", self._near(text))
        return hits[0]

    def _place(self, text: str) -> _Place | None:
        """What "integration/measure/19", "Zeile 28" or "19" says; None when the text is no such address."""
        if not (match := _NUMBER.fullmatch(text)):
            return None
        *owner, kind = [part for part in re.split(r"[/\s]+", match[1]) if part] or ["measure"]
        known = self._words.kind(kind)
        if known is None:
            owner.append(kind)
        if len(owner) > 2:
            return None
        city, system = ("", "", *owner)[-2:]
        return _Place(known or "measure", match[2], city, system)

    def _at(self, wanted: _Place) -> list[NamedNode]:
        return [
            node
            for place, node in self._by_place.get((wanted.kind, wanted.number), ())
            if wanted.city in ("", place.city) and wanted.system in ("", place.system)
        ]

    @cached_property
    def _by_iri(self) -> dict[str, NamedNode]:
        return {node.value: node for node in self._kinds}

    @cached_property
    def _by_place(self) -> dict[tuple[str, str], list[tuple[_Place, NamedNode]]]:
        """Items by their own number and, as report items, by the row they come from."""
        found: dict[tuple[str, str], list[tuple[_Place, NamedNode]]] = {}
        for node, kinds in self._kinds.items():
            rows = self._objects(node, DERIVED_FROM) if "ReportItem" in kinds else ()
            for each in (node, *rows):
                if match := _LOCAL.fullmatch(each.value.removeprefix(self._base)):
                    place = _Place(match["kind"], match["number"], match["city"], match["system"])
                    found.setdefault((place.kind, place.number), []).append((place, node))
        return found

    def _printed(self, text: str) -> list[NamedNode]:
        """Items that carry this number in the report itself ("3.2.1")."""
        number = Literal(text)
        found = (quad.subject for quad in self._engine.quads(None, zg("number"), number, DefaultGraph()))
        return [node for node in found if isinstance(node, NamedNode) and node in self._kinds]

    def _worded(self, text: str) -> list[NamedNode]:
        whole = text.casefold()
        exact = [node for node, label in self._labels.items() if label.casefold() == whole]
        words = whole.split()
        return exact or [
            node for node, label in self._labels.items() if words and all(word in label.casefold() for word in words)
        ]

    def _near(self, text: str) -> tuple[str, ...]:
        if match := re.search(r"\d+", text):
            close = [node for node in self._kinds if node.value.rsplit("/", 1)[-1].startswith(match[0])]
            return tuple(self.name(node) for node in sorted(close, key=str)[:_SHOWN])
        names = {label: node for node, label in self._labels.items() if label}
        return tuple(self.name(names[label]) for label in near_names(names, text)[:_SHOWN])

    def _label(self, node: NamedNode) -> str:
        labels = self._engine.quads(node, LABEL, None, DefaultGraph())
        texts = sorted((q.object.language != "de", q.object.value) for q in labels if isinstance(q.object, Literal))
        return texts[0][1] if texts else ""

    def _objects(self, node: NamedNode, predicate: NamedNode) -> Iterable[NamedNode]:
        found = (quad.object for quad in self._engine.quads(node, predicate, None, DefaultGraph()))
        return (term for term in found if isinstance(term, NamedNode))

    def finding(self, text: str, item: NamedNode | None) -> tuple[NamedNode, NamedNode | None, str]:
        """A finding by IRI, by the beginning of its hash, or by its rule and what it is about.

        Returns finding, focus node and rule. Raises NotFound with the rules there are, UsageError when several fit.
        """
        text = text.strip().removeprefix("<").removesuffix(">")
        graph = findings_graph(self._base)
        found: list[tuple[NamedNode, NamedNode | None, str]] = []
        for quad in self._engine.quads(None, TYPE, _RESULT, graph):
            if not isinstance(node := quad.subject, NamedNode):
                continue
            focus = next((q.object for q in self._engine.quads(node, _FOCUS, None, graph)), None)
            rules = (q.object for q in self._engine.quads(node, zg("rule"), None, graph))
            rule = next((term.value for term in rules if isinstance(term, Literal)), "")
            found.append((node, focus if isinstance(focus, NamedNode) else None, rule))
        if not found:
            raise NotFound("Es sind keine Befunde gespeichert. Bitte zuerst „zielgraph validate“ laufen lassen.")
        short = text.removeprefix(f"{self._base}finding/").removeprefix("finding/")
        hits = [each for each in found if len(short) >= 4 and each[0].value.rsplit("/", 1)[-1].startswith(short)]
        hits = hits or [each for each in found if each[2] == text and (item is None or each[1] == item)]
        if not hits:
            about = f" zu {self.name(item)}" if item else ""
            rules_there = {rule for _, focus, rule in found if item is None or focus == item}
            raise NotFound(f"Einen Befund „{text}“{about} gibt es nicht.", near_names(rules_there, text))
        if len(hits) > 1:
            names = "; ".join(
                f"{node.value.rsplit('/', 1)[-1]}{f' zu {self.name(focus)}' if focus else ''}"
                for node, focus, _ in sorted(hits, key=lambda hit: hit[0].value)[:_SHOWN]
            )
            raise UsageError(f"„{text}“ sind {len(hits)} Befunde. Bitte einen nennen, zum Beispiel: {names}.")
        return hits[0]
