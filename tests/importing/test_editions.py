"""One table over several editions: identity, the state at a day, what is gone, unsure matches, reading again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from zielgraph import settings
from zielgraph.deciding.model import Decision, write_decisions
from zielgraph.editions.diff import Comparison, compare
from zielgraph.editions.names import Names
from zielgraph.editions.read import edition_pair
from zielgraph.editions.state import rebuild, state_at
from zielgraph.engine import DefaultGraph, NamedNode
from zielgraph.errors import InputError, NotFound, StoreError
from zielgraph.importing import ImportReport, data_folder, import_table
from zielgraph.keeping import upgrade
from zielgraph.settings import Settings
from zielgraph.vocabulary import DCTERMS, ZG

HEADER = "Ziel;Maßnahme;Federführung;Status;Sachstand"
FIRST = [
    "Wohnen ist bezahlbar;Beratungsstelle für Wohnungssuchende einrichten;Amt für Wohnen;laufend;Räume sind gemietet.",
    "Wohnen ist bezahlbar;Leerstand im Stadtgebiet erfassen;Amt für Wohnen;geplant;",
    "Alle lernen Deutsch;Sprachkurse und Elterncafé in den Grundschulen anbieten;Schulamt;laufend;Zwölf Kurse laufen.",
]
JAN, APR, JUL = date(2023, 1, 1), date(2023, 4, 1), date(2023, 7, 1)


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=tmp_path / "var")


def take(here: Settings, rows: Iterable[str], day: date, name: str = "plan.csv", **options: object) -> ImportReport:
    path = here.data.parent / name
    path.write_text("\n".join([HEADER, *rows]), "utf-8")
    return import_table(here, path, city="musterstadt", system="plan", edition=day, **options)  # type: ignore[arg-type]


def measures(here: Settings, day: date | None = None) -> dict[str, str]:
    """Number of the measure → its wording, in the state."""
    snapshot = data_folder(here).open()
    engine = state_at(snapshot.engine, here.base, snapshot.info.editions, day, 10**6) if day else snapshot.engine
    rows = engine.query(
        f"SELECT ?m ?l WHERE {{ ?m a <{ZG}Measure> ; <http://www.w3.org/2000/01/rdf-schema#label> ?l }}"
    )
    return {row["m"].value.rsplit("/", 1)[-1]: row["l"].value for row in rows}  # type: ignore[union-attr]


def ended(here: Settings) -> dict[str, list[str]]:
    """Number of each ended measure → what it goes on in."""
    rows = (
        data_folder(here)
        .open()
        .engine.query(
            f"SELECT ?m ?n WHERE {{ ?m a <{ZG}EndedItem> . OPTIONAL {{ ?m <{ZG}continuedIn> ?n }} }} ORDER BY ?n"
        )
    )
    found: dict[str, list[str]] = {}
    for row in rows:  # type: ignore[union-attr]
        heirs = found.setdefault(row["m"].value.rsplit("/", 1)[-1], [])
        heirs += [row["n"].value.rsplit("/", 1)[-1]] if row["n"] else []
    return found


def difference(here: Settings, old: date, new: date) -> Comparison:
    snapshot = data_folder(here).open()
    by_day = {each.date: each for each in snapshot.info.editions}
    pair = by_day[old.isoformat()], by_day[new.isoformat()]
    before, after, earlier = edition_pair(snapshot.engine, here.base, snapshot.info.editions, *pair)
    return compare(before, after, Names(snapshot.engine), earlier=earlier)


def test_a_reworded_measure_keeps_its_number_and_a_missing_one_is_gone(here: Settings) -> None:
    take(here, FIRST, JAN)
    report = take(here, [FIRST[0].replace("einrichten", "in der Altstadt einrichten"), FIRST[2]], APR)
    assert report.differences is not None
    counts = report.differences.measures
    assert (counts["reworded"], counts["unchanged"], counts["gone"], counts["new"]) == (1, 1, 1, 0)
    assert measures(here)["1"].endswith("in der Altstadt einrichten")
    assert ended(here) == {"2": []}
    assert "2" in measures(here, JAN)


def test_a_measure_that_comes_back_has_its_number_again_and_is_not_new(here: Settings) -> None:
    take(here, FIRST, JAN)
    take(here, [FIRST[0], FIRST[2]], APR)
    report = take(here, FIRST, JUL)
    assert report.differences is not None
    assert report.differences.measures["returned"] == 1
    assert measures(here)["2"] == "Leerstand im Stadtgebiet erfassen"
    assert ended(here) == {}
    assert difference(here, APR, JUL).counts["returned"] == 1


def test_a_split_is_told_across_editions_and_leads_on(here: Settings) -> None:
    take(here, FIRST, JAN)
    parts = [
        "Alle lernen Deutsch;Sprachkurse in den Grundschulen anbieten;Schulamt;laufend;",
        "Alle lernen Deutsch;Elterncafé in den Grundschulen anbieten;Schulamt;laufend;",
    ]
    take(here, [*FIRST[:2], *parts], APR)
    take(here, [*FIRST[:2], *parts], JUL)
    assert ended(here) == {"3": ["4", "5"]}
    assert difference(here, JAN, APR).counts["split"] == difference(here, JAN, JUL).counts["split"] == 1
    assert difference(here, JAN, JUL).counts["new"] == 0


def test_editions_out_of_order_sort_by_date(here: Settings) -> None:
    take(here, FIRST, JUL)
    report = take(here, [*FIRST, "Alle lernen Deutsch;Lotsen ausbilden;Schulamt;erledigt;"], JAN)
    assert report.differences is not None
    assert report.differences.compared_with.endswith("2023-07-01")
    assert report.differences.measures["gone"] == 0
    assert set(measures(here)) == {"1", "2", "3"}
    assert set(measures(here, JAN)) == {"1", "2", "3", "4"}
    with pytest.raises(NotFound, match=r"Am 01\.01\.2022 gab es noch keine Ausgabe\. Die älteste ist vom 01\.01\.2023"):
        measures(here, date(2022, 1, 1))


def test_the_state_of_a_day_has_a_limit(here: Settings) -> None:
    take(here, FIRST, JAN)
    take(here, FIRST[:2], APR)
    snapshot = data_folder(here).open()
    with pytest.raises(StoreError, match="ZIELGRAPH_MAX_STATE_QUADS"):
        state_at(snapshot.engine, here.base, snapshot.info.editions, JAN, 100)


def test_an_unsure_match_is_asked_and_can_be_confirmed(here: Settings, tmp_path: Path) -> None:
    take(here, FIRST, JAN)
    changed = [FIRST[0].replace("einrichten", "und Vermietende aufbauen"), *FIRST[1:]]
    report = take(here, changed, APR)
    assert report.differences is not None
    [doubt] = report.differences.doubts
    assert (doubt.kind, doubt.id, doubt.row) == ("measure", 1, "2")
    assert set(measures(here)) == {"2", "3", "4"}
    again = take(here, changed, APR, compare=True)
    assert not again.changed
    assert "die Zeile hat schon die Nummer 4" in again.questions().decode()  # asked again until somebody answers

    answered = report.questions().decode("utf-8-sig").replace("Maßnahme;;", "Maßnahme;ja;", 1)
    table = tmp_path / "antworten.csv"
    table.write_text(answered, "utf-8")
    take(here, changed, APR, accept=table)
    assert set(measures(here)) == {"1", "2", "3"}
    assert ended(here) == {}
    replaced = NamedNode(here.base + "musterstadt/plan/measure/4")
    heirs = data_folder(here).open().engine.quads(replaced, NamedNode(DCTERMS + "isReplacedBy"), None, None)
    assert {str(quad.object) for quad in heirs} == {f"<{here.base}musterstadt/plan/measure/1>"}


def test_confirming_changes_a_later_edition_too(here: Settings, tmp_path: Path) -> None:
    take(here, FIRST, JAN)
    changed = [FIRST[0].replace("einrichten", "und Vermietende aufbauen"), *FIRST[1:]]
    questions = take(here, changed, APR, name="april.csv").questions()
    take(here, [*changed, "Alle lernen Deutsch;Lotsen ausbilden;Schulamt;geplant;"], JUL, name="juli.csv")
    assert set(measures(here)) == {"2", "3", "4", "5"}
    table = tmp_path / "antworten.csv"
    table.write_bytes(questions.replace("Maßnahme;;".encode(), "Maßnahme;ja;".encode(), 1))
    take(here, changed, APR, name="april.csv", accept=table)
    assert set(measures(here)) == {"1", "2", "3", "5"}


def test_a_replaced_edition_keeps_numbers_and_its_old_version(here: Settings) -> None:
    take(here, FIRST, JAN)
    take(here, [FIRST[0].replace("laufend", "erledigt"), *FIRST[1:]], JAN, replace=True)
    assert set(measures(here)) == {"1", "2", "3"}
    assert any("/revision/1/source" in name for name in data_folder(here).open().engine.graph_names())


def test_upgrade_reads_what_was_read_by_other_rules_and_nothing_else(
    here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(here, FIRST, JAN)
    take(here, FIRST[:2], APR, name="april.csv")
    before = data_folder(here).open().engine.dump("nq")
    assert upgrade(here, progress=lambda _: None).done == []
    monkeypatch.setattr("zielgraph.importing.rules.__version__", "9.9")
    report = upgrade(here, progress=lambda _: None)
    assert [each.date for each in report.done] == ["2023-01-01", "2023-04-01"]
    assert report.failed == []
    assert sorted(data_folder(here).open().engine.dump("nq").splitlines()) == sorted(before.splitlines())
    assert upgrade(here, progress=lambda _: None).done == []


def test_upgrade_leaves_what_cannot_be_read_and_says_so(here: Settings) -> None:
    report = take(here, FIRST, JAN)
    take(here, FIRST[:2], APR, name="april.csv")
    (here.data / "sources" / report.table.sha256).unlink()
    result = upgrade(here, everything=True, progress=lambda _: None)
    [(edition, reason)] = result.failed
    assert (edition.date, [each.date for each in result.done]) == ("2023-01-01", ["2023-04-01"])
    assert "plan.csv" in reason
    assert set(measures(here, JAN)) == {"1", "2", "3"}


def test_a_profile_of_ones_own_is_kept_with_the_edition(here: Settings, tmp_path: Path) -> None:
    profile = tmp_path / "eigenes.toml"
    text = 'city = "musterstadt"\nsystem = "plan"\nlevels = ["goal"]\nrequired = ["activity"]\n[columns]\n'
    profile.write_text(text + 'goal = ["Ziel"]\nactivity = ["Tun"]\nstatus = ["Lage"]\n', "utf-8")
    path = tmp_path / "plan.csv"
    path.write_text("Ziel;Tun;Lage;Mehr\nRuhe;Schlafen gehen;laufend;x\n", "utf-8")
    import_table(here, path, edition=JAN, profile=str(profile))
    assert not import_table(here, path, edition=JAN, profile=str(profile)).changed
    profile.write_text(text + 'goal = ["Ziel"]\nactivity = ["Tun"]\nstatus = ["Lage"]\nresources = ["Mehr"]\n', "utf-8")
    assert import_table(here, path, edition=JAN, profile=str(profile)).action == "reread"
    profile.unlink()
    report = upgrade(here, everything=True, progress=lambda _: None)
    assert (len(report.done), report.failed) == (1, [])
    assert list(measures(here).values()) == ["Schlafen gehen"]


def test_the_preview_says_what_was_understood_and_what_would_change(here: Settings) -> None:
    take(here, FIRST, JAN)
    report = take(here, [FIRST[0].replace("laufend", "halb fertig"), *FIRST[1:]], APR, dry_run=True)
    found = json.loads(json.dumps(report.as_json(repairs=True)))
    assert {each["heading"]: each["role"] for each in found["columns"]}["Federführung"] == "lead"
    assert found["unknownStatus"] == [{"word": "halb fertig", "rows": ["2"]}]
    assert found["differences"]["comparedWith"] == "musterstadt/plan/2023-01-01"
    assert "Status laufend → halb fertig" in str(found["differences"]["changes"])
    assert "Status laufend → halb fertig" in report.changes_text()
    assert set(measures(here)) == {"1", "2", "3"}
    assert [each.date for each in data_folder(here).info().editions] == ["2023-01-01"]


def test_a_list_of_answers_that_does_not_fit_changes_nothing(here: Settings, tmp_path: Path) -> None:
    take(here, FIRST, JAN)
    changed = [FIRST[0].replace("einrichten", "und Vermietende aufbauen"), *FIRST[1:]]
    questions = take(here, changed, APR).questions().decode("utf-8-sig").replace("Maßnahme;;", "Maßnahme;ja;", 1)
    table = tmp_path / "antworten.csv"
    table.write_text(questions.replace("Vermietende", "Mietende"), "utf-8")
    with pytest.raises(InputError, match=r"antworten\.csv, Zeile 2"):
        take(here, changed, APR, accept=table)
    assert set(measures(here)) == {"2", "3", "4"}


def test_undo_takes_back_a_confirmation_and_ids_stay_taken(here: Settings, tmp_path: Path) -> None:
    take(here, FIRST, JAN)
    changed = [FIRST[0].replace("einrichten", "und Vermietende aufbauen"), *FIRST[1:]]
    report = take(here, changed, APR)
    table = tmp_path / "antworten.csv"
    table.write_bytes(report.questions().replace("Maßnahme;;".encode(), "Maßnahme;ja;".encode(), 1))
    take(here, changed, APR, accept=table)
    data_folder(here).undo()
    assert set(measures(here)) == {"2", "3", "4"}
    again = take(here, changed, APR, compare=True)
    assert again.differences is not None
    assert [doubt.id for doubt in again.differences.doubts] == [1]
    upgrade(here, everything=True, progress=lambda _: None)
    assert set(measures(here)) == {"2", "3", "4"}
    data_folder(here).undo()
    data_folder(here).undo()
    take(here, [*FIRST, "Alle lernen Deutsch;Lotsen ausbilden;Schulamt;geplant;"], APR, name="anders.csv")
    assert set(measures(here)) == {"1", "2", "3", "5"}, "4 was minted once and is not given away"


def test_a_correction_by_replace_keeps_a_split(here: Settings) -> None:
    take(here, FIRST, JAN)
    parts = [
        "Alle lernen Deutsch;Sprachkurse in den Grundschulen anbieten;Schulamt;laufend;",
        "Alle lernen Deutsch;Elterncafé in den Grundschulen anbieten;Schulamt;laufend;",
    ]
    take(here, [*FIRST[:2], *parts], APR)
    report = take(here, [FIRST[0], FIRST[1].replace("geplant", "laufend"), *parts], APR, replace=True)
    assert report.differences is not None
    assert (report.differences.measures["split"], report.differences.measures["returned"]) == (2, 0)
    assert ended(here) == {"3": ["4", "5"]}
    assert difference(here, JAN, APR).counts["split"] == 1


def test_an_edition_between_two_is_compared_with_afterwards(here: Settings) -> None:
    take(here, FIRST, JAN)
    take(here, [FIRST[0], FIRST[2]], JUL, name="juli.csv")
    take(here, [*FIRST, "Alle lernen Deutsch;Lotsen ausbilden;Schulamt;geplant;"], APR, name="april.csv")
    assert set(measures(here)) == {"1", "3"}
    assert set(ended(here)) == {"2", "4"}


def test_a_decision_follows_a_number_that_gave_way(here: Settings, tmp_path: Path) -> None:
    take(here, FIRST, JAN)
    changed = [FIRST[0].replace("einrichten", "und Vermietende aufbauen"), *FIRST[1:]]
    report = take(here, changed, APR)
    root = f"{here.base}musterstadt/plan/measure/"
    with data_folder(here).write() as draft:
        text = "Beratungsstelle für Wohnungssuchende und Vermietende aufbauen"
        stop = Decision(f"{root}4", "stop", "zu teuer", "Erika Muster", APR, wording=f"{text}\nRäume sind gemietet.")
        write_decisions(draft.engine, here.base, [stop])
        rebuild(draft, here.base)
        draft.action = "decide"
    table = tmp_path / "antworten.csv"
    table.write_bytes(report.questions().replace("Maßnahme;;".encode(), "Maßnahme;ja;".encode(), 1))
    take(here, changed, APR, accept=table)
    engine = data_folder(here).open().engine
    [course] = engine.quads(NamedNode(f"{root}1"), NamedNode(ZG + "course"), None, DefaultGraph())
    assert str(course.object) == '"stop"'


def test_a_file_without_any_of_the_known_measures_is_questioned(here: Settings) -> None:
    take(here, FIRST, JAN)
    report = take(here, ["Ruhe;Bänke im Park aufstellen;Grünamt;laufend;"], APR)
    assert "war das die richtige Datei" in report.notices[-1].message
