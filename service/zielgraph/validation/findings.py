"""Findings: one validation result each, as a value, as RDF without blank nodes, and counted."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from zielgraph.deciding import Decision, acceptances
from zielgraph.engine import Literal, NamedNode, Quad
from zielgraph.vocabulary import RDF, SH, XSD, ZG

if TYPE_CHECKING:
    from rdflib import Graph

_ORDER = {"Violation": 0, "Warning": 1, "Info": 2}
_TYPE = NamedNode(RDF + "type")


@dataclass(frozen=True, slots=True)
class Finding:
    """One result. IRIs are full; ``severity`` is Violation, Warning or Info; ``messages`` by language.

    ``path`` is empty where it is no single property. ``accepted_by``: the decision that accepts it, if there is one.
    """

    focus_node: str
    rule: str
    severity: str
    shape: str
    component: str
    path: str = ""
    value: str = ""
    source_line: int | None = None
    label: str = ""
    messages: tuple[tuple[str, str], ...] = field(default=())
    accepted_by: str = ""

    def iri(self, base: str) -> str:
        """The finding's IRI: the same as long as the same rule finds the same fault in the same place."""
        key = "\n".join((self.focus_node, self.shape, self.component, self.path, self.value))
        return f"{base}finding/{hashlib.sha256(key.encode()).hexdigest()[:20]}"

    def message(self, language: str = "de") -> str:
        """The sentence in this language, else in German, else in any."""
        texts = dict(self.messages)
        return texts.get(language) or texts.get("de") or next(iter(texts.values()), "")

    def sort_key(self) -> tuple[object, ...]:
        """By severity, line, rule, node."""
        line = self.source_line if self.source_line is not None else 10**9
        return _ORDER.get(self.severity, 3), line, self.rule, self.focus_node, self.value

    def as_json(self, language: str = "de") -> dict[str, object]:
        """The shape of ``validate --format json``."""
        return {
            "sourceLine": self.source_line,
            "rule": self.rule,
            "severity": self.severity,
            "focusNode": self.focus_node,
            "message": self.message(language),
            "label": self.label,
            "messages": dict(self.messages),
            "sourceShape": self.shape,
            "sourceConstraintComponent": self.component,
            "resultPath": self.path or None,
            "value": self.value or None,
            "acceptedBy": self.accepted_by or None,
        }


def finding(report: Graph, result: Any, data: Graph, shapes: Graph) -> Finding:
    """A finding from one result node of a SHACL report.

    The source line is looked up in the data; rule and messages in the shapes, because pySHACL passes on only one
    of several messages of a SPARQL constraint.
    """
    from rdflib import RDFS, BNode, URIRef

    def one(name: str) -> Any:
        return report.value(result, URIRef(SH + name))

    focus = one("focusNode")
    node = one("sourceShape")
    path = one("resultPath")
    shape = str(node or "")
    texts = list(shapes.objects(node, URIRef(SH + "message"))) or list(
        report.objects(result, URIRef(SH + "resultMessage"))
    )
    messages = tuple(sorted((getattr(text, "language", None) or "", str(text)) for text in texts))
    rule = shapes.value(node, URIRef(ZG + "rule"))
    names = list(data.objects(focus, RDFS.label)) or list(data.objects(focus, URIRef(ZG + "quote")))
    label = min(names, key=_german_first, default="")  # always the same one, in whatever order the data came
    return Finding(
        focus_node=str(focus),
        rule=str(rule or shape.rsplit("#", 1)[-1]),
        severity=str(one("resultSeverity") or "").rsplit("#", 1)[-1],
        shape=shape,
        component=str(one("sourceConstraintComponent") or ""),
        path="" if path is None or isinstance(path, BNode) else str(path),  # a blank node is another one every time
        value="" if one("value") is None else str(one("value")),
        source_line=_line(data, focus),
        label=str(label),
        messages=messages,
    )


def _german_first(text: Any) -> tuple[bool, str, str]:
    language = getattr(text, "language", None) or ""
    return (language != "de", language, str(text))


def _line(data: Graph, node: Any) -> int | None:
    """The first source line behind a node: of the rows it was derived from, its own, or of its owner's."""
    from rdflib import URIRef

    line, derived = URIRef(ZG + "sourceLine"), URIRef("http://www.w3.org/ns/prov#wasDerivedFrom")
    own = data.value(node, line)
    todo, seen, lines = [node], set(), []
    while todo:
        each = todo.pop()
        if each in seen:
            continue
        seen.add(each)
        for source in data.objects(each, derived):
            lines += [int(str(value)) for value in data.objects(source, line)]
            todo.append(source)
    return min(lines) if lines else int(str(own)) if own is not None else None


def mark_findings(findings: Iterable[Finding], decisions: Sequence[Decision], base: str) -> list[Finding]:
    """The findings with those marked that a decision in force accepts."""
    by = acceptances(decisions, base)
    return [
        replace(each, accepted_by=by[iri].value if (iri := each.iri(base)) in by else "") if by else each
        for each in findings
    ]


def summary(findings: Iterable[Finding]) -> dict[str, int]:
    """Number of findings per severity, violations first; those that a person accepted count on their own."""
    counts = Counter("Accepted" if each.accepted_by else each.severity for each in findings)
    return {name: counts[name] for name in (*_ORDER, "Accepted")}


def write_findings(findings: Iterable[Finding], graph: NamedNode, base: str) -> list[Quad]:
    """Findings as ``sh:ValidationResult`` with IRIs made from their content; the same findings, the same quads."""
    quads: list[Quad] = []
    for each in findings:
        node = NamedNode(each.iri(base))

        def add(name: str, value: NamedNode | Literal, node: NamedNode = node) -> None:
            quads.append(Quad(node, NamedNode(name), value, graph))

        add(_TYPE.value, NamedNode(SH + "ValidationResult"))
        for name, iri in (
            ("focusNode", each.focus_node),
            ("sourceShape", each.shape),
            ("sourceConstraintComponent", each.component),
            ("resultSeverity", SH + each.severity),
            ("resultPath", each.path),
        ):
            if iri and ":" in iri:
                add(SH + name, NamedNode(iri))
        if each.accepted_by:
            add(ZG + "acceptedBy", NamedNode(each.accepted_by))
        if each.value:
            add(SH + "value", Literal(each.value))
        for language, text in each.messages:
            add(SH + "resultMessage", Literal(text, language=language or None))
        add(ZG + "rule", Literal(each.rule))
        if each.source_line is not None:
            add(ZG + "sourceLine", Literal(str(each.source_line), datatype=NamedNode(XSD + "integer")))
    return [quad for _, quad in sorted({str(quad): quad for quad in quads}.items())]
