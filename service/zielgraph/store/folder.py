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
      backups.csv             day, path and hash of every backup
      redactions.csv          salted hashes of what was redacted

A writer copies the current store by hard links, changes the copy, and renames the pointer. Whatever happens
before the rename leaves everything as it was; readers go on with the snapshot they opened. A snapshot with a higher
number than the current one is what a killed writer left; the next writer removes it, like all temporary files.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from zielgraph.engine import EmbeddedEngine, Literal, NamedNode
from zielgraph.errors import StoreBusy, StoreError, UsageError
from zielgraph.store.files import link_tree, replace_file, sync, why, write_file
from zielgraph.vocabulary import ZG

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SHA256_OF = NamedNode(ZG + "sha256")


@dataclass(frozen=True, slots=True)
class EditionInfo:
    """One edition in the store. ``rules`` is the fingerprint of program, register and vocabulary that read it.

    ``profile`` and ``sheet`` are what the import was told about the file; empty where it found out by itself.
    ``imported`` is when the file came in, in UTC.
    """

    city: str
    system: str
    date: str
    file: str
    sha256: str
    rules: str
    items: int
    revision: int = 0
    profile: str = ""
    sheet: str = ""
    imported: str = ""


def newest(editions: Iterable[EditionInfo]) -> dict[tuple[str, str], EditionInfo]:
    """The newest edition of each (city, system): the current state."""
    return {(e.city, e.system): e for e in sorted(editions, key=lambda e: e.date)}


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """What a snapshot says of itself. ``name`` is its folder; ``base`` the fixed start of all data IRIs.

    ``parent`` is the snapshot that :meth:`DataFolder.undo` goes back to. ``replaces`` are snapshots whose redacted
    copies came with this one; they are deleted even if the writer is killed before it comes to that.
    """

    name: str
    created: str
    action: str
    base: str
    parent: str = ""
    editions: tuple[EditionInfo, ...] = ()
    replaces: tuple[str, ...] = ()

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


def read_info(folder: Path) -> SnapshotInfo:
    """What the snapshot in a folder says of itself. Raises OSError, ValueError, TypeError or KeyError."""
    data = json.loads((folder / "snapshot.json").read_text("utf-8"))
    data["editions"] = tuple(EditionInfo(**each) for each in data["editions"])
    data["replaces"] = tuple(data.get("replaces", ()))
    return SnapshotInfo(**data)


def write_info(folder: Path, info: SnapshotInfo) -> None:
    """Put what a snapshot says of itself into its folder."""
    write_file(folder / "snapshot.json", json.dumps(asdict(info), ensure_ascii=False, indent=1).encode())


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


def numbered(snapshots: Path) -> list[str]:
    """Names of the snapshots in a folder, oldest first; none when the folder is missing."""
    return sorted(p.name for p in snapshots.iterdir() if p.name.isdigit()) if snapshots.is_dir() else []


