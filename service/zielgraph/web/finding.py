"""Finding actors by what people type: parts of names, further names, codes."""

from __future__ import annotations

from collections.abc import Iterable

from zielgraph.inventory.model import Inventory
from zielgraph.web.view import View


def actors_called(view: View, words: str, among: Iterable[str] | None = None) -> list[str]:
    """The actors of which some name or code has every word; those that are called exactly so come first."""
    inventory = view.inventory
    wanted = words.casefold().split()
    exact, found = [], []
    for iri in inventory.actors if among is None else among:
        names = called(inventory, iri)
        if words.casefold() in names:
            exact.append(iri)
        elif any(all(word in name for word in wanted) for name in names):
            found.append(iri)
    return exact + found


def called(inventory: Inventory, iri: str) -> list[str]:
    """Everything an actor is called, casefolded: labels, further names, codes, texts that only match."""
    labels = (*inventory.labels.get(iri, ()), *inventory.names.get(iri, ()))
    hidden = (*inventory.actors[iri].codes, *inventory.hidden.get(iri, ()))
    return [text.casefold() for text in (*(label.value for label in labels), *hidden)]
