"""Profiles and status words: what headings and words mean. Data in TOML; a new one needs no Python."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from zielgraph.errors import InputError, NotFound
from zielgraph.table.clean import tidy

#: Roles a column can have. Goal columns are named by the profile's ``levels``.
TEXT_ROLES = frozenset({"activity", "progress"})
DATE_ROLES = frozenset({"first-mentioned", "start", "due", "period"})
NAME_ROLES = frozenset({"lead", "partners", "body"})
PLAIN_ROLES = frozenset({"status", "resolution", "theme", "number", "resources", "note"})
ROLES: Mapping[str, frozenset[str]] = {
    "measures": TEXT_ROLES | DATE_ROLES | NAME_ROLES | PLAIN_ROLES,
    "networks": frozenset(
        {"network-name", "network-kind", "topics", "members", "lead", "rhythm", "contact", "number", "note"}
    ),
}
#: Roles that several columns may have; every other one counts once.
SHARED_ROLES = NAME_ROLES | {"note", "members"}
# What must be said apart from the heading's own word: a bracket, a footnote mark, the state of the report
_BRACKET = re.compile(r"\s*[(\[][^)\]]*[)\]]?")
_FOOTNOTE = re.compile(r"(?:[¹²³⁴-⁹*†]|(?<=[^\W\d])\d\))+\s*$")
_AS_OF = re.compile(r"[\s,–-]+(?:(?:Stand|zum|per|vom|am|bis)[:\s]+)*(?:\d[\d./-]*|[A-Z][a-zä]+ \d{4})$")
_PARTS = re.compile(r"\s*[/\n\r|:;]\s*|\s+[–-]\s+|<br\s*/?>", re.IGNORECASE)


@lru_cache(maxsize=8192)
def heading_key(heading: str) -> str:
    """Headings are compared by their letters and digits only, in lower case."""
    return re.sub(r"[^0-9a-zäöüß]+", "", unicodedata.normalize("NFC", heading).lower())


@lru_cache(maxsize=8192)
def heading_keys(heading: str) -> tuple[tuple[str, ...], ...]:
    """Keys to try in turn: the whole heading, without additions, then all its parts at once."""
    plain = _FOOTNOTE.sub("", _BRACKET.sub(" ", heading)).strip()
    bare = _AS_OF.sub("", plain)
    wholes = dict.fromkeys(key for text in (heading, plain, bare) if (key := heading_key(text)))
    parts = tuple(dict.fromkeys(key for part in _PARTS.split(bare) if (key := heading_key(part))))
    return (*((key,) for key in wholes), *((parts,) if len(parts) > 1 else ()))


@dataclass(frozen=True)
class Profile:
    """How one kind of table is laid out.

    ``kind`` says what its rows are ("measures", "networks"). ``levels`` are the goal columns' role names from the
    top; ``headings`` maps a heading key to its roles, several where the content of the column must decide;
    ``titles`` has the first heading of each role as it is written; ``required`` lists the roles without which
    the table is not recognised; ``above`` lists words ("Grundsatzziel") that begin a line with the top goal;
    ``sections`` maps words that begin a line between the rows to a role; ``status`` has status words that only
    this table uses; ``sheet_theme``: a sheet's name is the theme of its rows; ``general``: the profile is a
    last resort, others come first.
    """

    name: str
    city: str
    system: str
    label: Mapping[str, str]
    levels: tuple[str, ...]
    headings: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    stated_date: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    resolution_marks: frozenset[str] = field(default_factory=frozenset)
    kind: str = "measures"
    sections: Mapping[str, str] = field(default_factory=dict)
    status: Mapping[str, str] = field(default_factory=dict)
    sheet_theme: bool = False
    general: bool = False

    def roles(self, heading: str) -> tuple[str, ...]:
        """Roles a heading can stand for: none, one, or several among which the column's content decides."""
        for keys in heading_keys(heading):
            found = tuple(dict.fromkeys(role for key in keys for role in self.headings.get(key, ())))
            if len(found) > 1 and len(keys) > 1 and not set(found) <= {"status", "progress"}:
                continue  # "Maßnahme / Frist" is two columns in one
            if found:
                return found
        return ()

    def candidates(self, cells: Sequence[str]) -> dict[int, tuple[str, ...]]:
        """Column index → possible roles, for those cells that are headings of this profile."""
        return {i: roles for i, cell in enumerate(cells) if cell and len(cell) <= 120 and (roles := self.roles(cell))}

    def recognised(self, cells: Sequence[str]) -> dict[int, str]:
        """Column index → role by the headings alone. A role counts once, except those several columns may share."""
        return settle(self.candidates(cells))

    def missing(self, roles: Mapping[int, str]) -> list[str]:
        """Required roles that are not among the recognised ones."""
        return [role for role in self.required if role not in roles.values()]