class DataFolder:
    """The folder that ``--data`` names."""

    def __init__(self, root: Path, *, base: str, keep: int = 10) -> None:
        self.root, self._base, self.keep = root, base, max(keep, 2)

    @property
    def _snapshots(self) -> Path:
        return self.root / "snapshots"

    @property
    def sources(self) -> Path:
        """Folder of the files as they were imported, each under its SHA-256."""
        return self.root / "sources"

    def path(self, name: str) -> Path:
        """Folder of a snapshot."""
        return self._snapshots / name

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
        while True:
            name = self.current_name()
            try:
                return self._info(name) if name else SnapshotInfo("", "", "", self._base)
            except StoreError:
                if self.current_name() == name:  # otherwise a writer replaced it between two lines
                    raise

    def _info(self, name: str) -> SnapshotInfo:
        try:
            return read_info(self._snapshots / name)
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StoreError(
                f"Der Stand {name} in {self.root} ist beschädigt ({error}). Bitte eine Sicherung einspielen."
            ) from None

    def names(self) -> list[str]:
        """Names of all kept snapshots up to the current one, oldest first."""
        current = self.current_name() or ""
        return [name for name in numbered(self._snapshots) if name <= current]

    def kept(self) -> list[SnapshotInfo]:
        """All kept snapshots up to the current one, oldest first. Raises StoreError when one is damaged."""
        found = []
        for name in self.names():
            try:
                found.append(self._info(name))
            except StoreError:
                if (self._snapshots / name).exists():  # otherwise it was pruned meanwhile
                    raise
        return found

    def open(self, name: str | None = None) -> Snapshot:
        """The current snapshot, or the one of that name, for reading; an empty store in memory when there is none."""
        while True:
            info = self._info(name) if name else self.info()
            if not info.name:
                return Snapshot(info, EmbeddedEngine.memory())
            try:
                return Snapshot(info, EmbeddedEngine.read_only(self._snapshots / info.name / "store"))
            except StoreError:
                if name or self.current_name() == info.name:  # otherwise it was pruned between two lines: the next
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
        with self.stage() as stage:
            before, building = stage.before, stage.folder()
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
                self._commit(draft, stage, building)

    def _commit(self, draft: Draft, stage: Stage, building: Path) -> None:
        draft.engine.finish()
        draft.engine.close()  # closes the store
        write_file(building / "ids.csv", draft.ids.encode())
        editions = tuple(sorted(draft.editions, key=lambda e: (e.city, e.system, e.date, e.revision)))
        stage.add(building, self.next_info(stage.before, draft.action, editions))
        for sha256, data in draft.sources.items():
            self.sources.mkdir(exist_ok=True)
            if not (self.sources / sha256).exists():
                write_file(self.sources / f".{sha256}", data)
                os.replace(self.sources / f".{sha256}", self.sources / sha256)
        stage.commit()

    def take_sources(self, folder: Path) -> None:
        """Move files that are named by their SHA-256 to the sources. They go again if no snapshot comes to need them.

        Call under the lock, before :meth:`Stage.commit`.
        """
        for path in sorted(folder.iterdir()):
            if _SHA256.fullmatch(path.name):
                self.sources.mkdir(exist_ok=True)
                os.replace(path, self.sources / path.name)

    def next_info(self, before: SnapshotInfo, action: str, editions: tuple[EditionInfo, ...]) -> SnapshotInfo:
        """What a new snapshot after ``before`` says of itself, made now."""
        created = datetime.now(UTC).isoformat(timespec="seconds")
        return SnapshotInfo("", created, action, self._base, before.name, editions)

    @contextmanager
    def stage(self) -> Iterator[Stage]:
        """Take the lock, clean up after killed writers, and make new snapshots; what is not committed goes.

        Raises StoreBusy when another process writes and StoreError when the folder cannot be written.
        """
        committed = False
        try:
            self._snapshots.mkdir(parents=True, exist_ok=True)
            with self._lock():
                before = self.info()
                if before.name and before.base != self._base:
                    raise StoreError(
                        f"Der Datenordner benutzt die Basis {before.base}, eingestellt ist {self._base}. "
                        "Die Basis steht mit dem ersten Import fest."
                    )
                stage = Stage(self.root, before)
                self._clean(before)
                self._prune_sources()
                try:
                    yield stage
                    committed = self.current_name() != (before.name or None)
                finally:
                    stage.discard()
                if committed:
                    self._prune()
        except OSError as error:
            raise StoreError(f"{self.root}: {why(error)} Es wurde nichts geändert.") from None

    def undo(self, to: str | None = None) -> tuple[SnapshotInfo, SnapshotInfo]:
        """Make the previous snapshot's content current again, as a new snapshot; a second undo goes one further back.

        ``to`` names another kept snapshot instead. Ids stay minted. Returns what was current and what now is.
        Raises UsageError when there is nothing to go back to.
        """
        with self.stage() as stage:
            before, names = stage.before, self.names()
            name = before.parent if to is None else to
            if to is not None and (to not in names or to == before.name):
                others = ", ".join(each for each in names if each != before.name) or "keine"
                raise UsageError(f"Den Stand {to} gibt es nicht, oder er gilt schon. Andere Stände: {others}.")
            if not name:
                raise UsageError(f"In {self.root} gibt es keinen Stand davor; es wurde nichts geändert.")
            if name not in names:
                raise UsageError(f"Der Stand davor ({name}) ist schon weggeräumt; es wurde nichts geändert.")
            target = self._info(name)
            building = stage.folder()
            EmbeddedEngine.read_only(self._snapshots / target.name / "store").copy_to(building / "store")
            write_file(building / "ids.csv", self.ids().encode())
            action = f"undo {before.action}" if to is None else f"undo --to {to}"
            info = self.next_info(before, action, target.editions)
            now = stage.add(building, info if to else replace(info, parent=target.parent))
            stage.commit()
        return before, now

    @contextmanager
    def hold(self, *, only_current: bool = False) -> Iterator[tuple[Path, str]]:
        """The kept snapshots and the sources as hard links in a folder of their own, and which one is current.

        They stay readable whatever writers do meanwhile. Raises UsageError when nothing is stored and StoreError
        when the folder cannot be written.
        """
        if not self.current_name():
            raise UsageError(f"In {self.root} ist noch nichts gespeichert.")
        try:
            with self._place() as place:
                yield place, self._link(place, only_current)
        except OSError as error:
            raise StoreError(f"{self.root}: {why(error)} Es wurde nichts geändert.") from None

    @contextmanager
    def _place(self) -> Iterator[Path]:
        while True:
            place = self.root / f".holding-{os.urandom(8).hex()}"
            place.mkdir()
            with open(place / "LOCK", "a", encoding="ascii") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX)
                if not (place / "LOCK").exists():  # a writer took it for a leftover before it was locked
                    continue
                try:
                    yield place
                    return
                finally:
                    shutil.rmtree(place, ignore_errors=True)

    def _link(self, place: Path, only_current: bool) -> str:
        while True:
            current = self.current_name() or ""
            for name in [current] if only_current else self.names():
                try:
                    link_tree(self._snapshots / name, place / "snapshots" / name)
                except FileNotFoundError:  # pruned while it was being linked
                    shutil.rmtree(place / "snapshots" / name, ignore_errors=True)
            (place / "sources").mkdir(exist_ok=True)
            for source in sorted(self.sources.glob("[0-9a-f]*")):
                try:
                    os.link(source, place / "sources" / source.name)
                except FileNotFoundError:
                    continue
            if (place / "snapshots" / current).is_dir() and self.current_name() == current:
                return current
            shutil.rmtree(place / "snapshots", ignore_errors=True)  # a writer was faster: once more
            shutil.rmtree(place / "sources")

    def _clean(self, current: SnapshotInfo) -> None:
        """Remove what killed writers and backups left."""
        for left in self._snapshots.glob(".building-*"):
            shutil.rmtree(left)
        for name in numbered(self._snapshots):
            if name > current.name or name in current.replaces:
                self._drop(name)
        for temporary in (*self.root.glob("*.next"), *self.sources.glob(".*")):
            temporary.unlink(missing_ok=True)
        for place in self.root.glob(".holding-*"):
            with suppress(OSError), open(place / "LOCK", "a", encoding="ascii") as handle:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while its backup still runs
                shutil.rmtree(place, ignore_errors=True)

    def _prune(self) -> None:
        """Keep the newest snapshots, and the sources that an edition in one of them refers to."""
        replaced = self.info().replaces
        names = [name for name in numbered(self._snapshots) if name not in replaced]
        for name in {*replaced, *names[: -self.keep]} & set(numbered(self._snapshots)):
            with suppress(OSError):
                self._drop(name)
        self._prune_sources()

    def _drop(self, name: str) -> None:
        """Delete a snapshot; killed half way, it is a leftover and no damaged snapshot."""
        left = self._snapshots / f".building-{name}-old"
        os.rename(self._snapshots / name, left)
        shutil.rmtree(left, ignore_errors=True)

    def _prune_sources(self) -> None:
        try:
            kept = self.kept()
            named = {edition.sha256 for info in kept for edition in info.editions}
            unnamed = [p for p in self.sources.glob("*") if _SHA256.fullmatch(p.name) and p.name not in named]
            for info in reversed(kept):
                if unnamed:  # a revision's source is named in its graph only
                    engine = self.open(info.name).engine
                    unnamed = [p for p in unnamed if not any(engine.quads(None, _SHA256_OF, Literal(p.name)))]
            for path in unnamed:
                path.unlink(missing_ok=True)
        except (StoreError, OSError):  # what was written is safe; the next writer tidies up
            return

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
