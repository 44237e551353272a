"""A comparison as text for a terminal, as JSON, and as rows of a table.

The JSON, stable::

    {"editions": {"before": {"iri", "name", "date", "file"}, "after": {…}}, "same_rules": true,
     "summary": {"measures": {"before": 44, "after": 44, "new": 1, "gone": 1, …, "unchanged": 38}, "goals": {…}},
     "items": [{"iri", "type": "measure" | "goal", "label", "path": ["…"], "kind", "kinds": ["…"],
                "line", "line_before", "others": ["IRI"], "text_de", "text_en",
                "changes": [{"property", "op", "thing", "before", "after", "before_iris", "after_iris",
                             "text_de", "text_en", "words": [["equal" | "insert" | "delete", "…"]]}]}]}

``before`` and ``after`` are words in the language asked for, null where there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from zielgraph.editions.diff import Change, Comparison, EntryChange, Labels, is_iri
from zielgraph.editions.facts import EditionFacts, Facts
from zielgraph.editions.names import last_part
from zielgraph.editions.properties import KINDS, Vocabulary, load_changes, pick
from zielgraph.editions.words import Piece

COLUMNS = ("path", "label", "kind", "property", "text", "before", "after", "line", "iri")
_LANGUAGES = ("de", "en")
_CONTEXT = 60  # characters kept around a change; what lies further away is left out in the terminal
_MARKS = {"insert": ("{+", "+}"), "delete": ("[-", "-]"), "equal": ("", "")}
_COLOURS = {"insert": "\x1b[32m", "delete": "\x1b[31m"}
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


class Report:
    """Puts a comparison into words. ``lang`` is ``de`` or ``en``."""

    def __init__(
        self, comparison: Comparison, labels: Labels, lang: str = "de", vocabulary: Vocabulary | None = None
    ) -> None:
        self.comparison, self.labels, self.lang = comparison, labels, lang
        self.vocabulary = vocabulary or load_changes()

    def headline(self, entry: EntryChange, lang: str | None = None) -> str:
        """The sentence for an entry that is new, gone, split or merged; empty for others."""
        kind = self.vocabulary.kinds[entry.kind]
        texts = kind.part if entry.part else kind.goal if entry.is_goal and kind.goal else kind.measure
        lang = lang or self.lang
        names = "; ".join(f"„{self._label(iri, lang)}“" for iri in entry.others)
        return pick(texts, lang).format(others=names)

    def phrase(self, entry: EntryChange, change: Change, lang: str | None = None) -> str:
        """The sentence for one change."""
        lang = lang or self.lang
        each = self.vocabulary.named(change.property)
        beside = last_part((change.after or change.before or ("",))[-1])
        names = (f"{change.op}/{beside}", change.op, *(["changed"] if change.op == "extended" else []))
        tables = (each.goal_phrases, each.phrases) if entry.is_goal else (each.phrases,)
        own = [table[name] for table in tables for name in names if name in table]
        texts = own[0] if own else self.vocabulary.phrases[names[-1]]
        before, after = self._sides(entry, change, lang)
        filled = pick(texts, lang).format(
            label=pick(each.label, lang),
            before=before or "–",
            after=after or "–",
            thing=self._label(change.thing, lang) if change.thing else "",
        )
        # a resolution without a date has nothing to say in its brackets
        return filled.replace(" (–)", "")

    def _sides(self, entry: EntryChange, change: Change, lang: str) -> tuple[str, str]:
        """Old and new value in words: in German the table's own where both editions have some, else the concept's."""
        each = self.vocabulary.named(change.property)
        if lang == "de" and each.words and entry.before and entry.after:
            old, new = entry.before.text(each.words), entry.after.text(each.words)
            if old and new and old.casefold() != new.casefold():
                return old, new
        return self._joined(change.before, lang), self._joined(change.after, lang)

    def _joined(self, values: tuple[str, ...], lang: str) -> str:
        return ", ".join(self._label(value, lang) if is_iri(value) else " ".join(value.split()) for value in values)

    def _label(self, iri: str, lang: str) -> str:
        return self.comparison.label(iri, self.labels, lang) if is_iri(iri) else iri

    # -- text -------------------------------------------------------------------------------------------------

    def text(self, *, colour: bool = False) -> str:
        """For a terminal: grouped by goals, differences as [-old-] {+new+}, coloured if wanted."""
        lines = [self._bold(self._title(), colour), *self._summary()]
        if not self.comparison.same_rules:
            lines.append(self._word("other_rules"))
        shown: tuple[str, ...] | None = None
        for entry in self.comparison.entries:
            if entry.path != shown:
                lines += ["", *(self._bold(line, colour) for line in self._path_lines(entry.path, shown or ()))]
                shown = entry.path
            lines += self._entry_lines(entry, colour)
        if not self.comparison.entries:
            counts = (self.comparison.counts, self.comparison.goal_counts)
            some = any(number for each in counts for kind, number in each.items() if kind != "unchanged")
            lines += ["", self._word("none_of_these" if some else "none")]
        return "\n".join(lines) + "\n"

    def _path_lines(self, path: tuple[str, ...], shown: tuple[str, ...]) -> Iterator[str]:
        """The goals above an entry, one under the other, without those that stand above it already."""
        if not path:
            yield self._word("no_goal")
        same = next(
            (depth for depth, goal in enumerate(path) if goal != "".join(shown[depth : depth + 1])), len(path) - 1
        )
        for depth, goal in enumerate(path):
            if depth >= same:
                yield _clean(("› " * depth) + goal)

    def _title(self) -> str:
        before, after = self.comparison.before, self.comparison.after
        system = "/".join(after.name.split("/")[:2])
        return self._word("title", system=system, before=self._day(before), after=self._day(after))

    def _day(self, edition: EditionFacts) -> str:
        year, month, day = edition.day.split("-")
        text = f"{day}.{month}.{year}" if self.lang == "de" else edition.day
        revision = edition.name.partition("/revision/")[2]
        return f"{text} (Revision {revision})" if revision else text

    def _summary(self) -> Iterator[str]:
        for name, counts in (("measures", self.comparison.counts), ("goals", self.comparison.goal_counts)):
            before, after = self._totals(name == "goals")
            parts = [
                f"{number} {pick(self.vocabulary.kinds[kind].label, self.lang)}"
                for kind, number in counts.items()
                if number
            ]
            head = self._word(name, before=before, after=after)
            yield f"{head} ({', '.join(parts)})" if parts else head

    def _totals(self, goals: bool) -> tuple[int, int]:
        sides = (self.comparison.before, self.comparison.after)
        before, after = (sum(each.is_goal == goals for each in side.entries.values()) for side in sides)
        return before, after

    def _entry_lines(self, entry: EntryChange, colour: bool) -> Iterator[str]:
        facts = entry.facts
        name = " ".join(part for part in (facts.number, facts.order, facts.label) if part)
        place = self._word("line" if entry.after else "old_line", line=facts.line)
        yield f"    {self.vocabulary.kinds[entry.kind].mark} {_clean(name)}" + (f"  ({place})" if facts.line else "")
        if headline := self.headline(entry):
            yield f"        {_clean(headline)}"
        for change in entry.changes:
            yield f"        {_clean(self.phrase(entry, change))}"
            if change.words:
                yield f"          {_marked(change.words, colour)}"

    def _word(self, name: str, **values: object) -> str:
        return self.vocabulary.word(name, self.lang, **values)

    @staticmethod
    def _bold(text: str, colour: bool) -> str:
        return f"{_BOLD}{text}{_PLAIN}" if colour else text

    # -- data -------------------------------------------------------------------------------------------------

    def document(self) -> dict[str, Any]:
        """The comparison as JSON values; the module says which."""
        both = (("before", self.comparison.before), ("after", self.comparison.after))
        summary = {}
        for name, counts in (("measures", self.comparison.counts), ("goals", self.comparison.goal_counts)):
            before, after = self._totals(name == "goals")
            summary[name] = {"before": before, "after": after, **{kind: counts[kind] for kind in KINDS}}
        return {
            "editions": {
                side: {"iri": each.iri, "name": each.name, "date": each.day, "file": each.file} for side, each in both
            },
            "same_rules": self.comparison.same_rules,
            "summary": summary,
            "items": [self._entry_document(entry) for entry in self.comparison.entries],
        }

    def _entry_document(self, entry: EntryChange) -> dict[str, Any]:
        return {
            "iri": entry.iri,
            "type": "goal" if entry.is_goal else "measure",
            "label": entry.facts.label,
            "path": list(entry.path),
            "kind": entry.kind,
            "kinds": list(entry.kinds),
            "line": _line(entry.after),
            "line_before": _line(entry.before),
            "others": list(entry.others),
            **{f"text_{lang}": self.headline(entry, lang) for lang in _LANGUAGES},
            "changes": [self._change_document(entry, change) for change in entry.changes],
        }

    def _change_document(self, entry: EntryChange, change: Change) -> dict[str, Any]:
        before, after = self._sides(entry, change, self.lang)
        return {
            "property": change.property,
            "op": change.op,
            "thing": {"iri": change.thing, "label": self._label(change.thing, self.lang)} if change.thing else None,
            "before": before or None,
            "after": after or None,
            "before_iris": [value for value in change.before if is_iri(value)],
            "after_iris": [value for value in change.after if is_iri(value)],
            **{f"text_{lang}": self.phrase(entry, change, lang) for lang in _LANGUAGES},
            "words": [list(piece) for piece in change.words],
        }

    def headings(self) -> list[str]:
        """Headings of :meth:`rows`."""
        return [pick(self.vocabulary.columns[name], self.lang) for name in COLUMNS]

    def rows(self) -> Iterator[tuple[str | int, ...]]:
        """One row per change, and one for everything that is new, gone, split or merged."""
        for entry in self.comparison.entries:
            facts = entry.facts
            head = (" › ".join(entry.path), facts.label)
            if headline := self.headline(entry):
                kind = pick(self.vocabulary.kinds[entry.kind].label, self.lang)
                yield (*head, kind, "", headline, "", "", facts.line, entry.iri)
            for change in entry.changes:
                each = self.vocabulary.named(change.property)
                kind = pick(self.vocabulary.kinds[each.kind].label, self.lang)
                before, after = self._sides(entry, change, self.lang)
                text = self.phrase(entry, change)
                yield (*head, kind, pick(each.label, self.lang), text, before, after, facts.line, entry.iri)


def _line(facts: Facts | None) -> int | None:
    return facts.line or None if facts else None


def _marked(words: tuple[Piece, ...], colour: bool) -> str:
    """The difference on one line; long stretches that both have are cut in the middle."""
    parts: list[str] = []
    for index, (op, text) in enumerate(words):
        text = _clean(text)
        if op == "equal" and len(text) > 2 * _CONTEXT:
            text = (text[:_CONTEXT] if index else "") + " … " + (text[-_CONTEXT:] if index < len(words) - 1 else "")
        start, end = _MARKS[op]
        blank = " " if start and text.startswith(" ") else ""
        marked = f"{blank}{start}{text.strip() if start else text}{end}"
        parts.append(f"{_COLOURS[op]}{marked}{_PLAIN}" if colour and start else marked)
    return "".join(parts).strip()


def _clean(text: str) -> str:
    """Without line breaks and characters that would steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in text)
