"""Files that people sent and have not confirmed yet: each in a folder of its own that only they get to see.

They lie in ``waiting/`` of the data folder, no part of backups, and end after a day. A folder's name cannot be guessed,
and whoever asks for it must be the person who sent the file.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from zielgraph.access.private import locked, read_private, write_private
from zielgraph.errors import NotFound, StoreError, UsageError
from zielgraph.store.files import WAITING, why

LIFETIME = 24 * 3600
MOST = 10
_NOTE, _CONTENT = "note.json", "content"
_KEY = re.compile(r"[0-9A-Za-z_-]{43}")
_UNFIT = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffd]+')
_MOST_BYTES = 150  # of a file name
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Waiting:
    """A file that waits. ``note`` is what pages remember of it, as plain data of JSON."""

    key: str
    kind: str
    owner: str
    name: str
    size: int
    begun: float
    path: Path
    note: Mapping[str, Any] = field(default_factory=dict)

    def beside(self, name: str) -> Path:
        """Where another file about this one lies, which goes with it."""
        return self.path.parent.parent / name


class WaitingRoom:
    """The waiting files of a data folder; ``limit`` is how many bytes one person's may have together."""

    def __init__(self, root: Path, limit: int, *, clock: Callable[[], float] = time.time) -> None:
        self._root, self._folder, self._limit, self._clock = root, root / WAITING, limit, clock

    def put(self, owner: str, kind: str, name: str, stream: IO[bytes]) -> Waiting:
        """Keep a file. Raises UsageError when the person has too many or too large ones, StoreError."""
        name, key = file_name(name), secrets.token_urlsafe(32)
        others = [each for each in self.of(owner) if each.size]
        if len(others) >= MOST:
            raise UsageError(f"Es warten schon {MOST} Dateien. Bitte erst welche davon bestätigen oder verwerfen.")
        left = self._limit - sum(each.size for each in others)
        folder = self._folder / key
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / _CONTENT).mkdir(mode=0o700, parents=True)
            folder.chmod(0o700)
            size = _copy(stream, folder / _CONTENT / name, left)
            if size > left:
                raise UsageError(
                    f"Die wartenden Dateien wären zusammen größer als {self._limit // 1_000_000} MB. Bitte andere erst "
                    "verwerfen oder die Tabelle aufteilen."
                )
            found = Waiting(key, kind, owner, name, size, self._clock(), folder / _CONTENT / name)
            self._write(found)
        except OSError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise StoreError(f"{self._folder}: {why(error)} Die Datei wurde nicht angenommen.") from None
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return found

    def get(self, owner: str, key: str) -> Waiting:
        """The file of that key. Raises NotFound when there is none (any more), or when it is another person's."""
        found = self._read(key) if _KEY.fullmatch(key) else None
        if found is None or found.owner != owner:
            raise NotFound(
                "Diese Datei wartet hier nicht (mehr): Sie wurde übernommen, verworfen oder liegt länger als einen Tag "
                "zurück. Bitte noch einmal hochladen."
            )
        return found

    def of(self, owner: str, kind: str = "") -> list[Waiting]:
        """The person's files, the newest first. What is older than a day goes, whoever sent it."""
        if not self._folder.is_dir():
            return []
        found = [self._read(path.name) for path in self._folder.iterdir() if _KEY.fullmatch(path.name)]
        mine = [each for each in found if each and each.owner == owner and kind in ("", each.kind)]
        return sorted(mine, key=lambda each: each.begun, reverse=True)

    def remember(self, waiting: Waiting, **note: Any) -> Waiting:
        """Note something about a file, in place of what was noted under the same names. Raises StoreError."""
        changed = Waiting(**{**_fields(waiting), "note": {**waiting.note, **note}})
        self._write(changed)
        return changed

    def finish(self, waiting: Waiting, **note: Any) -> None:
        """Remove the file itself, which is stored elsewhere by now, and note what became of it. Raises StoreError."""
        shutil.rmtree(waiting.path.parent, ignore_errors=True)
        self.remember(Waiting(**{**_fields(waiting), "size": 0}), **note)

    def discard(self, waiting: Waiting) -> None:
        """Remove a file and what was noted of it."""
        self._drop(waiting.key)

    @contextmanager
    def held(self, owner: str, key: str) -> Iterator[Waiting]:
        """The file of that key for one caller at a time; others wait. Raises NotFound, StoreError."""
        found = self.get(owner, key)
        try:
            handle = os.open(found.beside("lock"), os.O_WRONLY | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreError(f"{self._folder}: {why(error)} Es wurde nichts geändert.") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield self.get(owner, key)  # as those left it who had it before
        finally:
            os.close(handle)

    def _drop(self, key: str) -> None:
        shutil.rmtree(self._folder / key, ignore_errors=True)

    def _write(self, waiting: Waiting) -> None:
        told = {name: value for name, value in _fields(waiting).items() if name != "path"}
        with locked(self._root):
            write_private(self._folder / waiting.key / _NOTE, json.dumps(told, ensure_ascii=False).encode())

    def _read(self, key: str) -> Waiting | None:
        """What is kept under a key; what is over, or was left half written, goes."""
        folder = self._folder / key
        found = read_private(folder / _NOTE)
        if found is None:
            with suppress(OSError):
                if self._clock() - folder.stat().st_mtime > LIFETIME:
                    self._drop(key)
            return None
        try:
            told = json.loads(found[1])
            waiting = Waiting(**told, path=folder / _CONTENT / told["name"])
        except (ValueError, TypeError, KeyError):
            self._drop(key)
            return None
        if self._clock() - waiting.begun > LIFETIME or waiting.key != key:
            self._drop(key)
            return None
        return waiting


def file_name(name: str) -> str:
    """The last part of what somebody calls a file, fit for a disk and for a page; the ending stays."""
    last = re.split(r"[/\\]", name)[-1]
    last = _UNFIT.sub("_", last).strip(" .") or "tabelle"
    stem, dot, ending = last.rpartition(".")
    if not stem or len(ending.encode()) > 10:
        stem, dot, ending = last, "", ""
    room = _MOST_BYTES - len(ending.encode()) - len(dot)
    return stem.encode()[:room].decode("utf-8", "ignore") + dot + ending


def _fields(waiting: Waiting) -> dict[str, Any]:
    return {name: getattr(waiting, name) for name in Waiting.__dataclass_fields__}


def _copy(stream: IO[bytes], path: Path, most: int) -> int:
    """Write a stream to a new file, no further than just beyond ``most`` bytes; how many they were."""
    size = 0
    with open(path, "xb") as file:
        path.chmod(0o600)
        while size <= most and (data := stream.read(_CHUNK)):
            file.write(data)
            size += len(data)
    return size
