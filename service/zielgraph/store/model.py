"""What a data folder says of itself: editions, snapshots, and the next snapshot while it is being made."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from zielgraph.engine import EmbeddedEngine
from zielgraph.store.files import write_file


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
    def of_update(self) -> bool:
        """Whether an update of users' own graphs made it, or took one back."""
        return self.action.removeprefix("undo ").partition(" ")[0] == "update"

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
    """The next snapshot while it is being made. ``compact``: tidy the store up, worth while after a large change."""

    info: SnapshotInfo
    engine: EmbeddedEngine
    ids: str
    sources: dict[str, bytes] = field(default_factory=dict)
    action: str = ""
    editions: list[EditionInfo] = field(default_factory=list)
    compact: bool = True


def read_info(folder: Path) -> SnapshotInfo:
    """What the snapshot in a folder says of itself. Raises OSError, ValueError, TypeError or KeyError."""
    data = json.loads((folder / "snapshot.json").read_text("utf-8"))
    data["editions"] = tuple(EditionInfo(**each) for each in data["editions"])
    data["replaces"] = tuple(data.get("replaces", ()))
    return SnapshotInfo(**data)


def write_info(folder: Path, info: SnapshotInfo) -> None:
    """Put what a snapshot says of itself into its folder."""
    write_file(folder / "snapshot.json", json.dumps(asdict(info), ensure_ascii=False, indent=1).encode())
