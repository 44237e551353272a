"""How alike two wordings are, and how much of one is contained in the other."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from zielgraph.matching.model import SURE
from zielgraph.matching.words import COMMON, Word, Wording, Words

# Words count as one from this likeness of their letters on: Aufbau, aufgebaut.
_SAME_WORD = 0.8
# A word that is the end or beginning of a compound: Leitfaden, Wohnleitfaden.
_COMPOUND, _SHORTEST_PART = 0.7, 5
# Weight of the words against that of the letters.
_BY_WORDS = 0.7
# What a reason for doubt and an equal printed number change.
_DOUBT, _NUMBER = 0.05, 0.05
# A text with so few telling words is never surely the same once a word is added or left out.
_FEW_WORDS = 2
_AT_MOST = SURE - 0.01


@dataclass(frozen=True, slots=True)
class Likeness:
    """``value`` from 0 to 1 with all caution; ``doubt`` is the reason why it cannot be sure, empty if there is none.

    ``inside`` and ``holds`` say how much of the first wording is in the second and the other way round.
    """

    value: float
    doubt: str
    inside: float
    holds: float


def compare(a: Wording, b: Wording, words: Words, *, same_number: bool = False) -> Likeness:
    """Likeness of two wordings; ``same_number`` says that both bear the same printed number."""
    shared_a, shared_b, left_a, left_b = _align(a, b)
    total = a.weight + b.weight
    inside = shared_a / a.weight if a.weight else 0.0
    holds = shared_b / b.weight if b.weight else 0.0
    by_words = (shared_a + shared_b) / total if total else 0.0
    by_letters = max(Indel.normalized_similarity(a.flat, b.flat), fuzz.token_sort_ratio(a.flat, b.flat) / 100)
    value = _BY_WORDS * by_words + (1 - _BY_WORDS) * by_letters
    if same_number:
        value = min(1.0, value + _NUMBER)
    doubt = _doubt(a, b, left_a, left_b, words)
    if doubt:
        value = min(value - _DOUBT, _AT_MOST)
    elif (left_a or left_b) and min(_telling(a), _telling(b)) <= _FEW_WORDS:
        value = min(value, _AT_MOST)
    return Likeness(max(0.0, round(value, 4)), doubt, inside, holds)


def covered(pieces: list[Wording], whole: Wording) -> tuple[float, list[float]]:
    """How much of ``whole`` the pieces hold together, and the share that each alone holds."""
    shares = [{word.stem for word in whole.words if _find(word, piece.words)} for piece in pieces]
    weight = {word.stem: word.weight for word in whole.words}
    together = sum(weight[name] for name in set().union(*shares))
    alone = [
        sum(weight[name] for name in mine - set().union(*(s for other, s in enumerate(shares) if other != place)))
        for place, mine in enumerate(shares)
    ]
    return together / whole.weight, [value / whole.weight for value in alone]


def _align(a: Wording, b: Wording) -> tuple[float, float, list[Word], list[Word]]:
    """Weights of the words that have a partner on the other side, and the words that have none."""
    shared_a = sum(word.weight for word in a.words if word.stem in b.stems)
    shared_b = sum(word.weight for word in b.words if word.stem in a.stems)
    left_a = [word for word in a.words if word.stem not in b.stems]
    left_b = [word for word in b.words if word.stem not in a.stems]
    pairs = sorted(
        (
            (-likeness, x.stem, y.stem, x, y)
            for x in left_a
            for y in left_b
            if (x.stem[0] == y.stem[0] or x.stem[-1] == y.stem[-1])  # no other can be alike; saves most of the time
            and (likeness := _word_likeness(x, y)) >= _COMPOUND
        ),
        key=lambda pair: pair[:3],
    )
    for negative, _, _, x, y in pairs:
        if x in left_a and y in left_b:
            left_a.remove(x)
            left_b.remove(y)
            shared_a -= negative * x.weight
            shared_b -= negative * y.weight
    return shared_a, shared_b, left_a, left_b


def _word_likeness(x: Word, y: Word) -> float:
    if x.is_number or y.is_number:
        return 0.0
    # another first letter is another word more often than a slip: Neumarkt, Heumarkt
    if x.stem[0] != y.stem[0]:
        return _COMPOUND if _is_part(x.stem, y.stem) else 0.0
    value = Indel.normalized_similarity(x.stem, y.stem, score_cutoff=_SAME_WORD)
    if value:
        return value
    return _COMPOUND if _is_part(x.stem, y.stem) else 0.0


def _is_part(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST_PART and (long.endswith(short) or long.startswith(short))


def _find(word: Word, others: tuple[Word, ...]) -> bool:
    return any(word.stem == other.stem or _word_likeness(word, other) >= _SAME_WORD for other in others)


def _telling(wording: Wording) -> int:
    return sum(word.weight > COMMON for word in wording.words)


def _doubt(a: Wording, b: Wording, left_a: list[Word], left_b: list[Word], words: Words) -> str:
    """Why two wordings may speak of different things although they look alike; empty when nothing says so."""
    if a.numbers != b.numbers:
        return "die Zahlen weichen ab"
    if a.negations != b.negations:
        return "eine Verneinung weicht ab"
    groups_b = {words.contrasts[y.stem]: y for y in b.words if y.stem in words.contrasts and y.stem not in a.stems}
    for x in a.words:
        if x.stem not in b.stems and (y := groups_b.get(words.contrasts.get(x.stem, -1))):
            return f"{x.text} und {y.text} schließen einander aus"
    names_a = [word for word in left_a if word.is_noun]
    names_b = [word for word in left_b if word.is_noun]
    if names_a and names_b:
        return "ein Hauptwort oder Name ist ein anderes"
    return ""
