"""The differences between two editions: which measures and goals came, went, moved, and what changed in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace

from zielgraph.editions.facts import EditionFacts, Facts, Value
from zielgraph.editions.properties import KINDS, Property, Vocabulary, load_changes
from zielgraph.editions.words import Piece, word_difference

Labels = Callable[[str, str], str]
"""Label of an IRI in a language; see :class:`zielgraph.editions.names.Names`."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one property.

    ``op`` is added, removed, changed or extended. ``before`` and ``after`` hold texts or IRIs, empty where there was
    or is nothing; for ``things`` they hold what is said beside ``thing`` (the roles of an actor). ``words`` is the
    difference word by word, for texts alone.
    """

    property: str
    op: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    thing: str = ""
    words: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What happened to one measure, report item or goal.

    ``kinds`` lists every kind that applies, the most telling first. ``others`` are the measures it was split into or
    merged from; for a ``part`` those it came out of or went into.
    """

    iri: str
    kinds: tuple[str, ...]
    before: Facts | None
    after: Facts | None
    path: tuple[str, ...]
    changes: tuple[Change, ...] = ()
    others: tuple[str, ...] = ()
    part: bool = False

    @property
    def kind(self) -> str:
        """The most telling kind, the one that is counted."""
        return self.kinds[0]

    @property
    def facts(self) -> Facts:
        """The newest facts there are."""
        found = self.after or self.before
        if found is None:  # compare makes none without either
            raise ValueError(f"{self.iri} is in neither edition")
        return found

    @property
    def is_goal(self) -> bool:
        """Whether it is a goal."""
        return self.facts.is_goal


@dataclass(frozen=True)
class Comparison:
    """Two editions and their differences, in the order of the newer table; what is unchanged is only counted.

    ``counts`` and ``goal_counts``: how many measures (and report items), how many goals per kind. Parts of a split
    and measures that were merged into another are not counted; ``split`` counts the old ones, ``merged`` the new.
    """

    before: EditionFacts
    after: EditionFacts
    entries: tuple[EntryChange, ...]
    counts: Mapping[str, int]
    goal_counts: Mapping[str, int]

    @property
    def same_rules(self) -> bool:
        """False when the tables were read with different register or rules, so that derived values may differ."""
        return not (self.before.rules and self.after.rules) or self.before.rules == self.after.rules

    def only(self, kinds: set[str]) -> Comparison:
        """The same with nothing but entries of these kinds; the counts stay."""
        return replace(self, entries=tuple(each for each in self.entries if kinds & set(each.kinds)))

    def label(self, iri: str, labels: Labels, lang: str) -> str:
        """Label of a measure or goal of either edition, else of the thing itself."""
        found = self.after.entries.get(iri) or self.before.entries.get(iri)
        return found.label if found and found.label else labels(iri, lang)


def compare(
    before: EditionFacts,
    after: EditionFacts,
    labels: Labels,
    vocabulary: Vocabulary | None = None,
    earlier: Container[str] = (),
) -> Comparison:
    """The differences from ``before`` to ``after``. The same IRI in both is the same measure or goal.

    ``earlier`` are the IRIs of what editions before ``before`` had: it returned and is not new.
    What reads the same is no change: values are compared as people see them, so that an actor that entered the
    register in the meantime, under the same name, makes none.
    """
    comparer = _Comparer(before, after, labels, vocabulary or load_changes(), earlier)
    entries = list(comparer.entries())
    counts: dict[bool, dict[str, int]] = {is_goal: dict.fromkeys(KINDS, 0) for is_goal in (False, True)}
    for each in entries:
        if not each.part:
            counts[each.is_goal][each.kind] += 1
    for iri in comparer.unchanged:
        counts[after.entries[iri].is_goal]["unchanged"] += 1
    return Comparison(before, after, tuple(entries), counts[False], counts[True])


