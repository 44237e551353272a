"""All questions of the catalogue give the same rows on external engines as on the embedded one."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engines import MAX_ROWS, Service, empty

from zielgraph import resources
from zielgraph.engine import (
    DefaultGraph,
    EmbeddedEngine,
    Engine,
    Literal,
    NamedNode,
    Quad,
    parse_file,
    serialise_results,
)
from zielgraph.errors import NotFound, QueryError, StoreError
from zielgraph.importing import data_folder
from zielgraph.keeping.mirror import able_engine, mirror
from zielgraph.questions import load_catalogue, run_question
from zielgraph.questions.answer import bind
from zielgraph.settings import load
from zielgraph.store import DataFolder
from zielgraph.vocabulary import XSD, ZG

CASES = Path(__file__).parents[1] / "queries"
LIMIT = 1_000_000


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def filled(request: pytest.FixtureRequest, whole_readonly: Path) -> Iterator[tuple[Service, DataFolder]]:
    """An engine that mirrors the report with networks and decisions."""
    service: Service = request.getfixturevalue(request.param)
    empty(service)
    folder = data_folder(load({}, data=whole_readonly))
    mirror(folder, service.engine())
    yield service, folder
    empty(service)


@pytest.mark.parametrize("name", sorted(load_catalogue()))
def test_same_rows(filled: tuple[Service, DataFolder], name: str) -> None:
    service, folder = filled
    here, there = folder.open().engine, able_engine(service.engine(), name, LIMIT)
    question = load_catalogue()[name]
    choices: list[dict[str, str]] = [dict(question.example)]
    if question.example and not any(parameter.required for parameter in question.params):
        choices.append({})
    for given in choices:
        for lang in ("de", "en"):
            wanted = run_question(here, question, given, lang)
            found = run_question(there, question, given, lang)
            assert [c.name for c in found.columns] == [c.name for c in wanted.columns]
            assert found.rows == wanted.rows, (given, lang)


def test_something_is_compared(whole_readonly: Path) -> None:
    engine = data_folder(load({}, data=whole_readonly)).open().engine
    answers = {name: run_question(engine, q, dict(q.example)).rows for name, q in load_catalogue().items()}
    assert {name for name, rows in answers.items() if not rows} <= {"decisions-to-review"}


def test_a_name_is_looked_up_there(filled: tuple[Service, DataFolder]) -> None:
    service, folder = filled
    question = load_catalogue()["measures-of-actor"]
    for text in (
        "56",
        "Jobcenter",
        "jobcenter",
        "Amt für Wohnungswesen",
        "https://w3id.org/zielgraph/id/koeln/actor/jobcenter",
    ):
        bound: list[Any] = [bind(each, question, {"actor": text}) for each in (service.engine(), folder.open().engine)]
        assert bound[0] == bound[1]
        assert bound[0]["actor"]
    with pytest.raises(NotFound, match="Jobcenter"):
        bind(service.engine(), question, {"actor": "Jobcentr"})


def test_questions_that_an_engine_cannot_answer_need_a_state_of_bearable_size(
    virtuoso: Service, whole_readonly: Path
) -> None:
    empty(virtuoso)
    mirror(data_folder(load({}, data=whole_readonly)), virtuoso.engine())
    engine = virtuoso.engine()
    unable = engine.endpoint.unable[0]
    assert able_engine(engine, unable, LIMIT) is not engine
    assert able_engine(engine, "open-measures", MAX_ROWS) is engine
    with pytest.raises(StoreError, match="zu groß"):
        able_engine(engine, unable, MAX_ROWS)


def test_small_cases_worked_out_by_hand(service: Service) -> None:
    """Those of ``tests/queries``, with what real data rarely have: nothing, several of everything, other languages."""
    engine, failed, done = service.engine(), [], 0
    data: Path | None = None
    for file, case in _cases():
        name = file.parent.name
        source = file.parent / case.get("data", "data.trig")
        if source != data:
            engine.put(DefaultGraph(), _quads(source))
            data = source
        asked = able_engine(engine, name, LIMIT)
        with (file.parent / f"expected-{case['name']}.csv").open(encoding="utf-8", newline="") as expected:
            wanted = list(csv.reader(expected))
        done += 1
        try:
            found: Any = _asked(asked, name, case)
        except QueryError as error:
            found = str(error)
        if found != wanted:
            failed.append((name, case["name"], found, wanted))
    assert done > 30
    assert {name for name, *_ in failed} == set(), failed


def test_several_themes_and_goals(service: Service) -> None:
    """Where every measure and goal of the hand-made cases has all themes, and more than one goal above it."""
    several = {f"{ZG}theme", f"{ZG}contributesTo"}
    engine, seen = service.engine(), set()
    for file, case in _cases():
        name = file.parent.name
        if name in seen or name in engine.endpoint.unable:
            continue
        seen.add(name)
        quads = set(_quads(file.parent / case.get("data", "data.trig")))
        for predicate in several:
            its = [quad for quad in quads if quad.predicate.value == predicate]
            quads |= {Quad(one.subject, one.predicate, other.object) for one in its for other in its}
        engine.put(DefaultGraph(), quads)
        here = EmbeddedEngine.memory()
        here.add(quads)
        assert _asked(engine, name, case) == _asked(here, name, case), name
    assert len(seen) >= 6


def _cases() -> Iterator[tuple[Path, dict[str, Any]]]:
    for file in sorted(CASES.glob("*/params.toml")):
        for case in sorted(tomllib.loads(file.read_text("utf-8"))["case"], key=lambda c: str(c.get("data", ""))):
            yield file, case


def _quads(source: Path) -> list[Any]:
    concepts = resources.ontology() / "concepts.ttl"
    return [quad for path in (concepts, source) for quad in parse_file(path) if quad.graph_name == DefaultGraph()]


def _asked(engine: Engine, name: str, case: dict[str, Any]) -> list[list[str]]:
    def terms(value: Any) -> list[Any]:
        if value is True:
            return []
        if isinstance(value, float):
            return [Literal(str(value), datatype=NamedNode(XSD + "decimal"))]
        return [Literal(value)] if isinstance(value, str) else [NamedNode(each) for each in value]

    given = {key: terms(value) for key, value in case.get("params", {}).items()}
    results = engine.query(load_catalogue()[name].render(given, case["lang"]))
    return list(csv.reader(io.StringIO(serialise_results(results, "csv").decode())))
