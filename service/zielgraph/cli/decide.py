"""``zielgraph decide``: what people decide on links, values, findings and the course of measures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from zielgraph.cli.common import Group, data_option, emit, progress, read_day, settings_of

_LIST_FORMATS = ("table", "csv", "csv-de", "tsv", "json", "xml", "xlsx")
_COURSES = {
    "continue": "Beschließen, dass Maßnahmen fortgeführt werden.",
    "stop": "Beschließen, dass Maßnahmen eingestellt werden.",
    "restart": "Beschließen, dass Maßnahmen neu starten.",
}
_VALUES = {
    "confirm": "Bestätigen, was gelesen wurde: eine Beteiligung, ein Handlungsfeld oder einen Verbleib.",
    "reject": "Verwerfen, was gelesen wurde: eine Beteiligung, ein Handlungsfeld oder einen Verbleib.",
    "set": "Festlegen, was gilt: die Rolle eines Akteurs, das Handlungsfeld oder den Verbleib.",
}
Decorated = Callable[..., Any]


@click.group("decide", cls=Group)
@data_option
def decide() -> None:
    """Entscheidungen eintragen. Sie gehen jeder Ableitung vor und bleiben bei jedem Import erhalten."""


def _signed(command: Decorated) -> Decorated:
    """The options that every decision has: why, who, when."""
    for option in (
        data_option,
        click.option("--date", "day", metavar="JJJJ-MM-TT", help="Tag der Entscheidung, sonst heute."),
        click.option("--name", required=True, metavar="NAME", help="Wer entschieden hat."),
        click.option("--reason", required=True, metavar="TEXT", help="Begründung."),
    ):
        command = option(command)
    return command


def _value_command(action: str, text: str) -> None:
    @decide.command(action, help=text)
    @click.argument("item", metavar="MASSNAHME")
    @click.option("--actor", default="", metavar="AKTEUR", help="Akteur: Name, Kürzel oder IRI.")
    @click.option("--role", default="", metavar="ROLLE", help="Rolle des Akteurs; ohne sie gilt es für jede Rolle.")
    @click.option("--theme", default="", metavar="NAME", help="Handlungsfeld.")
    @click.option("--disposition", default="", metavar="NAME", help="Verbleib.")
    @_signed
    @click.pass_context
    def command(
        context: click.Context,
        item: str,
        actor: str,
        role: str,
        theme: str,
        disposition: str,
        reason: str,
        name: str,
        day: str | None,
    ) -> None:
        from zielgraph.cli.decisions import store_wishes
        from zielgraph.deciding import Wish

        wish = Wish(action, item, actor, role, theme, disposition, "", reason, name, read_day(day))
        emit(store_wishes(settings_of(context), [wish], progress), None)


def _course_command(action: str, text: str) -> None:
    @decide.command(action, help=text)
    @click.argument("items", nargs=-1, required=True, metavar="MASSNAHME...")
    @_signed
    @click.pass_context
    def command(context: click.Context, items: tuple[str, ...], reason: str, name: str, day: str | None) -> None:
        from zielgraph.cli.decisions import store_wishes
        from zielgraph.deciding import Wish

        wishes = [Wish(action, item, reason=reason, name=name, day=read_day(day)) for item in items]
        emit(store_wishes(settings_of(context), wishes, progress), None)


for _action, _text in _VALUES.items():
    _value_command(_action, _text)


@decide.command("accept")
@click.argument("finding", metavar="BEFUND")
@click.argument("item", metavar="[MASSNAHME]", required=False, default="")
@_signed
@click.pass_context
def accept(context: click.Context, finding: str, item: str, reason: str, name: str, day: str | None) -> None:
    """Einen Befund der Prüfung hinnehmen: BEFUND ist seine IRI, seine Kennung oder die Regel samt MASSNAHME."""
    from zielgraph.cli.decisions import store_wishes
    from zielgraph.deciding import Wish

    wish = Wish("accept", item, finding=finding, reason=reason, name=name, day=read_day(day))
    emit(store_wishes(settings_of(context), [wish], progress), None)


for _action, _text in _COURSES.items():
    _course_command(_action, _text)


@decide.command("withdraw")
@click.argument("decision", metavar="KENNUNG")
@click.option("--reason", required=True, metavar="TEXT", help="Begründung.")
@click.option("--name", required=True, metavar="NAME", help="Wer die Entscheidung zurücknimmt.")
@data_option
@click.pass_context
def withdraw(context: click.Context, decision: str, reason: str, name: str) -> None:
    """Eine Entscheidung zurücknehmen: Ihre KENNUNG zeigt „decide list“. Sie bleibt verzeichnet."""
    from zielgraph.cli.decisions import take_back

    emit(take_back(settings_of(context), decision, name=name, reason=reason, progress=progress), None)


@decide.command("list")
@click.option("--all", "every", is_flag=True, help="Auch zurückgenommene, überholte und zu prüfende.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(_LIST_FORMATS),
    default="table",
    show_default=True,
    help="Ausgabeformat.",
)
@click.option("--lang", default="de", show_default=True, help="Sprache der Bezeichnungen.")
@click.option("--output", metavar="DATEI", type=click.Path(path_type=Path), help="In eine Datei schreiben.")
@data_option
@click.pass_context
def list_(context: click.Context, every: bool, format_: str, lang: str, output: Path | None) -> None:
    """Alle Entscheidungen zeigen, die in Kraft sind."""
    from zielgraph.cli.ask import answer_question

    params = ["all=ja"] if every else []
    emit(answer_question(settings_of(context), "decisions", params, format_, lang, None), output)


@decide.command("import")
@click.argument("file", metavar="DATEI", type=click.Path(path_type=Path))
@click.option("--name", default="", metavar="NAME", help="Wer entschieden hat, wo die Tabelle es nicht sagt.")
@click.option("--reason", default="", metavar="TEXT", help="Begründung, wo die Tabelle keine hat.")
@click.option("--date", "day", metavar="JJJJ-MM-TT", help="Tag, wo die Tabelle keinen nennt; sonst heute.")
@click.option("--dry-run", is_flag=True, help="Nur zeigen, was eingetragen würde; nichts speichern.")
@data_option
@click.pass_context
def import_(context: click.Context, file: Path, name: str, reason: str, day: str | None, dry_run: bool) -> None:
    """Entscheidungen aus einer Tabelle eintragen: alle oder, wenn eine Zeile nicht stimmt, keine."""
    from zielgraph.cli.decisions import store_table

    text, notes = store_table(
        settings_of(context), file, name=name, reason=reason, day=read_day(day), dry_run=dry_run, progress=progress
    )
    emit(text, None)
    for note in notes:
        click.echo(f"Hinweis: {note}", err=True)


@decide.command("template")
@click.option("--theme", metavar="NAME", help="Nur Maßnahmen dieses Handlungsfelds.")
@click.option(
    "--output",
    required=True,
    metavar="DATEI",
    type=click.Path(path_type=Path),
    help="Datei, die geschrieben wird: .xlsx oder .csv.",
)
@data_option
@click.pass_context
def template(context: click.Context, theme: str | None, output: Path) -> None:
    """Ein Formular mit allen Maßnahmen schreiben; ausgefüllt liest es „decide import“."""
    from zielgraph.cli.decisions import form

    emit(form(settings_of(context), output.suffix, theme), output)
