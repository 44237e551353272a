"""No text may reach another host, however it is written; words that only look like it may pass."""

from __future__ import annotations

import random

import pytest
from listening import Door

from zielgraph.engine import EmbeddedEngine
from zielgraph.errors import QueryError, SyntaxProblem
from zielgraph.sparql import check_query, check_update, needs_network
from zielgraph.sparql.guard import DEEPEST, MOST_CHARACTERS

# HOST is put in: an address on this machine that counts who knocks.
QUERIES = (
    "SELECT * { SERVICE <HOST> { ?s ?p ?o } }",
    "select * { service silent <HOST> { ?s ?p ?o } }",
    "SELECT*{SERVICE<HOST>{?s ?p ?o}}",
    "SELECT * { ?a ?b 1SERVICE<HOST>{?s ?p ?o} }",
    "SELECT * { ?x ?y ?z SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <HOST> } SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <HOST> } SERVICE SILENT $x { ?s ?p ?o } }",
    "PREFIX x: <HOST> SELECT * { SERVICE x:pn { ?s ?p ?o } }",
    "PREFIX : <HOST> SELECT * { SERVICE:pn{ ?s ?p ?o } }",
    "PREFIX service: <HOST> SELECT * { SERVICE service:a { ?s ?p ?o } }",
    "BASE <HOST> SELECT * { SERVICE <relative> { ?s ?p ?o } }",
    "SELECT * { SERVICE <//127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * { S\\u0045RVICE <HOST> { ?s ?p ?o } }",
    "SELECT * { \\u0053\\u0065rvice <HOST> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <HOST> { ?s ?p ?o } }",
    "SELECT * { SERVICE <HOST\\u0061> { ?s ?p ?o } }",
    "SELECT * { \u017fERVICE <HOST> { ?s ?p ?o } }",
    "SELECT * { OPTIONAL { SERVICE <HOST> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <HOST> { ?s ?p ?o } } }",
    "SELECT * { FILTER NOT EXISTS { SERVICE <HOST> { ?s ?p ?o } } }",
    "SELECT (EXISTS { SERVICE <HOST> { ?s ?p ?o } } AS ?x) {}",
    "SELECT * { BIND(IF(EXISTS { SERVICE <HOST> { ?s ?p ?o } }, 1, 2) AS ?x) }",
    "SELECT * {} HAVING (EXISTS { SERVICE <HOST> { ?s ?p ?o } })",
    "SELECT * {} ORDER BY EXISTS { SERVICE <HOST> { ?s ?p ?o } }",
    "SELECT * { { SELECT * { SERVICE <HOST> { ?s ?p ?o } } } }",
    "SELECT * { { ?s ?p ?o } UNION { SERVICE <HOST> { ?s ?p ?o } } }",
    "SELECT * { GRAPH ?g { SERVICE <HOST> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o MINUS { SERVICE <HOST> { ?s ?p ?o } } }",
    "SELECT * { LATERAL { SERVICE <HOST> { ?s ?p ?o } } }",
    "ASK { SERVICE <HOST> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <HOST> { ?s ?p ?o } }",
    "DESCRIBE ?s { SERVICE <HOST> { ?s ?p ?o } }",
    # where a comment, an IRI or a string ends
    "SELECT * { # comment\rSERVICE <HOST> { ?s ?p ?o } }",
    "SELECT * { # comment\r\nSERVICE <HOST> { ?s ?p ?o } }",
    "SELECT * { # comment\x0bx\rSERVICE <HOST> { ?s ?p ?o } }",
    "SELECT * { OPTIONAL { ?s ?p <http://x/#> } SERVICE <HOST> { ?s ?p ?o } }",
    "SELECT * { FILTER(1 < 2) SERVICE <HOST> { ?s ?p ?o } FILTER(2 > 1) }",
    "SELECT * { FILTER(?a<?b)SERVICE<HOST>{?s ?p ?o} }",
    "SELECT * { VALUES ?x { '''a' } SERVICE <HOST> { ?s ?p ?o } }",
    'SELECT * { VALUES ?x { """a" } SERVICE <HOST> { ?s ?p \'\' } }',
    "SELECT * { VALUES ?x { 'a\\\\' } SERVICE <HOST> { ?s ?p '' } }",
    "SELECT * { VALUES ?x { '\\'' } SERVICE <HOST> { ?s ?p '' } }",
    "PREFIX e: <e:> SELECT * { OPTIONAL { ?a ?b e:\\'x } SERVICE <HOST> { ?s ?p e:\\'y } }",
    'PREFIX e: <e:> SELECT * { OPTIONAL { ?a ?b e:x\\#y } SERVICE <HOST> { ?s ?p "" } }',
    'SELECT * { ?s ?p "\\u0022 . SERVICE <HOST> { ?a ?b ?c } #" }',
    'SELECT * { VALUES ?x { "\\u005C" } SERVICE <HOST> { ?s ?p "" } }',
    'SELECT * { VALUES ?x { "\\u000A" } SERVICE <HOST> { ?s ?p "" } }',
    # what cannot be checked is refused
    "SELECT * { SERVICE <HOST> { ?s ?p ?o }",
    "\ufeffSELECT * { SERVICE <HOST> { ?s ?p ?o } }",
    "SELECT * { SERVICE <HOST> { ?s ?p ?o } }\0",
    "SELECT * { SERVICE\0 <HOST> { ?s ?p ?o } }",
    "SELECT * { SERVICE\u00a0<HOST> { ?s ?p ?o } }",
    "SELECT * { ?s ?p '\ud83d' SERVICE <HOST> { ?s ?p ?o } }",
    "SELECT * { ?s ?p '\\uD83D\\uDE00' SERVICE <HOST> { ?s ?p ?o } }",
    "SELECT * { ?s ?p '\\UFFFFFFFF' SERVICE <HOST> { ?s ?p ?o } }",
    "SELECT * {" + "{" * 400 + "SERVICE <HOST> { ?s ?p ?o }" + "}" * 400 + "}",
    "SELECT * { FILTER" + "(" * 30 + "1" + ")" * 30 + " SERVICE <HOST> { ?s ?p ?o } }",
    "SELECT * { SERVICE <HOST> { ?s ?p '" + "x" * MOST_CHARACTERS + "' } }",
)
UPDATES = (
    "LOAD <HOST>",
    "load silent <HOST> into graph <a:g>",
    "LOAD<HOST>INTO GRAPH<a:g>",
    "LO\\u0041D <HOST>",
    "L\\U0000004FAD <HOST>",
    "PREFIX x: <HOST> LOAD x:a",
    "BASE <HOST> LOAD <a>",
    "LOAD <file:///etc/passwd>",
    "LOAD <//127.0.0.1/a>",
    "INSERT DATA { <a:a> <a:b> 'c' } ; LOAD <HOST>",
    "INSERT DATA { <a:a> <a:b> 'c' } ;\n# note\rLOAD <HOST>",
    "CLEAR DEFAULT;LOAD <HOST>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <HOST> { ?s ?p ?o } }",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { { SELECT * { SERVICE SILENT <HOST> { ?s ?p ?o } } } }",
    "WITH <a:g> DELETE { ?s ?p ?o } USING <a:h> WHERE { ?s ?p ?o FILTER EXISTS { SERVICE <HOST> { ?s ?p ?o } } }",
    "INSERT { ?s ?p ?o } WHERE { VALUES ?x { <HOST> } SERVICE ?x { ?s ?p ?o } }",
)
HARMLESS = (
    "SELECT * { ?s ?p ?o }",
    'SELECT * { ?s ?p "Customer Service" }',
    "SELECT * { ?service ?p ?o } # ask the service desk",
    "SELECT * {\r\n ?service ?p ?o # SERVICE <http://x/> {}\r\n}",
    "SELECT * { ?s <https://example.org/service> ?o }",
    'SELECT * { ?s ?p "Ausladen, load" }',
    'SELECT * { ?s ?p """SERVICE <http://127.0.0.1:1/> { ?s ?p "x" }""" }',
    "PREFIX service: <http://x/service#> SELECT * { ?load service:load [] ; a service:Service }",
    "SELECT * { ?s ?p 'service'@en-service }",
    "SELECT * { ?s ?p 'Servicestelle K\\u00F6ln' }",
    'SELECT * { ?s ?p "K\\u00F6ln" }',
    'SELECT * { ?s ?p "\\u0022" }',
    "SELECT * {" + "{" * (DEEPEST - 2) + "?service ?p ?o" + "}" * (DEEPEST - 2) + "}",
)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("allowed", [(), ("example.org",)])
def test_queries_that_ask_elsewhere(query: str, allowed: tuple[str, ...], door: Door) -> None:
    text = query.replace("HOST", door.address)
    with pytest.raises(QueryError):
        check_query(text, allowed)
    assert door.visits() == 0


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize("allowed", [(), ("example.org",)])
def test_updates_that_ask_elsewhere(update: str, allowed: tuple[str, ...], door: Door) -> None:
    text = update.replace("HOST", door.address)
    with pytest.raises(QueryError):
        check_update(text, allowed)
    assert door.visits() == 0


