"""Labels of actors, themes and concepts, looked up one by one and remembered."""

from __future__ import annotations

from zielgraph.engine import Engine, Literal, NamedNode
from zielgraph.vocabulary import RDFS

_LABEL = NamedNode(RDFS + "label")


class Names:
    """Labels from every graph of the store, so that an actor that only an old edition knows has its name as well."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, dict[str, str]] = {}

    def __call__(self, iri: str, lang: str) -> str:
        """The label in that language, else the German one, else any, else the last part of the IRI."""
        if iri not in self._known:
            found: dict[str, str] = {}
            for quad in self._engine.quads(NamedNode(iri), _LABEL):
                if isinstance(quad.object, Literal):
                    language = quad.object.language or ""
                    found[language] = min(quad.object.value, found.get(language, quad.object.value))
            self._known[iri] = found
        labels = self._known[iri]
        return labels.get(lang) or labels.get("de") or next(iter(sorted(labels.values())), "") or last_part(iri)


def last_part(iri: str) -> str:
    """The last segment of an IRI, for things that nobody named."""
    return iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]
