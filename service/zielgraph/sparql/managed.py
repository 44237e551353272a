"""Graphs that imports and decisions keep, and which of them an update names.

The default graph, ``{base}graph/register`` and its like, and all graphs of editions. Everything else is the users' own.
"""

from __future__ import annotations

import re

from zielgraph.errors import Managed
from zielgraph.sparql.update import DEFAULT, NAMED, UNKNOWN, Update

# What a person does instead of writing into the graph.
_INSTEAD = {
    "register": "Das Register ändern die Dateien in data/register und danach „zielgraph upgrade“.",
    "ontology": "Die Ontologie kommt mit dem Programm; „zielgraph upgrade“ liest sie neu ein.",
    "decisions": "Entscheidungen trägt „zielgraph decide“ ein, „zielgraph undo“ nimmt die letzte Änderung zurück.",
    "findings": "Befunde erneuert „zielgraph validate“, „zielgraph decide accept“ nimmt einen hin.",
    "catalogue": "Der Katalog entsteht bei jedem „zielgraph import“ neu.",
    "current": "Den aktuellen Stand ändern „zielgraph import“, „zielgraph decide“ und „zielgraph undo“.",
}
_OWN = "Eigene Daten gehören in einen eigenen Graphen."
_EDITION = "Ausgaben ändern „zielgraph import --replace“ und „zielgraph undo“."
_NAMES = re.compile(rf"graph/({'|'.join(_INSTEAD)})")
_OF_EDITION = re.compile(r"[^/]+/[^/]+/edition/.+", re.DOTALL)


def is_managed(graph: str, base: str) -> bool:
    """Whether a named graph is one that imports and decisions keep."""
    local = graph.removeprefix(base)
    return graph.startswith(base) and bool(_NAMES.fullmatch(local) or _OF_EDITION.fullmatch(local))


def managed_target(update: Update, base: str) -> str | None:
    """A managed graph that the update names as one to change: its IRI, DEFAULT or NAMED; None when it names none."""
    targets = sorted({target for each in update.operations for target in each.targets})
    return next((each for each in targets if each in (DEFAULT, NAMED) or is_managed(each, base)), None)


def shows_its_targets(update: Update) -> bool:
    """Whether the text alone says which graphs it can change."""
    return not update.escaped and not any(
        target.startswith(UNKNOWN) for each in update.operations for target in each.targets
    )


def refusal(graph: str, base: str) -> Managed:
    """Why a managed graph (its IRI, DEFAULT or NAMED) cannot be written, and what to do instead."""
    if graph == NAMED:
        return Managed(
            "Alle benannten Graphen auf einmal lassen sich nicht leeren: Ausgaben, Register und Entscheidungen "
            "verwaltet der Import. Bitte die eigenen Graphen einzeln nennen."
        )
    if graph == DEFAULT:
        return Managed(f"Der Default-Graph wird verwaltet. {_INSTEAD['current']} {_OWN}")
    name = _NAMES.fullmatch(graph.removeprefix(base))
    return Managed(f"Der Graph {graph} wird verwaltet. {_INSTEAD[name[1]] if name else _EDITION} {_OWN}")
