"""Forty requests that try to knock the service over: texts of queries, and some that need more than a text."""

from __future__ import annotations

_ZG = "PREFIX zg: <https://w3id.org/zielgraph/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"


def _times(number: int, pattern: str, between: str = " ") -> str:
    return between.join(pattern.replace("#", str(index)) for index in range(number))


CROSS = {
    "cross join of two": "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "cross join of three": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "cross join counted": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "cross join of ten": f"SELECT (COUNT(*) AS ?n) {{ {_times(10, '?s# ?p# ?o# .')} }}",
    "cross join over graphs": "SELECT * { GRAPH ?g { ?a ?b ?c } GRAPH ?h { ?d ?e ?f } GRAPH ?i { ?j ?k ?l } }",
    "cross join constructed": "CONSTRUCT { ?a ?b ?f } WHERE { ?a ?b ?c . ?d ?e ?f }",
    "cross join asked": 'ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?a) = CONCAT(STR(?d), STR(?g), "never")) }',
    "optional upon optional": f"SELECT * {{ ?s ?p ?o . {_times(12, 'OPTIONAL { ?s# ?p ?o# }')} }}",
    "described all": "DESCRIBE ?s ?o { ?s ?p ?o . ?x ?y ?z }",
    "inequality join": "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z FILTER(?x != ?y && ?y != ?z) }",
}
PATHS = {
    "path, both ends free": "SELECT (COUNT(*) AS ?n) { ?a (<urn:x>|!<urn:x>)* ?b }",
    "path there and back": "SELECT (COUNT(*) AS ?n) { ?a ((<urn:x>|!<urn:x>)|^(<urn:x>|!<urn:x>))* ?b }",
    "paths nested deeply": f"SELECT * {{ ?a {'(' * 200}!<urn:x>{')*' * 200} ?b }}",
    "path chain": f"SELECT (COUNT(*) AS ?n) {{ ?a {_times(40, '(!<urn:x#>)', '/')} ?b }}",
    "paths crossed": "SELECT * { ?a (!<urn:x>)+ ?b . ?c (!<urn:y>)+ ?d . FILTER(?b != ?d) }",
}
MEMORY = {
    "order by over a cross join": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "order by everything twice": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY DESC(CONCAT(STR(?c), STR(?f)))",
    "distinct over a cross join": "SELECT DISTINCT ?a ?f ?h { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "concatenation bomb": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f))) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    "concatenation per group": "SELECT ?a (GROUP_CONCAT(?f) AS ?x) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a",
    "text doubled thirty times": "SELECT (STRLEN(?x30) AS ?n) { BIND('" + "a" * 100 + "' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(30)) + " }",
    "grouped by everything": "SELECT ?a ?c ?f (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a ?c ?f",
    "values against values": "SELECT * { " + " ".join(
        f"VALUES ?v{n} {{ {' '.join(str(i) for i in range(300))} }}" for n in range(5)) + " } ORDER BY ?v4",
    "union of cross joins": "SELECT DISTINCT * { { ?a ?b ?c . ?d ?e ?f } UNION { ?g ?h ?i . ?j ?k ?l } }",
    "minus of cross joins": "SELECT * { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?b ?c . ?g ?h ?f } } ORDER BY ?a",
}  # fmt: skip
TEXT = {
    "regular expression bomb": 'SELECT * { ?s ?p ?o . ?x ?y ?z FILTER(REGEX(STR(?o), "(a+)+(b+)+(c|d|e)*$")) '
    'FILTER(REGEX(STR(?z), "((.*)*)*x")) }',
    "regular expression of many states": 'SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), "((a{1,100}){1,100}){1,100}")) }',
    "regular expression per row": "SELECT * { ?s ?p ?o . ?x ?y ?z FILTER(REGEX(STR(?o), STR(?z))) }",
    "replaced again and again": 'SELECT (REPLACE(STR(?o), ".", STR(?z)) AS ?r) { ?s ?p ?o . ?x ?y ?z } ORDER BY ?r',
    "hashes without end": "SELECT (MAX(SHA512(CONCAT(STR(?o), STR(?z)))) AS ?m) { ?s ?p ?o . ?x ?y ?z }",
    "contains, crossed": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?x ?y ?z FILTER(CONTAINS(STR(?o), STR(?z))) }",
}
SYNTAX = {
    "a megabyte of query": "SELECT * { ?s ?p ?o } #" + "x" * 1_000_000,
    "ten thousand unions": "SELECT * { " + _times(10_000, "{ ?s ?p ?o }", "UNION") + " }",
    "two thousand unions": "SELECT * { " + _times(2_000, "{?s ?p ?o}", "UNION") + " } ORDER BY ?o",
    "braces nested deeply": "SELECT * " + "{" * 20_000 + "}" * 20_000,
    "parentheses nested deeply": "SELECT * { ?s ?p ?o FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
    "sub-selects nested deeply": "SELECT * { " * 2_000 + "?s ?p ?o" + " }" * 2_000,
    "service in deep brackets": "SELECT * { ?s ?p ?o FILTER(" + "(" * 2_000 + "'service'" + ")" * 2_000 + ") }",
    "not exists within not exists": "SELECT * { ?s ?p ?o " + _times(60, "FILTER NOT EXISTS { ?s# ?p# ?o# ")
    + "}" * 60 + " }",
    "filter of ten thousand conditions": _ZG + "SELECT * { ?s ?p ?o . ?x ?y ?z FILTER("
    + _times(3_000, 'STR(?o) != "#"', "||") + ") }",
}  # fmt: skip
QUERIES: dict[str, str] = {**CROSS, **PATHS, **MEMORY, **TEXT, **SYNTAX}
