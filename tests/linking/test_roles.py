"""The part an actor plays, read from its sentence."""

from __future__ import annotations

import pytest
from evaluation import SENTENCES, evaluate_sentences, read_rows

from zielgraph.linking import Linker


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Der Leitfaden wurde federführend durch das Gesundheitsamt erstellt.", ["lead"]),
        ("Federführung: 50", ["lead"]),
        ("Zuständig ist das Jugendamt.", ["lead"]),
        ("Das Projekt läuft unter Leitung der Verbraucherzentrale.", ["lead"]),
        ("Die Steuerung erfolgt durch 56.", ["lead"]),
        ("Erarbeitet in Zusammenarbeit mit dem Jobcenter und dem SKM.", ["partner", "partner"]),
        ("Absprachen zwischen 50 und 56 laufen.", ["partner", "partner"]),
        ("Die Verbraucherzentrale hat mitgewirkt.", ["partner"]),
        ("wurde federführend durch 50 in Abstimmung mit 56 erstellt", ["lead", "partner"]),
        ("Der Vorschlag wurde an das Land weitergeleitet.", ["addressee"]),
        ("wurde in Richtung Jobcenter/BA kommuniziert", ["addressee", "addressee"]),
        ("Die Verbraucherzentrale informiert 50 über den Termin.", ["partner", "addressee"]),
        ("50 erhält die Daten.", ["addressee"]),
        ("Kontaktaufnahme zum WDR ist erfolgt.", ["addressee"]),
        ("Der Rat hat die Mittel am 01.02.2019 beschlossen.", ["decision-maker"]),
        ("Das Konzept wurde im Rat beschlossen.", ["decision-maker"]),
        ("Nach Weisung der Bezirksregierung gilt das nicht mehr.", ["decision-maker"]),
        ("Das BAMF lehnt den Vorschlag ab.", ["declined"]),
        ("Das BAMF hält das Verfahren für ausreichend.", ["declined"]),
        ("Das Land bleibt bei seiner Haltung.", ["declined"]),
        ("Das Jobcenter sieht keinen Bedarf.", ["declined"]),
        ("Das DRK hat sich zurückgezogen.", ["declined"]),
        ("Gespräche mit dem SKM wurden geführt. Wird nicht weiter verfolgt.", ["declined"]),
        ("Plakate des DRK", ["mentioned"]),
    ],
)
def test_role(koeln: Linker, text: str, roles: list[str]) -> None:
    assert [mention.role for mention in koeln.link(text)] == roles


def test_role_quotes_its_words(koeln: Linker) -> None:
    mention = koeln.link("Erstellt in Zusammenarbeit mit dem Jobcenter.")[0]
    assert "Zusammenarbeit mit" in mention.role_quote
    assert 0 < mention.role_confidence <= 1


def test_cue_of_another_sentence_does_not_count(koeln: Linker) -> None:
    assert koeln.link("Die Zusammenarbeit ist gut. Plakate des DRK hängen aus.")[0].role == "mentioned"


def test_role_sentences(koeln: Linker) -> None:
    """Every second sentence was kept out of sight while the cues were written."""
    assert len(read_rows(SENTENCES)) == 120
    roles, part, wrong = evaluate_sentences(koeln, 0)
    assert roles >= 0.98, wrong
    assert part >= 0.98, wrong
    roles, part, wrong = evaluate_sentences(koeln, 1)
    assert roles >= 0.90, wrong
    assert part >= 0.95, wrong


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Die Kurse werden durch 50 und die Caritas durchgeführt.", ["lead", "partner"]),
        ("Die Kurse werden durch 50 und 56 durchgeführt.", ["lead", "lead"]),
        ("Die Beratungsstelle der Caritas bietet Termine an.", ["partner"]),
        ("Das Gebäude der Caritas bietet Platz.", ["mentioned"]),
        ("Das Ergebnis wurde dem Jobcenter mitgeteilt.", ["addressee"]),
        ("Das Ergebnis wurde mit dem Jobcenter besprochen.", ["partner"]),
        ("Das Jobcenter stimmt dem Vorschlag zu.", ["decision-maker"]),
        ("Das Jobcenter stimmt sich mit 50 ab.", ["partner", "partner"]),
        ("Das Jobcenter und weitere Stellen stimmen sich ab.", ["partner"]),
    ],
)
def test_voice_case_and_company(koeln: Linker, text: str, roles: list[str]) -> None:
    assert [mention.role for mention in koeln.link(text)] == roles
