"""What a person is told: where the slip is, why a query takes long, and the same query with a limit."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zielgraph.engine import EmbeddedEngine
from zielgraph.errors import SyntaxProblem
from zielgraph.sparql import explain_syntax, likely_cause, limited
from zielgraph.sparql.slips import find
from zielgraph.sparql.tokens import tokens
from zielgraph.vocabulary import PREFIXES

PROBLEM = SyntaxProblem("?", line=1, column=1)

SLIPS = (
    # query, line, column, part of the sentence
    ("SELECT * {\n  ?s zg:theme ?o }", 2, 6, f"PREFIX zg: <{PREFIXES['zg']}>"),
    ("SELECT * { ?s rfds:label ?o }", 1, 15, f"PREFIX rdfs: <{PREFIXES['rdfs']}>"),
    ("SELECT * { ?s xyzzy:label ?o }", 1, 15, "PREFIX xyzzy: <…>"),
    ("SELECT * { ?s :label ?o }", 1, 15, "Das Präfix „:“ ist nicht erklärt"),
    ("SELECT *\nWHERE {\n  ?s ?p ?o . OPTIONAL { ?s ?q ?r }", 2, 7, "Klammer „{“, die hier geöffnet wird"),
    ("SELECT * { ?s ?p ?o }}", 1, 22, "keine öffnende"),
    ("SELECT * { FILTER(1 = 1 }", 1, 25, "eine andere Klammer"),
    ("SELECT * { ?s ?p ?o ?a ?b ?c }", 1, 21, "Vor „?a“ fehlt ein Punkt"),
    ("SELECT * { ?s a ?o a ?b }", 1, 20, "Vor „a“ fehlt"),
    ("SELECT * { ?s a ?o ; ?p ?q ?r . }", 1, 28, "Vor „?r“ fehlt"),
    ("SELECT * { ?s a 'x'@de 'y' }", 1, 24, "Vor „'y'“ fehlt"),
    ("SELECT name { ?s ?p ?name }", 1, 8, "?name"),
    ("SELECT * { ?s ?p wohnen }", 1, 18, "?wohnen"),
    ("SELECT * { ?s ?p ?o } LIMT 5", 1, 23, "LIMIT"),
    ("SELEKT * {}", 1, 1, "SELECT"),
    ("SELECT * { FILTER(1 = 1 and 2 = 2) }", 1, 25, "&&"),
    ("SELECT (COUNT(*)) { ?s ?p ?o }", 1, 8, "AS ?anzahl"),
    ("SELECT COUNT(?s) { ?s ?p ?o }", 1, 8, "COUNT gehört in Klammern"),
    ("SELECT ?s, ?p { ?s ?p ?o }", 1, 10, "kein Komma"),
    ("SELECT * { ?s ?p ?o FILTER(?o == 1) }", 1, 31, "einfaches ="),
    ("SELECT * { ?s ?p ?o FILTER ?o = 1 }", 1, 28, "in Klammern"),
    ("SELECT * WHERE ?s ?p ?o", 1, 16, "öffnende Klammer {"),
    ("SELECT * { BIND(1 + 1) }", 1, 12, "BIND(… AS ?x)"),
    ("SELECT * { ?s ?p 'abc }", 1, 18, "Anführungszeichen"),
    ('SELECT * { ?s ?p """abc" }', 1, 18, "Anführungszeichen"),
    ("PREFIX zg <http://x/> SELECT * {}", 1, 8, "Doppelpunkt"),
    ("PREFIX zg: http://x/ SELECT * {}", 1, 12, "spitzen Klammern"),
    ("SELECT * { ?s <http://a b> ?o }", 1, 16, "nicht gültig"),
)


@pytest.mark.parametrize(("query", "line", "column", "sentence"), SLIPS)
def test_slips(query: str, line: int, column: int, sentence: str) -> None:
    with pytest.raises(SyntaxProblem):  # that it is a slip says the engine
        EmbeddedEngine.memory().query(query)
    found = explain_syntax(query, PROBLEM)
    assert (found.line, found.column) == (line, column)
    assert str(found).startswith(f"Zeile {line}, Spalte {column}: ")
    assert sentence in str(found)


def test_the_prefix_is_named_for_programs() -> None:
    assert explain_syntax("SELECT * { ?s skos:notation 1 }", PROBLEM).prefix == "skos"


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (('"?"', '"$"', "['0'..='9']", "[_]"), ("eine Variable (?x)", "eine Zahl")),
        (("OPTIONAL", '"{"', '"\\""'), ("OPTIONAL", "{", "ein Text in Anführungszeichen")),
        (("ABS", "AVG", "isTriple"), ("ein Ausdruck",)),
        (("[_]",), ()),
    ],
)
def test_expected_tokens_in_words(expected: tuple[str, ...], words: tuple[str, ...]) -> None:
    found = explain_syntax("SELECT * {} ORDER", SyntaxProblem("?", line=1, column=18, expected=expected))
    assert found.expected == words
    assert all(word in str(found) for word in words)


