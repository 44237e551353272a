"""The id registry: which number a goal or measure has. Minted once, never reused, kept as a readable table.

The table only grows. A line is one of three things: a key and its id; an id that another one replaced
(``replaced_by``); two ids of which a person said that they are not the same (``differs_from``).
"""

from __future__ import annotations

import csv
import functools
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace

from zielgraph.errors import StoreError
from zielgraph.matching import Answers, Fresh, Known, Matching, match
from zielgraph.matching.model import text_key

_FIRST_COLUMNS = ("scope", "kind", "id", "key", "text")  # of tables that early versions wrote
_NOTHING_SAID = Answers()


@dataclass(frozen=True, slots=True)
class _Entry:
    scope: str
    kind: str
    id: int
    key: str
    text: str
    edition: str = ""
    """Where one key means different ids in different editions: the edition this line is about."""
    replaced_by: int | None = None
    differs_from: int | None = None


_COLUMNS = tuple(field.name for field in fields(_Entry))


@dataclass(frozen=True)
class Assignment:
    """Ids of one edition's goals or measures, in their order, and how they were found.

    ``matching`` has every id filled in. ``retired`` maps ids that a confirmation took out of use to those instead.
    ``known`` are those it was compared with, each under the id that is in use.
    """

    numbers: list[int]
    matching: Matching
    retired: dict[int, int]
    known: list[Known]


class _Ids:
    """The ids of one scope and kind."""

    def __init__(self) -> None:
        self.by_key: defaultdict[str, list[_Entry]] = defaultdict(list)
        self.age: dict[tuple[str, int], int] = {}
        self.replaced: dict[int, int] = {}
        self.differing: defaultdict[int, set[int]] = defaultdict(set)
        self.last = 0

    def add(self, entry: _Entry) -> None:
        self.last = max(self.last, entry.id)
        if entry.replaced_by is not None:
            self.replaced[entry.id] = entry.replaced_by
        elif entry.differs_from is not None:
            self.differing[entry.id].add(entry.differs_from)
        else:
            self.by_key[entry.key].append(entry)
            self.age.setdefault((entry.key, entry.id), len(self.age))

    def current(self, number: int) -> int:
        """The id itself or the one that replaced it."""
        seen = {number}
        while (following := self.replaced.get(number)) is not None and following not in seen:
            seen.add(number := following)
        return number

    def meant(self, key: str, edition: str) -> int | None:
        """What the key means in this edition, if nothing else is known."""
        entries = self.by_key.get(key)
        if not entries:
            return None
        if len(entries) == 1:
            return self.current(entries[0].id)
        own = [entry for entry in entries if edition and entry.edition == edition]
        plain = [entry for entry in entries if not entry.edition]
        return self.current((own[-1:] or plain or entries)[0].id)

    def look_up(self, keys: Sequence[str], known: Mapping[int, str], edition: str) -> dict[int, int]:
        """Index → id by stored key, every id once.

        What was written down for this very edition goes first, then who bore the key last, then the first who
        bore it; of two keys of one id the younger one has it.
        """
        claims: list[tuple[int, int, int, int]] = []
        for index, key in enumerate(keys):
            usual = self.meant(key, edition)
            for entry in self.by_key.get(key, ()):
                number = self.current(entry.id)
                if edition and entry.edition == edition:
                    order = 0
                elif known.get(number) == key:
                    order = 1
                else:
                    order = 2 if number == usual else 3
                claims.append((order, -self.age[key, entry.id], index, number))
        found: dict[int, int] = {}
        taken: set[int] = set()
        for _, _, index, number in sorted(claims):
            if index not in found and number not in taken:
                found[index] = number
                taken.add(number)
        return found


def rewound(then: str, now: str) -> str:
    """The registry of an earlier snapshot, with the ids that were minted since kept as taken.

    What was said since then about ids (which gave way, which differ, which further wording is which) is forgotten with
    the change that said it. Both texts as :meth:`IdRegistry.write` writes them. Raises StoreError for damaged ones.
    """
    old, new = IdRegistry.read(then) if then else IdRegistry(), IdRegistry.read(now) if now else IdRegistry()
    known = {(entry.scope, entry.kind, entry.id) for entry in old._entries}
    for entry in new._entries:
        if (entry.scope, entry.kind, entry.id) not in known and not entry.replaced_by and not entry.differs_from:
            old._add(entry)
    return old.write()