def test_the_door_counts(door: Door) -> None:
    with pytest.raises((QueryError, OSError)):
        list(EmbeddedEngine.memory().query(f"SELECT * {{ SERVICE <{door.address}> {{ ?s ?p ?o }} }}"))  # type: ignore[arg-type]
    assert door.visits() == 1


@pytest.mark.parametrize("query", HARMLESS)
def test_harmless(query: str) -> None:
    check_query(query)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <a:a> <a:b> 'Servicestelle' }",
        "INSERT DATA { <a:service> <a:load> '''Service\r\n\"load\"''' }; CLEAR GRAPH <http://x/load>",
        "DELETE WHERE { ?load ?p 'Service' }",
        "INSERT DATA { <a:a> <a:b> '\\u0053telle' }",
        "INSERT DATA { <a:a> <a:b> '\\u0027' }",
    ],
)
def test_harmless_updates(update: str) -> None:
    check_update(update)


ALLOWED = (
    ("http://example.org/sparql", "example.org"),
    ("https://EXAMPLE.org:8443/sparql?a=b#c", "Example.ORG"),
    ("http://example.org:8080/sparql", "example.org:8080"),
    ("http://example.org/sparql", "example.org:80"),
    ("https://example.org/sparql", "example.org:443"),
    ("http://xn--kln-sna.example/", "köln.example"),
    ("http://köln.example/", "xn--kln-sna.example"),
    ("http://127.0.0.1:99/", "127.0.0.1:99"),
    ("http://[::1]:99/", "[::1]:99"),
)
NOT_ALLOWED = (
    ("http://example.org.evil.example/", "example.org"),
    ("http://sub.example.org/", "example.org"),
    ("http://example.org./", "example.org"),
    ("http://example.org:8081/", "example.org:8080"),
    ("https://example.org/", "example.org:80"),
    ("http://example.org@evil.example/", "example.org"),
    ("http://user@example.org/", "example.org"),
    ("http://user:word@example.org/", "example.org"),
    ("http://evil.example/#@example.org/", "example.org"),
    ("http://evil.example/?@example.org", "example.org"),
    ("http://ex%61mple.org/", "example.org"),
    ("http://example.org:/", "example.org"),
    ("http://example.org:99999/", "example.org"),
    ("http://example.org:x/", "example.org"),
    ("http:example.org", "example.org"),
    ("http:///example.org", "example.org"),
    ("ftp://example.org/", "example.org"),
    ("file://example.org/etc/passwd", "example.org"),
    ("//example.org/", "example.org"),
    ("http://fußball.example/", "fussball.example"),
    ("http://１２７.0.0.1/", "127.0.0.1"),
    ("http://2130706433/", "127.0.0.1"),
    ("http://0177.0.0.1/", "127.0.0.1"),
    ("http://[::ffff:127.0.0.1]/", "127.0.0.1"),
    ("http://example.org/", "*"),
    ("http://example.org/", ""),
    ("http://example.org/", "[broken"),
)


