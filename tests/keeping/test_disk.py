"""A full disk and a read-only folder: one sentence, and nothing has changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from zielgraph.errors import StoreError
from zielgraph.importing import import_table
from zielgraph.keeping import backup, redact, restore
from zielgraph.settings import Settings

from .conftest import TABLE, content, folder, listing

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def _mount(*arguments: str) -> bool:
    return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    if (
        shutil.which("mount") is None
        or os.geteuid() != 0
        or not _mount("-t", "tmpfs", "-o", "size=16m", "none", str(place))
    ):
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def _import(where: Settings, _: Path) -> None:
    import_table(where, TABLE, edition=date(2022, 1, 1))


def _redact(where: Settings, _: Path) -> None:
    redact(where, ["Max Mustermann"], reason="x", name="y", day=date(2026, 11, 23))


ACTIONS: dict[str, Callable[[Settings, Path], object]] = {
    "import": _import,
    "undo": lambda where, _: folder(where).undo(),
    "restore": lambda where, file: restore(where, file),
    "redact": _redact,
    "backup": lambda where, _: backup(where, where.data.parent / "b.tar.gz"),
}


@pytest.fixture
def on_disk(named: Settings, disk: Path, tmp_path: Path) -> tuple[Settings, Path]:
    """The data folder on the small disk, and a backup beside it."""
    backup(named, tmp_path / "good.tar.gz", only_current=True)
    shutil.copytree(named.data, disk / "var")
    return replace(named, data=disk / "var"), tmp_path / "good.tar.gz"


def _fill(path: Path) -> None:
    with open(path, "wb", buffering=0) as filler:
        for size in (1_000_000, 4096):
            with suppress(OSError):
                while True:
                    filler.write(bytes(size))


@pytest.mark.parametrize("name", ACTIONS)
def test_a_full_disk(on_disk: tuple[Settings, Path], disk: Path, name: str) -> None:
    where, file = on_disk
    _fill(disk / "filler")
    before, state = listing(where.data), content(where)
    with pytest.raises(StoreError, match=r"voll|nicht genug Platz|Platz") as raised:
        ACTIONS[name](where, file)
    assert "\n" not in str(raised.value)
    assert listing(where.data) == before
    (disk / "filler").unlink()
    assert content(where) == state
    ACTIONS[name](where, file)
    assert sorted(path.name for path in disk.iterdir()) == sorted(
        {"var"} | ({"b.tar.gz"} if name == "backup" else set())
    )


@pytest.mark.parametrize("name", ACTIONS)
def test_a_read_only_folder(on_disk: tuple[Settings, Path], disk: Path, name: str) -> None:
    where, file = on_disk
    before = listing(where.data)
    assert _mount("-o", "remount,ro", str(disk))
    with pytest.raises(StoreError, match=r"schreibgeschützt|nicht beschreibbar") as raised:
        ACTIONS[name](where, file)
    assert "\n" not in str(raised.value)
    assert listing(where.data) == before


def test_a_backup_of_a_read_only_folder(on_disk: tuple[Settings, Path], disk: Path, zielgraph: Run) -> None:
    where, _ = on_disk
    (where.data / "sources" / "abc.txt").write_text("mine", "utf-8")
    assert _mount("-o", "remount,ro", str(disk))
    target = disk.parent / "b.tar.gz"
    done = zielgraph("backup", target, data=where.data)
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert "nicht vermerkt" in done.stderr
    other = replace(where, data=disk.parent / "neu")
    restore(other, target)
    assert content(other) == content(where)
    assert backup(where, target, force=True, only_current=True).snapshots == 1
    assert not backup(where, target, force=True).noted


@pytest.mark.parametrize("free", range(20, 240, 20))
def test_a_nearly_full_disk_has_the_same_sentence(on_disk: tuple[Settings, Path], disk: Path, free: int) -> None:
    """The store fails at other points when there is room for some of its files."""
    where, _ = on_disk
    (disk / "room").write_bytes(bytes(free * 1024))
    _fill(disk / "filler")
    (disk / "room").unlink()
    with pytest.raises(StoreError, match=r"var: Der Datenträger ist voll\. Es wurde nichts geändert\.$"):
        _redact(where, where.data)


def test_a_target_that_cannot_be_written(named: Settings, disk: Path) -> None:
    assert _mount("-o", "remount,ro", str(disk))
    with pytest.raises(StoreError, match="keine Sicherung geschrieben"):
        backup(named, disk / "b.tar.gz")
    assert not (named.data / "backups.csv").exists()
    assert not list(named.data.glob(".holding-*"))
