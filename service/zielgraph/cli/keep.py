"""``zielgraph backup``, ``restore``, ``undo``, ``redact``, ``upgrade``: safe keeping of the data folder."""

from __future__ import annotations

import re
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zielgraph.cli.common import Command, data_option, emit, progress, settings_of
from zielgraph.errors import UsageError
from zielgraph.settings import Settings

if TYPE_CHECKING:
    from zielgraph.keeping import RedactReport
    from zielgraph.store import DataFolder

_SHOWN = 12


def _folder(settings: Settings) -> DataFolder:
    from zielgraph.store import DataFolder

    return DataFolder(settings.data, base=settings.base, keep=settings.keep_snapshots)


def _say(*lines: str) -> None:
    emit(("\n".join(lines) + "\n").encode(), None)


@click.command("backup", cls=Command)
@click.argument("file", type=click.Path(path_type=Path), metavar="DATEI")
@click.option("--force", is_flag=True, help="Eine vorhandene Datei ersetzen.")
@click.option("--only-current", is_flag=True, help="Nur den geltenden Stand sichern.")
@data_option
@click.pass_context
def backup_command(context: click.Context, file: Path, force: bool, only_current: bool) -> None:
    """Alles in eine Datei sichern (.tar.gz oder .tar.xz); der Dienst läuft weiter."""
    from zielgraph.keeping import backup

    made = backup(settings_of(context), file, force=force, only_current=only_current, progress=progress)
    stands = "1 Stand" if made.snapshots == 1 else f"{made.snapshots} Stände"
    _say(f"Gesichert: {file} ({stands}, {_size(made.size)}).", f"  SHA-256 {made.sha256}")
    if not made.noted:
        click.echo(
            "Hinweis: Der Datenordner ist nicht beschreibbar; die Sicherung ist in seiner backups.csv nicht vermerkt.",
            err=True,
        )


@click.command("restore", cls=Command)
@click.argument("file", type=click.Path(path_type=Path), metavar="DATEI")
@click.option("--yes", is_flag=True, help="Nicht nachfragen, wenn schon etwas gespeichert ist.")
@data_option
@click.pass_context
def restore_command(context: click.Context, file: Path, yes: bool) -> None:
    """Eine Sicherung prüfen und einspielen. Was galt, bleibt als Stand liegen (undo)."""
    from zielgraph.keeping import restore

    settings = settings_of(context)
    if _folder(settings).current_name() and not yes:
        if not sys.stdin.isatty():
            raise UsageError(f"In {settings.data} ist schon etwas gespeichert. Mit --yes gilt danach die Sicherung.")
        click.confirm(f"In {settings.data} ist schon etwas gespeichert. Soll danach die Sicherung gelten?", abort=True)
    done = restore(settings, file, progress=progress)
    _say(
        f"Eingespielt: {file}, Stand {done.manifest.current} vom {_time(done.manifest.created)}, "
        f"jetzt Stand {done.now.name}.",
        *([f"  Was vorher galt ({done.before.name}), holt „zielgraph undo“ zurück."] if done.before.name else []),
        *(["  Worte, die seither geschwärzt wurden, sind wieder entfernt."] if done.removed_again else []),
        *(f"  Die Sicherung entstand mit {name}={value}." for name, value in sorted(done.settings.items())),
    )


@click.command("undo", cls=Command)
@click.option("--list", "list_", is_flag=True, help="Die vorhandenen Stände zeigen.")
@click.option("--to", metavar="STAND", help="Zu diesem Stand statt zum vorigen.")
@data_option
@click.pass_context
def undo_command(context: click.Context, list_: bool, to: str | None) -> None:
    """Zum vorigen Stand zurück. Nummern bleiben vergeben; noch einmal geht einen Schritt weiter zurück."""
    settings = settings_of(context)
    folder = _folder(settings)
    if list_:
        _say(*_snapshots(folder))
        return
    before, now = folder.undo(to)
    done = now.action.removeprefix("undo ")
    _say(
        f"Zurückgenommen: {action_text(done)}."
        if to is None
        else f"Es gilt wieder der Inhalt von Stand {done.removeprefix('--to ')}.",
        f"  Bisher galt Stand {before.name}, jetzt Stand {now.name} mit {_editions(len(now.editions))}. "
        f"Rückgängig: zielgraph undo --to {before.name}",
    )


def _snapshots(folder: DataFolder) -> list[str]:
    from zielgraph.store.files import tree_size

    kept = folder.kept()
    if not kept:
        raise UsageError(f"In {folder.root} ist noch nichts gespeichert.")
    rows = [
        [
            f"{info.name}{' *' if info.name == kept[-1].name else ''}",
            _time(info.created),
            action_text(info.action),
            str(len(info.editions)),
            _size(tree_size(folder.path(info.name))),
        ]
        for info in reversed(kept)
    ]
    whole = _size(tree_size(*(folder.path(info.name) for info in kept)))
    return [
        *_columns([["Stand", "vom", "Vorgang", "Ausgaben", "Größe"], *rows]),
        f"* gilt. Zusammen {whole}, weil Stände sich Dateien teilen. "
        f"Die neuesten {folder.keep} Stände bleiben (ZIELGRAPH_KEEP_SNAPSHOTS), ebenso viele aus Änderungen an eigenen "
        "Graphen.",
    ]