@pytest.mark.parametrize(("iri", "entry"), ALLOWED)
def test_allowed_hosts(iri: str, entry: str) -> None:
    allowed = ("other.example", entry)
    check_query(f"SELECT * {{ SERVICE SILENT <{iri}> {{ ?s ?p ?o }} }}", allowed)
    check_update(f"LOAD <{iri}> ; INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}", allowed)
    check_query(f"PREFIX a: <http://a/#> SELECT * {{ ?s a a:b , <http://x/#y> . SERVICE <{iri}> {{ }} }}", allowed)
    with pytest.raises(QueryError):
        check_query(f"SELECT * {{ SERVICE <{iri}> {{ SERVICE <http://evil.example/> {{ ?s ?p ?o }} }} }}", allowed)


@pytest.mark.parametrize(("iri", "entry"), NOT_ALLOWED)
def test_other_hosts(iri: str, entry: str) -> None:
    with pytest.raises(QueryError):
        check_query(f"SELECT * {{ SERVICE <{iri}> {{ ?s ?p ?o }} }}", (entry,))
    with pytest.raises(QueryError):
        check_update(f"LOAD <{iri}>", (entry,))


def test_the_sentence_names_the_host() -> None:
    with pytest.raises(QueryError, match=r"SERVICE darf den Rechner „evil\.example:80“ nicht fragen"):
        check_query("SELECT * { SERVICE <http://evil.example/> {} }", ("example.org",))
    with pytest.raises(QueryError, match="LOAD ist abgeschaltet"):
        check_update("LOAD <http://evil.example/>")


