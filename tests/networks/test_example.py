"""The Cologne example through the whole import, beside the report: nothing is violated, and the questions answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from zielgraph import resources, settings
from zielgraph.engine import Engine
from zielgraph.importing import ImportReport, data_folder, import_table
from zielgraph.questions import load_catalogue, run_question
from zielgraph.settings import Settings

SOURCE = resources.data() / "source"
CITY = "https://w3id.org/zielgraph/id/koeln/"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings.load({}, data=tmp_path_factory.mktemp("networks") / "var")


@pytest.fixture(scope="module")
def report(here: Settings) -> ImportReport:
    import_table(here, SOURCE / "koeln-zielsystem.tsv", edition=date(2019, 12, 31))
    return import_table(here, SOURCE / "koeln-netzwerke.csv")


@pytest.fixture(scope="module")
def engine(here: Settings, report: ImportReport) -> Engine:
    assert report.changed
    return data_folder(here).open().engine


def answers(engine: Engine, question: str, **params: str) -> list[dict[str, str]]:
    """Rows by column name; an IRI without the city's base, nothing as empty text."""
    answer = run_question(engine, load_catalogue()[question], params)
    names = [column.name for column in answer.columns]
    cells = [[str(getattr(term, "value", "")).removeprefix(CITY) for term in row] for row in answer.rows]
    return [dict(zip(names, row, strict=True)) for row in cells]


def test_the_import_counts_and_violates_nothing(report: ImportReport) -> None:
    assert report.counts["networks"] == 16
    assert report.counts["provisional"] == 2
    assert report.findings is not None
    assert report.findings["Violation"] == 0


def test_the_same_file_again_changes_nothing(here: Settings, engine: Engine) -> None:
    again = import_table(here, Path(SOURCE / "koeln-netzwerke.csv"))
    assert (again.changed, again.action) == (False, "unchanged")


def test_both_editions_stand_in_the_current_state(engine: Engine) -> None:
    rows = {row["label"]: row for row in answers(engine, "networks")}
    assert rows["UAG 3 Wohnen"]["contact"] == "actor/amt-fuer-integration-und-vielfalt"
    assert rows["Austauschrunde zum Thema Wohnen"]["members"] == "2"
    assert rows["Austauschrunde zum Thema Wohnen"]["rhythm"] == "anlassbezogen"
    assert rows["Rat der Stadt Köln"]["kind"] == "Gremium"  # of the register, named in a measure
    assert {row["label"] for row in answers(engine, "networks", theme="Gesundheit")} == {
        "Netzwerktreffen im Amt für Integration und Vielfalt",
        "UAG Gesundheit",
    }


def test_gaps_know_the_overview(engine: Engine) -> None:
    rows = {row["subject"]: row for row in answers(engine, "network-gaps")}
    assert rows["theme/netzwerke-und-kooperation"]["gap"] == "keine Anbindung"
    assert rows["actor/amt-fuer-soziales-und-senioren"]["gap"] == "nur über Maßnahmen"
    assert "theme/wohnen" not in rows
    assert "actor/jobcenter" not in rows  # member of the exchange on housing


def test_overlaps_count_members_and_say_the_basis(engine: Engine) -> None:
    rows = answers(engine, "network-overlaps", threshold="0.6")
    assert {row["label1"] for row in rows} == {"Austauschrunde zum Thema Wohnen"}
    assert {(row["shared"], row["basis"]) for row in rows} == {
        ("Amt für Wohnungswesen; Jobcenter Köln", "Akteure der Maßnahmen")
    }
