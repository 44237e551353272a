"""Names and codes: inflection, coordination, ellipsis, longest match, validity, abbreviation lists, case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from evaluation import BASE, Names

from zielgraph.errors import InputError
from zielgraph.linking import Linker, load_vocabulary

Build = Callable[..., Linker]


@pytest.mark.parametrize(
    ("text", "quote", "slug"),
    [
        ("die Kunden des Jobcenters", "Jobcenters", "jobcenter"),
        (
            "des Kommunalen Integrationszentrums",
            "Kommunalen Integrationszentrums",
            "kommunales-integrationszentrum",
        ),
        ("im Namen des Amtes für Wohnungswesen", "Amtes für Wohnungswesen", "amt-fuer-wohnungswesen"),
        (
            "Einladung an runden Tisch für Flüchtlingsfragen",
            "runden Tisch für Flüchtlingsfragen",
            "runder-tisch-fuer-fluechtlingsfragen",
        ),
        (
            "beim Runden Tisch f. Flüchtlingsfragen",
            "Runden Tisch f. Flüchtlingsfragen",
            "runder-tisch-fuer-fluechtlingsfragen",
        ),
        ("mit den Trägern", "Trägern", "traeger"),
        ("das IQ Netzwerk", "IQ Netzwerk", "iq-netzwerk"),
        ("des IQ-Netzwerkes", "IQ-Netzwerkes", "iq-netzwerk"),
        ("die JMDs", "JMDs", "jugendmigrationsdienste"),
        ("der JMD’s", "JMD’s", "jugendmigrationsdienste"),
        ("das Gesundheitamt", "Gesundheitamt", "gesundheitsamt"),
        ("im Deutschen Roten Kreuz", "Deutschen Roten Kreuz", "drk"),
    ],
)
def test_inflection(named: Names, text: str, quote: str, slug: str) -> None:
    assert named(text) == [(quote, slug)]


def test_shared_head(named: Names) -> None:
    assert named("bei den Bezirksregierungen Köln und Düsseldorf") == [
        ("Bezirksregierungen Köln", "bezirksregierung-koeln"),
        ("Düsseldorf", "bezirksregierung-duesseldorf"),
    ]


def test_ellipsis(named: Names) -> None:
    assert named("Gesundheits- und Jugendamt laden ein.") == [
        ("Gesundheits-", "gesundheitsamt"),
        ("Jugendamt", "jugendamt"),
    ]


@pytest.mark.parametrize("text", ["Ämter 50, 56 und 16", "zwischen 50, 56 und 16", "Kooperation 50/56 mit 16"])
def test_coordinated_codes(koeln: Linker, text: str) -> None:
    found = [m.actor for m in koeln.link(text) if m.actor]
    assert len(found) >= (1 if "Kooperation" in text else 3)


def test_codes_beside_actors(named: Names) -> None:
    assert [quote for quote, _ in named("Gespräche BA und 323 und OB/6 laufen")] == ["BA", "323", "OB/6"]
    assert [quote for quote, _ in named("Absprache JC/56")] == ["JC", "56"]
    assert [quote for quote, _ in named("JC und 56 sowie weitere")] == ["JC", "56"]


def test_longest_match_wins(named: Names) -> None:
    assert named("durch 16/04 und durch 16") == [
        ("16/04", "fachbereich-integrative-sprach-und-orientierungsfoerderung"),
        ("16", "amt-fuer-integration-und-vielfalt"),
    ]
    assert named("die UAG Wohnen und die UAG") == [
        ("UAG Wohnen", "uag-3-wohnen"),
        ("UAG", "unterarbeitsgruppen"),
    ]


def test_case(named: Names) -> None:
    assert named("Der BUND und der Bund") == [("BUND", "bund-naturschutz"), ("Bund", "bundesregierung")]


def test_code_depends_on_the_day(build: Build) -> None:
    assert [m.actor for m in build(date(2019, 1, 1)).link("durch 56")] == [BASE + "altes-amt"]
    assert [m.actor for m in build(date(2023, 1, 1)).link("durch 56")] == [BASE + "neues-amt"]


def test_other_city_other_codes(build: Build) -> None:
    assert [m.actor for m in build().link("durch 16/04 und durch 33")] == [None]


def test_unit_type_becomes_provisional(build: Build) -> None:
    made = build()
    assert made.provisional == {}
    mention = made.link("Das Jugendamt berät.")[0]
    assert mention.actor == BASE + "jugendamt"
    assert mention.method == "unit-type"
    assert made.provisional[BASE + "jugendamt"].provisional
    # the city has a Sozialamt: the unit type's other name means it
    assert made.link("Das Amt für Soziales berät.")[0].actor == BASE + "sozialamt"
    assert list(made.provisional) == [BASE + "jugendamt"]


def test_abbreviation_list(build: Build) -> None:
    made = build(
        None,
        ("66", "Amt für Straßenbau"),
        ("JC", "Jobcenter Musterstadt"),
        ("MVB", "Musterstädter Verkehrsbetriebe AG"),
        ("OZG", "Onlinezugangsgesetz"),
        ("VZÄ", "Vollzeitäquivalente"),
    )
    assert set(made.provisional) == {
        BASE + "amt-fuer-strassenbau",
        BASE + "musterstaedter-verkehrsbetriebe-ag",
    }
    assert made.extra_codes == {BASE + "jobcenter": ["JC"]}
    found = made.link("Abstimmung zwischen JC, MVB und 66 zum OZG mit 2 VZÄ")
    assert [m.actor for m in found] == [
        BASE + "jobcenter",
        BASE + "musterstaedter-verkehrsbetriebe-ag",
        BASE + "amt-fuer-strassenbau",
    ]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("UAG 3 Wohnen", "uag-3-wohnen"),
        ("56", "amt-fuer-wohnungswesen"),
        ("Amt 50", "amt-fuer-soziales-und-senioren"),
        ("50 Amt für Soziales und Senioren", "amt-fuer-soziales-und-senioren"),
        ("Jobcenter (JC)", "jobcenter"),
        ("OB/6", "unbenannte-dienststelle-2"),
        ("niemand", None),
        ("", None),
    ],
)
def test_label_of_a_whole_cell(koeln: Linker, text: str, slug: str | None) -> None:
    found = koeln.label_actor(text)
    assert (found.rsplit("/", 1)[-1] if found else None) == slug


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Beratung durch 51", "51"),
        ("Beratung beim Amt 37", "Amt 37"),
        ("Förderung durch den Naturschutzverband Musterland e.V.", "Naturschutzverband Musterland e.V."),
        ("Absprache mit dem Runden Tisch Radverkehr", "Runden Tisch Radverkehr"),
        ("Abgestimmt mit dem XYZ.", "XYZ"),
    ],
)
def test_candidates(named: Names, text: str, quote: str) -> None:
    assert named(text) == [(quote, None)]


@pytest.mark.parametrize(
    "text", ["Kontakt zu Behörden", "durch PDF und QR", "weitere Netzwerke und Akteure", "mit SGB II"]
)
def test_generic_words_are_no_candidates(named: Names, text: str) -> None:
    assert named(text) == []


def test_compound_is_less_sure(koeln: Linker) -> None:
    mention = koeln.link("Die BAMF-Regionalkoordinatorin kommt.")[0]
    assert (mention.quote, mention.method) == ("BAMF", "compound")
    assert mention.confidence < koeln.link("Das BAMF kommt.")[0].confidence


def test_markup_keeps_positions(koeln: Linker) -> None:
    raw = "<p>Prüfung durch <b>56</b> und das Jobcenter</p>"
    assert [raw[m.start : m.end] for m in koeln.link(raw)] == ["56", "Jobcenter"]


@pytest.mark.parametrize(
    "raw", ["", "   ", "<p></p>", "-->", "((((", "50", "„", "durch", "50/", "/50", "&", "'", "50 und"]
)
def test_odd_cells(koeln: Linker, raw: str) -> None:
    assert all(m.quote == raw[m.start : m.end] for m in koeln.link(raw))


def test_faulty_vocabulary_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"linking-text\.toml"):
        load_vocabulary(tmp_path)


@pytest.mark.parametrize(
    ("text", "quote", "slug"),
    [
        ("Das Jugenamt prüft.", "Jugenamt", "jugendamt"),
        ("beim Gesunheitsamt", "Gesunheitsamt", "gesundheitsamt"),
        ("durch die Auslänberbehörde", "Auslänberbehörde", "auslaenderamt"),
        ("die Awo", "Awo", "awo"),
    ],
)
def test_misspelt(named: Names, text: str, quote: str, slug: str) -> None:
    assert named(text) == [(quote, slug)]


def test_misspelt_names_are_less_sure(koeln: Linker) -> None:
    right, wrong = koeln.link("Das Jugendamt"), koeln.link("Das Jugenamt")
    assert wrong[0].method == "misspelt"
    assert wrong[0].confidence < right[0].confidence


@pytest.mark.parametrize("text", ["die Sportart", "der Kulturart", "jugenamt", "Bugendamt", "das Jgenamt"])
def test_other_words_are_not_misspelt_names(koeln: Linker, text: str) -> None:
    assert all(mention.actor is None for mention in koeln.link(text))


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("Strom liefert künftig, in Absprache mit RheinEnergie, der Betreiber.", ["RheinEnergie"]),
        ("in Kooperation mit Wärmebus Ruhr", ["Wärmebus Ruhr"]),
        ("in Kooperation mit Schulen und Kitas", []),
        ("in Kooperation mit Freiwilligen Helfern", []),
        ("in Kooperation mit Herrn Müller", []),
        ("durch MitarbeiterInnen", []),
    ],
)
def test_candidates_without_a_typical_word(koeln: Linker, text: str, candidates: list[str]) -> None:
    assert [mention.quote for mention in koeln.link(text)] == candidates
