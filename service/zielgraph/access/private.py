"""Files of the data folder that are nobody else's business: made for the owner alone, replaced at once."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zielgraph.errors import StoreError
from zielgraph.store.files import sync, why

Signature = tuple[int, int, int]


def signature(path: Path) -> Signature | None:
    """What changes whenever the file is replaced; None while there is none. Raises StoreError."""
    try:
        return _signature(path.stat())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from None


def read_private(path: Path) -> tuple[Signature, bytes] | None:
    """The file's signature and content; None when there is none.

    Raises StoreError when it cannot be read, or when strangers may read or change it: then it proves nothing. The
    group is left alone, because container platforms set its rights themselves.
    """
    try:
        with open(path, "rb") as handle:
            told = os.fstat(handle.fileno())
            data = handle.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _unreadable(path, error) from None
    if told.st_mode & stat.S_IRWXO:
        raise StoreError(
            f"Die Datei {path.name} im Datenordner darf jeder auf diesem Rechner lesen oder ändern; darum gilt sie "
            f"nicht. Bitte ihre Rechte einschränken: chmod 600 {path.name}."
        )
    return _signature(told), data


def write_private(path: Path, data: bytes) -> None:
    """Put the data in the place of the file, readable for its owner only. Call under :func:`locked`.

    Raises StoreError when the disk does not allow it; then the old file is still there.
    """
    # A writer of the data folder clears away *.next at any time, hence another name.
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.unlink(missing_ok=True)  # what a killed process left
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "wb") as file:
            _give_away(handle, path.parent)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
        sync(path.parent)
    except OSError as error:
        raise StoreError(f"{path}: {why(error)} Es wurde nichts geändert.") from None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock on the private files; others wait. The folder is made when it is missing. Raises StoreError.

    It is not the data folder's lock: a token can be revoked while an import runs.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / "tokens.lock", os.O_WRONLY | os.O_CREAT, 0o600)
    except OSError as error:
        raise StoreError(f"{folder}: {why(error)} Es wurde nichts geändert.") from None
    try:
        _give_away(handle, folder)
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _give_away(handle: int, folder: Path) -> None:
    """Made by root, a file belongs to whom the folder belongs; otherwise the service could not read it."""
    if os.geteuid() == 0:
        told = folder.stat()
        os.fchown(handle, told.st_uid, told.st_gid)


def _signature(told: os.stat_result) -> Signature:
    return told.st_mtime_ns, told.st_ino, told.st_size


def _unreadable(path: Path, error: OSError) -> StoreError:
    return StoreError(f"Die Datei {path.name} im Datenordner lässt sich nicht lesen ({error.strerror or error}).")
