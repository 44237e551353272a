"""Decisions in words: on what day who decided what about what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zielgraph.deciding import decisions_of, overruled
from zielgraph.deciding.model import Decision
from zielgraph.engine import Engine
from zielgraph.exporting.briefing.words import Words

Labels = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision. ``about`` is the IRI of the thing; ``state`` is "", "withdrawn" or "replaced"."""

    day: str
    about: str
    label: str
    words: str
    reason: str
    name: str
    action: str
    state: str = ""


def decided(
    engine: Engine, base: str, words: Words, labels: Labels, *, after: str = "", until: str = "", root: str = ""
) -> list[Decided]:
    """Decisions of the days behind ``after`` up to ``until`` (ISO; "" for no limit), the newest first.

    ``root`` is what the IRIs of the goal system begin with; decisions on others are left out.
    """
    every = [each for each in decisions_of(engine, base) if not until or each.day.isoformat() <= until]
    return [
        Decided(
            day=each.day.isoformat(),
            about=each.about,
            label=labels(each.about),
            words=in_words(each, words, labels),
            reason=each.reason,
            name=each.name,
            action=each.action,
            state="withdrawn" if each.withdrawn else "replaced" if overruled(each, every) else "",
        )
        for each in reversed(every)
        if after < each.day.isoformat() and each.about.startswith(root)
    ]


def in_words(decision: Decision, words: Words, labels: Labels) -> str:
    """What was decided, such as "verworfen: Beteiligung – Jobcenter (Mitwirkung)"."""
    action = words(decision.action, "actions")
    if not decision.prop:
        return action
    prop = words(decision.prop.rpartition("#")[2], "properties")
    role = f" ({labels(decision.role)})" if decision.role else ""
    what = f"{labels(decision.actor)}{role}" if decision.actor else labels(decision.value) if decision.value else ""
    return f"{action}: {prop}" + (f" – {what}" if what else "")
