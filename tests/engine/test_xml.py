"""What the engine writes as XML is XML, or is refused."""

from __future__ import annotations

from xml.parsers import expat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zielgraph.engine import (
    BlankNode,
    EmbeddedEngine,
    Literal,
    NamedNode,
    Quad,
    Triple,
    canonical,
    parse,
    serialise,
    serialise_results,
)
from zielgraph.errors import Unwritable

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TYPE, S = NamedNode(RDF + "type"), NamedNode("urn:s")
PREFIXES = {"x": "http://x/", "y": "http://x/a"}


def well_formed(body: bytes) -> None:
    expat.ParserCreate(namespace_separator=" ").Parse(body, True)


@pytest.mark.parametrize(
    "iri",
    ["http://x/1", "urn:1", "http://x/", "http://x/prop/direct/31", "http://x/a%20", "http://x/a?b=1", "http://x/:",
     "http://x/a\xd7", "http://x#", "http://www.w3.org/2000/xmlns/a", RDF + "li", RDF + "Description"],
)  # fmt: skip
def test_predicates_that_are_no_names(iri: str) -> None:
    with pytest.raises(Unwritable, match="Prädikat"):
        serialise([Quad(S, NamedNode(iri), Literal("a"))], "rdf", prefixes=PREFIXES)
    assert serialise([Quad(S, NamedNode(iri), Literal("a"))], "ttl", prefixes=PREFIXES)


@pytest.mark.parametrize("iri", ["http://x/1a", "http://x/a", "http://x/b/1a", "http://x/a-1.", "urn:a:ä", RDF + "_1"])
def test_predicates_that_can_be_split(iri: str) -> None:
    quads = [Quad(S, NamedNode(iri), Literal("a")), Quad(S, TYPE, NamedNode(iri))]
    body = serialise(quads, "rdf", prefixes=PREFIXES)
    well_formed(body)
    assert canonical(parse(body, "rdf")) == canonical(quads)


def test_classes_become_elements_too() -> None:
    with pytest.raises(Unwritable, match="Klasse <http://x/1>"):
        serialise([Quad(S, TYPE, NamedNode("http://x/1"))], "rdf")
    second = [Quad(S, NamedNode("http://x/a"), Literal("a")), Quad(S, TYPE, NamedNode("http://x/1"))]
    well_formed(serialise(second, "rdf"))
    with pytest.raises(Unwritable, match="Knoten"):
        serialise([Quad(BlankNode("1"), TYPE, S)], "rdf")


PLACES = st.text("a1-._/:é·?~", max_size=4).map(lambda end: NamedNode(f"http://x/{end}"))
SUBJECTS = st.sampled_from([S, NamedNode("urn:t")])
OBJECTS = st.one_of(PLACES, st.text(max_size=3).map(Literal), st.builds(Triple, SUBJECTS, PLACES, PLACES))


@given(st.lists(st.builds(Quad, SUBJECTS, st.one_of(PLACES, st.just(TYPE)), OBJECTS), max_size=4))
def test_whatever_is_written_can_be_read(quads: list[Quad]) -> None:
    try:
        body = serialise(quads, "rdf", prefixes=PREFIXES)
    except Unwritable:
        return
    well_formed(body)
    assert {str(quad) for quad in parse(body, "rdf")} == {str(quad) for quad in quads}


def test_characters_in_pieces() -> None:
    """The engine writes in blocks, and a character may lie on the border of two."""
    engine = EmbeddedEngine.memory()
    engine.add([Quad(S, S, Literal("x" * 8000 + "a\rb" * 3000))])
    table = serialise_results(engine.query("SELECT ?o { ?s ?p ?o }"), "xml")
    assert (table.count(b"&#13;"), table.count(b"\r")) == (3000, 0)
    well_formed(table)
    for character in ("\ufffe", "\uffff"):
        for begin in range(3):
            text = "x" * begin + character * 9000
            with pytest.raises(Unwritable, match="Steuerzeichen"):
                serialise([Quad(S, S, Literal(text))], "rdf")
