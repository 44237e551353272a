"""What ``zielgraph decide`` says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from zielgraph.deciding import Wish, load_words
from zielgraph.errors import UsageError
from zielgraph.exporting.decisionform import decision_form
from zielgraph.importing import deciding
from zielgraph.importing.deciding import Decided, Progress, Said
from zielgraph.settings import Settings
from zielgraph.store import DataFolder


def store_wishes(settings: Settings, wishes: Sequence[Wish], progress: Progress) -> bytes:
    """Write decisions down, see :func:`zielgraph.importing.deciding.store_wishes`; what is said of it."""
    return _text(deciding.store_wishes(settings, wishes, progress))


def store_table(
    settings: Settings, path: Path, *, name: str, reason: str, day: date | None, dry_run: bool, progress: Progress
) -> tuple[bytes, tuple[str, ...]]:
    """Write the decisions of a table down, all or none; what is said, and what was passed over."""
    found = deciding.store_table(settings, path, name=name, reason=reason, day=day, dry_run=dry_run, progress=progress)
    if not dry_run:
        return _text(found), found.notes
    lines = [f"Probelauf, nichts gespeichert: {len(found.new)} Entscheidungen.", *map(_line, found.new), ""]
    return "\n".join(lines).encode(), found.notes


def take_back(settings: Settings, text: str, *, name: str, reason: str, progress: Progress) -> bytes:
    """Withdraw a decision; what is said of it."""
    done = deciding.take_back(settings, text, name=name, reason=reason, progress=progress)
    return f"Zurückgenommen: {done.local}.\n".encode()


def form(settings: Settings, ending: str, theme: str | None) -> bytes:
    """The form with all measures, as ``.xlsx`` or ``.csv``. Raises UsageError when nothing was imported yet."""
    folder = DataFolder(settings.data, base=settings.base, keep=settings.keep_snapshots)
    if not folder.info().editions:
        raise UsageError("Es ist noch nichts importiert, worüber sich entscheiden ließe.")
    return decision_form(folder.open(), ending, theme)


def _text(decided: Decided) -> bytes:
    lines = []
    for each in decided.new:
        lines.append(_line(each))
        if later := each.later:
            said = f"vom {later.day:%d.%m.%Y}: {load_words().actions[later.action][0]} ({later.local})"
            lines.append(f"  In Kraft bleibt die spätere Entscheidung {said}.")
    if len(decided.new) > 1:
        lines.insert(0, f"{len(decided.new)} Entscheidungen eingetragen:")
    if old := decided.known:
        lines.append("Das steht schon so da." if old == 1 and not decided.new else f"{old} standen schon da.")
    return "\n".join([*lines, ""]).encode()


def _line(said: Said) -> str:
    return f"{said.decision.local}  {load_words().actions[said.decision.action][0]}: {said.about}"
