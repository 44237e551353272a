"""The findings of the validation: what each is about, and who should see to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from zielgraph.engine import Literal
from zielgraph.inventory.model import Actor, Finding, Item
from zielgraph.inventory.scan import Scan
from zielgraph.vocabulary import SH, ZG

SEVERITIES = ("Violation", "Warning", "Info")
_ROW = re.compile(r"^.*?/row/[^/]+")


def load_findings(
    scan: Scan, items: Mapping[str, Item], actors: Mapping[str, Actor], rows: Mapping[str, tuple[str, ...]]
) -> dict[str, Finding]:
    """Findings by IRI, the gravest first, then as in the report.

    ``scan`` reads their graph, ``rows`` are the source rows of each item.
    """
    severity = {iri: values[0].removeprefix(SH) for iri, values in scan.links(SH + "resultSeverity").items()}
    nodes = {iri: values[0] for iri, values in scan.links(SH + "focusNode").items()}
    rules, lines = scan.texts(ZG + "rule"), scan.numbers(ZG + "sourceLine")
    accepted = {iri: values[0] for iri, values in scan.links(ZG + "acceptedBy").items()}
    messages: dict[str, dict[str, str]] = {}
    for iri, text in scan.pairs(SH + "resultMessage"):
        if isinstance(text, Literal):
            messages.setdefault(iri, {})[text.language or ""] = text.value
    by_row: dict[str, str] = {}
    for item in items:
        for row in rows.get(item, ()):
            by_row.setdefault(row, item)
    found = []
    for iri, grade in severity.items():
        node = nodes.get(iri, "")
        item = _item(node, items, by_row)
        found.append(
            Finding(
                iri=iri,
                severity=grade,
                rule=rules.get(iri, ""),
                node=node,
                line=lines.get(iri, 0),
                item=item,
                responsible=_responsible(node, items.get(item), actors),
                message=dict(sorted(messages.get(iri, {}).items())),
                accepted=accepted.get(iri, ""),
            )
        )
    weight = {name: number for number, name in enumerate(SEVERITIES)}
    order = {item: number for number, item in enumerate(items)}
    found.sort(
        key=lambda f: (weight.get(f.severity, len(weight)), order.get(f.item, len(order)), f.line, f.rule, f.iri)
    )
    return {finding.iri: finding for finding in found}


def _item(node: str, items: Mapping[str, Item], by_row: Mapping[str, str]) -> str:
    """The item that the node is, of which it is a part (``…/measure/19/resolution/1``), or whose row it lies in."""
    for upper in _upwards(node):
        if upper in items:
            return upper
    row = _ROW.match(node)
    return by_row.get(row[0], "") if row else ""


def _upwards(iri: str) -> Iterator[str]:
    while "/" in iri.partition("://")[2]:
        yield iri
        iri = iri.rpartition("/")[0]


def _responsible(node: str, item: Item | None, actors: Mapping[str, Actor]) -> str:
    if item is None:
        network = actors.get(node)
        return next(iter((*network.lead, *network.contact)), "") if network else ""
    return responsible(item, actors)


def responsible(item: Item, actors: Mapping[str, Actor]) -> str:
    """IRI of who should see to an item: lead, else partner department, else body; "" where nobody is named."""
    lead = (part.actor for part in item.parts if part.role == "lead")
    offices = (
        part.actor
        for part in item.parts
        if part.role == "partner" and (actor := actors.get(part.actor)) and actor.kind == "Department"
    )
    return next((actor for actors_ in (lead, offices, item.bodies) for actor in actors_), "")