def test_a_keyword_tried_in_vain_is_not_counted_as_read() -> None:
    """The engine stands behind the keyword that it tried; the place is before it, here in the line above."""
    found = explain_syntax("ASK\n{}", SyntaxProblem("?", line=2, column=2, expected=("OPTIONAL",)))
    assert (found.line, found.column) == (1, 1)


def test_reasons_of_the_engine() -> None:
    problem = SyntaxProblem("?", line=1, column=41, expected=("The SELECT contains a variable that is unbound", "[_]"))
    found = explain_syntax("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", problem)
    assert "GROUP BY" in str(found)
    assert found.expected == ()


def test_an_empty_query() -> None:
    assert str(explain_syntax(" \n# nothing", PROBLEM)) == "Die Anfrage ist leer."


RIGHT = (
    "SELECT * { ?s ?p ?o }",
    "SELECT * { ?s ?p ?o ; ?q ?r , 's'@de , 1.5 , -2 , true . ?a a ?b }",
    "PREFIX e: <e:> SELECT * { ?s e:p|^e:q/e:r+ ?o . ?s ^e:p ?o . ?s !(e:a|^e:b) 'x'^^e:t }",
    "SELECT * { VALUES ?x { 1 2 3 4 5 } VALUES (?a ?b) { (1 2) (3 UNDEF) } ?x ?y ?z }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) ?o { ?s ?p ?o } GROUP BY ?o HAVING (COUNT(?s) > 1) ORDER BY DESC(?n) ?o",
    "SELECT ?a ?b ?c ?d ?e { GRAPH ?g { ?a ?b ?c } OPTIONAL { ?d ?e ?a FILTER(?d < 1 && ?e > 2) } }",
    "SELECT * { ?s ?p [ ?q ?r ; ?t ( 1 2 3 4 ) ] FILTER NOT EXISTS { ?s ?p ?o } BIND(IF(?p = ?q, 1, 2) AS ?z) }",
    "SELECT * { { SELECT ?a ?b ?c ?d { ?a ?b ?c , ?d } } MINUS { ?a ?b ?c } { ?a ?b ?c } UNION { ?d ?b ?c } }",
    "CONSTRUCT { ?s ?p ?o . ?o ?p ?s } WHERE { ?s ?p ?o FILTER REGEX(?o, 'a b c') ?x ?y ?z }",
    "DESCRIBE ?a ?b ?c <x:y> WHERE { ?a ?b ?c }",
    "BASE <http://x/> SELECT (REPLACE('http://a', '=', '==') AS ?x) { <a> <b> '''and \" or'''@de }",
    "SELECT * { ?s ?p ?o FILTER(?p IN (1, 2, 3)) FILTER regex(?o, 'a') ?a ?b ?c }",
    "SELECT (IF(EXISTS { ?s ?p ?o }, 1, 2) AS ?x) (1 AS ?y) {}",
    "SELECT * { ?s ?p ?o FILTER <http://www.w3.org/2001/XMLSchema#boolean>(1) } VALUES ?s { UNDEF }",
)


@pytest.mark.parametrize("query", RIGHT)
def test_no_slip_in_what_the_engine_reads(query: str) -> None:
    EmbeddedEngine.memory().query(query)
    assert find(list(tokens(query))) is None


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="SELECT{}?xab:<>\"'\\#/ .;,()=\n@1\u00e4\ufeff", max_size=200))
def test_any_text(text: str) -> None:
    end = 0
    for token in tokens(text, comments=True):
        assert text[end : token.start].strip(" \t\r\n") == ""
        assert text[token.start : token.end] == token.text
        end = token.end
    assert isinstance(explain_syntax(text, PROBLEM), SyntaxProblem)
    longer = limited(text)
    assert longer is None or longer.endswith("LIMIT 100")


UNITS = (
    "BIND(1",
    "BIND()",
    "VALUES ?x ?x {}",
    "'''",
    '"',
    "'\\''",
    "{",
    "(",
    "a:b ",
    "<",
    "\\u0041",
    "?x ",
    "BIND(",
    "#",
)


