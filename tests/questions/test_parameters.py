"""A parameter takes an IRI, a code or a label; what nobody knows is refused with near matches."""

from __future__ import annotations

from pathlib import Path

import pytest

from zielgraph.engine import Literal
from zielgraph.errors import NotFound, UsageError
from zielgraph.questions import Answer, named_question, run_question
from zielgraph.settings import Settings
from zielgraph.store import DataFolder, Snapshot

K = "https://w3id.org/zielgraph/id/koeln/"


@pytest.fixture(scope="module")
def snapshot(koeln_settings: Settings) -> Snapshot:
    return DataFolder(koeln_settings.data, base=koeln_settings.base).open()


def ask(snapshot: Snapshot, name: str, lang: str = "de", **params: str) -> Answer:
    return run_question(snapshot.engine, named_question(name), params, lang)


def column(answer: Answer, name: str) -> list[str]:
    index = [each.name for each in answer.columns].index(name)
    return [term.value for row in answer.rows if isinstance(term := row[index], Literal)]


@pytest.mark.parametrize("value", ["Wohnen", "wohnen", "Housing", K + "theme/wohnen", f"<{K}theme/wohnen>"])
def test_theme_by_label_language_case_and_iri(snapshot: Snapshot, value: str) -> None:
    codes = column(ask(snapshot, "actors-in-open-measures", theme=value), "code")
    assert {"56", "JC"} <= set(codes)


@pytest.mark.parametrize("value", ["56", "Amt für Wohnungswesen", K + "actor/amt-fuer-wohnungswesen"])
def test_actor_by_code_label_and_iri(snapshot: Snapshot, value: str) -> None:
    answer = ask(snapshot, "measures-of-actor", actor=value)
    assert len(answer.rows) >= 3


def test_the_housing_question(snapshot: Snapshot) -> None:
    """The question the whole thing was ordered for: open housing measures stand in lines 28 and 30."""
    labels = column(ask(snapshot, "actors-in-open-measures", theme="Wohnen"), "label")
    assert {
        "Jobcenter Köln",
        "Amt für Wohnungswesen",
        "Interkultureller Dienst",
        "Runder Tisch für Flüchtlingsfragen",
        "Forum für Willkommenskultur",
        "Willkommensinitiativen",
    } <= set(labels)


def test_open_measures_of_a_theme_are_not_those_of_the_body_of_that_name(snapshot: Snapshot) -> None:
    """Lines 22 and 24 are discussed in UAG 3 Wohnen, but their theme is Sprache."""
    assert len(ask(snapshot, "open-measures", theme="Wohnen").rows) == 2
    assert len(ask(snapshot, "open-measures", body="UAG 3 Wohnen").rows) == 4
    assert len(ask(snapshot, "open-measures").rows) == 7


@pytest.mark.parametrize(
    ("params", "near"),
    [({"theme": "Wonen"}, "Wohnen"), ({"theme": "wohn"}, "Wohnen"), ({"body": "UAG Wohne"}, "UAG Wohnen")],
)
def test_unknown_value_names_near_matches(snapshot: Snapshot, params: dict[str, str], near: str) -> None:
    with pytest.raises(NotFound, match=near):
        ask(snapshot, "actors-in-open-measures", **params)


def test_unknown_parameter_and_missing_one(snapshot: Snapshot) -> None:
    with pytest.raises(NotFound, match="theme"):
        ask(snapshot, "actors-in-open-measures", them="Wohnen")
    with pytest.raises(UsageError, match="actor"):
        ask(snapshot, "measures-of-actor")
    with pytest.raises(UsageError, match="weder ja noch nein"):
        ask(snapshot, "measures-of-actor", actor="56", **{"with-units": "vielleicht"})


@pytest.mark.parametrize(
    "value", ['Wohnen" } #', "Wohnen> } ; DROP ALL", "} UNDEF {", 'x" UNION { ?s ?p ?o }', "<http://a b>"]
)
def test_a_value_cannot_become_query_text(snapshot: Snapshot, value: str) -> None:
    with pytest.raises(NotFound):
        ask(snapshot, "open-measures", theme=value)


def test_blank_value_counts_as_not_given(snapshot: Snapshot) -> None:
    assert len(ask(snapshot, "open-measures", theme=" ", body="").rows) == 7


def test_units_count_only_when_asked(snapshot: Snapshot) -> None:
    alone = ask(snapshot, "measures-of-actor", actor="16")
    with_units = ask(snapshot, "measures-of-actor", actor="16", **{"with-units": "ja"})
    assert len(with_units.rows) > len(alone.rows)


def test_every_question_runs_on_the_report_in_both_languages(snapshot: Snapshot) -> None:
    from zielgraph.questions import load_catalogue

    catalogue = load_catalogue(Path(__file__).parents[2] / "queries")
    assert len(catalogue) >= 12
    for question in catalogue.values():
        for lang in ("de", "en"):
            answer = run_question(snapshot.engine, question, question.example, lang)
            assert [c.name for c in answer.columns] == [c.name for c in question.columns], question.name
