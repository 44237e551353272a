"""Codepoint escapes outside of strings and IRIs."""

from __future__ import annotations

import json

import pytest

from zielgraph.engine import EmbeddedEngine
from zielgraph.errors import QueryError
from zielgraph.sparql.tokens import unescaped
from zielgraph.workers.evaluate import evaluate
from zielgraph.workers.job import Job


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("SELECT (r\\u0061nd() AS ?x) {}", "SELECT (rand() AS ?x) {}"),
        ("ASK { ?\\u00e4 e:\\U00000061b '\\u0041' }", "ASK { ?ä e:ab '\\u0041' }"),
        ("ASK { <\\u0061> ?p '\\u0022' } # \\u0061", "ASK { <\\u0061> ?p '\\u0022' } # \\u0061"),
        ("ASK { ?s ?p \\u0022a\\u0022 }", "ASK { ?s ?p \\u0022a\\u0022 }"),
        ("ASK \\u007b \\u0023 \\u000a \\u003curn:a\\u003e", "ASK \\u007b \\u0023 \\u000a \\u003curn:a\\u003e"),
        ("ASK { '\\u0061\n b\\u0061 }", "ASK { '\\u0061\n ba }"),
        ("ASK \\U00110000 \\ud800 \\u12", "ASK \\U00110000 \\ud800 \\u12"),
    ],
)
def test_letters_are_decoded_where_the_engine_does_not(text: str, plain: str) -> None:
    assert unescaped(text) == plain


def test_keywords_and_variables_may_be_escaped() -> None:
    job = Job("S\\u0045LECT ?\\u0061 { BIND(\\u0053TR('\\u0022') AS ?a) }")
    assert json.loads(evaluate(EmbeddedEngine.memory(), job).body)["results"]["bindings"][0]["a"]["value"] == '"'


@pytest.mark.parametrize("word", ["SERVIC\\u0045", "\\u0073ervice", "SERV\\U00000049CE"])
def test_the_guard_judges_what_the_engine_reads(word: str) -> None:
    with pytest.raises(QueryError, match="SERVICE ist abgeschaltet"):
        evaluate(EmbeddedEngine.memory(), Job(f"SELECT * {{ {word} <http://127.0.0.1:1/> {{ ?s ?p ?o }} }}"))
