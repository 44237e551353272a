"""What ``zielgraph decide`` does: read what is meant, write it down, compose the state anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from zielgraph.deciding.forms import FormReading, form_headings, form_rows, read_form
from zielgraph.editions.catalogue import refresh_catalogue
from zielgraph.editions.state import rebuild
from zielgraph.engine import Engine, Literal
from zielgraph.errors import InputError, NotFound, UsageError
from zielgraph.exporting.tables import plain, write_answer
from zielgraph.importing.findings import refresh_findings
from zielgraph.lifting.iris import findings_graph
from zielgraph.questions import Answer, Column, Question, named_question, run_question
from zielgraph.settings import Settings
from zielgraph.source import Limits, Source, read_source
from zielgraph.store import DataFolder, Draft, Redactions

Progress = Callable[[str], None]
_SHOWN_ERRORS = 20


def store_wishes(settings: Settings, wishes: Sequence[Wish], progress: Progress) -> bytes:
    """Write decisions down. Raises UsageError when one of them makes no sense; then none is written."""
    action = f"decide {' '.join(dict.fromkeys(wish.action for wish in wishes))}"
    with _folder(settings).write() as draft:
        _refuse_removed(Redactions.load(settings.data), *((wish.reason, wish.name) for wish in wishes))
        new, text = _written(draft.engine, settings.base, wishes)
        if new:
            _finish(settings, draft, action, new, progress)
    return text


def _refuse_removed(redactions: Redactions, *signed: tuple[str, str]) -> None:
    """Raise UsageError when a reason or a name says what was removed from the data folder."""
    for reason, name in dict.fromkeys(signed):
        redactions.refuse_text("--reason", reason)
        redactions.refuse_text("--name", name)


# A desk holds on to the draft's store, which must be closed before it becomes a snapshot. So it lives only in
# functions that have returned when the state is composed and checked.


def _written(engine: Engine, base: str, wishes: Sequence[Wish]) -> tuple[list[Decision], bytes]:
    desk = Desk(engine, base, date.today())
    decisions = [desk.decision(wish) for wish in wishes]
    new = write_decisions(engine, base, decisions)
    return new, _said(new, decisions, desk, decisions_of(engine, base))


def store_table(
    settings: Settings, path: Path, *, name: str, reason: str, day: date | None, dry_run: bool, progress: Progress
) -> tuple[bytes, list[str]]:
    """Write the decisions of a table down, all or none; what is said, and what was passed over.

    Raises InputError with one sentence per row that does not fit.
    """
    limits = Limits(settings.max_table_rows, settings.max_table_bytes, settings.max_cell_chars)
    source = read_source(path, limits)
    with _folder(settings).write() as draft:
        redactions = Redactions.load(settings.data)
        redactions.refuse(source)
        _refuse_removed(redactions, (reason, name))
        reading, new, text = _read_and_written(draft.engine, settings.base, source, name, reason, day, dry_run)
        if new:
            _finish(settings, draft, f"decide import {source.file}", new, progress)
    notes = [*source.notices]
    if reading.ignored:
        notes.append(f"Nicht gelesene Spalten: {', '.join(dict.fromkeys(reading.ignored))}.")
    if not reading.decisions:
        notes.append(f"{source.file}: Keine Zeile enthält eine Entscheidung.")
    return text, notes


def _read_and_written(
    engine: Engine, base: str, source: Source, name: str, reason: str, day: date | None, dry_run: bool
) -> tuple[FormReading, list[Decision], bytes]:
    words = load_words()
    desk = Desk(engine, base, date.today(), words)
    reading = read_form(source, desk, words, name=name, reason=reason, day=day)
    _raise(reading)
    if dry_run:
        lines = [f"Probelauf, nichts gespeichert: {len(reading.decisions)} Entscheidungen."]
        return reading, [], "\n".join([*lines, *(_line(each, desk) for each in reading.decisions), ""]).encode()
    new = write_decisions(engine, base, reading.decisions)
    return reading, new, _said(new, reading.decisions, desk, decisions_of(engine, base))


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


def take_back(settings: Settings, text: str, *, name: str, reason: str, progress: Progress) -> bytes:
    """Withdraw a decision, named by its IRI or the beginning of its last part."""
    if not name.strip() or not reason.strip():
        raise UsageError("Zum Zurücknehmen gehören ein Name und eine Begründung.")
    short = text.strip().strip("<>").rsplit("/", 1)[-1]
    with _folder(settings).write() as draft:
        _refuse_removed(Redactions.load(settings.data), (reason, name))
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
        withdraw(draft.engine, settings.base, fits[0], moment=moment, name=name.strip(), reason=reason.strip())
        _finish(settings, draft, f"decide withdraw {fits[0].local}", fits[:1], progress)
    return f"Zurückgenommen: {fits[0].local}.\n".encode()


def form(settings: Settings, ending: str, theme: str | None) -> bytes:
    """The form with all measures, as ``.xlsx`` or ``.csv``."""
    formats = {".xlsx": "xlsx", ".csv": "csv-de"}
    if ending.lower() not in formats:
        raise UsageError("Das Formular gibt es als .xlsx und als .csv; bitte die Datei so nennen.")
    snapshot = _folder(settings).open()
    words = load_words()
    given = {"theme": theme} if theme else {}
    answer = run_question(snapshot.engine, named_question("measure-courses"), given)
    names = [column.name for column in answer.columns]
    items = []
    for row in answer.rows:
        cells = dict(zip(names, map(plain, row), strict=True))
        decided = ", ".join(cells[part] for part in ("courseLabel", "day", "name") if cells[part])
        items.append(
            {
                "subject": cells["measure"].removeprefix(snapshot.info.base),
                "label": cells["label"],
                "goal": cells["goalLabel"],
                "theme": cells["themeLabel"],
                "status": cells["statusLabel"],
                "disposition": cells["dispositionLabel"],
                "decided": decided,
            }
        )
    columns = [Column(heading, {"de": heading}) for heading in form_headings(words)]
    title = {"de": "Fortführen, einstellen, neu starten"}
    question = Question("entscheidungen", 0, title, {"de": ""}, (), tuple(columns), {}, "")
    rows = [[Literal(cell) for cell in row] for row in form_rows(items, words)]
    return write_answer(Answer(question, {}, columns, [[*row] for row in rows], ""), formats[ending.lower()], "")


def _folder(settings: Settings) -> DataFolder:
    """The data folder. Raises UsageError when nothing was imported yet."""
    folder = DataFolder(settings.data, base=settings.base, keep=settings.keep_snapshots)
    if not folder.info().editions:
        raise UsageError("Es ist noch nichts importiert, worüber sich entscheiden ließe.")
    return folder


def _finish(settings: Settings, draft: Draft, action: str, decided: Sequence[Decision], progress: Progress) -> None:
    progress("Stand wird neu zusammengestellt und geprüft")
    rebuild(draft, settings.base)
    if all(each.action == "accept" for each in decided):  # the findings stay, whatever size the state has
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


def _said(new: Sequence[Decision], all_: Sequence[Decision], desk: Desk, known: Sequence[Decision]) -> bytes:
    """What was written down, and where a later decision stays in force; ``known`` are all that there are now."""
    lines = []
    about: dict[str, list[Decision]] = {}
    for each in known:
        about.setdefault(each.subject, []).append(each)
    for each in new:
        lines.append(_line(each, desk))
        if later := overruled_by(each, about[each.subject]):
            said = f"vom {later.day:%d.%m.%Y}: {load_words().actions[later.action][0]} ({later.local})"
            lines.append(f"  In Kraft bleibt die spätere Entscheidung {said}.")
    if len(new) > 1:
        lines.insert(0, f"{len(new)} Entscheidungen eingetragen:")
    if old := len(all_) - len(new):
        lines.append("Das steht schon so da." if len(all_) == 1 else f"{old} standen schon da.")
    return "\n".join([*lines, ""]).encode()


def _line(decision: Decision, desk: Desk) -> str:
    return f"{decision.local}  {load_words().actions[decision.action][0]}: {desk.describe(decision)}"
