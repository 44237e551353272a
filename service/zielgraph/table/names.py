"""Names out of a cell that lists offices, partners or bodies. German office names have commas of their own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from zielgraph import resources
from zielgraph.table.clean import clean, tidy

_LINE_END = re.compile(r"[\r\n]+|<br\s*/?>|</(?:p|li|div)>", re.IGNORECASE)
_SEMICOLON = re.compile(r"\s*;\s*")
_SURE = re.compile(r"\s*;\s*|\s+[|•]\s+|(?<=\w)\s+/\s+")
_COMMA = re.compile(r"\s*,\s*")
_AND = re.compile(r"\s+(?:und|u\.|&|sowie)\s+")
_CODE = re.compile(r"(?:\w+\.?\s+)?(?:\d{1,3}(?:[/.-]\d{1,3})?|[IVX]{1,4}(?:/\d{1,3})?)")
_ACRONYM = re.compile(r"[A-ZÄÖÜ]{2,}[\wÄÖÜ/-]*")
_NOUN = re.compile(r"[A-ZÄÖÜ][\wäöüß-]*")
_QUOTED = re.compile(r"[„“”\"»«]([^„“”\"»«]{2,})[„“”\"»«]")
# What parts names, and what stands for it where it stands in quotation marks and parts nothing
_PARTING = " ,;/|•&"
_HIDE = {ord(sign): 0xFDD0 + number for number, sign in enumerate(_PARTING)}
_SHOW = {hidden: sign for sign, hidden in _HIDE.items()}


@dataclass(frozen=True)
class _Words:
    """Which words open an office's name, make a name of their own, or are mere subjects."""

    offices: re.Pattern[str]
    organisations: re.Pattern[str]
    subjects: frozenset[str]
    above: frozenset[str]


def word_key(word: str) -> str:
    """Words that stand for a name are compared without blanks and dots: "n. n." is "N.N."."""
    return re.sub(r"[\s.]+", "", word).casefold()


@cache
def _words() -> _Words:
    folder = resources.data() / "vocabulary"
    data = tomllib.loads((folder / "names.toml").read_text("utf-8"))
    members = tomllib.loads((folder / "networks.toml").read_text("utf-8"))["members"]

    def ending(words: list[str]) -> re.Pattern[str]:
        return re.compile(rf"(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)

    return _Words(
        ending(data["offices"]),
        ending(data["organisations"]),
        frozenset(word.casefold() for word in data["subjects"]),
        frozenset(map(word_key, members["above"])),
    )


@lru_cache(maxsize=4096)
def means_above(text: str) -> bool:
    """Whether a cell, or one name in it, only points to the row above: "s. o.", "dito"."""
    return word_key(tidy(text)) in _words().above


class Names:
    """Splits cells into names. ``known`` names stay whole, the longest first."""

    def __init__(self, known: Collection[str] = ()) -> None:
        self._alone = frozenset(name.casefold() for name in known)
        self._seen: dict[tuple[str, bool], tuple[str, ...]] = {}  # the same cells come again and again
        self._whole = _pattern(frozenset(name for name in known if re.search(r"[,;/]", name)))

    def split(self, raw: str, *, commas: bool = True) -> tuple[str, ...]:
        """Names of a raw cell in their order; without ``commas`` only semicolons and line ends part them."""
        key = raw, commas
        if key not in self._seen:
            self._seen[key] = self._split(raw, commas)
        return self._seen[key]

    def _split(self, raw: str, commas: bool) -> tuple[str, ...]:
        found: list[str] = []
        for line in _LINE_END.split(raw):
            text = clean(line, lambda *_: None, lists=False).text
            text = _QUOTED.sub(lambda match: match.group().translate(_HIDE), text)
            found += self._around_known(text, self._at_commas if commas else _SEMICOLON.split)
        names = (_unquoted(name.translate(_SHOW)) for name in found)
        return tuple(dict.fromkeys(name for name in names if any(char.isalnum() for char in name)))

    def _around_known(self, text: str, split: Callable[[str], Iterable[str]]) -> list[str]:
        found: list[str] = []
        end = 0
        for match in self._whole.finditer(text) if self._whole else ():
            found += [*split(text[end : match.start()].strip(" ,;/")), match.group()]
            end = match.end()
        return [*found, *split(text[end:].strip(" ,;/") if end else text)]

    def _at_commas(self, text: str) -> list[str]:
        return [name for part in _SURE.split(text) for name in self._names([p for p in _COMMA.split(part) if p])]

    def _names(self, parts: list[str]) -> list[str]:
        """Put together again what a comma inside one name took apart: "Amt für Soziales", "Arbeit und Senioren"."""
        names: list[str] = []
        start = 0
        while start < len(parts):
            end = self._end(parts, start)
            name = ", ".join(parts[start:end])
            pair = _AND.split(name) if end == start + 1 else [name]
            # the last two of a list: "Jobcenter, Caritas und Diakonie"; or two known names, wherever they stand
            ends_list = start > 0 and end == len(parts) and all(self._is_name(each) for each in pair)
            known = name.casefold() not in self._alone and all(each.casefold() in self._alone for each in pair)
            names += pair if len(pair) > 1 and (ends_list or known) else [name]
            start = end
        return names

    def _end(self, parts: list[str], start: int) -> int:
        """Index behind the last part of the name that begins at ``start``."""
        end = start
        while parts[end].endswith("-") and end + 1 < len(parts):  # "Umwelt-, Klima- und Verbraucherschutzamt"
            end += 1
        if end > start:
            return end + 1
        # "Amt für Soziales" may go on; "Jugendamt" and "Amt 50" are complete
        office = (
            " " in parts[start] and bool(_words().offices.search(parts[start])) and not _CODE.fullmatch(parts[start])
        )
        if not office and not self._is_subject(parts[start]):
            return start + 1
        for at in range(start + 1, len(parts)):
            nouns = _AND.split(parts[at])
            # behind an office any noun may be a subject, otherwise only those that are listed
            if not all(self._is_subject(noun) or (office and self._may_be_subject(noun)) for noun in nouns):
                break
            if len(nouns) > 1:
                return at + 1
        return start + 1

    def _is_subject(self, part: str) -> bool:
        return part.casefold() in _words().subjects and part.casefold() not in self._alone

    def _may_be_subject(self, part: str) -> bool:
        return bool(_NOUN.fullmatch(part)) and not self.stands_alone(part)

    def _is_name(self, part: str) -> bool:
        """Whether one of the last two of a list can be a name: one that stands alone, or a noun that is no subject."""
        return self.stands_alone(part) or (bool(_NOUN.fullmatch(part)) and not self._is_subject(part))

    def stands_alone(self, part: str) -> bool:
        """Whether a part is a name by itself: known, an acronym, a code, or with an organisation word in it."""
        words = _words()
        return (
            part.casefold() in self._alone
            or bool(_ACRONYM.fullmatch(part) or _CODE.fullmatch(part))
            or bool(words.offices.search(part) or words.organisations.search(part))
        )


def _unquoted(name: str) -> str:
    """The name without quotation marks around all of it."""
    match = _QUOTED.fullmatch(name)
    return match.group(1).strip() if match else name


@lru_cache(maxsize=8)
def _pattern(known: frozenset[str]) -> re.Pattern[str] | None:
    """One expression for all names that hold a separator themselves; those without need no help."""
    if not known:
        return None
    longest_first = sorted(known, key=lambda name: (-len(name), name))
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
