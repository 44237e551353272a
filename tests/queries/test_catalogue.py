"""Every catalogue question against small data sets made by hand, with results worked out by hand.

`{name}/data.trig` is the current state (the concept schemes of ontology/concepts.ttl are added to it),
`{name}/params.toml` lists the cases, `{name}/expected-{case}.csv` holds the result of each in its order.
A case may name another data file.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from zielgraph.engine import EmbeddedEngine, Literal, NamedNode, Term, parse_file, serialise_results
from zielgraph.questions import load_catalogue
from zielgraph.vocabulary import XSD

ROOT = Path(__file__).resolve().parents[2]
QUERIES = ROOT / "queries"
CONCEPTS = ROOT / "ontology" / "concepts.ttl"
FOLDER = Path(__file__).parent

CONTRACT = {  # name -> parameters, §5 of the contract
    "open-measures": ["theme", "body"],
    "actors-in-open-measures": ["theme", "body"],
    "measures-of-actor": ["actor", "with-units"],
    "measures-without-actor": [],
    "goals-without-measures": [],
    "measures-without-progress": [],
    "done-but-still-running": [],
    "status-by-theme": [],
    "network-edges": ["theme"],
    "network-gaps": [],
    "network-overlaps": ["threshold"],
    "networks": ["theme"],
    "actors-not-in-register": [],
}
COLUMNS_BY_CONTRACT = {"actors-in-open-measures": ["actor", "label", "code", "roles", "measures"]}

Row = list[str]


# The only lines that know how zielgraph is called.


def terms(values: list[str] | str | float | bool) -> Sequence[Term]:
    """A parameter of params.toml, a list of IRIs, a text, a number or `true`, as terms; a boolean takes none."""
    if values is True:
        return []
    if isinstance(values, float):
        return [Literal(str(values), datatype=NamedNode(XSD + "decimal"))]
    if isinstance(values, str):
        return [Literal(values)]
    assert isinstance(values, list)
    return [NamedNode(value) for value in values]


def rendered(name: str, params: Mapping[str, Sequence[Term]], lang: str) -> str:
    """The SPARQL text of a question."""
    return load_catalogue(QUERIES)[name].render(params, lang)


def run(sparql: str, *files: Path) -> list[Row]:
    """Head and rows of a SELECT over the files, each cell as text."""
    engine = EmbeddedEngine.memory()
    for file in files:
        engine.add(parse_file(file))
    return list(csv.reader(io.StringIO(serialise_results(engine.query(sparql), "csv").decode())))


# The cases.


class Case(NamedTuple):
    question: str
    name: str
    lang: str
    data: Path
    params: Mapping[str, Sequence[Term]]

    @property
    def expected(self) -> Path:
        return FOLDER / self.question / f"expected-{self.name}.csv"


def cases() -> Iterator[Case]:
    for file in sorted(FOLDER.glob("*/params.toml")):
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
            yield Case(
                question=file.parent.name,
                name=case["name"],
                lang=case["lang"],
                data=file.parent / case.get("data", "data.trig"),
                params={name: terms(values) for name, values in case.get("params", {}).items()},
            )


CASES = list(cases())
NAMES = sorted(file.stem for file in QUERIES.glob("*.rq"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.question}-{case.name}")
def test_result(case: Case) -> None:
    with case.expected.open(encoding="utf-8", newline="") as file:
        expected = list(csv.reader(file))
    assert run(rendered(case.question, case.params, case.lang), CONCEPTS, case.data) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.question}-{case.name}")
def test_result_does_not_depend_on_the_order_of_the_data(case: Case, tmp_path: Path) -> None:
    """The same rows, and the same order within joined values, when the store took the data in backwards."""
    engine = EmbeddedEngine.memory()
    for quad in reversed([*parse_file(CONCEPTS), *parse_file(case.data)]):
        engine.add([quad])
    sparql = rendered(case.question, case.params, case.lang)
    backwards = serialise_results(engine.query(sparql), "csv").decode()
    assert list(csv.reader(io.StringIO(backwards))) == run(sparql, CONCEPTS, case.data)


# The catalogue as a whole.


def test_every_question_has_cases_and_every_folder_a_question() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert NAMES
    assert folders == set(NAMES)
    assert {case.question for case in CASES} == folders


def test_every_expected_result_belongs_to_a_case() -> None:
    assert sorted(FOLDER.glob("*/expected-*.csv")) == sorted(case.expected for case in CASES)
    assert len({case.expected for case in CASES}) == len(CASES)


def test_every_data_file_is_used() -> None:
    assert set(FOLDER.glob("*/*.trig")) == {case.data for case in CASES}


def test_the_contract_names_are_there() -> None:
    assert set(NAMES) >= set(CONTRACT)


@pytest.mark.parametrize("name", NAMES)
def test_every_question_has_german_and_english_cases_and_a_result(name: str) -> None:
    own = [case for case in CASES if case.question == name]
    assert {case.lang for case in own} >= {"de", "en"}
    assert any(len(case.expected.read_text(encoding="utf-8").splitlines()) > 1 for case in own)


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_used_in_a_case(name: str) -> None:
    used = {param for case in CASES if case.question == name for param in case.params}
    assert used == {param["name"] for param in head(name).get("params", [])}


# The files.


@cache
def text(name: str) -> str:
    return (QUERIES / f"{name}.rq").read_text(encoding="utf-8")


@cache
def head(name: str) -> dict[str, Any]:
    lines = [line.removeprefix("#+").removeprefix(" ") for line in text(name).splitlines() if line.startswith("#+")]
    return tomllib.loads("\n".join(lines))


def blocks(name: str) -> list[tuple[str, str]]:
    """The conditional parts as (parameter, lines)."""
    return re.findall(r"^ *#if ([\w-]+)\n(.*?)^ *#endif$", text(name), flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("name", NAMES)
def test_head_is_complete_in_german_and_english(name: str) -> None:
    described = [head(name)["title"], head(name)["description"]]
    for param in head(name).get("params", []):
        assert set(param) == {"name", "type", "required", "label", "description"}
        described += [param["label"], param["description"]]
    for column in head(name)["columns"]:
        assert set(column) == {"name", "label"}
        described.append(column["label"])
    for entry in described:
        assert set(entry) == {"de", "en"}
        assert all(words.strip() for words in entry.values())


@pytest.mark.parametrize("name", NAMES)
def test_column_headings_are_distinct(name: str) -> None:
    for lang in ("de", "en"):
        headings = [column["label"][lang] for column in head(name)["columns"]]
        assert len(set(headings)) == len(headings)


@pytest.mark.parametrize("name", NAMES)
def test_file_as_it_stands_is_sparql_with_the_columns_of_its_head(name: str) -> None:
    columns = [column["name"] for column in head(name)["columns"]]
    assert run(text(name), CONCEPTS)[0] == columns
    assert columns == COLUMNS_BY_CONTRACT.get(name, columns)


@pytest.mark.parametrize("name", NAMES)
def test_conditional_parts_match_the_parameters(name: str) -> None:
    params = {param["name"]: param["type"] for param in head(name).get("params", [])}
    if name in CONTRACT:
        assert list(params) == CONTRACT[name]
    assert {param for param, _ in blocks(name)} == set(params)
    assert len(re.findall(r"^ *#(?:if|endif)\b", text(name), flags=re.MULTILINE)) == 2 * len(blocks(name))
    for param, lines in blocks(name):
        binding = re.findall(r"^ *VALUES \?([\w-]+) \{ UNDEF \}$", lines, flags=re.MULTILINE)
        assert binding == ([] if params[param] == "boolean" else [param])
    assert text(name).count("UNDEF") == sum(lines.count("UNDEF") for _, lines in blocks(name))


@pytest.mark.parametrize("name", NAMES)
def test_language_is_bound_on_a_line_of_its_own(name: str) -> None:
    assert re.search(r'^ *VALUES \?lang \{ "de" \}$', text(name), flags=re.MULTILINE)
    assert text(name).count("VALUES ?lang") == len(
        re.findall(r'^ *VALUES \?lang \{ "de" \}$', text(name), flags=re.MULTILINE)
    )


@pytest.mark.parametrize("name", NAMES)
def test_examples_use_known_parameters(name: str) -> None:
    params = {param["name"]: param for param in head(name).get("params", [])}
    example = head(name).get("example", {})
    assert set(example) <= set(params)
    assert {param for param, entry in params.items() if entry["required"]} <= set(example)


def test_order_is_a_sequence() -> None:
    assert sorted(head(name)["order"] for name in NAMES) == list(range(1, len(NAMES) + 1))
