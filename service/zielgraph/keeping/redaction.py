"""Removing words from everything that is kept: every snapshot, the id registry, the sources, the published store.

Redacted copies of all snapshots are built beside the old ones and come into force together, with one rename of
``CURRENT``. Killed before that, nothing has happened and the command can be run again; killed after it, the next
writer deletes what the old snapshots still hold. Who has an old snapshot open goes on reading it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from zielgraph import resources
from zielgraph.editions.catalogue import refresh_catalogue
from zielgraph.engine import EmbeddedEngine, Literal, NamedNode
from zielgraph.errors import UsageError, ZielgraphError
from zielgraph.keeping.archive import unpack
from zielgraph.keeping.backup import Backup, backups, rename_backups
from zielgraph.keeping.redactor import Redactor, fixed_segments, marker
from zielgraph.keeping.sources import read, redact_source, sha256, texts
from zielgraph.settings import Settings
from zielgraph.store import DataFolder, Redactions, SnapshotInfo
from zielgraph.store.files import WAITING, replace_file, write_file
from zielgraph.store.model import read_info
from zielgraph.store.redactions import FILE
from zielgraph.store.stage import Stage, numbered
from zielgraph.store.words import Phrase, Phrases

Progress = Callable[[str], None]


@dataclass
class RedactReport:
    """What was removed, or would be.

    ``found`` are the texts that held the words, as they read afterwards, and how often. ``within`` are texts in which
    they stand only as part of a longer word and stay. ``holding`` are backups that still have the words;
    ``unreachable`` those whose file is not there or cannot be read.
    """

    found: dict[str, int] = field(default_factory=dict)
    snapshots: int = 0
    sources: int = 0
    within: list[str] = field(default_factory=list)
    holding: list[Backup] = field(default_factory=list)
    unreachable: list[Backup] = field(default_factory=list)


def redact(
    settings: Settings,
    words: Sequence[str],
    *,
    reason: str,
    name: str,
    day: date,
    published: Path | None = None,
    dry_run: bool = False,
    progress: Progress = lambda _: None,
) -> RedactReport:
    """Remove each of the phrases from everything that is kept.

    Raises UsageError for phrases that are too short or belong to the program, and for a reason or name that says them;
    StoreError when a folder cannot be written; then it is as it was. Backups are looked through but never changed.
    """
    phrases = _phrases(words)
    if any(text in Phrases(phrases) for text in (reason, name)):
        raise UsageError("Bitte im Grund und im Namen keine der zu entfernenden Wörter nennen.")
    report = RedactReport()
    folder = DataFolder(settings.data, base=settings.base, keep=settings.keep_snapshots)
    removed = Redactions.load(folder.root)
    for option, text in (("Grund", reason), ("Name", name)):
        removed.refuse_text(option, text)
    if published is not None:
        if not (published / "CURRENT").is_file():
            raise UsageError(f"{published} ist kein veröffentlichter Datenordner (CURRENT fehlt).")
        outside = DataFolder(published, base=settings.base, keep=settings.keep_snapshots)
        _redact_folder(outside, phrases, day, report, dry_run=dry_run, progress=progress)
    redactions = removed.with_phrases(phrases, day=day.isoformat(), reason=reason, name=name)
    _redact_folder(folder, phrases, day, report, redactions, dry_run=dry_run, progress=progress)
    return report


def _phrases(words: Sequence[str]) -> list[Phrase]:
    phrases = []
    for text in words:
        try:
            phrases.append(Phrase.of(text))
        except ValueError:
            raise UsageError(f"„{text}“ ist zu kurz: Es braucht mindestens drei Buchstaben oder Ziffern.") from None
    wanted = Phrases(phrases)
    files = [*resources.ontology().glob("*.ttl"), *(resources.data() / "register").glob("**/*.ttl")]
    for path in sorted(files):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if line in wanted:
                raise UsageError(
                    f"Die Worte stehen auch in {path.name}, Zeile {number}, also in Ontologie oder Register, und kämen "
                    "mit dem nächsten Import wieder. Bitte dort zuerst streichen oder mehr Worte angeben."
                )
    return phrases


def _redact_folder(
    folder: DataFolder,
    phrases: Sequence[Phrase],
    day: date,
    report: RedactReport,
    redactions: Redactions | None = None,
    *,
    dry_run: bool,
    progress: Progress,
) -> None:
    with folder.stage() as stage:
        infos = folder.kept()
        redactor = Redactor(Phrases(phrases), marker(day), stage.before.base, fixed_of(infos))
        scratch = stage.scratch()
        progress("Quellen werden durchsucht")
        report.sources += redact_sources(folder.sources, infos, redactor, scratch)
        places = [folder.path(info.name) for info in infos]
        made = rebuild(stage, places, infos, redactor, progress)
        stored = bool(redactor.hits or redactor.sources)
        report.snapshots += len(made) if stored else 0
        files = {FILE: redactions.rewritten(redactor.text).write().encode()} if redactions is not None else {}
        noted = backups(folder.root)
        renamed = [each for each in noted if redactor.text(each.path) != each.path]
        for text, count in redactor.hits.items():
            report.found[redactor.text(text)] = report.found.get(redactor.text(text), 0) + count
        report.within += sorted(redactor.within)
        progress("Sicherungen werden durchsucht")
        for each in noted:
            _look_through(each, redactor, stage, report)
        if not dry_run:  # files that wait to be imported may hold the words; people can send them again
            shutil.rmtree(folder.root / WAITING, ignore_errors=True)
        if dry_run or not (redactor.hits or redactor.sources):
            return
        if stored and made:
            old = tuple(info.name for info in infos)
            for target, info in made:
                stage.add(target, replace(info, replaces=old) if info.name == old[-1] else info)
            folder.take_sources(scratch)
            stage.commit(files)
        else:  # the words are only in the folder's own tables
            for name, data in files.items():
                replace_file(folder.root / name, data)
        if renamed:
            rename_backups(folder.root, redactor.text)


def fixed_of(infos: Sequence[SnapshotInfo]) -> frozenset[str]:
    """Path segments that stay as they are in the data IRIs of these snapshots."""
    return fixed_segments(tuple(edition for info in infos for edition in info.editions))


def redact_sources(sources: Path, infos: Sequence[SnapshotInfo], redactor: Redactor, scratch: Path) -> int:
    """Put the redacted successors of source files into ``scratch``, each under its hash; how many there are."""
    files = {edition.sha256: edition.file for info in infos for edition in info.editions}
    for path in sorted(sources.glob("[0-9a-f]*")):
        data = redact_source(path, redactor, files.get(path.name, ""), scratch / ".reading")
        if data is not None:
            redactor.sources[path.name] = sha256(data)
            write_file(scratch / sha256(data), data)
    return len(redactor.sources)


def rebuild(
    stage: Stage, places: Sequence[Path], infos: Sequence[SnapshotInfo], redactor: Redactor, progress: Progress
) -> list[tuple[Path, SnapshotInfo]]:
    """Redacted copies of snapshots in new folders; their parents are the copies of their parents.

    Stores are built anew from their quads: an engine's files keep texts for which there is no quad any more.
    """
    names: dict[str, str] = {}
    made: list[tuple[Path, SnapshotInfo]] = []
    for number, (place, info) in enumerate(zip(places, infos, strict=True), start=1):
        progress(f"Stand {info.name} wird neu geschrieben ({number} von {len(infos)})")
        target = stage.folder()
        engine = EmbeddedEngine.writable(target / "store")
        engine.add(redactor.quads(EmbeddedEngine.read_only(place / "store")))
        refresh_catalogue(engine, info.base)
        engine.finish()
        del engine
        write_file(target / "ids.csv", redactor.ids((place / "ids.csv").read_text("utf-8")).encode())
        made.append((target, replace(redactor.info(info), parent=names.get(info.parent, info.parent), replaces=())))
        names[info.name] = target.name.removeprefix(".building-")
    return made


def _look_through(made: Backup, redactor: Redactor, stage: Stage, report: RedactReport) -> None:
    """Whether a backup holds the words; one that is gone or damaged cannot be looked through."""
    place = stage.scratch()
    try:
        unpack(Path(made.path), place)
        if any(_holds(place, redactor)):
            report.holding.append(made)
    except (ZielgraphError, OSError, ValueError, KeyError, TypeError):
        report.unreachable.append(made)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _holds(place: Path, redactor: Redactor) -> Iterator[bool]:
    for snapshot in (place / "snapshots" / name for name in numbered(place / "snapshots")):
        info = read_info(snapshot)
        yield redactor.info(info) != info
        yield any(text in redactor.phrases for text in texts_of(snapshot))
    yield any(text in redactor.phrases for text in Redactions.load(place).texts())
    for source in (place / "sources").glob("*"):
        yield any(text in redactor.phrases for text in dict.fromkeys(texts(read(source))))


def texts_of(snapshot: Path) -> Iterator[str]:
    """Every text and data IRI of a snapshot, and its id registry."""
    for quad in EmbeddedEngine.read_only(snapshot / "store").quads():
        if isinstance(quad.object, Literal):
            yield quad.object.value
        if isinstance(quad.subject, NamedNode):
            yield quad.subject.value
    yield from (snapshot / "ids.csv").read_text("utf-8").splitlines()