def settle(
    candidates: Mapping[int, tuple[str, ...]], choose: Callable[[int, list[str]], str] = lambda _, free: free[0]
) -> dict[int, str]:
    """Give every column one role: first where the heading says it, then ``choose`` among those still free."""
    found: dict[int, str] = {}
    for index, roles in sorted(candidates.items(), key=lambda entry: (len(entry[1]) > 1, entry[0])):
        if free := [role for role in roles if role in SHARED_ROLES or role not in found.values()]:
            found[index] = choose(index, free)
    return dict(sorted(found.items()))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"kein gültiges TOML ({error})", file=str(path)) from None
    except OSError as error:
        raise InputError(f"lässt sich nicht lesen ({error.strerror})", file=str(path)) from None


def load_profile(path: Path) -> Profile:
    """Read and check one profile file. Raises InputError naming the file and what is wrong."""
    data = _read(path)
    _check(data, str(path))
    kind = data.get("kind", "measures")
    levels = tuple(data.get("levels", ()))
    columns: dict[str, list[str]] = data.get("columns", {})
    possible = ROLES[kind] | set(levels)
    sections: dict[str, str] = {word: role for role, words in data.get("sections", {}).items() for word in words}
    for table, roles in (
        ("columns", set(columns)),
        ("required", set(data.get("required", ()))),
        ("sections", set(sections.values())),
    ):
        allowed = possible if table != "sections" else {"theme", *levels}
        if wrong := sorted(roles - allowed):
            place = "required" if table == "required" else f"[{table}]"
            raise InputError(
                f"unbekannte Rolle „{wrong[0]}“ unter {place}",
                file=str(path),
                advice=f"Möglich sind: {', '.join(sorted(allowed))}.",
            )
    headings: dict[str, tuple[str, ...]] = {}
    for role, names in columns.items():
        for key in dict.fromkeys(heading_key(name) for name in names):
            headings[key] = (*headings.get(key, ()), role)
    if not headings:
        raise InputError("enthält keine Spalten unter [columns]", file=str(path))
    status = _status(data.get("status", {}), str(path))
    if kind == "measures" and not {"activity", *levels} & set(columns):
        raise InputError(
            "es fehlt die Spalte für die Maßnahme (activity)",
            file=str(path),
            advice='Bitte ihre Überschrift unter [columns] eintragen, zum Beispiel activity = ["Maßnahme"].',
        )
    return Profile(
        name=path.stem,
        city=data.get("city", "local"),
        system=data.get("system", "main"),
        label=data.get("label", {}),
        levels=levels,
        headings=headings,
        required=tuple(data.get("required", ())),
        titles={role: names[0] for role, names in columns.items() if names},
        above=tuple(data.get("above", ())),
        stated_date=tuple(data.get("stated_date", ())),
        abbreviations=tuple(data.get("abbreviations", ())),
        resolution_marks=frozenset(data.get("resolution_marks", ("x", "X", "ja"))),
        kind=kind,
        sections=sections,
        status=status,
        sheet_theme=data.get("sheet_theme", False),
        general=data.get("general", False),
    )


