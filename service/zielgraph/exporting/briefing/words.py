"""The words of the briefings: the reader of ``data/vocabulary/briefing.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from zielgraph import resources
from zielgraph.errors import InputError

Texts = Mapping[str, Mapping[str, str]]
_TABLES = ("parts", "text", "actions", "properties", "courses")


@dataclass(frozen=True)
class Words:
    """The words in one language, by table of the data file; a missing translation is German."""

    tables: Mapping[str, Texts]
    lang: str

    def __call__(self, name: str, table: str = "text", **values: object) -> str:
        """A word or sentence with its places filled in. Raises KeyError for one that there is not."""
        texts = self.tables[table][name]
        return (texts.get(self.lang) or texts["de"]).format(**values)

    def day(self, iso: str) -> str:
        """A day as people write it: TT.MM.JJJJ in German."""
        parts = iso.split("-")
        return ".".join(reversed(parts)) if self.lang == "de" and len(parts) == 3 else iso

    def count(self, number: int) -> str:
        """A number with the thousands mark of the language."""
        text = f"{number:,}"
        return text.replace(",", ".") if self.lang == "de" else text


@cache
def load_words(lang: str, path: Path | None = None) -> Words:
    """Read the data file. Raises InputError where it is no TOML or a table or German text is missing."""
    file = path or resources.data() / "vocabulary" / "briefing.toml"
    try:
        data = tomllib.loads(file.read_text("utf-8"))
        tables = {name: dict(data[name]) for name in _TABLES}
        missing = [
            f"{table}.{name}.de" for table, texts in tables.items() for name, its in texts.items() if "de" not in its
        ]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as error:
        raise InputError(f"nicht lesbar ({error})", file=str(file)) from None
    except KeyError as error:
        raise InputError(f"es fehlt {error}", file=str(file)) from None
    if missing:
        raise InputError(f"es fehlt {missing[0]}", file=str(file))
    return Words(tables, lang)
