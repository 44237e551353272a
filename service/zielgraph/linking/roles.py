"""The part an actor plays, read from the words around it within its sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from zielgraph.linking.vocabulary import Cue, Mixed, Vocabulary

_FAR = 160
Patterns = frozenset[re.Pattern[str]]
_QUOTE = 120


@dataclass(frozen=True, slots=True)
class Role:
    """A role with the words that tell it."""

    name: str = "mentioned"
    quote: str = ""
    confidence: float = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """Where an actor stands: its own span and that of its sentence, and the actor's kind."""

    start: int
    end: int
    sentence_start: int
    sentence_end: int
    kind: str


class RoleReader:
    """Applies the role cues in the order of the vocabulary; the first that fits wins."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        words = vocabulary.words
        self._cues: Sequence[Cue] = vocabulary.roles.cues
        self._mixed: Mixed = vocabulary.roles.mixed
        parts = "|".join(sorted((re.escape(w) for w in vocabulary.roles.parts), key=len, reverse=True))
        self._part = re.compile(rf"(?<!\w)(?P<part>{parts})(?P<joint>\s+(?:von|vom|bei|beim|im|in))?\s*$", re.I)
        fillers = "|".join(sorted((re.escape(w) for w in words["fillers"]), key=len, reverse=True))
        determiners = "|".join(sorted(words["determiners"] - words["contractions"]))
        conjunctions = "|".join(sorted((re.escape(w) for w in words["conjunctions"]), key=len, reverse=True))
        heads = "|".join(sorted(re.escape(w) for w in vocabulary.codes.lists["heads"]))
        more = "|".join(sorted(re.escape(w) for w in vocabulary.roles.more))
        self._filling = re.compile(
            rf"(?:(?<!\w)(?:(?P<article>{determiners})|{fillers})\s+|[„\"(»]\s*|(?<!\w)(?:{heads})\s+"
            r"|(?<!\w)(?-i:[A-ZÄÖÜ])[\w-]+(?:\s+(?-i:[A-ZÄÖÜ])[\w.-]+){0,2}\s*(?:,|/|(?<!\w)(?:und|u\.|sowie|oder|bzw\.))\s*)$",
            re.I,
        )
        self._others = re.compile(
            rf"\s*(?:{conjunctions})\s+(?:(?:{determiners}|{fillers}|{more})\s+)*(?-i:[A-ZÄÖÜ])[\w-]+(?=\s+(?-i:[a-zäöü]))",
            re.I,
        )
        self._between = re.compile(
            rf"\s*(?:-\w+)?[\s“\"«)]*(?:,|/|&|\+|-(?=\s)|(?<!\w)(?:{conjunctions})(?!\w)|,?\s*sowie)?"
            rf"(?:[\s„\"»(]|(?<!\w)(?:{determiners}|{fillers}|{conjunctions}|{heads})(?!\w)|(?<!\w)(?:vom|zum|zur|im|beim)\s)*",
            re.I,
        )

    def read(self, text: str, places: Sequence[Place]) -> list[Role]:
        """A role for each place; coordinated places share theirs."""
        roles: list[Role] = []
        cells = frozenset(cue.cell for cue in self._cues if cue.cell is not None and cue.cell.search(text))
        index = 0
        while index < len(places):
            last = index
            while last + 1 < len(places) and self._coordinated(text, places[last], places[last + 1]):
                last += 1
            group = places[index : last + 1]
            roles += self._group(text, group, cells)
            index = last + 1
        return roles

    def _coordinated(self, text: str, one: Place, two: Place) -> bool:
        if one.sentence_start != two.sentence_start:
            return False
        between = text[one.end : two.start]
        return (
            len(between) < 60
            and self._between.fullmatch(between) is not None
            and (not between.strip() or between.strip() != "(")
        )

    def _group(self, text: str, group: Sequence[Place], cells: Patterns) -> list[Role]:
        first, last = group[0], group[-1]
        left = text[max(first.sentence_start, first.start - _FAR) : first.start]
        left, article = self._stripped(left)
        right = text[last.end : min(last.sentence_end, last.end + _FAR)]
        if others := self._others.match(right):  # "56 und weitere Träger stimmen sich ab"
            right = right[others.end() :]
        readings = [(left, article)]
        part = self._part.search(left)
        if part is not None and (article or part["joint"]):  # "die Leitung des …": the part acts for the whole
            readings.insert(0, self._stripped(left[: part.start()]))
        found: dict[str, Role] = {}
        for kind in {place.kind for place in group}:
            tried = (self._first(cells, before, right, kind, word) for before, word in readings)
            found[kind] = next((role for role in tried if role.quote), Role())
        if not self._mixed.leading.isdisjoint(found):
            for kind in self._mixed.others & found.keys():
                if found[kind].name == self._mixed.role:
                    found[kind] = replace(found[kind], name=self._mixed.becomes)
        return [found[place.kind] for place in group]

    def _stripped(self, left: str) -> tuple[str, str]:
        """The text before an actor without articles and fillers, and the article next to the actor."""
        article = ""
        while match := self._filling.search(left):
            left = left[: match.start()]
            article = article or (match["article"] or "").lower()
        return left, article

    def _first(self, cells: Patterns, left: str, right: str, kind: str, article: str) -> Role:
        for cue in self._cues:
            if cue.kinds and kind not in cue.kinds:
                continue
            if cue.cell is not None and cue.cell not in cells:
                continue
            if cue.article is not None and cue.article.search(article) is None:
                continue
            before = after = None
            if cue.before is not None and (before := cue.before.search(left)) is None:
                continue
            if cue.after is not None and (after := cue.after.search(right)) is None:
                continue
            words: Callable[[re.Match[str] | None], str] = lambda m: m.group().strip() if m else ""  # noqa: E731
            quote = " … ".join(part for part in (words(before), words(after)) if part)
            return Role(cue.role, quote[:_QUOTE], cue.confidence)
        return Role()
