"""Whether the cell of a resolution column tells of one: "x" does, "nein" and "noch nicht" do not."""

from __future__ import annotations

import re
import tomllib
from functools import cache

from zielgraph import resources
from zielgraph.table.clean import tidy


@cache
def _none() -> re.Pattern[str]:
    data = tomllib.loads((resources.data() / "vocabulary" / "resolutions.toml").read_text("utf-8"))

    def words(name: str) -> str:
        return "|".join(re.escape(_key(word)) for word in sorted(data[name], key=len, reverse=True))

    return re.compile(rf"(?:{words('none')})|(?:{words('begins')})(?!\w).*")


def _key(text: str) -> str:
    return re.sub(r"\.\s+", ".", tidy(text).casefold()).strip(" .,;:!()[]")


def is_resolution(text: str) -> bool:
    """Whether the words of a resolution cell mean that there is one. The words are in ``resolutions.toml``."""
    key = _key(text)
    return bool(key) and not _none().fullmatch(key)
