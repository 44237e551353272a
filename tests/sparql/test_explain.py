"""What a person is told: where the slip is, why a query takes long, and the same query with a limit."""

from __future__ import annotations

import re
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zielgraph.engine import EmbeddedEngine
from zielgraph.errors import QueryError, SyntaxProblem
from zielgraph.sparql import explain_syntax, likely_cause, limited
from zielgraph.sparql.grammar import apart, first_fault
from zielgraph.sparql.grouping import ungrouped
from zielgraph.sparql.scopes import assigned_twice
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
    found = explain_syntax("SELECT * { << >> }", SyntaxProblem("?", line=1, column=18, expected=expected))
    assert found.expected == words
    assert all(word in str(found) for word in words)


def test_a_keyword_tried_in_vain_is_not_counted_as_read() -> None:
    """The engine stands behind the keyword that it tried; the place is before it, here in the line above."""
    found = explain_syntax("ASK\n{~}", SyntaxProblem("?", line=2, column=2, expected=("OPTIONAL",)))
    assert (found.line, found.column) == (1, 1)


def test_reasons_of_the_engine() -> None:
    problem = SyntaxProblem("?", line=1, column=41, expected=("The SELECT contains a variable that is unbound", "[_]"))
    found = explain_syntax("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", problem)
    assert "GROUP BY" in str(found)
    assert found.expected == ()


def test_an_empty_query() -> None:
    assert str(explain_syntax(" \n# nothing", PROBLEM)) == "Die Anfrage ist leer."


FAULTS = (
    # query, line, column, part of the sentence, what is expected
    ("SELECT ?s WHERE { ?s ?p }", 25, "fehlt ein Objekt. Nach einem Prädikat", ("ein Objekt",)),
    ("SELECT ?s { ?s ?p ?o . FILTER(?o > ) }", 36, "fehlt ein Ausdruck", ("ein Ausdruck",)),
    ("SELECT ?s { ?s ?p ?o ; ?o }", 27, "Nach einem Prädikat", ("ein Objekt",)),
    ("SELECT * { ?s ?p ?o . ?a }", 26, "fehlt ein Prädikat", ("ein Prädikat",)),
    ("SELECT { ?s ?p ?o }", 8, "eine Variable oder „*“", ("eine Variable", "*")),
    ("SELECT * {?s ?p ?o . BIND(1 AS ?o)}", 32, "?o ist schon vergeben (Zeile 1, Spalte 17)", ()),
    ("SELECT * {{?s ?p ?o} BIND(1 AS ?o)}", 32, "?o ist schon vergeben (Zeile 1, Spalte 18)", ()),
    ("SELECT ?x (?x AS ?x) {?x ?y ?z}", 18, "?x ist schon vergeben (Zeile 1, Spalte 8)", ()),
    ("SELECT (?y AS ?x) {?x ?y ?z}", 15, "?x ist schon vergeben (Zeile 1, Spalte 20)", ()),
    ("SELECT * {{SELECT (1 AS ?x) {?x ?y ?z}}}", 25, "?x ist schon vergeben (Zeile 1, Spalte 30)", ()),
    ("SELECT ?x ?x {?x ?y ?z}", 11, "SELECT nennt die Variable ?x schon (Zeile 1, Spalte 8)", ()),
    ("ASK {} ASK {}", 8, "Vor „ASK“ ist die Anfrage zu Ende", ()),
    ("ASK {} LIMIT 5 ORDER BY ?x", 16, "„ORDER“ steht zu spät", ("OFFSET",)),
    ("SELECT * {} FOO", 13, "Vor „FOO“ ist die Anfrage zu Ende", ()),
    ("SELECT * {} LIMIT -1", 19, "fehlt eine ganze Zahl", ("eine ganze Zahl",)),
    ("SELECT * {} ORDER BY", 19, "Nach „BY“ fehlt eine Variable", None),
    ("SELECT * { ?s _:b ?o }", 15, "fehlt ein Prädikat", ("ein Prädikat",)),
    ("SELECT * { FILTER(?a ?b) }", 22, "„?b“ kann hier nicht stehen", ("ein Operator (=, &&, +)", ")")),
    ("SELECT * { VALUES (?a ?b) { (1 2) (1) } }", 35, "nicht 2 Werte, sondern 1", ()),
    ("SELECT * { VALUES () { ('x'@de) } }", 24, "UNDEF", ()),
    ("SELECT * { FILTER(LANG() = 'de') }", 24, "Vor „)“ fehlt ein Ausdruck", ("ein Ausdruck",)),
    ("SELECT * { FILTER(STR(1, 2) = 'de') }", 24, "„,“ kann hier nicht stehen", None),
    ("SELECT * { . }", 12, "Möglich wäre: ein Subjekt oder „}“", ("ein Subjekt", "}")),
    ("CONSTRUCT { ?s ?p/?q ?o } WHERE { ?s ?p ?o }", 18, "„/“", ("ein Objekt",)),
    ("SELECT (COUNT(?o) AS ?n) ?s { ?s ?p ?o }", 26, "GROUP BY", ()),
    ("SELECT * { { SELECT (STR(?o) AS ?n) { ?s ?p ?o } GROUP BY ?s } }", 26, "GROUP BY", ()),
    ("SELECT * {} GROUP BY ?s", 1, "kein SELECT *", ()),
)
UPDATE_FAULTS = (
    ("INSERT DATA { GRAPH <urn:t> {<urn:a> zg:b 1}}", 38, f"PREFIX zg: <{PREFIXES['zg']}>", ()),
    ("INSERT DATA { <a:a> <a:b> 1 . ?s <a:b> 1 }", 31, "INSERT DATA und DELETE DATA enthalten nur feste Werte.", ()),
    ("DELETE DATA { <a:a> <a:b> ?x }", 27, "nur feste Werte", ()),
    ("DELETE { _:a <a:b> 1 } WHERE {}", 10, "keine leeren Knoten", ()),
    ("DELETE WHERE { _:a <a:b> 1 }", 16, "keine leeren Knoten", ()),
    ("DELETE X", 8, "„X“ kann hier nicht stehen. Möglich wäre: „DATA“, „WHERE“ oder „{“.", ("DATA", "WHERE", "{")),
    ("CLEAR XYZ", 7, "„GRAPH“, „DEFAULT“, „NAMED“ oder „ALL“", ("GRAPH", "DEFAULT", "NAMED", "ALL")),
    ("INSERT DATA {} INSERT DATA {}", 16, "fehlt „;“", (";",)),
    ("COPY <a:b> <a:c>", 12, "fehlt „TO“", ("TO",)),
    ("INSERT DATA { <a:a> <a:b>/<a:c> 1 }", 26, "fehlt ein Objekt", ("ein Objekt",)),
)


