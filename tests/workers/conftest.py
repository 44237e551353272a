"""Pools that are closed after the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from zielgraph import settings
from zielgraph.store import DataFolder
from zielgraph.workers import Pool

NewPool = Callable[..., Pool]


@pytest.fixture
def new_pool() -> Iterator[NewPool]:
    """``new_pool(folder, query_seconds=3)``: a pool with other settings than the usual ones."""
    made: list[Pool] = []

    def make(folder: Path, **changes: int) -> Pool:
        given = replace(settings.load({}, data=folder), **changes)  # type: ignore[arg-type]
        made.append(Pool(DataFolder(folder, base=given.base, keep=given.keep_snapshots), given))
        return made[-1]

    yield make
    for pool in made:
        pool.close()