@pytest.mark.parametrize("unit", UNITS)
def test_long_texts_take_no_time(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    begin = time.process_time()
    explain_syntax(text, PROBLEM)
    limited(text)
    assert time.process_time() - begin < 10


CAUSES = (
    ("SELECT * { ?a a ?b . ?c a ?d }", ("?a", "?c", "keine Verbindung")),
    ("CONSTRUCT WHERE { ?a ?b ?c . ?d ?e ?f }", ("?a", "?d", "keine Verbindung")),
    ("SELECT * { ?s ?p ?o OPTIONAL { ?x ?y ?z } }", ("?o", "?x", "keine Verbindung")),
    ("SELECT * { ?s ?p ?o . { SELECT ?a { ?a ?s ?b } } }", ("?o", "?a", "keine Verbindung")),
    ("SELECT * { ?a ?p 1 FILTER EXISTS { ?u a ?v . ?w a ?z } }", ("?u", "?w", "keine Verbindung")),
    ("SELECT * { VALUES ?l { 'de' 'en' } ?s ?p ?o }", ("?l", "?o", "keine Verbindung")),
    ("SELECT * { ?a a <a:b> . GRAPH ?g { ?x a <a:b> } }", ("?a", "?g", "keine Verbindung")),
    ("SELECT * { ?a <a:p> ?b . ?c <a:q> ?d FILTER(?b = ?d) }", ("?a", "?c", "nur durch FILTER")),
    ("SELECT * { ?a <a:p>+ ?b }", ("?a", "?b", "Pfad")),
    ("SELECT * { ?a (<a:p>/^<a:q>)* ?b }", ("?a", "?b", "Pfad")),
    ("SELECT * { ?s ?p ?o FILTER REGEX(STR(?o), 'x') }", ("?o", "alle Texte")),
    ("SELECT * { ?s ?p ?o FILTER(1 = 1 && CONTAINS(LCASE(?o), 'x')) }", ("?o", "alle Texte")),
    ("SELECT * { ?s <a:b> ?o } ORDER BY ?o", ("ORDER BY", "LIMIT")),
    ("SELECT DISTINCT ?s { ?s ?p ?o } OFFSET 5", ("DISTINCT", "LIMIT")),
    ("SELECT (GROUP_CONCAT(?o) AS ?x) { ?s ?p ?o }", ("GROUP_CONCAT", "LIMIT")),
)


@pytest.mark.parametrize(("query", "words"), CAUSES)
def test_causes(query: str, words: tuple[str, ...]) -> None:
    sentence = likely_cause(query)
    assert all(word in sentence for word in words), sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o . ?o ?q ?r OPTIONAL { ?r ?t ?u } } ORDER BY ?s LIMIT 5",
        "SELECT * { ?s ?p [ ?q [ ?r ?t ] ] , ( ?u ?v ) }",
        "SELECT * { VALUES ?lang { 'de' } ?s ?p ?o BIND(1 AS ?one) BIND(STR(?o) AS ?text) }",
        "SELECT * { ?s ?p ?o MINUS { ?x ?y ?z } }",
        "SELECT * { <a:b> <a:p>+ ?b }",
        "SELECT * { ?a a <a:x> ; <a:p>+ ?b }",
        "SELECT * { ?a <a:p>/<a:q>? ?b }",
        "SELECT * { ?s <a:b> ?o FILTER REGEX(STR(?o), 'x') }",
        "SELECT * { { ?a ?b ?c } UNION { ?d ?e ?f } }",
        "no query at all",
        "SELECT * " + "{" * 2000,
        "SELECT * { ?a ?b '" + "x" * 30_000 + "' . ?c ?d ?e }",
    ],
)
def test_no_cause(query: str) -> None:
    assert likely_cause(query) == ""


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { ?s ?p 'LIMIT' } # LIMIT 5",
        "SELECT * { { SELECT ?x { ?x ?y ?z } LIMIT 3 } }",
        "PREFIX limit: <x:> SELECT ?limit { ?limit limit:limit <LIMIT> } ORDER BY ?limit OFFSET 3 #",
        "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c }",
        "CONSTRUCT WHERE { ?a ?b ?c }",
        "DESCRIBE <x:LIMIT>",
    ],
)
def test_limited(query: str) -> None:
    text = limited(query, 7)
    assert text is not None
    assert text.endswith("LIMIT 7")
    EmbeddedEngine.memory().query(text, base="http://x/")


@pytest.mark.parametrize(
    "query",
    [
        "select * {} limit 3",
        "ASK {}",
        "SELECT * {} VALUES ?x { 1 }",
        "SELECT * {",
        "SELECT * { '''a }",
        "SELECT * {} \\u004CIMIT 3",
        "INSERT DATA {}",
        "SELECT * {} SELECT * {}",
        "",
    ],
)
def test_not_limited(query: str) -> None:
    assert limited(query) is None
