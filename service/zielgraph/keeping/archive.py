"""The backup file: a packed tar archive that begins with a list of its members, their sizes and hashes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import lzma
import os
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from zielgraph.engine import EmbeddedEngine
from zielgraph.errors import InputError

FORMAT = 1
MANIFEST = "manifest.json"
_MEMBER = re.compile(
    r"snapshots/\d{6,}/(?:ids\.csv|snapshot\.json|store/[A-Za-z0-9_-][A-Za-z0-9._-]*)"
    r"|sources/[0-9a-f]{64}|settings\.json|redactions\.csv"
)
_CHUNK = 1 << 20
_MANIFEST_LIMIT = 50_000_000
# Real backups unpack to about four times their size; a bomb to a thousand times and more.
_RATIO, _FLOOR = 200, 100_000_000
_DAMAGED = "ist keine lesbare Sicherung von zielgraph oder beschädigt"
_ADVICE = "Bitte eine andere Sicherung nehmen. Es wurde nichts geändert."


@dataclass(frozen=True)
class Member:
    """What the manifest says of one file."""

    sha256: str
    size: int


@dataclass(frozen=True)
class SnapshotEntry:
    """What the manifest says of one snapshot."""

    name: str
    created: str
    action: str
    quads: int


@dataclass(frozen=True)
class Manifest:
    """What a backup holds."""

    version: str
    created: str
    base: str
    current: str
    snapshots: tuple[SnapshotEntry, ...]
    members: Mapping[str, Member] = field(default_factory=dict)

    def write(self) -> bytes:
        """As JSON."""
        return json.dumps({"zielgraph-backup": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1).encode()

    @classmethod
    def read(cls, data: bytes) -> Manifest:
        """From JSON. Raises ValueError, TypeError or KeyError when it is none."""
        told: dict[str, Any] = json.loads(data)
        if not isinstance(told, dict) or told.pop("zielgraph-backup") != FORMAT:
            raise ValueError("format")
        members = {str(name): Member(str(m["sha256"]), int(m["size"])) for name, m in told.pop("members").items()}
        snapshots = tuple(
            SnapshotEntry(str(s["name"]), str(s["created"]), str(s["action"]), int(s["quads"]))
            for s in told.pop("snapshots")
        )
        if any(not _MEMBER.fullmatch(name) or member.size < 0 for name, member in members.items()):
            raise ValueError("member")
        for text in told.values():
            if not isinstance(text, str):
                raise ValueError("text")
        manifest = cls(snapshots=snapshots, members=members, **told)
        if manifest.current not in {entry.name for entry in snapshots}:
            raise ValueError("current")
        return manifest


def count_quads(snapshot: Path) -> int:
    """Number of quads in a snapshot, each of them read. Raises StoreError when the store is damaged."""
    return EmbeddedEngine.read_only(snapshot / "store").count()


def file_hash(path: Path) -> str:
    """SHA-256 of a file."""
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def pack(target: IO[bytes], root: Path, manifest: Manifest, *, xz: bool, extra: Mapping[str, bytes]) -> None:
    """Write the archive: the manifest, ``extra`` files, then the manifest's other members from ``root``.

    A file that several snapshots share (hard links) is stored once.
    """
    packer: gzip.GzipFile | lzma.LZMAFile = (
        lzma.LZMAFile(target, "wb", preset=3)  # noqa: SIM115 - closed below
        if xz
        else gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=target, mtime=0)
    )
    with packer, tarfile.open(fileobj=packer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in {MANIFEST: manifest.write(), **extra}.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o600
            tar.addfile(entry, io.BytesIO(data))
        for name in manifest.members:
            if name not in extra:
                tar.add(root / name, arcname=name, recursive=False, filter=_anonymous)


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry


class _Bounded(io.RawIOBase):
    """A packed file that gives no more than a backup can hold, so that a bomb cannot fill memory or disk."""

    def __init__(self, packed: gzip.GzipFile | lzma.LZMAFile, limit: int) -> None:
        self._packed, self._left = packed, limit

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > _MANIFEST_LIMIT:
            raise ValueError("size")
        data = self._packed.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise ValueError("bomb")
        return data


@contextmanager
def _reading(file: str) -> Iterator[None]:
    """Everything that can go wrong in a foreign or damaged archive is one sentence; what the disk says passes."""
    try:
        yield
    except (
        tarfile.TarError,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        OSError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        OverflowError,
        RecursionError,
        StopIteration,
    ) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise InputError(_DAMAGED, file=file, advice=_ADVICE) from None


@contextmanager
def _members(path: Path) -> Iterator[Iterator[tuple[tarfile.TarInfo, IO[bytes] | None]]]:
    with open(path, "rb") as handle:
        start = handle.read(6)
        handle.seek(0)
        limit = _FLOOR + _RATIO * path.stat().st_size
        packed: gzip.GzipFile | lzma.LZMAFile = (
            lzma.LZMAFile(handle)  # noqa: SIM115 - closed below
            if start.startswith(b"\xfd7zXZ")
            else gzip.GzipFile(fileobj=handle, mode="rb")
        )
        with packed, tarfile.open(fileobj=_Bounded(packed, limit), mode="r|") as tar:
            yield ((entry, tar.extractfile(entry) if entry.isreg() else None) for entry in tar)


def read_manifest(path: Path) -> Manifest:
    """The manifest of a backup. Raises InputError when the file cannot be one."""
    _check_file(path)
    with _reading(str(path)), _members(path) as members:
        return _manifest(*next(members))


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise InputError("ist ein Ordner" if path.is_dir() else "gibt es nicht", file=str(path))
    try:
        path.open("rb").close()
    except OSError as error:
        raise InputError(f"lässt sich nicht lesen ({error.strerror})", file=str(path)) from None


def _manifest(entry: tarfile.TarInfo, content: IO[bytes] | None) -> Manifest:
    if entry.name != MANIFEST or content is None or entry.size > _MANIFEST_LIMIT:
        raise ValueError("manifest")
    return Manifest.read(content.read(entry.size))


def unpack(path: Path, target: Path) -> Manifest:
    """Unpack a backup into an empty folder, every size and hash checked.

    Raises InputError for anything that is not exactly what the manifest says, OSError when the folder cannot be
    written. Only regular files with the names of a backup are accepted, and links to a member that came before.
    """
    _check_file(path)
    with _reading(str(path)), _members(path) as members:
        manifest = _manifest(*next(members))
        seen: dict[str, Member] = {}
        for entry, content in members:
            told, place = manifest.members[entry.name], target / entry.name
            if entry.name in seen:
                raise ValueError("twice")
            place.parent.mkdir(parents=True, exist_ok=True)
            if entry.islnk():
                if seen[entry.linkname] != told:
                    raise ValueError("link")
                os.link(target / entry.linkname, place)
            elif content is None or entry.issparse() or entry.size != told.size:
                raise ValueError("kind")
            else:
                _copy(content, place, told)
            seen[entry.name] = told
        if seen.keys() != manifest.members.keys():
            raise ValueError("missing")
    return manifest


def _copy(content: IO[bytes], place: Path, told: Member) -> None:
    digest = hashlib.sha256()
    with open(place, "wb") as handle:
        while block := content.read(_CHUNK):
            digest.update(block)
            handle.write(block)
        handle.flush()
        os.fsync(handle.fileno())
    if digest.hexdigest() != told.sha256:
        raise ValueError("hash")
