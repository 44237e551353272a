"""What a person names is found, and what makes no sense is refused with a sentence that helps."""

from __future__ import annotations

from datetime import date

import pytest
from smallstate import AMT, G8, JOBCENTER, M12, M19, WORDING, role

from zielgraph.deciding import Desk, Misfit, Wish
from zielgraph.deciding.model import DISPOSITION, INVOLVEMENT, THEME
from zielgraph.engine import EmbeddedEngine
from zielgraph.errors import NotFound, UsageError
from zielgraph.vocabulary import DEFAULT_BASE
from zielgraph.vocabulary import DISPOSITION as DISPOSITIONS

TODAY = date(2026, 11, 23)
M2 = DEFAULT_BASE + "koeln/integration/measure/2"
SIGNED = {"reason": "Weil es so ist", "name": "Erika Muster"}


@pytest.fixture
def desk(engine: EmbeddedEngine) -> Desk:
    """A desk on the small state, on a day in 2026."""
    return Desk(engine, DEFAULT_BASE, TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (M19, M19),
        (f"<{M19}>", M19),
        ("koeln/integration/measure/19", M19),
        ("integration/measure/19", M19),
        ("koeln/integration/Maßnahme 19", M19),
        ("integration/19", M19),
        ("Zeile 28", M19),
        ("koeln/integration/row/28", M19),
        ("Vordrucke überarbeiten", M19),
        ("vordrucke", M19),
        ("2", M2),
        ("Maßnahme 2", M2),
        ("measure/2", M2),
        ("3.2", M2),
        ("goal/8", G8),
        ("Ziel 8", G8),
        ("12", M12),
        ("Wohnungsbörse", M12),
    ],
)
def test_items_are_found(desk: Desk, text: str, expected: str) -> None:
    assert desk.items.find(text).value == expected


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        ("19", UsageError, "koeln/integration/measure/19"),
        ("e", UsageError, "nicht eindeutig"),
        ("99", NotFound, "gibt es nicht"),
        ("Zeile 27", NotFound, "gibt es nicht"),
        ("Flier auflegen", NotFound, "Flyer auflegen"),
        ("koeln/klima/measure/19", NotFound, "gibt es nicht"),
        ("https://example.org/m", NotFound, "gibt es nicht"),
        ("", NotFound, "gibt es nicht"),
    ],
)
def test_items_that_are_not_clear(desk: Desk, text: str, kind: type[UsageError], says: str) -> None:
    with pytest.raises(kind, match=says):
        desk.items.find(text)


def test_a_link(desk: Desk) -> None:
    decision = desk.decision(Wish("reject", M19, actor="56", role="Mitwirkung", **SIGNED))  # type: ignore[arg-type]
    assert (decision.prop, decision.actor, decision.role) == (INVOLVEMENT, AMT, role("partner"))
    assert (decision.wording, decision.day) == (WORDING, TODAY)
    every = desk.decision(Wish("confirm", M19, actor="JC", **SIGNED))  # type: ignore[arg-type]
    assert (every.actor, every.role) == (JOBCENTER, "")


def test_values(desk: Desk) -> None:
    theme = desk.decision(Wish("set", M19, theme="Housing", **SIGNED))  # type: ignore[arg-type]
    assert (theme.prop, theme.value) == (THEME, DEFAULT_BASE + "koeln/theme/wohnen")
    disposition = desk.decision(Wish("set", M19, disposition="verstetigt", **SIGNED))  # type: ignore[arg-type]
    assert (disposition.prop, disposition.value) == (DISPOSITION, DISPOSITIONS + "permanent")


def test_a_goal_that_only_names_an_actor(desk: Desk) -> None:
    assert desk.decision(Wish("reject", G8, actor="56", **SIGNED)).actor == AMT  # type: ignore[arg-type]


@pytest.mark.parametrize("text", [f"{DEFAULT_BASE}finding/aa11bb22cc", "aa11bb22cc", "aa11"])
def test_a_finding(desk: Desk, text: str) -> None:
    decision = desk.decision(Wish("accept", finding=text, **SIGNED))  # type: ignore[arg-type]
    assert (decision.subject, decision.focus) == (f"{DEFAULT_BASE}finding/aa11bb22cc", M19)
    assert (decision.rule, decision.wording) == ("measure-date", WORDING)


def test_a_finding_by_rule_and_item(desk: Desk) -> None:
    decision = desk.decision(Wish("accept", "Maßnahme 2", finding="measure-date", **SIGNED))  # type: ignore[arg-type]
    assert decision.subject.endswith("/dd33ee44ff")


@pytest.mark.parametrize(
    ("wish", "field", "says"),
    [
        (Wish("stop", M19, name="E"), "reason", "Begründung"),
        (Wish("stop", M19, reason="x", name=" "), "name", "Name"),
        (Wish("stop", M19, **SIGNED, day=date(2026, 11, 24)), "day", "Zukunft"),
        (Wish("stop", "", **SIGNED), "subject", "welche Maßnahme"),
        (Wish("stop", G8, **SIGNED), "subject", "ist ein Ziel"),
        (Wish("stop", M19, actor="56", **SIGNED), "actor", "gilt dem Ganzen"),
        (Wish("stop", M19, role="lead", **SIGNED), "role", "gilt dem Ganzen"),
        (Wish("reject", M19, **SIGNED), "actor", "Es fehlt, was gemeint ist"),
        (Wish("reject", M19, actor="56", theme="Wohnen", **SIGNED), "theme", "nur eines"),
        (Wish("reject", M19, theme="Wohnen", role="lead", **SIGNED), "role", "gehört zu einem Akteur"),
        (Wish("reject", M19, actor="DRK", **SIGNED), "actor", "nicht verknüpft"),
        (Wish("reject", M19, actor="JC", role="lead", **SIGNED), "actor", "in dieser Rolle nicht"),
        (Wish("reject", M19, actor="Jobzenter", **SIGNED), "actor", "Ähnlich: Job"),
        (Wish("reject", M19, actor="Umweltamt", **SIGNED), "actor", "nicht bekannt"),
        (Wish("set", M19, actor="56", **SIGNED), "role", "fehlt die Rolle"),
        (Wish("set", M19, actor="56", role="Chef", **SIGNED), "role", "nicht bekannt"),
        (Wish("set", M19, theme="Wonen", **SIGNED), "theme", "Ähnlich: Wohnen"),
        (Wish("confirm", M19, theme="Sprache", **SIGNED), "theme", "ist nicht „Sprache“"),
        (Wish("set", G8, disposition="permanent", **SIGNED), "subject", "ohne eigene Berichtszeile"),
        (Wish("set", M12, theme="Wohnen", **SIGNED), "subject", "nicht mehr im Bericht"),
        (Wish("accept", M19, **SIGNED), "finding", "welcher Befund"),
        (Wish("accept", finding="measure-date", **SIGNED), "finding", "2 Befunde"),
        (Wish("accept", finding="measure-dat", **SIGNED), "finding", "Ähnlich: measure-date"),
        (Wish("confirm", M19, actor="56", finding="x", **SIGNED), "finding", "nur hinnehmen"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_makes_no_sense_is_refused(desk: Desk, wish: Wish, field: str, says: str) -> None:
    with pytest.raises(Misfit, match=says) as caught:
        desk.decision(wish)
    assert caught.value.field == field


def test_a_role_may_be_set_for_an_actor_that_was_not_linked(desk: Desk) -> None:
    wish = Wish("set", M19, actor="DRK", role="Federführung", **SIGNED)  # type: ignore[arg-type]
    assert desk.decision(wish).role == role("lead")
