"""Rows counted in finished answers, whatever stands in them."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zielgraph.engine import (
    RESULT_FORMATS,
    EmbeddedEngine,
    Literal,
    NamedNode,
    Quad,
    QuerySolutions,
    serialise_results,
)
from zielgraph.errors import TooLarge, Unwritable
from zielgraph.workers.counting import Bounded, Counted, rows_of

# Texts made of what separates rows and fields in one of the formats.
PIECES = [
    "}},{",
    '"',
    "}",
    "{",
    "{}",
    ",",
    "[]}}",
    "\r\n",
    "\n",
    "\r",
    "\t",
    "\\",
    "<result>",
    "&lt;",
    "x",
    "ä",
    "\u2028",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join) | st.text(max_size=8)
CELLS = st.none() | TEXTS.map(Literal) | st.just(NamedNode("urn:x:,")) | TEXTS.map(lambda t: Literal(t, language="de"))
P = [NamedNode(f"urn:p:{n}") for n in range(3)]


@pytest.mark.parametrize("format", RESULT_FORMATS)
@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5))
def test_any_texts_and_unbound_cells(format: str, rows: list[tuple[Literal | NamedNode | None, ...]]) -> None:
    engine = EmbeddedEngine.memory()
    for number, row in enumerate(rows):
        subject = NamedNode(f"urn:s:{number}")
        engine.add([Quad(subject, NamedNode("urn:row"), Literal(number))])
        engine.add(Quad(subject, P[column], cell) for column, cell in enumerate(row) if cell is not None)
    optional = "".join(f"OPTIONAL {{ ?s <urn:p:{n}> ?{name} }} " for n, name in enumerate("abc"))
    for head in ("?a ?b ?c", "?a", "?nothing", "?s ?c"):
        results = engine.query(f"SELECT {head} {{ ?s <urn:row> ?row {optional} }}")
        assert isinstance(results, QuerySolutions)
        try:
            written = serialise_results(results, format)
        except Unwritable:  # characters that XML does not have
            assert format == "xml"
            continue
        assert rows_of(written, format) == len(rows)


@pytest.mark.parametrize("format", RESULT_FORMATS)
@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SELECT * {}", 1),
        ("SELECT * { FILTER(false) }", 0),
        ("SELECT ?x { FILTER(false) }", 0),
        ("SELECT ?x { VALUES ?y { 1 2 3 } }", 3),
        ("SELECT (TRIPLE(<a:b>, <c:d>, '}},{') AS ?t) { VALUES ?x { 1 2 } }", 2),
        ("SELECT (TRIPLE(<a:b>, <c:d>, TRIPLE(<a:b>, <c:d>, 'x'@de)) AS ?t) ?x { VALUES ?x { 1 UNDEF } }", 2),
    ],
)
def test_odd_shapes(format: str, query: str, rows: int) -> None:
    assert rows_of(serialise_results(EmbeddedEngine.memory().query(query), format), format) == rows


def test_bounded_output_stops_in_the_middle() -> None:
    output = Bounded(10)
    output.write(b"12345")
    output.write(b"67890")
    with pytest.raises(TooLarge, match="10 Byte"):
        output.write(b"x")
    assert output.getvalue() == b"1234567890"
    assert isinstance(output, io.BytesIO)


def test_counted_stops_after_the_limit() -> None:
    assert list(things := Counted("abc", 3)) == ["a", "b", "c"]
    assert things.count == 3
    with pytest.raises(TooLarge, match="mehr als 3 Zeilen"):
        list(Counted("abcd", 3))
