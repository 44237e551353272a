"""What a person names is found, and what makes no sense is refused with a sentence that helps."""

from __future__ import annotations

from datetime import date
from functools import partial

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
signed = partial(Wish, reason="Weil es so ist", name="Erika Muster")


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
    decision = desk.decision(signed("reject", M19, actor="56", role="Mitwirkung"))
    assert (decision.prop, decision.actor, decision.role) == (INVOLVEMENT, AMT, role("partner"))
    assert (decision.wording, decision.day) == (WORDING, TODAY)
    every = desk.decision(signed("confirm", M19, actor="JC"))
    assert (every.actor, every.role) == (JOBCENTER, "")


def test_values(desk: Desk) -> None:
    theme = desk.decision(signed("set", M19, theme="Housing"))
    assert (theme.prop, theme.value) == (THEME, DEFAULT_BASE + "koeln/theme/wohnen")
    disposition = desk.decision(signed("set", M19, disposition="verstetigt"))
    assert (disposition.prop, disposition.value) == (DISPOSITION, DISPOSITIONS + "permanent")


def test_a_goal_that_only_names_an_actor(desk: Desk) -> None:
    assert desk.decision(signed("reject", G8, actor="56")).actor == AMT


@pytest.mark.parametrize("text", [f"{DEFAULT_BASE}finding/aa11bb22cc", "aa11bb22cc", "aa11"])
def test_a_finding(desk: Desk, text: str) -> None:
    decision = desk.decision(signed("accept", finding=text))
    assert (decision.subject, decision.focus) == (f"{DEFAULT_BASE}finding/aa11bb22cc", M19)
    assert (decision.rule, decision.wording) == ("measure-date", WORDING)


def test_a_finding_by_rule_and_item(desk: Desk) -> None:
    decision = desk.decision(signed("accept", "Maßnahme 2", finding="measure-date"))
    assert decision.subject.endswith("/dd33ee44ff")


@pytest.mark.parametrize(
    ("wish", "field", "says"),
    [
        (Wish("stop", M19, name="E"), "reason", "Begründung"),
        (Wish("stop", M19, reason="x", name=" "), "name", "Name"),
        (signed("stop", M19, day=date(2026, 11, 24)), "day", "Zukunft"),
        (signed("stop", ""), "subject", "welche Maßnahme"),
        (signed("stop", G8), "subject", "ist ein Ziel"),
        (signed("stop", M19, actor="56"), "actor", "gilt dem Ganzen"),
        (signed("stop", M19, role="lead"), "role", "gilt dem Ganzen"),
        (signed("reject", M19), "actor", "Es fehlt, was gemeint ist"),
        (signed("reject", M19, actor="56", theme="Wohnen"), "theme", "nur eines"),
        (signed("reject", M19, theme="Wohnen", role="lead"), "role", "gehört zu einem Akteur"),
        (signed("reject", M19, actor="DRK"), "actor", "nicht verknüpft"),
        (signed("reject", M19, actor="JC", role="lead"), "actor", "in dieser Rolle nicht"),
        (signed("reject", M19, actor="Jobzenter"), "actor", "Ähnlich: Job"),
        (signed("reject", M19, actor="Umweltamt"), "actor", "nicht bekannt"),
        (signed("set", M19, actor="56"), "role", "fehlt die Rolle"),
        (signed("set", M19, actor="56", role="Chef"), "role", "nicht bekannt"),
        (signed("set", M19, theme="Wonen"), "theme", "Ähnlich: Wohnen"),
        (signed("confirm", M19, theme="Sprache"), "theme", "ist nicht „Sprache“"),
        (signed("set", G8, disposition="permanent"), "subject", "ohne eigene Berichtszeile"),
        (signed("set", M12, theme="Wohnen"), "subject", "nicht mehr im Bericht"),
        (signed("accept", M19), "finding", "welcher Befund"),
        (signed("accept", finding="measure-date"), "finding", "2 Befunde"),
        (signed("accept", finding="measure-dat"), "finding", "Ähnlich: measure-date"),
        (signed("confirm", M19, actor="56", finding="x"), "finding", "nur hinnehmen"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_makes_no_sense_is_refused(desk: Desk, wish: Wish, field: str, says: str) -> None:
    with pytest.raises(Misfit, match=says) as caught:
        desk.decision(wish)
    assert caught.value.field == field


def test_a_role_may_be_set_for_an_actor_that_was_not_linked(desk: Desk) -> None:
    wish = signed("set", M19, actor="DRK", role="Federführung")
    assert desk.decision(wish).role == role("lead")
