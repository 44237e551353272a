"""Deciding in one step: what people wrote is read and recorded, the state composed and checked anew, or nothing is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from zielgraph.deciding import (
    Decision,
    Desk,
    Wish,
    decisions_of,
    load_words,
    mark_accepted,
    overruled_by,
    withdraw,
    write_decisions,
)
from zielgraph.deciding.forms import FormReading, read_form
from zielgraph.editions.catalogue import refresh_catalogue
from zielgraph.editions.state import rebuild
from zielgraph.engine import Engine
from zielgraph.errors import InputError, NotFound, UsageError
from zielgraph.importing.findings import refresh_findings
from zielgraph.importing.plan import limits_of
from zielgraph.lifting.iris import findings_graph
from zielgraph.settings import Settings
from zielgraph.source import Source, read_source
from zielgraph.store import DataFolder, Draft, Redactions

Progress = Callable[[str], None]
_SHOWN_ERRORS = 20
_SIGNED = ("--reason", "--name")


def silent(_: str) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True)
class Said:
    """A decision with what it is about in words. ``later`` is one on the same thing that stays in force instead."""

    decision: Decision
    about: str
    later: Decision | None = None


@dataclass(frozen=True)
class Decided:
    """What was written down, or would be; ``known`` decisions stood there already. ``notes`` are sentences."""

    new: tuple[Said, ...]
    known: int = 0
    notes: tuple[str, ...] = ()


def store_wishes(
    settings: Settings,
    wishes: Sequence[Wish],
    progress: Progress = silent,
    *,
    fields: tuple[str, str] = _SIGNED,
) -> Decided:
    """Write decisions down. Raises UsageError when one of them makes no sense; then none is written.

    ``fields`` is what the one who asks calls reason and name.
    """
    with _folder(settings).write() as draft:
        _refuse_removed(Redactions.load(settings.data), fields, *((wish.reason, wish.name) for wish in wishes))
        decided = _written(draft.engine, settings.base, wishes)
        if decided.new:
            _finish(settings, draft, action_of(wishes), decided.new, progress)
    return decided


def action_of(wishes: Sequence[Wish]) -> str:
    """What the snapshot says that comes of wishes."""
    return f"decide {' '.join(dict.fromkeys(wish.action for wish in wishes))}"


def store_table(
    settings: Settings,
    path: Path,
    *,
    name: str = "",
    reason: str = "",
    day: date | None = None,
    dry_run: bool = False,
    progress: Progress = silent,
) -> Decided:
    """Write the decisions of a table down, all or none. Raises InputError with one sentence per row that does not fit.

    ``name``, ``reason`` and ``day`` count where a row has none.
    """
    source = read_source(path, limits_of(settings))
    folder = _folder(settings)
    redactions = Redactions.load(settings.data)
    redactions.refuse(source)
    _refuse_removed(redactions, _SIGNED, (reason, name))
    if dry_run:
        reading, decided = _read(folder.open().engine, settings.base, source, name, reason, day)
    else:
        with folder.write() as draft:
            reading, decided = _read(draft.engine, settings.base, source, name, reason, day, write=True)
            if decided.new:
                _finish(settings, draft, f"decide import {source.file}", decided.new, progress)
    notes = [*source.notices]
    if reading.ignored:
        notes.append(f"Nicht gelesene Spalten: {', '.join(dict.fromkeys(reading.ignored))}.")
    if not reading.decisions:
        notes.append(f"{source.file}: Keine Zeile enthält eine Entscheidung.")
    return replace(decided, notes=tuple(notes))


def take_back(settings: Settings, text: str, *, name: str, reason: str, progress: Progress = silent) -> Decision:
    """Withdraw a decision, named by its IRI or the beginning of its last part."""
    if not name.strip() or not reason.strip():
        raise UsageError("Zum Zurücknehmen gehören ein Name und eine Begründung.")
    short = text.strip().strip("<>").rsplit("/", 1)[-1]
    with _folder(settings).write() as draft:
        _refuse_removed(Redactions.load(settings.data), _SIGNED, (reason, name))
        known = decisions_of(draft.engine, settings.base)
        fits = [each for each in known if each.local == short] or [
            each for each in known if len(short) >= 4 and each.local.startswith(short)
        ]
        if not fits:
            raise NotFound(f"Eine Entscheidung „{text}“ gibt es nicht.", tuple(each.local for each in known[-5:]))
        if len(fits) > 1:
            raise UsageError(f"„{text}“ ist nicht eindeutig: {', '.join(each.local for each in fits)}.")
        if fits[0].withdrawn is not None:
            raise UsageError(f"Die Entscheidung {fits[0].local} ist schon zurückgenommen.")
        moment = datetime.now(UTC).replace(microsecond=0)
        done = withdraw(draft.engine, settings.base, fits[0], moment=moment, name=name.strip(), reason=reason.strip())
        _finish(settings, draft, f"decide withdraw {done.local}", [Said(done, "")], progress)
    return done


def _refuse_removed(redactions: Redactions, fields: tuple[str, str], *signed: tuple[str, str]) -> None:
    """Raise UsageError when a reason or a name says what was removed from the data folder."""
    for each in dict.fromkeys(signed):
        for field, text in zip(fields, each, strict=True):
            redactions.refuse_text(field, text)


# A desk holds on to the draft's store, which must be closed before it becomes a snapshot. So it lives only in
# functions that have returned when the state is composed and checked.


def _written(engine: Engine, base: str, wishes: Sequence[Wish]) -> Decided:
    desk = Desk(engine, base, date.today())
    decisions = [desk.decision(wish) for wish in wishes]
    return _said(write_decisions(engine, base, decisions), decisions, desk, decisions_of(engine, base))


def _read(
    engine: Engine, base: str, source: Source, name: str, reason: str, day: date | None, *, write: bool = False
) -> tuple[FormReading, Decided]:
    words = load_words()
    desk = Desk(engine, base, date.today(), words)
    reading = read_form(source, desk, words, name=name, reason=reason, day=day)
    _raise(reading)
    if not write:
        return reading, Decided(tuple(Said(each, desk.describe(each)) for each in reading.decisions))
    new = write_decisions(engine, base, reading.decisions)
    return reading, _said(new, reading.decisions, desk, decisions_of(engine, base))


def _said(new: Sequence[Decision], all_: Sequence[Decision], desk: Desk, known: Sequence[Decision]) -> Decided:
    """What was written down, and where a later decision stays in force; ``known`` are all that there are now."""
    about: dict[str, list[Decision]] = {}
    for each in known:
        about.setdefault(each.subject, []).append(each)
    said = (Said(each, desk.describe(each), overruled_by(each, about[each.subject])) for each in new)
    return Decided(tuple(said), len(all_) - len(new))


def _raise(reading: FormReading) -> None:
    """One sentence per row; many are cut short."""
    if not reading.errors:
        return
    if len(reading.errors) == 1:
        raise reading.errors[0]
    lines = [f"  {error}" for error in reading.errors[:_SHOWN_ERRORS]]
    if len(reading.errors) > _SHOWN_ERRORS:
        lines.append(f"  … und {len(reading.errors) - _SHOWN_ERRORS} weitere")
    head = f"{len(reading.errors)} Zeilen passen nicht, nichts wurde gespeichert:"
    raise InputError("\n".join([head, *lines]))


def _folder(settings: Settings) -> DataFolder:
    """The data folder. Raises UsageError when nothing was imported yet."""
    folder = DataFolder(settings.data, base=settings.base, keep=settings.keep_snapshots)
    if not folder.info().editions:
        raise UsageError("Es ist noch nichts importiert, worüber sich entscheiden ließe.")
    return folder


def _finish(settings: Settings, draft: Draft, action: str, said: Sequence[Said], progress: Progress) -> None:
    progress("Stand wird neu zusammengestellt und geprüft")
    rebuild(draft, settings.base)
    if all(each.decision.action == "accept" for each in said):  # the findings stay, whatever size the state has
        _mark_findings(draft.engine, settings.base)
        refresh_catalogue(draft.engine, settings.base)
    else:
        refresh_findings(draft, settings.base, settings.validate_rows)
    draft.action = action


def _mark_findings(engine: Engine, base: str) -> None:
    graph = findings_graph(base)
    marked = list(mark_accepted(engine.quads(None, None, None, graph), decisions_of(engine, base), base))
    engine.clear(graph)
    engine.add(marked)