@pytest.mark.parametrize(
    ("text", "column", "sentence", "expected", "update"),
    [(*case, False) for case in FAULTS] + [(*case, True) for case in UPDATE_FAULTS],
)
def test_faults(text: str, column: int, sentence: str, expected: tuple[str, ...] | None, update: bool) -> None:
    engine = EmbeddedEngine.memory()
    with pytest.raises(SyntaxProblem) as refused:
        (engine.update if update else engine.query)(text)
    found = explain_syntax(text, refused.value, update=update)
    assert (found.line, found.column) == (1, column)
    assert sentence in str(found)
    assert expected is None or found.expected == expected


def test_what_somebody_knew_better_stays() -> None:
    """Such as a blank node that two INSERT DATA share: the text follows the grammar."""
    problem = SyntaxProblem("Zeile 2, Spalte 1: So nicht.", line=2, column=1)
    assert explain_syntax("INSERT DATA { _:a <a:b> 1 } ;\nINSERT DATA { _:a <a:b> 2 }", problem, update=True) is problem


def test_more_text_than_is_looked_at() -> None:
    text = "SELECT * { ?s ?p }" + " " * 100_000
    problem = SyntaxProblem("?", line=1, column=len(text), expected=("LATERAL", "SERVICE", "[_]", '"}"'))
    found = explain_syntax(text, problem)
    assert (found.line, found.column, found.expected) == (1, 18, ("}",))


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


