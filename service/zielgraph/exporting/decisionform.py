"""The form for decisions: a table with all measures, to be filled in and read back."""

from __future__ import annotations

from zielgraph.deciding.forms import form_headings, form_rows
from zielgraph.deciding.words import load_words
from zielgraph.engine import Literal
from zielgraph.errors import UsageError
from zielgraph.exporting.tables import plain, write_answer
from zielgraph.questions import Answer, Column, Question, named_question, run_question
from zielgraph.store import Snapshot

_FORMATS = {".xlsx": "xlsx", ".csv": "csv-de"}


def decision_form(snapshot: Snapshot, ending: str, theme: str | None = None) -> bytes:
    """The form with all measures of the state, or those of a theme, as ``.xlsx`` or ``.csv``.

    Raises UsageError for another ending, NotFound for a theme that is not there.
    """
    if ending.lower() not in _FORMATS:
        raise UsageError("Das Formular gibt es als .xlsx und als .csv; bitte die Datei so nennen.")
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
    return write_answer(Answer(question, {}, columns, [[*row] for row in rows], ""), _FORMATS[ending.lower()], "")
