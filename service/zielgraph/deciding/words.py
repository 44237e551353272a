"""The words in which decisions are written: headings, actions, and how items are numbered. All of it is data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from zielgraph import resources
from zielgraph.errors import InputError
from zielgraph.table.profile import heading_key


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!")


@dataclass(frozen=True)
class Words:
    """The words by what they mean; the first of a list is the one that people see. ``shown``: in the form only."""

    headings: Mapping[str, tuple[str, ...]]
    shown: Mapping[str, str]
    actions: Mapping[str, tuple[str, ...]]
    numbered: Mapping[str, tuple[str, ...]]

    def action(self, text: str) -> str | None:
        """The action that the words mean, None when they are not known. Never guessed."""
        wanted = _plain(text)
        return next((name for name, its in self.actions.items() if wanted in map(_plain, its)), None)

    def kind(self, text: str) -> str | None:
        """What is numbered: measure, goal or row; None when the word is not known."""
        wanted = _plain(text)
        return next((name for name, its in self.numbered.items() if wanted in map(_plain, its)), None)

    def columns(self, cells: list[str]) -> dict[str, int]:
        """Field → index of its column, for those headings that are known."""
        keys = [heading_key(cell) for cell in cells]
        found: dict[str, int] = {}
        for field, names in self.headings.items():
            index = next((keys.index(key) for key in map(heading_key, names) if key in keys), None)
            if index is not None:
                found[field] = index
        return found

    def is_heading(self, text: str) -> bool:
        """Whether any column, also one that is only shown, has this heading."""
        known = {heading_key(name) for names in (*self.headings.values(), self.shown.values()) for name in names}
        return heading_key(text) in known


@lru_cache(maxsize=4)
def load_words(path: Path | None = None) -> Words:
    """The words of ``data/vocabulary/decisions.toml``. Raises InputError when the file is no TOML or lacks a part."""
    where = path or resources.data() / "vocabulary" / "decisions.toml"
    try:
        data = tomllib.loads(where.read_text("utf-8"))
        lists = {part: {k: tuple(v) for k, v in data[part].items()} for part in ("headings", "actions", "numbered")}
        return Words(shown=dict(data["shown"]), **lists)
    except (OSError, tomllib.TOMLDecodeError, KeyError, AttributeError) as error:
        raise InputError(f"ist unvollständig oder kein TOML ({error})", file=str(where)) from None
