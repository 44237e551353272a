"""What looks like an actor and is none, each kind beside sentences of the same form that do name one."""

from __future__ import annotations

import pytest
from evaluation import Names

# kind -> (sentence without an actor, twin that names one, what the twin names)
PAIRS: dict[str, list[tuple[str, str, str]]] = {
    "quantity": [
        ("Es wurden 50 Plätze geschaffen.", "Plätze wurden durch 50 geschaffen.", "50"),
        ("Förderung für 56 zusätzliche Familien ist gesichert.", "Daten für 56 werden bereitgestellt.", "56"),
        ("Schulung mit 33 neuen Ehrenamtskarten", "Abstimmung mit 33 ist erfolgt.", "33"),
        ("Rund 50 haben sich gemeldet.", "56 hat sich gemeldet.", "56"),
        ("Anteil von 16 % erreicht", "Der Antrag wurde von 16 gestellt.", "16"),
    ],
    "range": [
        ("zwischen 50 und 56 Personen kamen", "Abstimmung zwischen 50 und 56 läuft.", "50"),
        ("Die Zahl ist von 33 auf 50 gestiegen.", "Der Vorgang wurde von 33 an 50 gegeben.", "33"),
        ("Anstieg von 50 zu 56 Fällen", "Weitergabe von 50 zu Händen von 56", "50"),
        ("für 16 bis 50 Kinder", "Information für 16 und 50", "16"),
    ],
    "measure": [
        ("Die Quote liegt bei 50.", "Die Federführung liegt bei 50.", "50"),
        ("eine Auflage von 56 wurde gedruckt", "Eine Broschüre von 56 wurde gedruckt.", "56"),
        ("Im Alter von 50 endet das Angebot.", "Ein Angebot von 50 endet.", "50"),
    ],
    "date": [
        ("Seit 11/2017 läuft das Projekt.", "Seit Mai bei 16/04 angesiedelt.", "16/04"),
        ("Treffen am 16.04.2019", "Treffen mit 16/04", "16/04"),
        ("in der 33. KW 2019", "Gespräch bei 33 in KW 12", "33"),
        ("Bericht 50/2019 liegt vor", "Bericht durch 50 liegt vor", "50"),
    ],
    "ordinal": [
        ("zum 33. Mal", "Das liegt bei 33. Mehr folgt.", "33"),
        ("beim 50. Geburtstag", "Termin bei 50. Weiteres folgt.", "50"),
        ("in der 16. Sitzung", "Das Thema ist bei 16. Im Juni folgt mehr.", "16"),
    ],
    "numbered thing": [
        ("Phase 16 und Linie 50", "Amt 16 und Amt 50", "Amt 16"),
        ("siehe Nr. 56 und Seite 33", "siehe Dienststelle 56", "Dienststelle 56"),
        ("nach § 16 SGB II", "durch 16 nach SGB II", "16"),
        ("Telefon 0221 / 50 56 33", "Rückfragen an 50", "50"),
    ],
    "idiom": [
        ("Sie stehen mit Rat und Tat zur Seite.", "Der Rat steht zur Seite.", "Rat"),
        ("Auf dem Land fehlt der Bus.", "Das Land fördert den Bus.", "Land"),
        ("Land in Sicht ist nicht.", "Dem Land wurde berichtet.", "Land"),
        ("Familien können dort Rat suchen.", "Der Rat hat zugestimmt.", "Rat"),
    ],
    "part of a word": [
        ("Angebote in Deutschland", "Angebote im Land", "Land"),
        ("in freier Trägerschaft", "mit freien Trägern", "freien Trägern"),
        ("Beratung und Vorrat", "Beratung durch den Rat", "Rat"),
    ],
    "other acronym": [
        ("Ein Chatbot mit KI wird erprobt.", "Beratung durch das KI", "KI"),
        ("Die IP-Adresse wird gespeichert.", "Übergabe an den IP", "IP"),
        ("Das KfW 55-Haus ist fertig.", "Die KfW fördert.", "KfW"),
        ("Abschluss mit BA oder MA", "Absprache mit BA und Jobcenter", "BA"),
        ("Ein BA-Studiengang wurde eingerichtet.", "Abstimmung mit der BA", "BA"),
        ("KI-gestützte Übersetzung", "Die KI-Leitung lädt ein.", "KI"),
    ],
    "title": [
        ("Workshop „Land in Bewegung“", "Ein Workshop mit dem Land", "Land"),
        ("Reihe „Jugendamt vor Ort“", "Reihe mit dem „Jugendamt“", "Jugendamt"),
        ("Kampagne „Der Rat der Dinge“", "Kampagne: Der Rat entscheidet.", "Rat"),
    ],
    "street": [
        ("Umbau am Malteser Platz", "Umbau durch die Malteser", "Malteser"),
        ("Unterkunft in der Caritas-Straße", "Unterkunft der Caritas", "Caritas"),
        ("Haltestelle Johanniter Straße", "Haltestelle der Johanniter", "Johanniter"),
    ],
    "case": [
        ("der wiki und der ba", "das KI und die BA", "KI"),
        ("sie stellten um rat", "Vorstellung im Rat", "Rat"),
        ("neue Nachbarn ziehen ein", "Die Aktion Neue Nachbarn hilft.", "Aktion Neue Nachbarn"),
    ],
}
CASES = [(kind, *pair) for kind, pairs in PAIRS.items() for pair in pairs]


def test_every_kind_has_three_pairs() -> None:
    assert all(len(pairs) >= 3 for pairs in PAIRS.values())


@pytest.mark.parametrize(("kind", "decoy", "twin", "quote"), CASES)
def test_decoy(named: Names, kind: str, decoy: str, twin: str, quote: str) -> None:
    assert [found for found in named(decoy) if found[1]] == []


@pytest.mark.parametrize(("kind", "decoy", "twin", "quote"), CASES)
def test_twin(named: Names, kind: str, decoy: str, twin: str, quote: str) -> None:
    assert quote in [found[0] for found in named(twin) if found[1]]
