"""Comparing two editions whose facts are given by hand."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import pytest

from zielgraph.editions.diff import Comparison, EntryChange, compare
from zielgraph.editions.facts import EditionFacts, Facts, Value
from zielgraph.editions.names import last_part
from zielgraph.editions.properties import KINDS, load_changes
from zielgraph.editions.report import Report
from zielgraph.vocabulary import DISPOSITION, ROLE, STATUS

ROOT = "https://example.org/id/stadt/plan/"
ACTORS = "https://example.org/id/stadt/actor/"
NAMES = {
    STATUS + "ongoing": {"de": "laufend", "en": "ongoing"},
    STATUS + "done": {"de": "erledigt", "en": "done"},
    STATUS + "unknown": {"de": "unbekannt", "en": "unknown"},
    ROLE + "partner": {"de": "Mitwirkung", "en": "partner"},
    ROLE + "lead": {"de": "Federführung", "en": "lead"},
    ROLE + "mentioned": {"de": "nur genannt", "en": "mentioned"},
    DISPOSITION + "in-progress": {"de": "in Arbeit", "en": "in progress"},
    DISPOSITION + "implemented": {"de": "umgesetzt", "en": "implemented"},
    ACTORS + "jobcenter": {"de": "Jobcenter"},
    ACTORS + "jobcenter-2": {"de": "Jobcenter"},
}


def labels(iri: str, lang: str) -> str:
    found = NAMES.get(iri, {})
    return found.get(lang) or found.get("de") or last_part(iri)


def goal(number: int, label: str, above: int = 0, **more: tuple[Value, ...]) -> Facts:
    up = ROOT + f"goal/{above}" if above else ""
    values = {"label": ((label, ""),)} | ({"goal": ((up, ""),)} if up else {}) | more
    return Facts(ROOT + f"goal/{number}", "OutcomeGoal", label, level=3, goal=up, line=number, values=values)


def measure(
    number: int,
    label: str = "Sprachkurse",
    under: int = 1,
    *,
    split_from: Iterable[int] = (),
    merged_from: Iterable[int] = (),
    **values: str | tuple[Value, ...],
) -> Facts:
    up = ROOT + f"goal/{under}"
    told = {name.replace("_", "-"): ((v, ""),) if isinstance(v, str) else v for name, v in values.items()}
    return Facts(
        ROOT + f"measure/{number}",
        "Measure",
        label,
        goal=up,
        line=number + 10,
        split_from=tuple(ROOT + f"measure/{old}" for old in split_from),
        merged_from=tuple(ROOT + f"measure/{old}" for old in merged_from),
        values={"label": ((label, ""),), "goal": ((up, ""),)} | told,
    )


def edition(day: str, *entries: Facts, rules: str = "", replaced: dict[int, int] | None = None) -> EditionFacts:
    gone = {ROOT + f"measure/{old}": ROOT + f"measure/{new}" for old, new in (replaced or {}).items()}
    all_entries = {each.iri: each for each in (goal(1, "Wohnen"), goal(2, "Sprache"), *entries)}
    return EditionFacts(ROOT + f"edition/{day}", f"stadt/plan/{day}", day, all_entries, rules=rules, replaced=gone)


def changes(before: list[Facts], after: list[Facts], replaced: dict[int, int] | None = None) -> Comparison:
    return compare(edition("2019-12-31", *before), edition("2020-06-30", *after, replaced=replaced), labels)


def only(before: Facts, after: Facts) -> EntryChange:
    (entry,) = changes([before], [after]).entries
    return entry


def phrases(before: Facts, after: Facts, lang: str = "de") -> list[str]:
    comparison = changes([before], [after])
    report = Report(comparison, labels, lang)
    return [report.phrase(entry, change) for entry in comparison.entries for change in entry.changes]


def test_nothing_changed() -> None:
    comparison = changes([measure(1)], [measure(1)])
    assert comparison.entries == ()
    assert comparison.counts["unchanged"] == 1
    assert comparison.goal_counts["unchanged"] == 2
    assert "Keine Unterschiede." in Report(comparison, labels).text()


def test_white_space_and_the_place_in_the_table_are_no_change() -> None:
    after = measure(1, progress="läuft  seit\n2019")
    assert changes([measure(1, progress="läuft seit 2019")], [after]).entries == ()


def test_new_and_gone() -> None:
    comparison = changes([measure(1, "Alt", 2)], [measure(2, "Neu", 1)])
    assert [(each.kind, each.facts.label, each.path) for each in comparison.entries] == [
        ("new", "Neu", ("Wohnen",)),
        ("gone", "Alt", ("Sprache",)),
    ]
    report = Report(comparison, labels)
    assert [report.headline(each) for each in comparison.entries] == ["neue Maßnahme", "entfallen"]
    assert {kind: number for kind, number in comparison.counts.items() if number} == {"new": 1, "gone": 1}


def test_reworded_with_the_words_that_differ() -> None:
    entry = only(measure(1, "Kurse für Frauen in Chorweiler"), measure(1, "Kurse für Frauen in Porz"))
    assert entry.kinds == ("reworded",)
    assert [tuple(piece) for piece in entry.changes[0].words] == [
        ("equal", "Kurse für Frauen in"),
        ("delete", " Chorweiler"),
        ("insert", " Porz"),
    ]
    assert phrases(measure(1, "Kurse A"), measure(1, "Kurse B")) == ["Maßnahme umformuliert"]


def test_a_goal_is_reworded_once_and_its_measures_stay_where_they_are() -> None:
    before = edition("2019-12-31", measure(1))
    after = edition("2020-06-30", goal(1, "Gut wohnen"), measure(1))
    comparison = compare(before, after, labels)
    (entry,) = comparison.entries
    assert (entry.kind, entry.is_goal, comparison.goal_counts["reworded"]) == ("reworded", True, 1)
    assert Report(comparison, labels).phrase(entry, entry.changes[0]) == "Ziel umformuliert"


def test_moved() -> None:
    assert only(measure(1, under=1), measure(1, under=2)).kinds == ("moved",)
    assert phrases(measure(1, under=1), measure(1, under=2)) == ["verschoben nach Ziel „Sprache“"]


def test_moved_reworded_and_changed_at_once_counts_as_moved_and_is_found_under_each() -> None:
    comparison = changes([measure(1, "A", 1, due="2021")], [measure(1, "B", 2, due="2023")])
    assert comparison.entries[0].kinds == ("moved", "reworded", "changed")
    assert {kind: number for kind, number in comparison.counts.items() if number} == {"moved": 1}
    assert all(comparison.only({kind}).entries for kind in ("moved", "reworded", "changed"))
    assert not comparison.only({"new"}).entries


def test_split() -> None:
    comparison = changes(
        [measure(1, "Alles")], [measure(2, "Teil A", split_from=[1]), measure(3, "Teil B", split_from=[1])]
    )
    report = Report(comparison, labels)
    assert {each.facts.label: report.headline(each) for each in comparison.entries} == {
        "Alles": "aufgeteilt in „Teil A“; „Teil B“",
        "Teil A": "hervorgegangen aus „Alles“",
        "Teil B": "hervorgegangen aus „Alles“",
    }
    assert {kind: number for kind, number in comparison.counts.items() if number} == {"split": 1}


def test_split_off_while_the_old_one_goes_on() -> None:
    comparison = changes([measure(1, "Alles")], [measure(1, "Alles"), measure(2, "Teil", split_from=[1])])
    report = Report(comparison, labels)
    assert [report.headline(each) for each in comparison.entries] == [
        "aufgeteilt in „Teil“",
        "hervorgegangen aus „Alles“",
    ]


def test_merged() -> None:
    comparison = changes([measure(1, "A"), measure(2, "B")], [measure(3, "A und B", merged_from=[1, 2])])
    report = Report(comparison, labels)
    assert {each.facts.label: report.headline(each) for each in comparison.entries} == {
        "A und B": "zusammengelegt aus „A“; „B“",
        "A": "zusammengelegt zu „A und B“",
        "B": "zusammengelegt zu „A und B“",
    }
    assert {kind: number for kind, number in comparison.counts.items() if number} == {"merged": 1}


def test_an_id_that_gave_way_to_an_older_one_is_the_same_measure() -> None:
    comparison = changes([measure(9, "Kurse")], [measure(1, "Kurse", due="2023")], replaced={9: 1})
    assert [each.kind for each in comparison.entries] == ["changed"]
    assert comparison.counts["gone"] == 0


@pytest.mark.parametrize(
    ("before", "after", "german", "english"),
    [
        pytest.param(
            {"status": STATUS + "ongoing", "status_word": "laufend"},
            {"status": STATUS + "done", "status_word": "abgeschlossen"},
            "Status laufend → abgeschlossen",
            "Status ongoing → done",
            id="status",
        ),
        pytest.param(
            {"status": STATUS + "ongoing"},
            {"status": STATUS + "done"},
            "Status laufend → erledigt",
            "Status ongoing → done",
            id="status-without-words",
        ),
        pytest.param(
            {"status": STATUS + "ongoing", "status_word": "laufend"},
            {"status": STATUS + "ongoing", "status_word": "läuft"},
            "Statuswort laufend → läuft",
            "Status word laufend → läuft",
            id="status-word-alone",
        ),
        pytest.param({"due": "2021"}, {"due": "2023"}, "Frist 2021 → 2023", "Due 2021 → 2023", id="due"),
        pytest.param({}, {"due": "2023"}, "Frist neu: 2023", "Due new: 2023", id="due-new"),
        pytest.param({"due": "2021"}, {}, "Frist entfallen (bisher 2021)", "Due removed (was 2021)", id="due-gone"),
        pytest.param(
            {"progress": "Läuft."},
            {"progress": "Läuft. Neu: Porz."},
            "Sachstand ergänzt",
            "progress note extended",
            id="extended",
        ),
        pytest.param(
            {"progress": "Läuft gut"},
            {"progress": "Ruht"},
            "Sachstand neu gefasst",
            "progress note rewritten",
            id="rewritten",
        ),
        pytest.param({"progress": "Läuft"}, {}, "kein Sachstand mehr", "progress note removed", id="no-progress"),
        pytest.param(
            {"disposition": DISPOSITION + "in-progress"},
            {"disposition": DISPOSITION + "implemented"},
            "Verbleib in Arbeit → umgesetzt",
            "Disposition in progress → implemented",
            id="disposition",
        ),
        pytest.param(
            {},
            {"involvement": ((ACTORS + "jobcenter", ROLE + "partner"),)},
            "neuer Beteiligter: Jobcenter (Mitwirkung)",
            "newly involved: Jobcenter (partner)",
            id="partner",
        ),
        pytest.param(
            {},
            {"involvement": ((ACTORS + "jobcenter", ROLE + "mentioned"),)},
            "neu genannt: Jobcenter",
            "newly mentioned: Jobcenter",
            id="mentioned",
        ),
        pytest.param(
            {"involvement": ((ACTORS + "jobcenter", ROLE + "partner"),)},
            {},
            "nicht mehr genannt: Jobcenter (bisher Mitwirkung)",
            "no longer named: Jobcenter (was partner)",
            id="no-longer",
        ),
        pytest.param(
            {"involvement": ((ACTORS + "jobcenter", ROLE + "partner"),)},
            {"involvement": ((ACTORS + "jobcenter", ROLE + "lead"),)},
            "Jobcenter: Mitwirkung → Federführung",
            "Jobcenter: partner → lead",
            id="other-role",
        ),
        pytest.param(
            {}, {"resolved_by": ((ACTORS + "rat", ""),)}, "neuer Beschluss: rat", "new resolution: rat", id="no-date"
        ),
    ],
)
def test_phrases(before: dict[str, Any], after: dict[str, Any], german: str, english: str) -> None:
    assert phrases(measure(1, **before), measure(1, **after)) == [german]
    assert phrases(measure(1, **before), measure(1, **after), "en") == [english]


def test_the_same_actor_under_another_iri_is_no_change() -> None:
    before = measure(1, involvement=((ACTORS + "jobcenter", ROLE + "partner"),))
    after = measure(1, involvement=((ACTORS + "jobcenter-2", ROLE + "partner"),))
    assert changes([before], [after]).entries == ()


def test_other_rules_are_said() -> None:
    comparison = compare(edition("2019-12-31", rules="a"), edition("2020-06-30", rules="b"), labels)
    assert "verschiedenem Stand von Register und Regeln" in Report(comparison, labels).text()
    same = compare(edition("2019-12-31", rules="a"), edition("2020-06-30", rules="a"), labels)
    assert "verschiedenem" not in Report(same, labels).text()


def test_a_circle_of_goals_ends() -> None:
    ring = [goal(1, "Wohnen", above=2), goal(2, "Sprache", above=1)]
    assert edition("2019-12-31", *ring).path(ROOT + "goal/1") == ("Sprache",)


def test_every_change_of_a_measure_is_counted_exactly_once() -> None:
    before = [measure(n, f"Maßnahme {n}") for n in range(1, 20)]
    after = [measure(n, f"Maßnahme {n}", 1 + n % 2, due=str(2020 + n % 3)) for n in range(5, 25)]
    comparison = changes(before, after)
    assert set(comparison.counts) == set(KINDS)
    assert sum(comparison.counts.values()) == 24


def test_ten_thousand_measures_in_seconds() -> None:
    note = "Die Abstimmung mit dem Amt läuft; ein Termin im Ausschuss steht noch aus. " * 4
    before = [measure(n, f"Maßnahme {n}", progress=f"{note}{n}", due="2021") for n in range(10_000)]
    after = [measure(n, f"Maßnahme {n}", progress=f"{note}{n + n % 2}", due="2021") for n in range(10_000)]
    old, new = edition("2019-12-31", *before), edition("2020-06-30", *after)
    start = time.process_time()
    assert compare(old, new, labels).counts["changed"] == 5_000
    assert time.process_time() - start < 10  # takes about one; a quadratic step would take minutes


def test_every_property_and_kind_is_named_in_both_languages() -> None:
    vocabulary = load_changes()
    texts = [each.label for each in vocabulary.properties]
    texts += [
        phrase for each in vocabulary.properties for phrase in (*each.phrases.values(), *each.goal_phrases.values())
    ]
    texts += [*vocabulary.columns.values(), *vocabulary.words.values(), *vocabulary.phrases.values()]
    texts += [kind.label for kind in vocabulary.kinds.values()]
    assert all(set(text) == {"de", "en"} and all(text.values()) for text in texts)