_WORDS, _TEXT, _FLAG = "eine Liste von Texten in Anführungszeichen", "ein Text in Anführungszeichen", "true oder false"
_SHAPES = {
    "kind": _TEXT,
    "city": _TEXT,
    "system": _TEXT,
    "levels": _WORDS,
    "required": _WORDS,
    "above": _WORDS,
    "stated_date": _WORDS,
    "abbreviations": _WORDS,
    "resolution_marks": _WORDS,
    "sheet_theme": _FLAG,
    "general": _FLAG,
}
_TABLES = {"label": _TEXT, "columns": _WORDS, "status": _WORDS, "sections": _WORDS}


def _fits(value: object, shape: str) -> bool:
    if shape == _WORDS:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    return isinstance(value, bool if shape == _FLAG else str)


def _check(data: Mapping[str, Any], file: str) -> None:
    """Every entry is known and has the kind of value that belongs there."""
    for name, value in data.items():
        if name in _TABLES:
            entries = value.items() if isinstance(value, dict) else [(name, None)]
            wrong = [f"{name}.{key}" for key, each in entries if not _fits(each, _TABLES[name])]
            shape = _TABLES[name]
        elif name in _SHAPES:
            wrong, shape = ([] if _fits(value, _SHAPES[name]) else [name]), _SHAPES[name]
        else:
            known = ", ".join([*_SHAPES, *(f"[{table}]" for table in _TABLES)])
            raise InputError(f"unbekannter Eintrag „{name}“", file=file, advice=f"Möglich sind: {known}.")
        if wrong:
            raise InputError(f"der Wert von „{wrong[0]}“ passt nicht", file=file, advice=f"Erwartet wird {shape}.")
    if (kind := data.get("kind", "measures")) not in ROLES:
        raise InputError(f"unbekannte Art „{kind}“ bei kind", file=file, advice=f"Möglich sind: {', '.join(ROLES)}.")


def load_profiles(folder: Path) -> dict[str, Profile]:
    """All profiles of a folder by name."""
    return {path.stem: load_profile(path) for path in sorted(folder.glob("*.toml"))}


def named_profile(profiles: Mapping[str, Profile], name: str) -> Profile:
    """The profile of that name. Raises NotFound with the names there are."""
    try:
        return profiles[name]
    except KeyError:
        raise NotFound(f"Es gibt kein Profil „{name}“.", tuple(sorted(profiles))) from None


@dataclass(frozen=True)
class StatusWords:
    """Status words in lower case → local name of the status concept."""

    words: Mapping[str, str]

    def concept(self, text: str) -> str:
        """The concept of a status cell; ``unknown`` when the word is not listed. Never guessed."""
        return self.words.get(_status_key(text), "unknown")

    def knows(self, text: str) -> bool:
        """Whether the cell holds exactly a listed status word."""
        return _status_key(text) in self.words

    def with_words(self, more: Mapping[str, str]) -> StatusWords:
        """These words and a profile's own, which win."""
        return StatusWords({**self.words, **more}) if more else self


_LONGEST = 200  # characters of a status word, with whatever invisible marks


def _status_key(text: str) -> str:
    plain = text if text.isascii() or len(text) > _LONGEST else tidy(text)
    return " ".join(plain.lower().split()).rstrip(".")


_CONCEPTS = ("ongoing", "planned", "done", "postponed", "stopped")


def _status(table: Mapping[str, list[str]], file: str) -> dict[str, str]:
    if wrong := sorted(set(table) - set(_CONCEPTS)):
        raise InputError(f"unbekannter Status „{wrong[0]}“", file=file, advice=f"Möglich sind: {', '.join(_CONCEPTS)}.")
    return {_status_key(word): concept for concept, words in table.items() for word in words}


def load_status_words(path: Path) -> StatusWords:
    """Read ``status.toml``: concept name → list of words."""
    return StatusWords(_status(_read(path), str(path)))
