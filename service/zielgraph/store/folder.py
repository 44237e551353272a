"""Snapshots on disk.

::

    DATA/
      CURRENT                 name of the current snapshot; replaced by rename
      LOCK                    held (flock) by the one writer
      snapshots/000007/       never changed once CURRENT has named it
        store/                the embedded store
        ids.csv               the id registry
        snapshot.json         what it holds and what made it
      sources/{sha256}        the files as they were imported

A writer copies the current store by hard links, changes the copy, and renames the pointer. Whatever happens
before the rename leaves everything as it was; readers go on with the snapshot they opened.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from zielgraph.engine import EmbeddedEngine
from zielgraph.errors import StoreBusy, StoreError


@dataclass(frozen=True, slots=True)
class EditionInfo:
    """One edition in the store. ``rules`` is the fingerprint of program, register and vocabulary that read it."""

    city: str
    system: str
    date: str
    file: str
    sha256: str
    rules: str
    items: int
    revision: int = 0


def newest(editions: Iterable[EditionInfo]) -> dict[tuple[str, str], EditionInfo]:
    """The newest edition of each (city, system): the current state."""
    return {(e.city, e.system): e for e in sorted(editions, key=lambda e: e.date)}


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """What a snapshot says of itself. ``name`` is its folder; ``base`` the fixed start of all data IRIs."""

    name: str
    created: str
    action: str
    base: str
    parent: str = ""
    editions: tuple[EditionInfo, ...] = ()

    def newest(self) -> dict[tuple[str, str], EditionInfo]:
        """The newest edition of each (city, system)."""
        return newest(self.editions)

    @property
    def cities(self) -> list[str]:
        """Cities that have an edition, sorted."""
        return sorted({edition.city for edition in self.editions})


@dataclass(frozen=True)
class Snapshot:
    """An opened snapshot, for reading."""

    info: SnapshotInfo
    engine: EmbeddedEngine


@dataclass
class Draft:
    """The next snapshot while it is being made."""

    info: SnapshotInfo
    engine: EmbeddedEngine
    ids: str
    sources: dict[str, bytes] = field(default_factory=dict)
    action: str = ""
    editions: list[EditionInfo] = field(default_factory=list)


class DataFolder:
    """The folder that ``--data`` names."""

    def __init__(self, root: Path, *, base: str, keep: int = 10) -> None:
        self.root, self._base, self._keep = root, base, max(keep, 2)

    @property
    def _snapshots(self) -> Path:
        return self.root / "snapshots"

    def current_name(self) -> str | None:
        """Name of the current snapshot, None when nothing was imported yet. Cheap: reads one tiny file."""
        try:
            return (self.root / "CURRENT").read_text("ascii").strip() or None
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"{self.root / 'CURRENT'} lässt sich nicht lesen ({error}).") from None

    def info(self) -> SnapshotInfo:
        """What the current snapshot holds; an empty one when there is none."""
        name = self.current_name()
        return self._info(name) if name else SnapshotInfo("", "", "", self._base)

    def _info(self, name: str) -> SnapshotInfo:
        path = self._snapshots / name / "snapshot.json"
        try:
            data = json.loads(path.read_text("utf-8"))
            data["editions"] = tuple(EditionInfo(**each) for each in data["editions"])
            return SnapshotInfo(**data)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StoreError(
                f"Der Stand {name} in {self.root} ist beschädigt ({error}). Bitte eine Sicherung einspielen."
            ) from None

    def open(self) -> Snapshot:
        """The current snapshot for reading; an empty store in memory when there is none."""
        while True:
            info = self.info()
            if not info.name:
                return Snapshot(info, EmbeddedEngine.memory())
            try:
                return Snapshot(info, EmbeddedEngine.read_only(self._snapshots / info.name / "store"))
            except StoreError:
                if self.current_name() == info.name:  # otherwise it was pruned between two lines: take the next
                    raise

    def ids(self) -> str:
        """The id registry of the current snapshot as text; empty when there is none."""
        name = self.current_name()
        return (self._snapshots / name / "ids.csv").read_text("utf-8") if name else ""

    @contextmanager
    def write(self) -> Iterator[Draft]:
        """Build the next snapshot; it becomes current when the block ends without an error.

        Leave ``draft.action`` empty to throw the draft away. Raises StoreBusy when another process writes and
        StoreError when the folder cannot be written.
        """
        try:
            self._snapshots.mkdir(parents=True, exist_ok=True)
            with self._lock():
                yield from self._build()
        except OSError as error:
            raise StoreError(f"{self.root}: {_why(error)} Es wurde nichts geändert.") from None

    def _build(self) -> Iterator[Draft]:
        before = self.info()
        if before.name and before.base != self._base:
            raise StoreError(
                f"Der Datenordner benutzt die Basis {before.base}, eingestellt ist {self._base}. "
                "Die Basis steht mit dem ersten Import fest."
            )
        for left in self._snapshots.glob(".building-*"):
            shutil.rmtree(left)
        numbers = [int(p.name) for p in self._snapshots.iterdir() if p.name.isdigit()]
        name = f"{max([0, *numbers]) + 1:06d}"
        building = self._snapshots / f".building-{name}"
        building.mkdir()
        try:
            if before.name:
                EmbeddedEngine.read_only(self._snapshots / before.name / "store").copy_to(building / "store")
            draft = Draft(
                before,
                EmbeddedEngine.writable(building / "store"),
                self.ids(),
                editions=list(before.editions),
            )
            yield draft
            if draft.action:
                self._commit(draft, building, name, before)
        finally:
            shutil.rmtree(building, ignore_errors=True)

    def _commit(self, draft: Draft, building: Path, name: str, before: SnapshotInfo) -> None:
        draft.engine.finish()
        del draft.engine  # closes the store
        info = replace(
            before,
            name=name,
            base=self._base,
            parent=before.name,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            action=draft.action,
            editions=tuple(sorted(draft.editions, key=lambda e: (e.city, e.system, e.date, e.revision))),
        )
        _write(building / "ids.csv", draft.ids.encode())
        _write(building / "snapshot.json", json.dumps(asdict(info), ensure_ascii=False, indent=1).encode())
        for sha256, data in draft.sources.items():
            (self.root / "sources").mkdir(exist_ok=True)
            if not (self.root / "sources" / sha256).exists():
                _write(self.root / "sources" / f".{sha256}", data)
                os.replace(self.root / "sources" / f".{sha256}", self.root / "sources" / sha256)
        os.rename(building, self._snapshots / name)
        _sync(self._snapshots)
        _write(self.root / "CURRENT.next", name.encode())
        os.replace(self.root / "CURRENT.next", self.root / "CURRENT")
        _sync(self.root)
        for old in sorted(p for p in self._snapshots.iterdir() if p.name.isdigit())[: -self._keep]:
            shutil.rmtree(old, ignore_errors=True)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with open(self.root / "LOCK", "a+", encoding="ascii") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                handle.seek(0)
                owner = handle.read().strip()
                raise StoreBusy(
                    f"Ein anderer Vorgang{f' (Prozess {owner})' if owner else ''} schreibt gerade in {self.root}. "
                    "Bitte gleich noch einmal versuchen."
                ) from None
            handle.truncate(0)
            handle.write(str(os.getpid()))
            handle.flush()
            yield
            handle.truncate(0)


def _why(error: OSError) -> str:
    reasons = {
        errno.ENOSPC: "Der Datenträger ist voll.",
        errno.EDQUOT: "Der zugeteilte Speicherplatz ist verbraucht.",
        errno.EACCES: "Der Ordner ist nicht beschreibbar.",
        errno.EPERM: "Der Ordner ist nicht beschreibbar.",
        errno.EROFS: "Der Datenträger ist schreibgeschützt.",
        errno.ENOTDIR: "Der Pfad ist kein Ordner.",
        errno.EEXIST: "Der Pfad ist kein Ordner.",
    }
    return reasons.get(error.errno or 0, f"{error.strerror or error}.")


def _write(path: Path, data: bytes) -> None:
    with open(path, "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
