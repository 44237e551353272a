"""Actors, themes and concepts by what a person calls them: IRI, code ("56") or label ("Wohnen")."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence

from zielgraph.engine import DefaultGraph, Engine, Literal, NamedNode
from zielgraph.errors import NotFound
from zielgraph.vocabulary import RDF, RDFS, SKOS

_TYPE = NamedNode(RDF + "type")
_NAME_PROPERTIES = tuple(
    NamedNode(iri) for iri in (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel", SKOS + "hiddenLabel")
)
_NOTATION = NamedNode(SKOS + "notation")


def find_named(engine: Engine, kind: str, text: str, title: str, *, within: Sequence[str] = ()) -> list[NamedNode]:
    """The resources of class ``kind`` in the current state that the text means; several when they share a label.

    ``within``: only IRIs that begin with one of these. ``title`` is what such a thing is called in a message.
    Raises NotFound, with near matches, for an unknown text and for a code that several have.
    """
    members = {
        quad.subject
        for quad in engine.quads(None, _TYPE, NamedNode(kind), DefaultGraph())
        if isinstance(quad.subject, NamedNode) and (not within or quad.subject.value.startswith(tuple(within)))
    }
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    if text.startswith(("http://", "https://", "urn:")):
        hits = [node for node in members if node.value == text]
    else:
        coded = [node for node in members if text in _texts(engine, node, (_NOTATION,))]
        if len(coded) > 1:
            raise NotFound(
                f"„{text}“ ist mehrdeutig, bitte die IRI angeben", tuple(sorted(node.value for node in coded))
            )
        wanted = text.casefold()
        hits = coded or [
            node for node in members if any(n.casefold() == wanted for n in _texts(engine, node, _NAME_PROPERTIES))
        ]
    if not hits:
        raise NotFound(f"{title} „{text}“ ist nicht bekannt.", _near(engine, members, text))
    return sorted(hits, key=str)


def near_names(names: Collection[str], text: str) -> tuple[str, ...]:
    """Names that look like the text or contain it; without any, a few of those there are."""
    folded = {name.casefold(): name for name in sorted(names, reverse=True)}
    near = [folded[key] for key in difflib.get_close_matches(text.casefold(), folded, n=5, cutoff=0.5)]
    near += [name for key, name in sorted(folded.items()) if text.casefold() in key and name not in near]
    return tuple(near[:8] or sorted(names)[:8])


def _near(engine: Engine, members: Collection[NamedNode], text: str) -> tuple[str, ...]:
    return near_names({n for node in members for n in _texts(engine, node, (*_NAME_PROPERTIES[:3], _NOTATION))}, text)


def _texts(engine: Engine, node: NamedNode, properties: Sequence[NamedNode]) -> Iterator[str]:
    for name in properties:
        for quad in engine.quads(node, name, None, DefaultGraph()):
            if isinstance(quad.object, Literal):
                yield quad.object.value