def test_a_slip_beside_the_word_says_where() -> None:
    with pytest.raises(SyntaxProblem) as caught:
        check_query('SELECT * {\n  ?s ?p "Service" ,, ?o }')
    assert caught.value.line == 2


def test_needs_network() -> None:
    allowed = ("example.org",)
    assert needs_network("SELECT * { SERVICE <http://example.org/> {} }", allowed)
    assert needs_network("LOAD <http://example.org/>", allowed)
    assert not needs_network("SELECT * { SERVICE <http://example.org/> {} }", ())
    assert not needs_network("SELECT * { ?service ?p 'service' } # SERVICE <http://example.org/>", allowed)


@pytest.mark.parametrize("iri", ["HOST", "HOST#a", "file:///etc/hostname", "file:///etc/passwd"])
@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <IRI> { ?s ?p ?o }",
        "SELECT * FROM NAMED <IRI> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { GRAPH <IRI> { ?s ?p ?o } }",
        "DESCRIBE <IRI>",
    ],
)
def test_graphs_that_are_not_there_are_empty(query: str, iri: str, door: Door) -> None:
    text = query.replace("IRI", iri).replace("HOST", door.address)
    check_query(text)
    engine = EmbeddedEngine.memory()
    assert list(engine.query(text)) == []  # type: ignore[arg-type]
    graph = [iri.replace("HOST", door.address)]
    assert list(engine.query("SELECT * { ?s ?p ?o }", default_graphs=graph, named_graphs=graph)) == []  # type: ignore[arg-type]
    assert door.visits() == 0


NOISE = [
    "'",
    '"',
    "'''",
    '"""',
    "\\",
    "#",
    "<",
    ">",
    "}",
    "{",
    "?x",
    "a:b",
    "a:\\'",
    "a:\\#x",
    ".",
    ";",
    ",",
    "1",
    "1e",
    "''",
    '""',
    "@de",
    "^^",
    "\\u0022",
    "\\u0027",
    "\\'",
    "service",
    "LOAD",
    "SERVICE",
    "SILENT",
    "(",
    ")",
    "a:%41",
    "<x:y>",
    "FILTER(1<2)",
    "FILTER(?x<?y&&?z>1)",
    "OPTIONAL{}",
    "UNION{}",
    "VALUES?v{1}",
    "\n",
    "\r",
    "\t",
    " ",
    "\ufeff",
    "\u2028",
]


def test_what_the_engine_would_ask_is_refused() -> None:
    """Random texts around a SERVICE: whenever the engine tries to connect, the guard has seen it."""
    chance = random.Random(20)  # noqa: S311
    engine, asked = EmbeddedEngine.memory(), 0

    def noise(most: int) -> str:
        return "".join(chance.choice(NOISE) + chance.choice(["", " "]) for _ in range(chance.randint(0, most)))

    for _ in range(4000):
        service = chance.choice(["SERVICE", "service silent", "SeRvIcE\n"])
        text = (
            f"PREFIX a: <a:> SELECT * {{ {noise(3)}{service}<http://127.0.0.1:1/>{{{noise(1)}}}{noise(2)}}}{noise(1)}"
        )
        try:
            list(engine.query(text))  # type: ignore[arg-type]
        except OSError:
            asked += 1
            with pytest.raises(QueryError):
                check_query(text)
        except QueryError:
            pass
    assert asked > 20
