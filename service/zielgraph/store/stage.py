"""New snapshots on their way into the data folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from zielgraph.store.files import replace_file, sync
from zielgraph.store.model import SnapshotInfo, write_info


def numbered(snapshots: Path) -> list[str]:
    """Names of the snapshots in a folder, oldest first; none when the folder is missing."""
    return sorted(p.name for p in snapshots.iterdir() if p.name.isdigit()) if snapshots.is_dir() else []


class Stage:
    """New snapshots while they are being made, under the lock. The last one added becomes current."""

    def __init__(self, root: Path, before: SnapshotInfo) -> None:
        self.root, self.before = root, before
        self.snapshots = root / "snapshots"
        self._next = max([0, *map(int, numbered(self.snapshots))]) + 1
        self._made: list[tuple[Path, SnapshotInfo]] = []
        self._moved: list[Path] = []

    def folder(self) -> Path:
        """A new empty folder for the next snapshot."""
        path = self.snapshots / f".building-{self._next:06d}"
        self._next += 1
        path.mkdir()
        return path

    def scratch(self) -> Path:
        """A new empty folder for what does not stay."""
        path = self.snapshots / f".building-{os.urandom(8).hex()}"
        path.mkdir()
        return path

    def add(self, folder: Path, info: SnapshotInfo) -> SnapshotInfo:
        """The snapshot in this folder (``store/`` and ``ids.csv``, from :meth:`folder`) shall be kept.

        Its name is filled in.
        """
        info = replace(info, name=folder.name.removeprefix(".building-"))
        write_info(folder, info)
        self._made.append((folder, info))
        return info

    def commit(self, files: Mapping[str, bytes] | None = None) -> None:
        """Make the snapshots part of the data folder and the last one current. ``files`` lie beside ``CURRENT``."""
        for folder, info in self._made:
            for path in (*(folder / "store").iterdir(), folder / "store", folder):
                with suppress(FileNotFoundError):  # the engine deletes files that it needs no more in the background
                    sync(path)
            target = self.snapshots / info.name
            os.rename(folder, target)
            self._moved.append(target)
        sync(self.snapshots)
        for name, data in (files or {}).items():
            replace_file(self.root / name, data)
        replace_file(self.root / "CURRENT", self._made[-1][1].name.encode())
        self._made, self._moved = [], []
        with suppress(OSError):  # it is done; at worst a power failure brings the old state back
            sync(self.root)

    def discard(self) -> None:
        """Remove what did not become part of the data folder."""
        for left in (*self.snapshots.glob(".building-*"), *self._moved):
            shutil.rmtree(left, ignore_errors=True)
