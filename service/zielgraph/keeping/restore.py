"""A backup becomes the current state, after everything in it was checked."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path

from zielgraph import __version__
from zielgraph.errors import InputError, StoreError, UsageError
from zielgraph.keeping.archive import Manifest, count_quads, read_manifest, unpack
from zielgraph.keeping.redaction import fixed_of, rebuild, redact_sources, texts_of
from zielgraph.keeping.redactor import Redactor, marker
from zielgraph.lifting import IdRegistry
from zielgraph.settings import SETTINGS, Settings
from zielgraph.store import DataFolder, Redactions, SnapshotInfo
from zielgraph.store.files import write_file
from zielgraph.store.model import read_info
from zielgraph.store.redactions import FILE as REDACTIONS
from zielgraph.store.redactions import Hit
from zielgraph.store.stage import Stage
from zielgraph.store.words import Phrase, Phrases

Progress = Callable[[str], None]
_NOTHING = "Es wurde nichts geändert."


@dataclass(frozen=True)
class Restored:
    """What was restored: its manifest, the state before and the one that is now current.

    ``settings`` are those that were different where the backup was made; ``removed_again`` counts the texts in which
    words stood that had been redacted since.
    """

    manifest: Manifest
    before: SnapshotInfo
    now: SnapshotInfo
    settings: dict[str, str]
    removed_again: int = 0


def restore(settings: Settings, file: Path, *, progress: Progress = lambda _: None) -> Restored:
    """Check a backup completely and make it current: in an empty folder with all its snapshots, else as one new one.

    What was current stays a snapshot, so that ``undo`` goes back to it. Ids that were minted since stay minted, and
    words that were redacted since are removed again. Raises InputError for a file that is no sound backup, UsageError
    when it does not fit program or settings, StoreError when the folder cannot be written. Until the last step
    nothing changes.
    """
    manifest = read_manifest(file)
    _check_fit(manifest, settings, file)
    folder = DataFolder(settings.data, base=settings.base, keep=settings.keep_snapshots)
    with folder.stage() as stage:
        if sum(member.size for member in manifest.members.values()) > shutil.disk_usage(folder.root).free:
            raise StoreError(f"{folder.root}: Für die Sicherung {file} ist nicht genug Platz. {_NOTHING}")
        progress(f"{file.name} wird ausgepackt und geprüft")
        place = stage.scratch()
        manifest = unpack(file, place)
        infos = _check_content(manifest, place, file)
        redactions = Redactions.load(folder.root)
        told = Redactions.load(place)
        present = folder.ids()
        if stage.before.name:
            name = f"restore {file.name}: {infos[-1].action}"
            infos = [replace(folder.next_info(stage.before, name, infos[-1].editions), name=infos[-1].name)]
        progress("Der Stand wird eingesetzt")
        removed = _stage(stage, place, infos, redactions, present, progress)
        folder.take_sources(place / "sources")
        kept = redactions.union(told)
        if hits := redactions.check(told.texts()):
            kept = kept.rewritten(_redactor(hits, infos).text)
        stage.commit({REDACTIONS: kept.write().encode()} if kept.rows else None)
        differences = _differences(place / "settings.json", settings)
    return Restored(manifest, stage.before, folder.info(), differences, removed)


def _check_fit(manifest: Manifest, settings: Settings, file: Path) -> None:
    if _version(manifest.version) > _version(__version__):
        raise UsageError(
            f"{file} stammt von zielgraph {manifest.version}, hier läuft {__version__}. "
            f"Bitte zuerst zielgraph aktualisieren. {_NOTHING}"
        )
    if manifest.base != settings.base:
        raise UsageError(
            f"{file} benutzt die Basis {manifest.base}, eingestellt ist {settings.base}. "
            f"Bitte ZIELGRAPH_BASE={manifest.base} setzen. {_NOTHING}"
        )


def _version(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text)[:3]))


def _check_content(manifest: Manifest, place: Path, file: Path) -> list[SnapshotInfo]:
    """What the snapshots say of themselves, the current one last. Each must open and hold what the manifest says."""
    infos = []
    for entry in sorted(manifest.snapshots, key=lambda entry: entry.name):
        folder = place / "snapshots" / entry.name
        try:
            info = read_info(folder)
            IdRegistry.read((folder / "ids.csv").read_text("utf-8"))
            quads = count_quads(folder)
        except (OSError, ValueError, TypeError, KeyError, StoreError) as error:
            raise InputError(f"der Stand {entry.name} darin ist beschädigt ({error})", file=str(file)) from None
        if quads != entry.quads or info.base != manifest.base or info.name != entry.name:
            raise InputError(f"der Stand {entry.name} darin passt nicht zum Verzeichnis der Sicherung", file=str(file))
        if entry.name <= manifest.current:
            infos.append(info)
    for source in (place / "sources").glob("*"):
        if manifest.members[f"sources/{source.name}"].sha256 != source.name:
            raise InputError(f"die Quelle {source.name} darin ist beschädigt", file=str(file))
    return infos


def _stage(
    stage: Stage, place: Path, infos: list[SnapshotInfo], redactions: Redactions, present: str, progress: Progress
) -> int:
    """Add the snapshots to the stage; how many texts had to be redacted again."""
    places = [place / "snapshots" / info.name for info in infos]
    said = [text for info in infos for text in (info.action, *(each.file for each in info.editions))]
    hits = redactions.check(chain(said, *map(texts_of, places))) if redactions.rows else []
    if hits:
        redactor = _redactor(hits, infos)
        scratch = place / "redacted"
        scratch.mkdir()
        redact_sources(place / "sources", infos, redactor, scratch)
        made = rebuild(stage, places, infos, redactor, progress)
        for old in redactor.sources:
            (place / "sources" / old).unlink()
        for new in scratch.iterdir():
            new.rename(place / "sources" / new.name)
    else:
        made = _moved(stage, places, infos)
    last = made[-1][0] / "ids.csv"
    if present:
        write_file(last, union_ids(last.read_text("utf-8"), present).encode())
    for target, info in made:
        stage.add(target, info)
    return len(hits)


def _redactor(hits: Sequence[Hit], infos: Sequence[SnapshotInfo]) -> Redactor:
    """Removes again what was removed from the data folder and is back."""
    phrases = Phrases([Phrase.of(words) for words in dict.fromkeys(hit.words for hit in hits)])
    day = date.fromisoformat(max(hit.day for hit in hits))
    return Redactor(phrases, marker(day), infos[-1].base, fixed_of(infos))


def _moved(stage: Stage, places: list[Path], infos: list[SnapshotInfo]) -> list[tuple[Path, SnapshotInfo]]:
    """The snapshots in folders with new numbers, their parents' numbers changed alike."""
    names: dict[str, str] = {}
    made = []
    for place, info in zip(places, infos, strict=True):
        target = stage.folder()
        for part in ("store", "ids.csv"):
            (place / part).rename(target / part)
        made.append((target, replace(info, parent=names.get(info.parent, info.parent), replaces=())))
        names[info.name] = target.name.removeprefix(".building-")  # afterwards: its own old number may be its parent's
    return made


