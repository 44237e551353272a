"""``zielgraph``: import, validate, query, export, serve.

Heavy libraries are imported inside the commands that need them, so that a query answers at once.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from zielgraph import __version__
from zielgraph.cli import decide, external, history, keep, profiles, tokens
from zielgraph.cli.common import data_option, emit, emit_archive, progress, read_day, settings_of, terminal_width
from zielgraph.errors import UsageError, ZielgraphError

_VALIDATE_FORMATS = ("text", "json", "ttl", "html", "xlsx")
_QUERY_FORMATS = ("table", "csv", "csv-de", "tsv", "json", "xml", "ttl", "xlsx")


@click.group(cls=external.Carrying, context_settings={"help_option_names": ["-h", "--help"]})
@data_option
@click.version_option(__version__, prog_name="zielgraph", help="Die Version zeigen.")
def main() -> None:
    """Vom Zielsystem einer Stadt zum Wissensgraphen, der Fragen beantwortet."""


@main.command("import")
@click.argument("file", metavar="DATEI", type=click.Path(path_type=Path))
@click.option("--city", metavar="STADT", help="Kurzname der Stadt, zum Beispiel koeln.")
@click.option("--system", metavar="SYSTEM", help="Kurzname des Zielsystems, zum Beispiel integration.")
@click.option("--edition", metavar="JJJJ-MM-TT", help="Stand des Berichts.")
@click.option("--profile", metavar="NAME", help="Profil (Name oder TOML-Datei); sonst nach den Überschriften.")
@click.option("--sheet", metavar="NAME", help="Nur dieses Blatt der Datei lesen.")
@click.option("--replace", is_flag=True, help="Ausgabe desselben Tages ersetzen; die alte bleibt erhalten.")
@click.option("--dry-run", is_flag=True, help="Nur zeigen, was erkannt wird; nichts speichern.")
@click.option(
    "--accept",
    metavar="DATEI",
    type=click.Path(path_type=Path),
    help="Entschiedene Liste unsicherer Zuordnungen (siehe --matches).",
)
@click.option(
    "--matches",
    metavar="DATEI",
    type=click.Path(path_type=Path),
    help="Unsichere Zuordnungen zum Entscheiden in diese CSV-Datei schreiben.",
)
@click.option("--repairs", is_flag=True, help="Alle Reparaturen einzeln zeigen.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="Bericht als Text oder als JSON.",
)
@data_option
@click.pass_context
def import_(
    context: click.Context,
    file: Path,
    city: str | None,
    system: str | None,
    edition: str | None,
    profile: str | None,
    sheet: str | None,
    replace: bool,
    dry_run: bool,
    accept: Path | None,
    matches: Path | None,
    repairs: bool,
    format_: str,
) -> None:
    """Eine Tabelle einlesen, prüfen und als Ausgabe speichern."""
    from zielgraph.cli.texts import import_json, import_text
    from zielgraph.importing import import_table

    report = import_table(
        settings_of(context),
        file,
        city=city,
        system=system,
        edition=read_day(edition),
        profile=profile,
        sheet=sheet,
        replace=replace,
        dry_run=dry_run,
        accept=accept,
        compare=matches is not None,
        progress=progress,
    )
    if matches is not None:
        emit(report.questions(), matches)
    if format_ == "json":
        emit(import_json(report, repairs=repairs), None)
        return
    emit(f"{import_text(report, dry_run=dry_run, all_repairs=repairs)}\n".encode(), None)
    for notice in report.notices:
        place = ", ".join(part for part in (report.plan.table.file, notice.place) if part)
        click.echo(f"Hinweis: {place}: {notice.message}.", err=True)


@main.command()
@click.option(
    "--format",
    "format_",
    type=click.Choice(_VALIDATE_FORMATS),
    default="text",
    show_default=True,
    help="Ausgabeformat.",
)
@click.option(
    "--validator",
    type=click.Choice(("native", "pyshacl")),
    default="pyshacl",
    show_default=True,
    help="Prüfprogramm.",
)
@click.option(
    "--data-file", metavar="DATEI", type=click.Path(path_type=Path), help="RDF-Datei statt des Datenordners prüfen."
)
@click.option("--shapes", metavar="PFAD", type=click.Path(path_type=Path), help="Eigene Shapes (Datei oder Ordner).")
@click.option("--lang", default="de", show_default=True, help="Sprache der Meldungen.")
@click.option("--output", metavar="DATEI", type=click.Path(path_type=Path), help="In eine Datei schreiben.")
@data_option
@click.pass_context
def validate(
    context: click.Context,
    format_: str,
    validator: str,
    data_file: Path | None,
    shapes: Path | None,
    lang: str,
    output: Path | None,
) -> None:
    """Vollständigkeit und Stimmigkeit prüfen. Ende mit 1, wenn es Verstöße gibt."""
    from zielgraph.cli.checks import run_validation

    if validator == "native":
        raise UsageError("Der eingebaute Prüfer ist noch nicht fertig. Bitte --validator pyshacl benutzen.")
    findings = run_validation(settings_of(context), data_file, shapes)
    from zielgraph.exporting.findings import write_report

    emit(write_report(findings, format_, lang), output)
    if any(finding.severity == "Violation" and not finding.accepted_by for finding in findings):
        sys.exit(1)


@main.command()
@click.argument("name", required=False)
@click.option("--file", "file_", metavar="DATEI", type=click.Path(path_type=Path), help="SPARQL aus einer Datei.")
@click.option("--text", help="SPARQL als Text.")
@click.option("--param", "params", multiple=True, metavar="NAME=WERT", help="Parameter einer Frage, mehrfach möglich.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(_QUERY_FORMATS),
    default="table",
    show_default=True,
    help="Ausgabeformat.",
)
@click.option("--lang", default="de", show_default=True, help="Sprache der Bezeichnungen.")
@click.option("--stand", metavar="JJJJ-MM-TT", help="Wie es an diesem Tag stand.")
@click.option("--output", metavar="DATEI", type=click.Path(path_type=Path), help="In eine Datei schreiben.")
@data_option
@click.pass_context
def query(
    context: click.Context,
    name: str | None,
    file_: Path | None,
    text: str | None,
    params: tuple[str, ...],
    format_: str,
    lang: str,
    stand: str | None,
    output: Path | None,
) -> None:
    """Eine Frage des Katalogs (NAME) oder eigenes SPARQL beantworten. Ohne NAME: die Liste der Fragen."""
    from zielgraph.cli.ask import answer_question, answer_sparql, list_questions

    if sum(each is not None for each in (name, file_, text)) > 1:
        raise UsageError("Bitte nur eines angeben: NAME, --file oder --text.")
    settings = settings_of(context)
    if name:
        emit(answer_question(settings, name, params, format_, lang, read_day(stand), terminal_width(output)), output)
    elif file_ or text is not None:
        if params:
            raise UsageError("--param gilt nur für Fragen des Katalogs.")
        emit(answer_sparql(settings, file_, text or "", format_, read_day(stand), terminal_width(output)), output)
    else:
        emit(list_questions(lang), output)


@main.command()
@click.option(
    "--format",
    "format_",
    metavar="FORMAT",
    default="ttl",
    show_default=True,
    help="ttl, trig, nq, jsonld, rdfxml, table, xlsx, stratml, graphml, csvw oder html (Mappe in einer Datei).",
)
@click.option("--city", metavar="STADT", help="Stadt, wenn es mehrere gibt.")
@click.option("--system", metavar="SYSTEM", help="Zielsystem, wenn es mehrere gibt.")
@click.option("--edition", metavar="JJJJ-MM-TT", help="Stand, sonst der neueste.")
@click.option("--lang", type=click.Choice(("de", "en")), default="de", show_default=True, help="Sprache, nur bei html.")
@click.option("--output", metavar="DATEI", type=click.Path(path_type=Path), help="In eine Datei schreiben.")
@data_option
@click.pass_context
def export(
    context: click.Context,
    format_: str,
    city: str | None,
    system: str | None,
    edition: str | None,
    lang: str,
    output: Path | None,
) -> None:
    """Den Inhalt ausgeben: als RDF, als Tabelle, Arbeitsmappe, CSVW, StratML, GraphML oder als HTML-Mappe."""
    from zielgraph.exporting.formats import EXPORT_FORMATS
    from zielgraph.exporting.formats import export as write
    from zielgraph.store import DataFolder

    if format_ not in EXPORT_FORMATS:
        raise UsageError(f"Format „{format_}“ gibt es nicht. Möglich sind: {', '.join(EXPORT_FORMATS)}.")
    settings = settings_of(context)
    snapshot = DataFolder(settings.data, base=settings.base).open()
    day = read_day(edition)
    if format_ == "csvw" and output is not None and output.suffix.lower() not in ("", ".csv", ".zip"):
        raise UsageError(f"{output}: CSVW sind mehrere Dateien. Bitte Ordner, NAME.csv oder NAME.zip angeben.")
    several = format_ == "csvw" and output is not None and output.suffix.lower() != ".zip"
    name = output.stem if several and output and output.suffix else ""
    when = day.isoformat() if day else None
    data = write(snapshot, format_, city=city, system=system, edition=when, name=name, lang=lang)
    if several and output:
        emit_archive(data, output.parent if name else output)
    else:
        emit(data, output)


@main.command()
@click.option("--host", help="Adresse (sonst ZIELGRAPH_HOST oder 127.0.0.1).")
@click.option("--port", type=int, help="Port (sonst ZIELGRAPH_PORT oder 8000).")
@click.option("--public", is_flag=True, help="Nur zeigen, was veröffentlicht ist; für alle, nur zum Lesen.")
@data_option
@click.pass_context
def serve(context: click.Context, host: str | None, port: int | None, public: bool) -> None:
    """Den Dienst starten: Seiten, SPARQL, Linked Data."""
    settings = settings_of(context, host=host, port=port)
    external.refuse_engine(settings, "Der Dienst zeigt seine Seiten bisher nur aus dem Datenordner.")
    if public:
        from zielgraph.access import public_settings

        settings = public_settings(settings)
    from zielgraph.web.server import serve as run_server

    run_server(settings)


main.add_command(history.editions)
main.add_command(history.diff)
main.add_command(keep.backup_command)
main.add_command(keep.restore_command)
main.add_command(keep.undo_command)
main.add_command(keep.redact_command)
main.add_command(keep.upgrade_command)
main.add_command(decide.decide)
main.add_command(profiles.profile)
main.add_command(external.sync)
main.add_command(tokens.token)


def run(arguments: list[str] | None = None) -> NoReturn:
    """Entry point: errors become one sentence on stderr and exit code 2."""
    code: Any = 0
    try:
        code = main.main(args=arguments, prog_name="zielgraph", standalone_mode=False)
    except ZielgraphError as error:
        click.echo(f"zielgraph: {error}", err=True)
        code = 2
    except click.ClickException as error:
        error.show()
        code = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("abgebrochen", err=True)
        code = 130
    sys.exit(code if isinstance(code, int) else 0)
