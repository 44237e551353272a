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
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from zielgraph.engine import EmbeddedEngine, Literal, NamedNode
from zielgraph.errors import StoreBusy, StoreError, UsageError
from zielgraph.lifting.ids import IdRegistry, rewound
from zielgraph.store.files import of_the_disk, why, write_file
from zielgraph.store.hold import clear_left, holding, link_kept, unlink_kept
from zielgraph.store.model import Draft, EditionInfo, Snapshot, SnapshotInfo, read_info
from zielgraph.store.stage import Stage, numbered
from zielgraph.vocabulary import ZG

_SHA256 = re.compile(r"[0-9a-f]{64}")
_SHA256_OF = NamedNode(ZG + "sha256")


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
            try:
                yield draft
                if draft.action:
                    self._commit(draft, stage, building)
            finally:
                draft.engine.close()  # an open store would go on writing into a folder that is being removed

    def _commit(self, draft: Draft, stage: Stage, building: Path) -> None:
        draft.engine.finish(compact=draft.compact)
        if scattered := draft.engine.scattered():
            draft.engine.rewrite_to(building / "rewritten")
        draft.engine.close()  # closes the store
        if scattered:
            os.rename(building / "store", building / "scattered")
            os.rename(building / "rewritten", building / "store")
            shutil.rmtree(building / "scattered", ignore_errors=True)
        write_file(building / "ids.csv", (draft.ids or IdRegistry().write()).encode())  # an update may come first
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
        except (OSError, StoreError) as error:
            if not of_the_disk(error):
                raise
            raise StoreError(f"{self.root}: {why(error)} Es wurde nichts geändert.") from None

    def undo(self, to: str | None = None) -> tuple[SnapshotInfo, SnapshotInfo]:
        """Make the previous snapshot's content current again, as a new snapshot; a second undo goes one further back.

        ``to`` names another kept snapshot instead, with or without leading zeros. Ids stay minted. Returns what was
        current and what now is, whose action names what was taken back. Raises UsageError when there is nothing to go
        back to.
        """
        if to is not None and to.isdecimal():
            to = f"{int(to):06d}"
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
            then = (self._snapshots / target.name / "ids.csv").read_text("utf-8")
            write_file(building / "ids.csv", rewound(then, self.ids()).encode())
            action = f"undo {self._made_by(before, names)}" if to is None else f"undo --to {to}"
            info = self.next_info(before, action, target.editions)
            now = stage.add(building, info if to else replace(info, parent=target.parent))
            stage.commit()
        return before, now

    def _made_by(self, info: SnapshotInfo, names: list[str]) -> str:
        """The action that made a snapshot's content: after an undo that of the snapshot which it went back to."""
        if not info.action.startswith("undo ") or info.action.startswith("undo --to "):
            return info.action
        earlier = [name for name in names if name < info.name]
        target = self._info(earlier[-1]).parent if earlier else ""
        return self._made_by(self._info(target), names) if target in names else info.action

    @contextmanager
    def hold(self, *, only_current: bool = False) -> Iterator[tuple[Path, str]]:
        """The kept snapshots and the sources as hard links in a folder of their own, and which one is current.

        They stay readable whatever writers do meanwhile. Where nothing may be written, nothing changes: there it is
        the data folder itself. Raises UsageError when nothing is stored and StoreError when the disk does not allow it.
        """
        if not self.current_name():
            raise UsageError(f"In {self.root} ist noch nichts gespeichert.")
        try:
            with holding(self.root) as place:
                yield (place, self._link(place, only_current)) if place else (self.root, self.current_name() or "")
        except OSError as error:
            raise StoreError(f"{self.root}: {why(error)} Es wurde nichts geändert.") from None

    def _link(self, place: Path, only_current: bool) -> str:
        while True:
            current = self.current_name() or ""
            link_kept(self.root, [current] if only_current else self.names(), place)
            if (place / "snapshots" / current).is_dir() and self.current_name() == current:
                return current
            unlink_kept(place)  # a writer was faster: once more

    def _clean(self, current: SnapshotInfo) -> None:
        """Remove what killed writers and backups left."""
        for left in self._snapshots.glob(".building-*"):
            shutil.rmtree(left)
        for name in numbered(self._snapshots):
            if name > current.name or name in current.replaces:
                self._drop(name)
        for temporary in (*self.root.glob("*.next"), *self.sources.glob(".*")):
            temporary.unlink(missing_ok=True)
        clear_left(self.root)

    def _prune(self) -> None:
        """Keep the newest snapshots, and the sources that an edition in one of them refers to.

        Those of updates have their own number, so that many small ones never push out an import. What undo goes back
        to next stays, for every undo makes one more.
        """
        info = self.info()
        replaced = info.replaces
        kinds: dict[bool, list[str]] = {True: [], False: []}
        for name in numbered(self._snapshots):
            if name not in replaced:
                kinds[self._of_update(name)].append(name)
        old = (name for names in kinds.values() for name in names[: -self.keep])
        for name in ({*replaced, *old} - {info.parent}) & set(numbered(self._snapshots)):
            with suppress(OSError):
                self._drop(name)
        self._prune_sources()

    def _of_update(self, name: str) -> bool:
        try:
            return self._info(name).of_update
        except StoreError:  # a damaged one counts as an import
            return False

    def _drop(self, name: str) -> None:
        """Delete a snapshot; killed half way, it is a leftover and no damaged snapshot."""
        left = self._snapshots / f".building-{name}-old"
        os.rename(self._snapshots / name, left)
        shutil.rmtree(left, ignore_errors=True)

    def _prune_sources(self) -> None:
        try:
            kept = self.kept()
            editions = [each for info in kept for each in info.editions]
            named = {each.sha256 for each in editions} | {each.profile.partition("@")[2] for each in editions}
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
