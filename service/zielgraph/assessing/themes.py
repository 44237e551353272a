"""Which theme a goal belongs to: by its own wording, or by the city's theme file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zielgraph.register import Label, Theme
from zielgraph.table import Goal
from zielgraph.table.clean import tidy
from zielgraph.vocabulary import slug

#: How sure each way of finding a theme is.
_CONFIDENCE = {
    "known-theme": 0.95,
    "theme-label": 0.95,
    "column": 1.0,
    "noun-before-sentence": 0.8,
    "noun-in-brackets": 0.7,
    "theme-file": 0.9,
}


@dataclass(frozen=True, slots=True)
class GoalTheme:
    """A theme with the way it was found and the words that say so."""

    iri: str
    method: str
    confidence: float
    quote: str


class ThemeFinder:
    """Finds themes by name or by the phrases of the city's theme file; mints provisional ones for new names.

    ``new_scheme``: there are only provisional ones, so no file describes the scheme that they belong to.
    """

    def __init__(self, themes: Sequence[Theme], theme_base: str) -> None:
        self._base = theme_base
        self._by_name = {
            label.text.casefold(): theme.iri for theme in reversed(themes) for label in reversed(theme.labels)
        }
        self._phrases = [(phrase.casefold(), phrase, theme.iri) for theme in themes for phrase in theme.goal_wordings]
        self._known = any(theme.iri.startswith(theme_base) for theme in themes)
        self.provisional: dict[str, Theme] = {}

    @property
    def new_scheme(self) -> bool:
        return bool(self.provisional) and not self._known

    def named(self, name: str, method: str) -> GoalTheme:
        """The theme of that name; a provisional one when no file knows it."""
        iri = self._by_name.get(name.casefold())
        if iri is None:
            iri = self._base + slug(name)
            self.provisional.setdefault(iri, Theme(iri, (Label(name),), provisional=True))
        return GoalTheme(iri, method, _CONFIDENCE[method], name)

    def by_phrase(self, text: str) -> GoalTheme | None:
        """The theme whose phrase stands in the goal's wording; the longest phrase wins."""
        folded = tidy(text).casefold()
        hits = [(len(phrase), phrase, iri) for key, phrase, iri in self._phrases if key in folded]
        if not hits:
            return None
        _, phrase, iri = max(hits)
        start = folded.index(phrase.casefold())
        return GoalTheme(iri, "theme-file", _CONFIDENCE["theme-file"], tidy(text)[start : start + len(phrase)])

    def of_goals(self, goals: Sequence[Goal]) -> list[GoalTheme | None]:
        """A theme per goal; goals below a framework goal have its theme, the principle goal none."""
        found: list[GoalTheme | None] = []
        for goal in goals:
            theme: GoalTheme | None = None
            if goal.theme_text:
                theme = self.named(goal.theme_text, goal.theme_rule)
            elif goal.kind != "PrincipleGoal":
                theme = self.by_phrase(goal.text)
                if theme is None and goal.parent is not None:
                    theme = found[goal.parent]
            found.append(theme)
        return found
