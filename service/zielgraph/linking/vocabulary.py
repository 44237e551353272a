"""The linker's word lists and rules, read from ``linking-*.toml``. All of it is data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zielgraph.errors import InputError

Words = frozenset[str]

_NEAR = 400
GUARD_KEYS = ("not_left", "not_right", "not_cell", "unless_left", "unit_left")
FILES = ("text", "words", "names", "codes", "candidates", "roles")


@dataclass(frozen=True)
class TextRules:
    """How text is cut into tokens: one pattern for all masks, one for abbreviations, and equal spellings."""

    mask: re.Pattern[str]
    dotted: re.Pattern[str]
    equivalents: Mapping[str, str]


@dataclass(frozen=True)
class Guard:
    """Where an ambiguous name is not the actor: patterns for the text left, right, or around."""

    not_left: re.Pattern[str] | None
    not_right: re.Pattern[str] | None
    not_cell: re.Pattern[str] | None
    unless_left: re.Pattern[str] | None
    unit_left: re.Pattern[str] | None

    def forbids(self, text: str, start: int, end: int, unit: bool) -> bool:
        """Whether the name is something else here; ``unit``: no register has it, only the unit types."""
        left = text[max(0, start - 60) : start]
        if unit and self.unit_left is not None and not self.unit_left.search(left):
            return True
        if self.unless_left is not None and self.unless_left.search(left):
            return False
        return bool(
            (self.not_left is not None and self.not_left.search(left))
            or (self.not_right is not None and self.not_right.search(text[end : end + 60]))
            or (self.not_cell is not None and self.not_cell.search(text[max(0, start - _NEAR) : end + _NEAR]))
        )


@dataclass(frozen=True)
class NameRules:
    """Inflection, compounds, ambiguous names."""

    endings: Words
    final_endings: Words
    short_endings: Words
    short_length: int
    compound_heads: Words
    compound_left: Words
    place_heads: tuple[str, ...]
    articles: Words
    stump_joints: Words
    misspelt_heads: Words
    misspelt_length: int
    general: tuple[str, ...]
    optional_tails: tuple[re.Pattern[str], ...]
    of_city: re.Pattern[str]
    ambiguous: Words
    guards: Mapping[str, tuple[Guard, ...]]
    confidence: Mapping[str, float]


@dataclass(frozen=True)
class CodeRules:
    """Contexts in which a bare number is a department's code; fields as in ``linking-codes.toml``."""

    lists: Mapping[str, Words]

    def has(self, name: str, word: str) -> bool:
        """Whether the word stands in that list."""
        return word in self.lists[name]


@dataclass(frozen=True)
class CandidateRules:
    """What looks like an actor that no register has; fields as in ``linking-candidates.toml``."""

    suffixes: tuple[str, ...]
    lists: Mapping[str, Words]
    starters: Mapping[str, tuple[tuple[str, ...], ...]]
    acronym_max_length: int


@dataclass(frozen=True)
class Cue:
    """One way a sentence tells a role: words before and words after the actor, both within the sentence.

    ``cell`` must be found anywhere in the cell. ``kinds`` limits the cue to names of that kind. ``article`` is
    looked for in the article before the actor, which tells its case.
    """

    role: str
    confidence: float
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    cell: re.Pattern[str] | None
    kinds: Words
    article: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Mixed:
    """What a role becomes for the ``others`` of an enumeration that also names one of the ``leading`` kinds."""

    role: str
    leading: Words
    others: Words
    becomes: str


@dataclass(frozen=True)
class RoleRules:
    """Cues in their order, nouns for parts and people that stand for their actor, words before further actors."""

    cues: tuple[Cue, ...]
    parts: Words
    more: Words
    mixed: Mixed


@dataclass(frozen=True)
class Vocabulary:
    """All rules of the linker."""

    text: TextRules
    names: NameRules
    codes: CodeRules
    candidates: CandidateRules
    roles: RoleRules
    words: Mapping[str, Words]
    heads: Mapping[str, Words]


