"""One file that holds everything needed to go on elsewhere, made while the service and imports run."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from zielgraph import __version__
from zielgraph.errors import StoreError, UsageError
from zielgraph.keeping.archive import Manifest, Member, SnapshotEntry, count_quads, file_hash, pack
from zielgraph.settings import SETTINGS, Settings
from zielgraph.store import DataFolder
from zielgraph.store.files import read_only, replace_file, why
from zielgraph.store.hold import kept_sources
from zielgraph.store.model import read_info
from zielgraph.store.redactions import FILE as REDACTIONS
from zielgraph.store.stage import numbered

BACKUPS = "backups.csv"
_COLUMNS = ("time", "path", "sha256", "snapshots", "size")
_SECRET = ("token", "secret", "password", "key")
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """One row of ``backups.csv``. ``noted`` is false where the data folder is read-only and the row missing."""

    time: str
    path: str
    sha256: str
    snapshots: int
    size: int
    noted: bool = True


def backup(
    settings: Settings,
    target: Path,
    *,
    force: bool = False,
    only_current: bool = False,
    progress: Progress = lambda _: None,
) -> Backup:
    """Write all kept snapshots (or the current one) with sources and settings into one file.

    ``.xz`` at the end of the name packs tighter and slower, everything else is gzip. Raises UsageError for a target
    that cannot be meant and StoreError when it cannot be written; then no file is left.
    """
    folder = DataFolder(settings.data, base=settings.base, keep=settings.keep_snapshots)
    _check_target(target, folder.root, force)
    while True:
        redactions = _bytes(folder.root / REDACTIONS)
        with folder.hold(only_current=only_current) as (place, current):
            progress("Stände werden gelesen")
            extra = {"settings.json": _settings(settings)} | ({REDACTIONS: redactions} if redactions else {})
            names = [current] if only_current else [name for name in numbered(place / "snapshots") if name <= current]
            manifest = _manifest(place, names, settings.base, extra)
            if redactions != _bytes(folder.root / REDACTIONS):
                continue  # what was redacted meanwhile must not live on in this file
            progress(f"{target.name} wird geschrieben")
            try:
                beside = _pack(target, place, manifest, extra)
                if redactions != _bytes(folder.root / REDACTIONS):
                    continue
                made = Backup(
                    datetime.now(UTC).isoformat(timespec="seconds"),
                    str(target.resolve()),
                    file_hash(beside),
                    len(manifest.snapshots),
                    beside.stat().st_size,
                )
                made = _record(folder.root, made)  # before the file is there: none is ever unknown
                os.replace(beside, target)
            except OSError as error:
                raise StoreError(f"{target}: {why(error)} Es wurde keine Sicherung geschrieben.") from None
            finally:
                with suppress(OSError):
                    _part(target).unlink()
        return made


def _part(target: Path) -> Path:
    return target.with_name(f".zielgraph-{target.name}.part")


def _pack(target: Path, place: Path, manifest: Manifest, extra: dict[str, bytes]) -> Path:
    """Write the archive beside the target. What killed backups left there goes."""
    for left in target.parent.glob(".zielgraph-*.part"):
        with suppress(OSError), open(left, "rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)  # refused while it is being written
            left.unlink()
    with open(_part(target), "xb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        pack(handle, place, manifest, xz=target.name.endswith((".xz", ".txz")), extra=extra)
        handle.flush()
        os.fsync(handle.fileno())
    return _part(target)


def _check_target(target: Path, root: Path, force: bool) -> None:
    if target.is_dir():
        raise UsageError(
            f"{target} ist ein Ordner. Bitte eine Datei nennen, zum Beispiel {target / 'sicherung.tar.gz'}."
        )
    if not target.parent.is_dir():
        raise UsageError(f"Den Ordner {target.parent} gibt es nicht.")
    inside = target.resolve()
    if any(inside.is_relative_to((root / name).resolve()) for name in ("snapshots", "sources")):
        raise UsageError(f"{target} läge mitten im Datenordner. Bitte die Sicherung anderswo ablegen.")
    if inside.parent == root.resolve() and inside.name in {"CURRENT", "LOCK", BACKUPS, REDACTIONS}:
        raise UsageError(f"{target} ist eine Datei des Datenordners. Bitte einen anderen Namen nehmen.")
    if target.exists() and not force:
        raise UsageError(f"{target} gibt es schon. Mit --force wird die Datei ersetzt.")


def _manifest(place: Path, names: list[str], base: str, extra: dict[str, bytes]) -> Manifest:
    """What the backup will hold: these snapshots, the last of which is current, and all sources."""
    members: dict[str, Member] = {}
    hashes: dict[int, str] = {}
    folders = [place / "snapshots" / name for name in names]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    for path in sorted([*files, *kept_sources(place)]):
        told = path.stat()
        if path.name != "LOCK":  # the engine's own, empty
            if told.st_ino not in hashes:
                hashes[told.st_ino] = file_hash(path)
            members[path.relative_to(place).as_posix()] = Member(hashes[told.st_ino], told.st_size)
    for name, data in extra.items():
        members[name] = Member(hashlib.sha256(data).hexdigest(), len(data))
    snapshots = []
    for path in folders:
        try:
            info, quads = read_info(path), count_quads(path)
        except (OSError, ValueError, TypeError, KeyError, StoreError) as error:
            advice = (
                "Bitte eine Sicherung einspielen." if path.name == names[-1] else "Mit --only-current geht es ohne ihn."
            )
            raise StoreError(f"Der Stand {path.name} ist beschädigt ({error}). {advice}") from None
        snapshots.append(SnapshotEntry(info.name, info.created, info.action, quads))
        base = info.base
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(__version__, created, base, names[-1], tuple(snapshots), members)


def _settings(settings: Settings) -> bytes:
    """Settings by name, without those that are secret."""
    names = [each.name for each in SETTINGS if not any(word in each.name for word in _SECRET)]
    values = {name: getattr(settings, name, "") for name in names}
    return json.dumps(values, default=str, ensure_ascii=False, indent=1).encode()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


@contextmanager
def _list(root: Path) -> Iterator[IO[str]]:
    """``backups.csv``, to append to, while nobody else changes it. Raises OSError."""
    while True:
        with open(root / BACKUPS, "a", encoding="utf-8", newline="") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if os.fstat(handle.fileno()).st_ino == (root / BACKUPS).stat().st_ino:  # else replaced meanwhile
                yield handle
                return


def _table(rows: Iterable[Backup], *, heading: bool = True) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerows([_COLUMNS] if heading else [])
    writer.writerows((each.time, each.path, each.sha256, each.snapshots, each.size) for each in rows)
    return buffer.getvalue()


def _record(root: Path, made: Backup) -> Backup:
    """Note the backup; where nothing may be written, it says of itself that it is not noted."""
    try:
        with _list(root) as handle:
            handle.write(_table([made], heading=handle.tell() == 0))
            handle.flush()
            os.fsync(handle.fileno())
    except OSError as error:
        if not read_only(error):
            raise
        return replace(made, noted=False)
    return made


def rename_backups(root: Path, change: Callable[[str], str]) -> None:
    """Change the paths in ``backups.csv``. Raises StoreError when the list is damaged, OSError from the disk."""
    with _list(root):
        replace_file(root / BACKUPS, _table(replace(each, path=change(each.path)) for each in backups(root)).encode())


def backups(root: Path) -> list[Backup]:
    """Every backup ever made of this data folder, oldest first. Raises StoreError when the list is damaged."""
    try:
        with open(root / BACKUPS, encoding="utf-8", newline="") as handle:
            rows = list(csv.reader(handle))
        return [Backup(row[0], row[1], row[2], int(row[3]), int(row[4])) for row in rows[1:]]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, IndexError, csv.Error):
        raise StoreError(f"{root / BACKUPS} ist beschädigt. Bitte die Datei berichtigen oder wegräumen.") from None