def _columns(rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


@click.command("redact", cls=Command)
@click.argument("words", nargs=-1, required=True, metavar="WORT…")
@click.option("--also", multiple=True, metavar="TEXT", help="Noch eine Wortfolge, mehrfach möglich.")
@click.option("--reason", required=True, metavar="GRUND", help="Warum; wird vermerkt.")
@click.option("--name", required=True, metavar="NAME", help="Wer es veranlasst; wird vermerkt.")
@click.option(
    "--published",
    type=click.Path(path_type=Path),
    metavar="ORDNER",
    help="Auch aus diesem veröffentlichten Datenordner entfernen.",
)
@click.option("--dry-run", is_flag=True, help="Nur zeigen, was entfernt würde.")
@data_option
@click.pass_context
def redact_command(
    context: click.Context,
    words: tuple[str, ...],
    also: tuple[str, ...],
    reason: str,
    name: str,
    published: Path | None,
    dry_run: bool,
) -> None:
    """Eine Wortfolge (Name, Anschrift, Telefonnummer) aus allen Ständen und Quellen entfernen."""
    from zielgraph.keeping import redact

    for option, value in (("--reason", reason), ("--name", name)):
        if not value.strip():
            raise UsageError(f"{option} darf nicht leer sein.")
    report = redact(
        settings_of(context),
        [" ".join(words), *also],
        reason=reason,
        name=name,
        day=date.today(),
        published=published,
        dry_run=dry_run,
        progress=progress,
    )
    _say(*_redacted(report, dry_run))


@click.command("upgrade", cls=Command)
@click.option("--all", "everything", is_flag=True, help="Alle Ausgaben neu lesen, auch die aktuellen.")
@data_option
@click.pass_context
def upgrade_command(context: click.Context, everything: bool) -> None:
    """Gespeicherte Ausgaben mit den heutigen Regeln neu lesen; Nummern und Entscheidungen bleiben."""
    from zielgraph.editions.read import edition_name
    from zielgraph.keeping import upgrade

    report = upgrade(settings_of(context), everything=everything, progress=progress)
    if not (report.done or report.current or report.failed):
        _say("Es ist noch keine Ausgabe gespeichert.")
        return
    if report.done:
        _say("Neu gelesen:", *(f"  {edition_name(each)}" for each in report.done))
    if report.current and not report.done:
        _say("Alle Ausgaben sind mit den heutigen Regeln gelesen; es ist nichts zu tun.")
    for edition, reason in report.failed:
        click.echo(f"Unverändert geblieben ist {edition_name(edition)}: {reason}", err=True)
    if report.failed:
        sys.exit(2)


def _redacted(report: RedactReport, dry_run: bool) -> list[str]:
    number = sum(report.found.values())
    if not number and not report.sources:
        lines = ["Nicht gefunden; es wurde nichts geändert."]
    else:
        stands = f"{report.snapshots} Ständen" if report.snapshots != 1 else "1 Stand"
        sources = f"{report.sources} Quellen" if report.sources != 1 else "1 Quelle"
        done = "Probelauf, nichts geändert. Entfernt würden" if dry_run else "Entfernt:"
        lines = [f"{done} {number} Stellen in {stands} und {sources}."]
        lines += [f"  {_short(text)}" for text in list(report.found)[:_SHOWN]]
        if len(report.found) > _SHOWN:
            lines.append(f"  … und {len(report.found) - _SHOWN} weitere Texte")
    if report.within:
        lines.append(f"Bleibt stehen, weil es Teil eines längeren Wortes ist ({len(report.within)} Texte):")
        lines += [f"  {_short(text)}" for text in report.within[:_SHOWN]]
    lines += [f"Diese Sicherung enthält die Worte noch: {b.path} ({_time(b.time)})" for b in report.holding]
    lines += [
        f"Sicherung nicht erreichbar, bitte selbst prüfen: {b.path} ({_time(b.time)})" for b in report.unreachable
    ]
    return lines


def action_text(action: str) -> str:
    """What made a snapshot, in words."""
    kind, _, rest = action.partition(" ")
    if kind == "import" and (match := re.fullmatch(r"([^/]+/[^/]+)/(\d{4}-\d\d-\d\d)", rest)):
        return f"Import {match[1]}, Stand {date.fromisoformat(match[2]):%d.%m.%Y}"
    if kind == "validate":
        return "Prüfung"
    if kind == "update":
        return "Änderung an eigenen Graphen" if rest == "SPARQL" else f"Änderung am Graphen {rest.split(' ')[-1]}"
    if kind == "upgrade":
        return "Ausgaben neu gelesen"
    if kind == "decide":
        return f"Entscheidung: {rest}"
    if kind == "undo":
        return f"zu Stand {rest[5:]} gewechselt" if rest.startswith("--to ") else f"Rücknahme: {action_text(rest)}"
    if kind == "restore":
        file, _, content = rest.partition(": ")
        return f"Sicherung {file} eingespielt: {action_text(content)}"
    return action


def _editions(number: int) -> str:
    return "1 Ausgabe" if number == 1 else f"{number} Ausgaben"


def _time(text: str) -> str:
    try:
        return f"{datetime.fromisoformat(text).astimezone():%d.%m.%Y %H:%M}"
    except ValueError:
        return text


def _size(number: int) -> str:
    return f"{number / 1_000_000:.1f} MB".replace(".", ",")


def _short(text: str) -> str:
    """The surroundings of the first marker."""
    flat = " ".join(text.split())
    place = max(flat.find("[entfernt") - 30, 0)
    part = flat[place : place + 80]
    return f"{'…' if place else ''}{part}{'…' if len(flat) > place + 80 else ''}"
