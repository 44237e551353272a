"""Recognising look-ups: one pattern about the resource named, and so another reader of SPARQL understands it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import URIRef
from rdflib.plugins.sparql import prepareQuery

from zielgraph.sparql import looked_up

X = "https://example.org/x"
PREFIX = "PREFIX ex: <https://example.org/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT ?p ?o WHERE {{ <{X}> ?p ?o }}",
        f"select * {{<{X}> ?p ?o}}",
        f"SELECT ?o WHERE {{ FILTER(17 > 0) <{X}> a ?o . }} LIMIT 10",
        f'{PREFIX}SELECT DISTINCT ?label\nWHERE {{ ex:x rdfs:label ?label . FILTER(LANG(?label) = "de") }}',
        f'{PREFIX}SELECT ?label {{ ex:x rdfs:label ?label FILTER(LANGMATCHES(LANG(?label), "de")) }}\n',
        f"{PREFIX}SELECT ?p {{ ex:x ?p ex:y }}",
    ],
)
def test_lookups(query: str) -> None:
    assert looked_up(query) == X


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        f"SELECT * {{ <{X}> ?p ?o . ?s ?q ?r }}",
        f"SELECT * {{ <{X}> ?p ?o ; ?q ?r }}",
        f"SELECT * {{ <{X}> ?p ?o , ?r }}",
        f"SELECT * {{ <{X}> (?p|!?p)* ?o }}",
        f"SELECT * {{ <{X}> <urn:a>/<urn:b> ?o }}",
        f"SELECT * {{ GRAPH ?g {{ <{X}> ?p ?o }} }}",
        "SELECT * FROM <urn:g> { <urn:x> ?p ?o }",
        f"SELECT (COUNT(*) AS ?n) {{ <{X}> ?p ?o }}",
        f"SELECT * {{ <{X}> ?p ?o }} ORDER BY ?o",
        f"SELECT * {{ <{X}> ?p ?o }} VALUES ?o {{ 1 }}",
        f"SELECT * {{ SERVICE <urn:s> {{ <{X}> ?p ?o }} }}",
        f'SELECT * {{ <{X}> ?p ?o FILTER(REGEX(?o, "(a+)+$")) }}',
        f"SELECT * {{ <{X}> ?p ?o FILTER(NOT EXISTS {{ ?a ?b ?c }}) }}",
        f"SELECT * {{ <{X}> ?p ?o FILTER(?a<NOW()&&?b>?c) }}",
        f"CONSTRUCT WHERE {{ <{X}> ?p ?o }}",
        f"DESCRIBE <{X}>",
        "SELECT * { <x> ?p ?o }",  # relative
        "BASE <urn:b:> SELECT * { <x> ?p ?o }",
        "SELECT * { ex:x ?p ?o }",  # not declared
        "PREFIX ex: <urn:a:> PREFIX ex: <urn:b:> SELECT * { ex:x ?p ?o }",
        f"SELECT * {{ <{X}> ?p ?o }} # {'x' * 3000}",
        f"# c\nSELECT * {{ <{X}> ?p ?o }}",
        f'SELECT * {{ <{X}> ?p "\\u0041" }}',
        f"SELECT * {{ <{X}\\u0041> ?p ?o }}",
        "",
    ],
)
def test_everything_else(query: str) -> None:
    assert looked_up(query) is None


PIECES = [
    *("PREFIX ex: <https://example.org/>", "PREFIX a: <urn:a:>", "BASE <urn:b>", "SELECT", "DISTINCT", "*", "?o", "?s"),
    *("WHERE", "{", "}", f"<{X}>", "<urn:p>", "ex:x", "a:b", "a", "?p", ".", ";", ",", "FILTER(", ")", "1", "<", ">"),
    *(
        "=",
        '"de"',
        "LANG(?o)",
        "LANGMATCHES(LANG(?o),",
        "LIMIT",
        "7",
        "GRAPH ?g",
        "OPTIONAL",
        "UNION",
        "SERVICE <urn:s>",
    ),
    *(
        "^",
        "/",
        "|",
        "+",
        "[",
        "]",
        "(",
        "#",
        "'",
        "\\",
        "\n",
        "FROM <urn:g>",
        "ORDER BY ?o",
        "VALUES",
        "SERVICE <urn:s>",
    ),
]
ORDER = ["SELECT", "*", "{", f"<{X}>", "?p", "?o", "}"]


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A look-up with pieces put in, left out or exchanged."""
    parts = list(ORDER)
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(parts)))
        parts[at : at + draw(st.integers(0, 1))] = draw(st.lists(st.sampled_from(PIECES), max_size=3))
    return draw(st.sampled_from([" ", "\n", "  "])).join(parts)


@given(texts())
def test_what_is_recognised_is_one_pattern_for_another_reader_too(text: str) -> None:
    subject = looked_up(text)
    if subject is None:
        return
    try:
        algebra = prepareQuery(text).algebra
    except Exception:
        return  # then the engine, too, only says what is wrong
    triples = _triples(algebra)
    assert len(triples) == 1
    assert triples[0][0] == URIRef(subject)


def _triples(part: object) -> list[tuple[object, ...]]:
    """All triple patterns of an algebra, and one that fits nothing for each part that may ask more."""
    found: list[tuple[object, ...]] = []
    if hasattr(part, "name") and hasattr(part, "items"):
        if part.name in ("ServiceGraphPattern", "Graph", "Builtin_EXISTS", "Builtin_NOTEXISTS"):
            found.append(())
        for key, value in part.items():
            found += list(value) if key == "triples" else _triples(value)
    elif isinstance(part, list | tuple):
        for each in part:
            found += _triples(each)
    return found
