"""Profiles and status words: what headings and words mean. Data in TOML; a new one needs no Python."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zielgraph.errors import InputError, NotFound

#: Roles a column can have. Goal columns are named by the profile's ``levels``.
TEXT_ROLES = frozenset({"activity", "progress"})
DATE_ROLES = frozenset({"first-mentioned", "start", "due"})
PLAIN_ROLES = frozenset({"status", "resolution", "body", "theme", "lead", "partners", "number", "resources"})
ROLES = TEXT_ROLES | DATE_ROLES | PLAIN_ROLES


def heading_key(heading: str) -> str:
    """Headings are compared by their letters and digits only, in lower case."""
    return re.sub(r"[^0-9a-zäöüß]+", "", unicodedata.normalize("NFC", heading).lower())


@dataclass(frozen=True)
class Profile:
    """How one kind of table is laid out.

    ``levels`` are the goal columns' role names from the top; ``headings`` maps a heading key to a role;
    ``titles`` has the first heading of each role as it is written; ``required`` lists the roles without which
    the table is not recognised; ``above`` lists words ("Grundsatzziel") that begin a line with the top goal.
    """

    name: str
    city: str
    system: str
    label: Mapping[str, str]
    levels: tuple[str, ...]
    headings: Mapping[str, str]
    required: tuple[str, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    above: tuple[str, ...] = ()
    stated_date: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    resolution_marks: frozenset[str] = field(default_factory=frozenset)

    def role(self, heading: str) -> str | None:
        """The role of a heading, or None."""
        return self.headings.get(heading_key(heading))

    def recognised(self, cells: list[str]) -> dict[int, str]:
        """Column index → role, for those cells that are headings of this profile. A role counts once."""
        found: dict[int, str] = {}
        for index, cell in enumerate(cells):
            role = self.role(cell) if len(cell) <= 80 else None
            if role and role not in found.values():
                found[index] = role
        return found

    def missing(self, roles: Mapping[int, str]) -> list[str]:
        """Required roles that are not among the recognised ones."""
        return [role for role in self.required if role not in roles.values()]


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"kein gültiges TOML ({error})", file=str(path)) from None


def load_profile(path: Path) -> Profile:
    """Read and check one profile file. Raises InputError naming the file and what is wrong."""
    data = _read(path)
    levels = tuple(data.get("levels", ()))
    headings: dict[str, str] = {}
    for role, names in data.get("columns", {}).items():
        if role not in ROLES and role not in levels:
            raise InputError(
                f"unbekannte Rolle „{role}“ unter [columns]",
                file=str(path),
                advice=f"Möglich sind: {', '.join(sorted(ROLES | set(levels)))}.",
            )
        for name in names:
            headings[heading_key(name)] = role
    if not headings:
        raise InputError("enthält keine Spalten unter [columns]", file=str(path))
    return Profile(
        name=path.stem,
        city=data.get("city", "local"),
        system=data.get("system", "main"),
        label=data.get("label", {}),
        levels=levels,
        headings=headings,
        required=tuple(data.get("required", ())),
        titles={role: names[0] for role, names in data.get("columns", {}).items() if names},
        above=tuple(data.get("above", ())),
        stated_date=tuple(data.get("stated_date", ())),
        abbreviations=tuple(data.get("abbreviations", ())),
        resolution_marks=frozenset(data.get("resolution_marks", ("x", "X", "ja"))),
    )


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
        return self.words.get(" ".join(text.lower().split()).rstrip("."), "unknown")

    def knows(self, text: str) -> bool:
        """Whether the cell holds exactly a listed status word."""
        return " ".join(text.lower().split()).rstrip(".") in self.words


def load_status_words(path: Path) -> StatusWords:
    """Read ``status.toml``: concept name → list of words."""
    return StatusWords(
        {" ".join(word.lower().split()): concept for concept, words in _read(path).items() for word in words}
    )
