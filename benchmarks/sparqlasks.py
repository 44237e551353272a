"""What is asked: the catalogue's twelve questions with changing parameters, and two lookups.

``python -m benchmarks.sparqlasks DATA FOLDER`` writes one file per ask, a percent-encoded query on each line, no two
alike as far as there are parameters to change; the first line is the example that the question itself gives. Each has a
``FILTER(@@ > 0)``, where a number makes every request another one.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from zielgraph.engine import EmbeddedEngine, Literal, NamedNode, QuerySolutions, Term
from zielgraph.importing import data_folder
from zielgraph.questions import load_catalogue
from zielgraph.questions.answer import bind
from zielgraph.settings import load
from zielgraph.vocabulary import XSD

QUESTIONS = (
    "open-measures",
    "actors-in-open-measures",
    "measures-of-actor",
    "measures-without-actor",
    "goals-without-measures",
    "measures-without-progress",
    "done-but-still-running",
    "status-by-theme",
    "network-edges",
    "network-gaps",
    "network-overlaps",
    "actors-not-in-register",
)
LOOKUPS = ("lookup: all of a measure", "lookup: label of an actor")
#: Stands where a request has its number.
MARK = "@@"
_MOST = 400
_PREFIX = "PREFIX zg: <https://w3id.org/zielgraph/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
_MEASURES = _PREFIX + "SELECT ?x WHERE { ?x a zg:Measure } ORDER BY ?x"
_ACTORS = _PREFIX + "SELECT ?x WHERE { ?i zg:names ?x } GROUP BY ?x ORDER BY ?x"
_THEMES = _PREFIX + "SELECT ?x WHERE { ?i a zg:Measure ; zg:theme ?x } GROUP BY ?x ORDER BY ?x"


def file_of(folder: Path, ask: str) -> Path:
    """Where the queries of an ask lie."""
    return folder / f"{ask.replace(': ', '-').replace(' ', '-')}.txt"


def _found(engine: EmbeddedEngine, sparql: str) -> list[NamedNode]:
    rows = engine.query(sparql)
    assert isinstance(rows, QuerySolutions)
    return [row["x"] for row in rows if isinstance(row["x"], NamedNode)]


def _parameters(name: str, themes: list[NamedNode], actors: list[NamedNode]) -> Iterator[Mapping[str, Sequence[Term]]]:
    """Values for the one parameter of a question that is varied; none where it has no parameter."""
    if name in ("open-measures", "actors-in-open-measures", "network-edges"):
        yield from ({"theme": [theme]} for theme in themes)
    elif name == "measures-of-actor":
        yield from ({"actor": [actor]} for actor in actors)
    elif name == "network-overlaps":
        decimal = NamedNode(XSD + "decimal")
        yield from ({"threshold": [Literal(f"{number / 1000:.3f}", datatype=decimal)]} for number in range(150, 400))


def write_asks(data: Path, folder: Path) -> None:
    """Write the queries of every ask over the data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = load(data=data)
    engine = data_folder(settings).open().engine
    chance = random.Random(1)  # noqa: S311 - reproducible on purpose
    themes, actors, measures = (_found(engine, each) for each in (_THEMES, _ACTORS, _MEASURES))
    for each in (themes, actors, measures):
        chance.shuffle(each)
    texts: dict[str, list[str]] = {
        LOOKUPS[0]: [f"SELECT ?p ?o WHERE {{ {each} ?p ?o }}" for each in measures[: 10 * _MOST]],
        LOOKUPS[1]: [f"{_PREFIX}SELECT ?label WHERE {{ {each} rdfs:label ?label }}" for each in actors],
    }
    catalogue = load_catalogue()
    for name in QUESTIONS:
        question = catalogue[name]
        example = question.render(bind(engine, question, question.example))
        varied = [question.render(each) for each in _parameters(name, themes, actors)][:_MOST]
        texts[name] = list(dict.fromkeys([example, *varied]))
    for ask, queries in texts.items():
        # a number that changes nothing but makes the query another one for every cache, whatever the parameters
        marked = (" ".join(_lines(query)).replace("WHERE {", f"WHERE {{ FILTER({MARK} > 0)", 1) for query in queries)
        lines = (quote(query, safe=MARK) for query in marked)
        file_of(folder, ask).write_text("".join(f"{line}\n" for line in lines), "ascii")


def _lines(query: str) -> Iterator[str]:
    """The lines of a query without its comments, for it becomes one line."""
    return (line.strip() for line in query.splitlines() if line.strip() and not line.strip().startswith("#"))


if __name__ == "__main__":
    write_asks(Path(sys.argv[1]), Path(sys.argv[2]))
