"""The decision who is who: by stored key, by the same wording, by likeness; what stays open is a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from zielgraph.errors import InputError
from zielgraph.matching.candidates import Nearby
from zielgraph.matching.divided import CONTAINED, Piece, divisions
from zielgraph.matching.likeness import Likeness, compare
from zielgraph.matching.model import (
    ELSEWHERE,
    ELSEWHERE_WORTH_ASKING,
    RIVAL,
    SURE,
    WORTH_ASKING,
    Answers,
    Fresh,
    Kind,
    Known,
    Match,
    Matching,
    Unsure,
    place_key,
    text_key,
)
from zielgraph.matching.words import Wording, Words, load_words

_NONE: Mapping[int, int] = MappingProxyType({})
_NOTHING_SAID = Answers()


def match(
    fresh: Sequence[Fresh],
    known: Sequence[Known],
    *,
    stored: Mapping[int, int] = _NONE,
    confirmed: Answers = _NOTHING_SAID,
    words: Words | None = None,
) -> Matching:
    """Say what became of every fresh one and which known ones are gone.

    ``stored`` maps indexes to ids by stored key, ``confirmed`` is what people said. A stored id that is not among
    the known ones was minted for this very edition before: it stays, and is asked about again. Goals may be given
    all levels together. Raises InputError for a confirmation that contradicts the stored keys.
    """
    work = _Work(fresh, known, dict(stored), confirmed, words or load_words())
    work.confirm()
    work.take_stored()
    work.take_same_wording(work.open_fresh())
    for level in work.levels():
        work.take_same_place(level)
        work.take_same_wording(level)
        work.take_alike(level)
    return work.result()


@dataclass(frozen=True, slots=True)
class _Pair:
    index: int
    id: int
    likeness: Likeness
    here: bool

    @property
    def rank(self) -> float:
        """Likeness as it counts against rivals: less under another goal."""
        return self.likeness.value - (0 if self.here else ELSEWHERE)


class _Work:
    """The state of one matching: what is decided (``ids``, ``divided``), and the pairs that may become questions."""

    def __init__(
        self,
        fresh: Sequence[Fresh],
        known: Sequence[Known],
        stored: dict[int, int],
        said: Answers,
        words: Words,
    ) -> None:
        self.fresh, self.words, self.stored, self.said = fresh, words, stored, said
        self.known = {one.id: one for one in known}
        self.ids: dict[int, int] = {}  # index → known id
        self.taken: dict[int, int] = {}  # known id → index
        self.likeness: dict[int, float] = {}
        self.divided: dict[int, tuple[Kind, tuple[int, ...]]] = {}
        self.pairs: dict[tuple[int, int], _Pair] = {}
        self.fresh_texts = [text_key(one.text) for one in fresh]
        self.known_texts = {one.id: text_key(one.text) for one in known}
        self.settled_texts: set[str] = set()
        self.above = _above(fresh)
        known_above = _above(known)
        self.known_places: dict[int, Hashable] = {
            one.id: one.parent
            if one.parent is not None
            else known[known_above[place]].id
            if place in known_above
            else place_key(one.path)
            for place, one in enumerate(known)
        }

    def place(self, index: int) -> Hashable:
        """Where a fresh one stands, comparable with ``known_places``."""
        one = self.fresh[index]
        if one.parent is not None:
            return one.parent
        if index not in self.above:
            return place_key(one.path)
        goal = self.above[index]
        return self.ids.get(goal, self.stored.get(goal, ("new", goal)))

    def levels(self) -> list[list[int]]:
        """The open ones, goals above before goals below; in one go where none stands under another."""
        levels: defaultdict[int, list[int]] = defaultdict(list)
        for index in self.open_fresh():
            levels[len(self.fresh[index].path) if self.above else 0].append(index)
        return [levels[depth] for depth in sorted(levels)]

    def open_fresh(self) -> list[int]:
        return [index for index in range(len(self.fresh)) if index not in self.ids]

    def open_known(self) -> list[int]:
        return [number for number in self.known if number not in self.taken]

    def take(self, index: int, number: int, likeness: float = 1.0) -> None:
        self.ids[index] = number
        self.taken[number] = index
        self.likeness[index] = likeness
        self.settled_texts |= {self.fresh_texts[index], self.known_texts[number]}

    def confirm(self) -> None:
        """Take the confirmed pairs."""
        confirmed = self.said.confirmed
        bearers = {number: index for index, number in self.stored.items()}
        for index, number in sorted(confirmed.items()):
            if number not in self.known:
                raise self.mistake(index, number, f"die alte Nummer {number} gibt es in der Ausgabe davor nicht")
            other = bearers.get(number, index)
            if other != index and other not in confirmed:
                row = self.fresh[other].row
                raise self.mistake(index, number, f"die Nummer {number} hat mit dem Wortlaut von früher Zeile {row}")
            if number in self.taken:
                raise self.mistake(index, number, f"die Nummer {number} ist für zwei Zeilen bestätigt")
            self.take(index, number, self.compare(index, number).value)

    def take_stored(self) -> None:
        """Take what the stored keys say."""
        for index, number in self.stored.items():
            if index in self.ids or number not in self.known:
                continue
            if (index, number) in self.said.refused:
                problem = (
                    f"Zeile {self.fresh[index].row} hat die Nummer {number} schon; „nein“ ändert daran nichts mehr"
                )
                raise self.mistake(index, number, problem)
            self.take(index, number)

    def mistake(self, index: int, number: int, problem: str) -> InputError:
        """The error for an answer that cannot be, with its place."""
        advice = "Bitte die Tabelle der Zuordnungen berichtigen."
        where = self.said.where.get((index, number))
        if where is None:
            return InputError(problem, advice=advice)
        return InputError(problem, file=where.file, sheet=where.sheet, row=where.row, advice=advice)

    def take_same_place(self, level: Iterable[int]) -> None:
        """The same words under the same goal; repeated ones in the order of their printed numbers, then of the rows."""
        known: defaultdict[Hashable, list[int]] = defaultdict(list)
        for number in self.open_known():
            known[self.known_places[number], self.known_texts[number]].append(number)
        fresh: defaultdict[Hashable, list[int]] = defaultdict(list)
        for index in self.may_take(level):
            fresh[self.place(index), self.fresh_texts[index]].append(index)
        for key, indexes in fresh.items():
            numbers = sorted(known.get(key, ()), key=lambda number: (self.known[number].number, number))
            indexes.sort(key=lambda index: (self.fresh[index].number, index))
            for index, number in zip(indexes, numbers, strict=False):
                if (index, number) not in self.said.refused:
                    self.take(index, number)

    def take_same_wording(self, level: Iterable[int]) -> None:
        """The same words under another goal, if they stand nowhere else in either edition."""
        known: defaultdict[str, list[int]] = defaultdict(list)
        for number in self.open_known():
            known[self.known_texts[number]].append(number)
        fresh: defaultdict[str, list[int]] = defaultdict(list)
        for index in self.open_fresh():
            fresh[self.fresh_texts[index]].append(index)
        for index in self.may_take(level):
            text = self.fresh_texts[index]
            numbers = known.get(text, ())
            if len(numbers) == len(fresh[text]) == 1 and text not in self.settled_texts:
                number = numbers[0]
                if (index, number) not in self.said.refused:
                    self.take(index, number)

    def may_take(self, level: Iterable[int]) -> list[int]:
        """Open ones without a number of their own."""
        return [index for index in level if index not in self.ids and index not in self.stored]

    def compare(self, index: int, number: int) -> Likeness:
        one, other = self.fresh[index], self.known[number]
        same_number = bool(one.number) and one.number.strip() == other.number.strip()
        return compare(self.words.read(one.text), self.words.read(other.text), self.words, same_number=same_number)

    def take_alike(self, level: Iterable[int]) -> None:
        indexes = [index for index in level if index not in self.ids]
        texts = {number: self.words.read(self.known[number].text) for number in self.open_known()}
        if not indexes or not texts:
            return
        near = Nearby(texts, self.known_places)
        wordings: dict[int, Wording] = {}
        pairs: list[_Pair] = []
        for index in indexes:
            one, place = self.fresh[index], self.place(index)
            wording = wordings[index] = self.words.read(one.text)
            for number in near.of(wording, place):
                if (index, number) in self.said.refused:
                    continue
                printed = bool(one.number) and one.number.strip() == self.known[number].number.strip()
                likeness = compare(wording, texts[number], self.words, same_number=printed)
                here = place == self.known_places[number]
                if not here and not self.settled_texts.isdisjoint((self.fresh_texts[index], self.known_texts[number])):
                    likeness = replace(likeness, doubt="derselbe Wortlaut steht auch unter einem anderen Ziel")
                if likeness.value >= WORTH_ASKING or max(likeness.inside, likeness.holds) >= CONTAINED:
                    pairs.append(_Pair(index, number, likeness, here))
        self.take_divided(pairs, wordings, texts)
        pairs = [pair for pair in pairs if pair.index not in self.divided and pair.id not in self.taken]
        self.pairs |= {(pair.index, pair.id): pair for pair in pairs if pair.likeness.value >= WORTH_ASKING}
        self.take_sure([pair for pair in pairs if pair.likeness.value >= WORTH_ASKING])

    def take_divided(self, pairs: list[_Pair], fresh: Mapping[int, Wording], known: Mapping[int, Wording]) -> None:
        inside = (
            Piece(pair.id, pair.index, self.place(pair.index)) for pair in pairs if pair.likeness.inside >= CONTAINED
        )
        for number, indexes in divisions(inside, known, fresh):
            self.taken[number] = indexes[0]
            for index in indexes:
                self.divided[index] = ("split", (number,))
        holds = (
            Piece(pair.index, pair.id, self.known_places[pair.id])
            for pair in pairs
            if pair.likeness.holds >= CONTAINED and pair.index not in self.divided and pair.id not in self.taken
        )
        for index, numbers in divisions(holds, fresh, known):
            self.divided[index] = ("merged", tuple(numbers))
            self.taken.update(dict.fromkeys(numbers, index))

    def take_sure(self, pairs: list[_Pair]) -> None:
        """Take every pair that is sure and has no rival left; what one decision frees is looked at again.

        No two pairs that compete can both be sure, so the outcome does not depend on the order.
        """
        by_index: defaultdict[int, list[_Pair]] = defaultdict(list)
        by_id: defaultdict[int, list[_Pair]] = defaultdict(list)
        for pair in pairs:
            by_index[pair.index].append(pair)
            by_id[pair.id].append(pair)
        waiting = sorted(pairs, key=lambda pair: (pair.rank, -pair.id))
        while waiting:
            pair = waiting.pop()
            if pair.rank < SURE or pair.likeness.doubt or not self.alive(pair) or pair.index in self.stored:
                continue
            rivals = [other for other in (*by_index[pair.index], *by_id[pair.id]) if other is not pair]
            if any(self.alive(other) and other.rank >= pair.rank - RIVAL for other in rivals):
                continue
            self.take(pair.index, pair.id, pair.likeness.value)
            for other in rivals:  # their other partners have a rival less
                waiting += by_id[other.id] if other.index == pair.index else by_index[other.index]

    def alive(self, pair: _Pair) -> bool:
        return pair.index not in self.ids and pair.id not in self.taken

    def questions(self) -> list[Unsure]:
        """Pairs that may be the same, best first for each row; the same words in several places too."""
        result: list[Unsure] = []
        alive = [pair for pair in self.pairs.values() if self.alive(pair)]
        count_index: defaultdict[int, int] = defaultdict(int)
        count_id: defaultdict[int, int] = defaultdict(int)
        for pair in alive:
            count_index[pair.index] += 1
            count_id[pair.id] += 1
        for pair in sorted(alive, key=lambda pair: (pair.index, -pair.rank, pair.id)):
            if pair.here or pair.likeness.value >= ELSEWHERE_WORTH_ASKING:
                rival = count_index[pair.index] > 1 or count_id[pair.id] > 1
                result.append(Unsure(pair.index, pair.id, pair.likeness.value, self.reason(pair, rival)))
        return result

    def reason(self, pair: _Pair, rival: bool) -> str:
        if pair.likeness.doubt:
            return pair.likeness.doubt
        if pair.index in self.stored:
            return f"die Zeile hat schon die Nummer {self.stored[pair.index]}"
        if rival:
            return "mehrere kommen in Frage"
        return "der Wortlaut ist nur ähnlich" + ("" if pair.here else ", und das Ziel ist ein anderes")

    def result(self) -> Matching:
        matches = [self.outcome(index) for index in range(len(self.fresh))]
        gone = sorted(number for number in self.known if number not in self.taken)
        return Matching(matches, self.questions(), gone)

    def outcome(self, index: int) -> Match:
        number = self.ids.get(index)
        if number is None:
            kind, before = self.divided.get(index, ("new", ()))
            return Match(index, self.stored.get(index), kind, 0.0, before)
        if self.place(index) != self.known_places[number]:
            kind = "moved"
        else:
            kind = "unchanged" if self.fresh_texts[index] == self.known_texts[number] else "reworded"
        return Match(index, number, kind, self.likeness[index])


def _above(entries: Sequence[Fresh | Known]) -> dict[int, int]:
    """Index → index of the goal right above, where that is in the same list (goals of all levels)."""
    places: dict[tuple[str, ...], int] = {}
    for index, one in enumerate(entries):
        places.setdefault((*one.path, one.text), index)
    return {index: places[one.path] for index, one in enumerate(entries) if one.path in places}
