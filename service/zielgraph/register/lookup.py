"""Actors, themes and concepts by what a person calls them: IRI, code ("56") or label ("Wohnen")."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Sequence

from zielgraph.engine import Engine, Literal, NamedNode, QuerySolutions
from zielgraph.errors import NotFound
from zielgraph.vocabulary import RDFS, SKOS

_NAMES = (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel", SKOS + "hiddenLabel")
_HIDDEN, _NOTATION = SKOS + "hiddenLabel", SKOS + "notation"


def find_named(engine: Engine, kind: str, text: str, title: str, *, within: Sequence[str] = ()) -> list[NamedNode]:
    """The resources of class ``kind`` in the current state that the text means; several when they share a label.

    ``within``: only IRIs that begin with one of these. ``title`` is what such a thing is called in a message.
    Raises NotFound, with near matches, for an unknown text and for a code that several have.
    """
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    if text.startswith(("http://", "https://", "urn:")):
        hits = _members(engine, kind, f"FILTER(STR(?node) = {Literal(text)})")
    else:
        hits = _members(engine, kind, f"?node <{_NOTATION}> ?code FILTER(STR(?code) = {Literal(text)})")
    allowed = {node for node in hits if not within or node.value.startswith(tuple(within))}
    if len(allowed) > 1:
        raise NotFound(f"„{text}“ ist mehrdeutig, bitte die IRI angeben", tuple(sorted(node.value for node in allowed)))
    if allowed:
        return [*allowed]
    called = [each for each in _called(engine, kind) if not within or each[0].value.startswith(tuple(within))]
    wanted = text.casefold()
    named = {node for node, said, name in called if said != _NOTATION and name.casefold() == wanted}
    if not named:
        shown = {name for _, said, name in called if said != _HIDDEN}
        raise NotFound(f"{title} „{text}“ ist nicht bekannt.", near_names(shown, text))
    return sorted(named, key=str)


def _members(engine: Engine, kind: str, which: str) -> set[NamedNode]:
    found = engine.query(f"SELECT ?node WHERE {{ ?node a {NamedNode(kind)} . {which} }}")
    rows = found if isinstance(found, QuerySolutions) else ()
    return {node for row in rows if isinstance(node := row["node"], NamedNode)}


def _called(engine: Engine, kind: str) -> Iterator[tuple[NamedNode, str, str]]:
    """What the members of a class are called, and by which property: one request, for the engine may be far away."""
    properties = ", ".join(f"<{iri}>" for iri in (*_NAMES, _NOTATION))
    found = engine.query(
        f"SELECT ?node ?property ?name WHERE {{ ?node a {NamedNode(kind)} ; ?property ?name . "
        f"FILTER(?property IN ({properties})) }}"
    )
    for row in found if isinstance(found, QuerySolutions) else ():
        node, said, name = row["node"], row["property"], row["name"]
        if isinstance(node, NamedNode) and isinstance(said, NamedNode) and isinstance(name, Literal):
            yield node, said.value, name.value


def near_names(names: Collection[str], text: str) -> tuple[str, ...]:
    """Names that look like the text or contain it; without any, a few of those there are."""
    folded = {name.casefold(): name for name in sorted(names, reverse=True)}
    near = [folded[key] for key in difflib.get_close_matches(text.casefold(), folded, n=5, cutoff=0.5)]
    near += [name for key, name in sorted(folded.items()) if text.casefold() in key and name not in near]
    return tuple(near[:8] or sorted(names)[:8])