class IdRegistry:
    """Ids by scope (``city/system``), kind (goal, measure) and the wording on the path of goals.

    One id may have several keys, from editions with several wordings. So reading an edition again gives the
    ids it had, whatever was imported in between.
    """

    def __init__(self, entries: Iterable[_Entry] = ()) -> None:
        self._entries: list[_Entry] = []
        self._ids: defaultdict[tuple[str, str], _Ids] = defaultdict(_Ids)
        for entry in entries:
            self._add(entry)

    @classmethod
    def read(cls, text: str) -> IdRegistry:
        """Read the table as :meth:`write` writes it or early versions wrote it. Raises StoreError when damaged."""
        rows = list(csv.reader(io.StringIO(text, newline="")))
        columns = tuple(rows[0]) if rows else ()
        if columns not in (_COLUMNS, _FIRST_COLUMNS):
            raise StoreError("Die Tabelle der Kennungen (ids.csv) ist beschädigt: Kopfzeile fehlt.")
        try:
            return cls(_entry(row, len(columns)) for row in rows[1:])
        except ValueError:
            raise StoreError("Die Tabelle der Kennungen (ids.csv) ist beschädigt.") from None

    def write(self) -> str:
        """The registry as CSV, in the order of minting."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer)
        writer.writerow(_COLUMNS)
        writer.writerows(astuple(entry) for entry in self._entries)
        return buffer.getvalue()

    def _add(self, entry: _Entry) -> None:
        self._entries.append(entry)
        self._ids[entry.scope, entry.kind].add(entry)

    def current(self, scope: str, kind: str, number: int) -> int:
        """The id itself or, when it was retired, the one in its place."""
        return self._ids[scope, kind].current(number)

    def replaced(self, scope: str, kind: str) -> dict[int, int]:
        """All retired ids and the ones in their place."""
        ids = self._ids[scope, kind]
        return {number: ids.current(number) for number in sorted(ids.replaced)}

    def assign(
        self,
        scope: str,
        kind: str,
        fresh: Sequence[Fresh],
        *,
        before: Sequence[Known] = (),
        confirmed: Answers = _NOTHING_SAID,
        edition: str = "",
    ) -> Assignment:
        """Ids for the goals or measures of one edition; the registry grows where needed.

        ``before`` are those of earlier editions as last seen, ``confirmed`` is what people said. ``edition`` (its
        day) lets a key that changed hands keep its meaning in every edition. Raises InputError for a confirmation
        that cannot be.
        """
        ids = self._ids[scope, kind]
        known = self._known(scope, kind, before)
        keys, old_keys = _keys(fresh), dict(zip((one.id for one in known), _keys(known), strict=True))
        stored = ids.look_up(keys, old_keys, edition)
        kept_apart = {(index, other) for index, own in stored.items() for other in ids.differing.get(own, ())}
        said = replace(confirmed, refused=confirmed.refused | (kept_apart - set(confirmed.confirmed.items())))
        matching = match(fresh, known, stored=stored, confirmed=said)
        numbers: list[int] = []
        following = ids.last + 1
        for found in matching.matches:
            numbers.append(following if found.id is None else found.id)
            following += found.id is None
        # an id that earlier editions have lives on there; one that only this edition had makes way
        retired = {
            own: numbers[index]
            for index in sorted(confirmed.confirmed)
            if (own := stored.get(index, numbers[index])) != numbers[index] and own not in old_keys
        }
        for own, number in retired.items():
            self._add(_Entry(scope, kind, own, "", "", replaced_by=number))
        for key, number, one in zip(keys, numbers, fresh, strict=True):
            if ids.meant(key, edition) != number:
                self._add(_Entry(scope, kind, number, key, one.text, edition if key in ids.by_key else ""))
        for index, other in sorted(confirmed.refused):
            if other not in ids.differing[numbers[index]]:
                self._add(_Entry(scope, kind, numbers[index], "", "", differs_from=other))
        matches = [replace(found, id=number) for found, number in zip(matching.matches, numbers, strict=True)]
        return Assignment(numbers, replace(matching, matches=matches), retired, known)

    def _known(self, scope: str, kind: str, before: Sequence[Known]) -> list[Known]:
        """Those of earlier editions, by id, each once and under the id that is in use."""
        ids, goals = self._ids[scope, kind], self._ids[scope, "goal"]
        known: dict[int, Known] = {}
        for one in sorted(before, key=lambda one: one.id in ids.replaced):  # what bore its id itself goes first
            parent = None if one.parent is None else goals.current(one.parent)
            known.setdefault(ids.current(one.id), replace(one, id=ids.current(one.id), parent=parent))
        return [known[number] for number in sorted(known)]


_ABOVE = " > "


def _keys(entries: Sequence[Fresh | Known]) -> list[str]:
    """Keys of all, the repeated ones numbered: by their printed numbers, then in the order of the table."""
    texts = functools.cache(text_key)
    keys = [_ABOVE.join((*map(texts, one.path), texts(one.text))) for one in entries]
    seen: Counter[str] = Counter()
    for index in sorted(range(len(keys)), key=lambda index: (entries[index].number, index)):
        key = keys[index]
        seen[key] += 1
        if seen[key] > 1:
            keys[index] = f"{key} #{seen[key]}"
    return keys


def _entry(row: Sequence[str], columns: int) -> _Entry:
    if len(row) != columns:
        raise ValueError(row)
    scope, kind, number, key, text, *more = row
    edition, replaced_by, differs_from = more or ("", "", "")
    return _Entry(
        scope,
        kind,
        int(number),
        key,
        text,
        edition,
        int(replaced_by) if replaced_by else None,
        int(differs_from) if differs_from else None,
    )
