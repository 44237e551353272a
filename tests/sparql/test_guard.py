"""No query may reach another host, however it is written; words that only look like it may pass."""

from __future__ import annotations

import pytest

from zielgraph.errors import QueryError
from zielgraph.sparql import check_query

REFUSED = (
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "select * { service silent <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { ?x ?y ?z SERVICE ?x { ?s ?p ?o } }",
    "SELECT * { S\\u0045RVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { \\u0053\\u0065rvice <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { OPTIONAL { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } } }",
    "SELECT * { { ?s ?p ?o } UNION { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } }",
    "SELECT * { GRAPH ?g { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o MINUS { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } }",
    "ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    # what cannot be checked is refused
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o }",
    'SELECT * { ?s ?p "\\u0022 . SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } #" }',
)

ALLOWED = (
    "SELECT * { ?s ?p ?o }",
    'SELECT * { ?s ?p "Customer Service" }',
    "SELECT * { ?service ?p ?o } # ask the service desk",
    "SELECT * { ?s <https://example.org/service> ?o }",
    'SELECT * { ?s ?p "Ausladen, load" }',
    'SELECT * { ?s ?p "K\\u00F6ln" }',
)


@pytest.mark.parametrize("query", REFUSED)
def test_refused(query: str) -> None:
    with pytest.raises(QueryError):
        check_query(query)


@pytest.mark.parametrize("query", ALLOWED)
def test_allowed(query: str) -> None:
    check_query(query)
