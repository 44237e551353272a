"""Fixtures for reading: the real profile and status words, and a table written on the spot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from zielgraph import resources
from zielgraph.table import Profile, StatusWords, Table, load_profiles, load_status_words, read_table

HEADER = (
    "Rahmenziel",
    "Ergebnisziel",
    "Aktivitäten / Beschreibung",
    "Beschluss AG / LG",
    "Sachstand",
    "Status",
    "erstmalige Nennung",
    "Gremium",
)
Read = Callable[..., Table]


@pytest.fixture(scope="session")
def profiles() -> dict[str, Profile]:
    return load_profiles(resources.data() / "profiles")


@pytest.fixture(scope="session")
def words() -> StatusWords:
    return load_status_words(resources.data() / "vocabulary" / "status.toml")


@pytest.fixture
def read(tmp_path: Path, profiles: dict[str, Profile], words: StatusWords) -> Read:
    """Read bytes, text or rows (under the Cologne header) as a table."""

    def run(content: bytes | str | Sequence[Sequence[str]], theme_names: Sequence[str] = ()) -> Table:
        if not isinstance(content, bytes | str):
            content = "\n".join("\t".join(row) for row in (HEADER, *content))
        path = tmp_path / "bericht.tsv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_table(path, profiles, words, theme_names=theme_names)

    return run
