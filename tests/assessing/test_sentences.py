"""Sentences of German notes: abbreviations, dates, ordinals."""

from __future__ import annotations

from itertools import pairwise

import pytest

from zielgraph import resources
from zielgraph.assessing import load_dispositions, sentence_spans

RULES = load_dispositions(resources.data() / "vocabulary" / "disposition.toml")


def split(text: str) -> list[str]:
    """The sentences as text."""
    return [text[begin:end] for begin, end in sentence_spans(text, RULES.abbreviations, RULES.closing)]


@pytest.mark.parametrize(
    "text",
    [
        "Aufnahme z.B. Ehrenamt und u.a. Vereine erfolgt.",
        "Aufnahme z. B. Ehrenamt ist erfolgt.",
        "Livestream zum Thema hat in der 48. KW 2017 stattgefunden.",
        "Die Veranstaltung hat am 17.10.2018 stattgefunden.",
        "Start am 3. Mai, Ende am 4. Juni.",
        "Vertrag startet zum 01.11. Personal vorausgesetzt.",
        "Finanzierung im 2. Quartal durch die Strat. Fachkoordination bei 16.",
        "Problematik zum 33. Mal vorgetragen.",
        "Beteiligung aller städt. Stellen hinsichtl. Inanspruchnahme.",
        "Siehe Dr. Müller, Siegburger Str. 12, Nr. 4.",
        "Beratung n. § 44 a AufenthG ggf. Verpflichtung.",
        "Ersparnis ca. 1.500 Euro (inkl. Material).",
        "Plakate (Wartezonen etc.) in den Räumen ausgehangen.",
        "Siehe https://www.example.org/a.Bc.html und weiter.",
        "Der Verein Muck e.V. hat mitgewirkt.",
    ],
)
def test_one_sentence(text: str) -> None:
    """Dots of abbreviations, dates, ordinals, figures and addresses end nothing."""
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Konzept erstellt. Umsetzung läuft.", ["Konzept erstellt.", "Umsetzung läuft."]),
        ("Konzept liegt vor; Umsetzung läuft", ["Konzept liegt vor;", "Umsetzung läuft"]),
        ("Start am 01.11.2019. Danach Ende.", ["Start am 01.11.2019.", "Danach Ende."]),
        ("Weitergabe von 33 an 50. Der Rest folgt.", ["Weitergabe von 33 an 50.", "Der Rest folgt."]),
        ("s.o. Zusammenarbeit wird gestärkt.", ["s.o.", "Zusammenarbeit wird gestärkt."]),
        ("Listen, Pläne etc. Danach Ende.", ["Listen, Pläne etc.", "Danach Ende."]),
        ("Ist das so? Ja! Gut.", ["Ist das so?", "Ja!", "Gut."]),
        ("Abfrage ist erfolgt.Die Liste liegt vor.", ["Abfrage ist erfolgt.", "Die Liste liegt vor."]),
        ("Konzept ist abgeschlossen. wird umgesetzt", ["Konzept ist abgeschlossen.", "wird umgesetzt"]),
        ("Er sagte „Nein.“ Danach Ende.", ["Er sagte „Nein.“", "Danach Ende."]),
        ("Eins\nZwei", ["Eins", "Zwei"]),
        (" . ; … ", []),
        ("", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    """Where sentences do end."""
    assert split(text) == sentences


def test_spans_are_in_order_and_lose_no_letter() -> None:
    """Spans do not overlap and all letters lie within one."""
    text = "Abstimmung mit 56 u.a. erfolgt. Termin: 48. KW 2017; weiter am 3. Mai. Ende"
    spans = sentence_spans(text, RULES.abbreviations, RULES.closing)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    covered = "".join(text[begin:end] for begin, end in spans)
    assert [char for char in covered if char.isalnum()] == [char for char in text if char.isalnum()]
