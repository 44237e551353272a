"""``zielgraph editions`` and ``zielgraph diff``: which editions there are, and what changed between two."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zielgraph.cli.common import Command, data_option, emit, progress, settings_of
from zielgraph.errors import UsageError

if TYPE_CHECKING:
    pass

_DIFF_FORMATS = ("text", "json", "csv", "csv-de", "xlsx")
_LIST_FORMATS = ("table", "json", "csv")
_KINDS = ("new", "returned", "gone", "split", "merged", "moved", "reworded", "changed")
_HEADINGS = {
    "city": "Stadt",
    "system": "Zielsystem",
    "date": "Stand",
    "revision": "Revision",
    "newest": "neueste",
    "items": "Zeilen",
    "measures": "Maßnahmen",
    "file": "Datei",
    "imported": "eingelesen",
    "sha256": "SHA-256",
}
_SHORT = 12  # digits of a checksum that people compare


@click.command("editions", cls=Command)
@click.option(
    "--format",
    "format_",
    type=click.Choice(_LIST_FORMATS),
    default="table",
    show_default=True,
    help="Ausgabeformat.",
)
@click.option("--output", metavar="DATEI", type=click.Path(path_type=Path), help="In eine Datei schreiben.")
@data_option
@click.pass_context
def editions(context: click.Context, format_: str, output: Path | None) -> None:
    """Alle gespeicherten Ausgaben zeigen, auch die ersetzten (Revisionen)."""
    from zielgraph.editions.read import measure_count, with_revisions
    from zielgraph.store import DataFolder

    settings = settings_of(context)
    folder = DataFolder(settings.data, base=settings.base)
    snapshot = folder.open()
    newest = snapshot.info.newest().values()
    found = [
        {
            "city": each.city,
            "system": each.system,
            "date": each.date,
            "revision": each.revision,
            "newest": each in newest,
            "items": each.items,
            "measures": measure_count(snapshot.engine, settings.base, each),
            "file": each.file,
            "imported": each.imported,
            "sha256": each.sha256,
        }
        for each in with_revisions(snapshot.engine, settings.base, snapshot.info.editions)
    ]
    if format_ == "json":
        emit((json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode(), output)
    elif format_ == "csv":
        rows = [[_plain(value) for value in each.values()] for each in found]
        emit(_table(list(_HEADINGS), rows, "csv", settings.base, "de"), output)
    elif not found:
        emit(
            "Es ist noch keine Ausgabe gespeichert. Mit „zielgraph import DATEI“ kommt die erste dazu.\n".encode(),
            output,
        )
    else:
        emit(_table(list(_HEADINGS.values()), [_shown(each) for each in found], "table", settings.base, "de"), output)


@click.command("diff", cls=Command)
@click.argument("before", metavar="ALT", default="vorige")
@click.argument("after", metavar="NEU", default="neueste")
@click.option("--city", metavar="STADT", help="Stadt, wenn es mehrere gibt.")
@click.option("--system", metavar="SYSTEM", help="Zielsystem, wenn es mehrere gibt.")
@click.option("--lang", type=click.Choice(("de", "en")), default="de", show_default=True, help="Sprache der Sätze.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(_DIFF_FORMATS),
    default="text",
    show_default=True,
    help="Ausgabeformat.",
)
@click.option("--only", type=click.Choice(_KINDS), multiple=True, help="Nur diese Art von Änderung, mehrfach möglich.")
@click.option("--output", metavar="DATEI", type=click.Path(path_type=Path), help="In eine Datei schreiben.")
@data_option
@click.pass_context
def diff(
    context: click.Context,
    before: str,
    after: str,
    city: str | None,
    system: str | None,
    lang: str,
    format_: str,
    only: tuple[str, ...],
    output: Path | None,
) -> None:
    """Zwei Ausgaben vergleichen: was neu ist, entfallen, verschoben, umformuliert oder geändert.

    ALT und NEU sind Tage (2019-12-31), stadt/system/tag, auch mit /revision/1, oder „vorige“ und „neueste“; ohne beide
    wird die neueste Ausgabe mit der vorigen verglichen.
    """
    from zielgraph.editions.diff import compare
    from zielgraph.editions.names import Names
    from zielgraph.editions.read import Choice, edition_name, edition_pair, with_revisions
    from zielgraph.editions.report import Report
    from zielgraph.store import DataFolder

    settings = settings_of(context)
    snapshot = DataFolder(settings.data, base=settings.base).open()
    if not snapshot.info.editions:
        raise UsageError("Es ist noch keine Ausgabe gespeichert. Mit „zielgraph import DATEI“ kommt die erste dazu.")
    known = with_revisions(snapshot.engine, settings.base, snapshot.info.editions)
    old, new = Choice(settings.base, known).pair(before, after, city, system)
    labels = Names(snapshot.engine)
    progress("Ausgaben werden gelesen")
    before_facts, after_facts, earlier = edition_pair(snapshot.engine, settings.base, snapshot.info.editions, old, new)
    if not (before_facts.entries or after_facts.entries):
        raise UsageError(f"{edition_name(new)} enthält keine Ziele und Maßnahmen; vergleichen lassen sich nur solche.")
    progress("Unterschiede werden gesucht")
    comparison = compare(before_facts, after_facts, labels, earlier=earlier)
    report = Report(comparison.only(set(only)) if only else comparison, labels, lang)
    if format_ == "text":
        colour = output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        emit(report.text(colour=colour).encode(), output)
    elif format_ == "json":
        emit((json.dumps(report.document(), ensure_ascii=False, indent=1) + "\n").encode(), output)
    else:
        title = report.vocabulary.word("sheet", lang)
        emit(_table(report.headings(), report.rows(), format_, settings.base, lang, title), output)


def _table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str | int]],
    format_: str,
    base: str,
    lang: str,
    title: str = "Ausgaben",
) -> bytes:
    """Rows of words and numbers in the formats of the questions, formulas made harmless where those do it."""
    from zielgraph.engine import Literal, NamedNode, Term
    from zielgraph.exporting.tables import write_answer
    from zielgraph.questions.answer import Answer
    from zielgraph.questions.catalogue import Column, Question

    def term(value: str | int) -> Term | None:
        if isinstance(value, str) and value.startswith(base):
            return NamedNode(value)
        return Literal(value) if value != "" else None

    columns = tuple(Column(heading, {"de": heading, "en": heading}) for heading in headings)
    question = Question(title, 0, {"de": title, "en": title}, {}, (), columns, {}, "")
    cells = [[term(value) for value in row] for row in rows]
    return write_answer(Answer(question, {}, list(columns), cells, ""), format_, base, lang)


def _plain(value: Any) -> str | int:
    return ("true" if value else "false") if isinstance(value, bool) else value


def _shown(each: dict[str, Any]) -> list[str | int]:
    """A line of the list for people: German days, a short checksum, nothing where there is nothing to say."""
    when = datetime.fromisoformat(each["imported"]).astimezone().strftime("%d.%m.%Y %H:%M") if each["imported"] else ""
    shown = each | {
        "date": "{2}.{1}.{0}".format(*each["date"].split("-")),
        "revision": each["revision"] or "",
        "newest": "ja" if each["newest"] else "",
        "imported": when,
        "sha256": each["sha256"][:_SHORT],
    }
    return list(shown.values())
