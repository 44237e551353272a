"""What a reader keeps hold of by hard links, such as a backup: it stays readable whatever writers do meanwhile."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from zielgraph.store.files import link_tree, read_only

_SHA256 = re.compile(r"[0-9a-f]{64}")


@contextmanager
def holding(root: Path) -> Iterator[Path | None]:
    """An empty folder inside the data folder, locked while the block runs and then removed. Raises OSError.

    None where nothing may be written.
    """
    while True:
        place = root / f".holding-{os.urandom(8).hex()}"
        try:
            place.mkdir()
        except OSError as error:
            if not read_only(error):
                raise
            break
        with open(place / "LOCK", "a", encoding="ascii") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if not (place / "LOCK").exists():  # a writer took it for a leftover before it was locked
                continue
            try:
                yield place
                return
            finally:
                shutil.rmtree(place, ignore_errors=True)
    yield None


def clear_left(root: Path) -> None:
    """Remove the folders whose process was killed."""
    for place in root.glob(".holding-*"):
        with suppress(OSError), open(place / "LOCK", "a", encoding="ascii") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while its process still runs
            shutil.rmtree(place, ignore_errors=True)


def link_kept(root: Path, snapshots: Iterable[str], place: Path) -> None:
    """Link the named snapshots and all sources into the place; what is pruned meanwhile is left out. Raises OSError."""
    for name in snapshots:
        try:
            link_tree(root / "snapshots" / name, place / "snapshots" / name)
        except FileNotFoundError:  # pruned while it was being linked
            shutil.rmtree(place / "snapshots" / name, ignore_errors=True)
    (place / "sources").mkdir(exist_ok=True)
    for source in kept_sources(root):
        with suppress(FileNotFoundError):
            os.link(source, place / "sources" / source.name)


def kept_sources(root: Path) -> list[Path]:
    """The files as they were imported, of a data folder or of a place that holds on to one; others do not count."""
    return sorted(path for path in (root / "sources").glob("*") if _SHA256.fullmatch(path.name))


def unlink_kept(place: Path) -> None:
    """Empty the place again."""
    shutil.rmtree(place / "snapshots", ignore_errors=True)
    shutil.rmtree(place / "sources")