class _Comparer:
    def __init__(
        self,
        before: EditionFacts,
        after: EditionFacts,
        labels: Labels,
        vocabulary: Vocabulary,
        earlier: Container[str],
    ) -> None:
        self.before, self.after, self.labels, self.vocabulary = before, after, labels, vocabulary
        self.earlier = earlier
        self._replaced = {**before.replaced, **after.replaced}
        self._old, self._new = self._by_identity(before), self._by_identity(after)
        self.unchanged: list[str] = []
        self.split: dict[str, list[str]] = defaultdict(list)  # old measure → its parts
        self.merged: dict[str, list[str]] = defaultdict(list)  # old measure → what it went into
        for facts in after.entries.values():
            for old in facts.split_from:
                self.split[old].append(facts.iri)
            for old in facts.merged_from:
                self.merged[old].append(facts.iri)

    def _by_identity(self, edition: EditionFacts) -> dict[str, Facts]:
        """The entries by the IRI that holds today, so that one that was confirmed to be another is that other."""
        if not self._replaced:
            return edition.entries
        return {self._today(iri): facts for iri, facts in edition.entries.items()}

    def _today(self, iri: str) -> str:
        seen: set[str] = set()
        while iri in self._replaced and iri not in seen:
            seen.add(iri)
            iri = self._replaced[iri]
        return iri

    def entries(self) -> Iterator[EntryChange]:
        """All that changed, in the order of the newer table; what is gone stands at the end of its goal."""
        found: dict[tuple[str, ...], list[EntryChange]] = {}
        for facts in sorted(self.after.entries.values(), key=_place):
            goals = self.after.goals_above(facts.iri)
            found.setdefault(goals, [])
            entry = self._entry(self._old.get(self._today(facts.iri)), facts)
            if entry.kinds:
                found[goals].append(entry)
            else:
                self.unchanged.append(facts.iri)
        for facts in sorted(self.before.entries.values(), key=_place):
            if self._today(facts.iri) not in self._new:
                found.setdefault(self.before.goals_above(facts.iri), []).append(self._gone(facts))
        for entries in found.values():
            yield from entries

    def _entry(self, old: Facts | None, new: Facts) -> EntryChange:
        path = self.after.path(new.iri)
        if old is not None:
            changes = tuple(self._changes(old, new)) if old.values != new.values else ()
            kinds = {self.vocabulary.named(change.property).kind for change in changes}
            others = tuple(self.split.get(new.iri, ()))  # it may go on under its number beside its parts
            if others:
                kinds.add("split")
            return EntryChange(new.iri, tuple(k for k in KINDS if k in kinds), old, new, path, changes, others)
        if new.merged_from:
            return EntryChange(new.iri, ("merged",), None, new, path, others=new.merged_from)
        if new.split_from:
            return EntryChange(new.iri, ("split",), None, new, path, others=new.split_from, part=True)
        return EntryChange(new.iri, ("returned" if new.iri in self.earlier else "new",), None, new, path)

    def _gone(self, old: Facts) -> EntryChange:
        path = self.before.path(old.iri)
        if old.iri in self.split:
            return EntryChange(old.iri, ("split",), old, None, path, others=tuple(self.split[old.iri]))
        if old.iri in self.merged:
            return EntryChange(old.iri, ("merged",), old, None, path, others=tuple(self.merged[old.iri]), part=True)
        return EntryChange(old.iri, ("gone",), old, None, path)

    def _changes(self, old: Facts, new: Facts) -> Iterator[Change]:
        told: set[str] = set()
        for each in self.vocabulary.properties:
            was, now = old.values.get(each.name, ()), new.values.get(each.name, ())
            if was == now or each.unless in told:
                continue
            for change in self._things(each, was, now) if each.form == "things" else self._single(each, was, now):
                told.add(each.name)
                yield change

    def _single(self, each: Property, was: tuple[Value, ...], now: tuple[Value, ...]) -> Iterator[Change]:
        before, after = tuple(value for value, _ in was), tuple(value for value, _ in now)
        old = "; ".join(self._seen(value, self.before) for value in before)
        new = "; ".join(self._seen(value, self.after) for value in after)
        if old == new:
            return
        words = word_difference(old, new) if each.form == "text" and old and new else ()
        extended = each.form == "text" and [piece.op for piece in words] == ["equal", "insert"]
        op = "added" if not old else "removed" if not new else "extended" if extended else "changed"
        yield Change(each.name, op, before, after, words=words)

    def _things(self, each: Property, was: tuple[Value, ...], now: tuple[Value, ...]) -> Iterator[Change]:
        """One change per thing that came, went, or has something else said beside it now."""
        old, new = self._grouped(was, self.before), self._grouped(now, self.after)
        for name in sorted(old.keys() | new.keys()):
            (was_thing, before), (now_thing, after) = old.get(name, ("", ())), new.get(name, ("", ()))
            op = "added" if not was_thing else "removed" if not now_thing else "changed"
            seen = [self._seen(value, self.before) for value in before]
            if op != "changed" or seen != [self._seen(value, self.after) for value in after]:
                yield Change(each.name, op, before, after, now_thing or was_thing)

    def _grouped(self, values: tuple[Value, ...], edition: EditionFacts) -> dict[str, tuple[str, tuple[str, ...]]]:
        """By the thing's visible name: its IRI and what is said beside it."""
        found: dict[str, tuple[str, tuple[str, ...]]] = {}
        for thing, beside in values:
            name = self._seen(thing, edition)
            iri, others = found.get(name, (thing, ()))
            found[name] = (iri, (*others, beside) if beside and beside not in others else others)
        return found

    def _seen(self, value: str, edition: EditionFacts) -> str:
        """A value as people see it: a label, a goal with those above it, or the text with single blanks."""
        if not is_iri(value):
            return " ".join(value.split())
        if value in edition.entries:
            if self._today(value) in self._old and self._today(value) in self._new:
                return self._today(value)  # a goal that is in both is itself, whatever its wording
            return " › ".join((*edition.path(value), edition.entries[value].label))
        return self.labels(value, "de")


def is_iri(value: str) -> bool:
    """Whether a value is an IRI and not words."""
    return value.startswith(("http://", "https://", "urn:")) and " " not in value


def _place(facts: Facts) -> tuple[str, int, int, str]:
    return facts.sheet, facts.line, facts.level or 9, facts.iri