def union_ids(restored: str, present: str) -> str:
    """The restored id registry, and what was minted since, so that no number is ever given twice.

    What a number means is what the restored registry says. A wording that has another number there keeps that one;
    the number it had meanwhile stays taken under a key that no wording has. Raises StoreError for a damaged table.
    """
    tables = [list(csv.reader(io.StringIO(IdRegistry.read(text).write(), newline=""))) for text in (restored, present)]
    head, *rows = tables[0]
    scope, kind, number, key = (head.index(name) for name in ("scope", "kind", "id", "key"))
    known, meant = (_meanings(table[1:], (scope, kind, number), key) for table in tables)
    keys = {(row[scope], row[kind], row[key]) for row in rows}
    for row in tables[1][1:]:
        named = (row[scope], row[kind], row[number])
        same = bool(known.get(named, set()) & meant.get(named, set()))
        if not row[key]:  # says something about two numbers: replaced, or not the same
            others = [(row[scope], row[kind], value) for value in row[key + 1 :] if value.isdecimal()]
            clear = all(each not in known or known[each] & meant.get(each, set()) for each in (named, *others))
            rows += [row] if clear and row not in rows else []
        elif named not in known:
            if (row[scope], row[kind], row[key]) in keys:
                row[key] = f"({row[key]})"
            rows.append(row)
        elif same and (row[scope], row[kind], row[key]) not in keys:  # found under one more wording since
            rows.append(row)
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([head, *rows])
    return buffer.getvalue()


def _meanings(rows: list[list[str]], name: tuple[int, ...], key: int) -> dict[tuple[str, ...], set[str]]:
    """The keys of every number."""
    found: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        if row[key]:
            found.setdefault(tuple(row[index] for index in name), set()).add(row[key])
    return found


def _differences(path: Path, settings: Settings) -> dict[str, str]:
    """Settings that were different where the backup was made, as environment variables. Folder and address aside."""
    try:
        told = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(told, dict):
        return {}
    local = {"data", "host", "hosts", "port", "base"}
    return {
        each.variable: str(told[each.name])
        for each in SETTINGS
        if each.name not in local and each.name in told and str(told[each.name]) != str(getattr(settings, each.name))
    }