def load_vocabulary(folder: Path) -> Vocabulary:
    """Read ``linking-*.toml`` of a folder; a fault is reported with its file."""
    tables: dict[str, dict[str, Any]] = {}
    for name in FILES:
        path = folder / f"linking-{name}.toml"
        try:
            tables[name] = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise InputError("Die Wortliste fehlt oder ist nicht lesbar", file=str(path)) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(f"Die Wortliste ist kein gültiges TOML: {error}", file=str(path)) from error
    part = ""
    try:
        part = "text"
        text = _text(tables[part])
        part = "names"
        names = _names(tables[part])
        part = "codes"
        codes = CodeRules({key: _words(value) for key, value in tables[part].items()})
        part = "candidates"
        candidates = _candidates(tables[part])
        part = "roles"
        roles = _roles(tables[part])
        part = "words"
        words = {key: _words(value) for key, value in tables[part].items() if key != "heads"}
        heads = {kind: _words(value) for kind, value in tables[part]["heads"].items()}
    except (KeyError, TypeError, ValueError, re.error) as error:
        raise InputError(
            f"Die Wortliste ist unvollständig oder enthält einen fehlerhaften Ausdruck: {error}",
            file=str(folder / f"linking-{part}.toml"),
        ) from error
    return Vocabulary(text, names, codes, candidates, roles, words, heads)


def _words(values: Iterable[str]) -> Words:
    return frozenset(value.lower() for value in values)


def _pattern(source: object, any_case: bool) -> re.Pattern[str] | None:
    return re.compile(str(source), re.IGNORECASE if any_case else 0) if source else None


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=lambda word: (-len(word), word)))


def _text(table: Mapping[str, Any]) -> TextRules:
    numbered = _alternatives(table["numbered"]["words"])
    joined = r"(?:\s*(?:,|und|u\.|/|bis|-|–|&|\+)\s*\d{1,3}[a-z]?\b)*"
    masks = [f"(?:{entry['pattern']})" for entry in table["mask"]]
    masks.append(rf"(?<![\w-])(?:{numbered})\s*\d+[a-z]?\b{joined}")
    dotted = _alternatives(table["dotted"])
    return TextRules(
        re.compile("|".join(masks)),
        re.compile(rf"(?<![\w.])(?:{dotted})(?!\w)"),
        {key.lower(): value for key, value in table["equivalents"].items()},
    )


def _names(table: Mapping[str, Any]) -> NameRules:
    guards: dict[str, list[Guard]] = {}
    for entry in table.get("guard", []):
        guard = Guard(*(_pattern(entry.get(key), key.endswith("_left")) for key in GUARD_KEYS))
        for name in entry["names"]:
            guards.setdefault(name.lower(), []).append(guard)
    return NameRules(
        _words(table["endings"]),
        _words(table["final_endings"]),
        _words(table["short_endings"]),
        int(table["short_length"]),
        _words(table["compound_heads"]),
        _words(table["compound_left"]),
        tuple(table["place_heads"]),
        _words(table["articles"]),
        _words(table["stump_joints"]),
        _words(table["misspelt_heads"]),
        int(table["misspelt_length"]),
        tuple(table["general"]),
        tuple(re.compile(tail) for tail in table["optional_tails"]),
        re.compile("|".join(f"(?:{tail})" for tail in table["of_city"])),
        _words(table["ambiguous"]),
        {name: tuple(rules) for name, rules in guards.items()},
        {key: float(value) for key, value in table["confidence"].items()},
    )


def _candidates(table: Mapping[str, Any]) -> CandidateRules:
    lists = {key: _words(value) for key, value in table.items() if isinstance(value, list)}
    starters: dict[str, list[tuple[str, ...]]] = {}
    for starter in table["starters"]:
        words = tuple(starter.lower().split())
        starters.setdefault(words[0], []).append(words)
    return CandidateRules(
        tuple(sorted(lists.pop("suffixes"), key=lambda word: (-len(word), word))),
        lists,
        {first: tuple(sorted(some, key=len, reverse=True)) for first, some in starters.items()},
        int(table["acronym_max_length"]),
    )


def _roles(table: Mapping[str, Any]) -> RoleRules:
    mixed = table["mixed"]
    return RoleRules(
        tuple(_cue(entry, table.get("snippets", {})) for entry in table["cue"]),
        _words(table["parts"]),
        _words(table["more"]),
        Mixed(mixed["role"], frozenset(mixed["leading"]), frozenset(mixed["others"]), mixed["becomes"]),
    )


def _cue(entry: Mapping[str, Any], snippets: Mapping[str, str]) -> Cue:
    """A cue; ``<name>`` in a pattern stands for the snippet of that name."""

    def pattern(key: str) -> re.Pattern[str] | None:
        source = str(entry.get(key, ""))
        while match := re.search(r"(?<![?])<([a-z_]+)>", source):
            source = source.replace(match.group(), f"(?:{snippets[match.group(1)]})")
        if not source:
            return None
        return re.compile(rf"(?:{source})\s*$" if key == "before" else source)

    return Cue(
        str(entry["role"]),
        float(entry["confidence"]),
        pattern("before"),
        pattern("after"),
        pattern("cell"),
        frozenset(entry.get("kinds", ())),
        pattern("article"),
    )