HERE = Path(__file__).parent
SERVICE = HERE.parents[1] / "service" / "zielgraph"
CATALOGUE = sorted((HERE.parents[1] / "queries").glob("*.rq"))
FILES = [path.read_text("utf-8") for path in [*CATALOGUE, *sorted((SERVICE / "web" / "queries").glob("*.rq"))]]
EXAMPLES = [tomllib.loads(path.read_text("utf-8")) for path in sorted((HERE / "evaluation").glob("*.toml"))]


def examples(kind: str, good: str) -> list[str]:
    """The positive examples of the evaluation tests."""
    whole = [case["text"] if isinstance(case, dict) else case for file in EXAMPLES for case in file.get(good, ())]
    return whole + [
        f"{file.get('prefixes', '')}\n{example[kind]}"
        for file in EXAMPLES
        for example in file.get("example", ())
        if kind in example
    ]


def silent(text: str, *, update: bool) -> bool:
    found = list(apart(tokens(text)))
    return not (find(found) or first_fault(found, update=update) or assigned_twice(found) or ungrouped(found))


@pytest.mark.parametrize("query", [*RIGHT, *FILES, *examples("query", "good")])
def test_nothing_wrong_in_what_the_engine_reads(query: str) -> None:
    EmbeddedEngine.memory().query(query, base="http://x/")
    assert silent(query, update=False)


@pytest.mark.parametrize("text", examples("update", "good_updates"))
def test_nothing_wrong_in_updates(text: str) -> None:
    assert silent(text, update=True)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { << ?s ?p ?o >> ?q ?r }",
        "SELECT * { ?s ?p ?o {| ?q ?r |} }",
        "SELECT * { ?s ?p ?o ~ ?r }",
        "SELECT * { FILTER(?a<?b&&?c>?d) }",
        "SELECT * { \\u003Fs ?p ?o }",
    ],
)
def test_silence_where_it_is_not_certain(text: str) -> None:
    assert first_fault(apart(tokens(text))) is None


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([path.read_text("utf-8") for path in CATALOGUE]), st.data())
def test_catalogue_queries_without_a_token(query: str, data: st.DataObject) -> None:
    found = list(tokens(query))
    gone = data.draw(st.sampled_from(found))
    text = query[: gone.start] + query[gone.end :]
    try:
        EmbeddedEngine.memory().query(text, base="http://x/")
    except SyntaxProblem as refused:
        told = explain_syntax(text, refused)
        lines = text.split("\n")
        assert 1 <= told.line <= len(lines)
        assert 1 <= told.column <= len(lines[told.line - 1])
        assert re.fullmatch(r"Zeile \d+, Spalte \d+: \S.*[.>)]", str(told))
        assert not {"LATERAL", "SERVICE", "[_]"} & set(told.expected)
    except QueryError:
        pass
    else:  # the engine lets SELECT name a variable in parentheses that is not grouped by
        left = list(apart(tokens(text)))
        assert [find(left), first_fault(left), assigned_twice(left)] == [None] * 3


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
    "SELECT * {",
    "FILTER(",
    "?x ?y 1.a:b.",
    "{?a ?b ?c BIND(",
)


@pytest.mark.parametrize("unit", UNITS)
def test_long_texts_take_no_time(unit: str) -> None:
    text = (unit * 100_000)[:100_000]
    begin = time.process_time()
    explain_syntax(text, PROBLEM)
    explain_syntax(text, PROBLEM, update=True)
    explain_syntax(f"SELECT * {{ FILTER({text}"[:100_000], PROBLEM)
    limited(text)
    assert time.process_time() - begin < 10  # what is not linear takes minutes


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
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c }",
        "SELECT ?x (group_concat(?a) AS ?n) WHERE { ?a ?b ?c }",
        "",
    ],
)
def test_not_limited(query: str) -> None:
    assert limited(query) is None


def test_a_limit_ends_nothing_sooner_that_is_computed_as_a_whole() -> None:
    for query in ("SELECT ?a { ?a ?b ?c } ORDER BY ?a", "SELECT ?a (COUNT(*) AS ?n) { ?a ?b ?c } GROUP BY ?a"):
        assert limited(query, sooner=True) is None
        assert limited(query)  # though its answer becomes shorter
    inner = "SELECT ?a { { SELECT ?a (COUNT(*) AS ?n) { ?a ?b ?c } GROUP BY ?a ORDER BY ?n } ?a ?count ?order }"
    assert limited(inner, sooner=True)
