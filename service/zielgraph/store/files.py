"""Files that are either written completely or not at all, and what the disk says in plain words."""

from __future__ import annotations

import errno
import os
from pathlib import Path

WAITING = "waiting"
"""Folder in the data folder of files that people sent and have not confirmed yet; no part of backups."""

_REASONS = {
    errno.ENOSPC: "Der Datenträger ist voll.",
    errno.EDQUOT: "Der zugeteilte Speicherplatz ist verbraucht.",
    errno.EFBIG: "Die Datei wird größer, als hier erlaubt ist.",
    errno.EACCES: "Der Ordner ist nicht beschreibbar.",
    errno.EPERM: "Der Ordner ist nicht beschreibbar.",
    errno.EROFS: "Der Datenträger ist schreibgeschützt.",
    errno.ENOTDIR: "Der Pfad ist kein Ordner.",
    errno.EEXIST: "Der Pfad ist kein Ordner.",
    errno.EXDEV: "Der Ordner liegt auf mehreren Datenträgern; harte Verweise sind so nicht möglich.",
}
# The embedded store passes on what the system said, but not its number.
_SAID = {"No space left": errno.ENOSPC, "Read-only file system": errno.EROFS, "Permission denied": errno.EACCES}


def why(error: Exception) -> str:
    """The reason of a failed write as a German sentence."""
    number = getattr(error, "errno", None)
    if not number:
        number = next((code for words, code in _SAID.items() if words in str(error)), 0)
    return _REASONS.get(number, f"{getattr(error, 'strerror', None) or error}.")


def of_the_disk(error: Exception) -> bool:
    """Whether the system refused to write; the embedded store reports that among its own errors."""
    return isinstance(error, OSError) or any(words in str(error) for words in _SAID)


def read_only(error: OSError) -> bool:
    """Whether nothing may be written there at all."""
    return error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)


def write_file(path: Path, data: bytes) -> None:
    """Write a new file and wait until it is on the disk."""
    with open(path, "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())


def replace_file(path: Path, data: bytes) -> None:
    """Put the data in the place of the file at once: readers see the old or the new content."""
    beside = path.with_name(f"{path.name}.next")
    write_file(beside, data)
    os.replace(beside, path)


def sync(path: Path) -> None:
    """Wait until a folder's entries, or a file's content, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def link_tree(source: Path, target: Path) -> None:
    """A copy of a folder by hard links. Raises FileNotFoundError when the folder vanishes meanwhile."""
    target.mkdir(parents=True)
    for entry in sorted(source.iterdir()):
        if entry.is_dir():
            link_tree(entry, target / entry.name)
        else:
            os.link(entry, target / entry.name)


def tree_size(*folders: Path) -> int:
    """Bytes on the disk under the folders; a file that several of them share counts once."""
    seen: dict[tuple[int, int], int] = {}
    for folder in folders:
        for path in folder.rglob("*"):
            try:
                told = path.stat()
            except FileNotFoundError:  # pruned meanwhile
                continue
            if path.is_file():
                seen[told.st_dev, told.st_ino] = told.st_size
    return sum(seen.values())
