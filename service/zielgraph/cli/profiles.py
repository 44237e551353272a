"""Commands for profiles: what the headings of a table mean."""

from __future__ import annotations

from pathlib import Path

import click

from zielgraph.cli.common import Command, Group, data_option, emit, settings_of


@click.group("profile", cls=Group)
def profile() -> None:
    """Profile: was die Überschriften einer Tabelle bedeuten."""


@profile.command("suggest", cls=Command)
@click.argument("file", metavar="DATEI", type=click.Path(path_type=Path))
@click.option("--sheet", metavar="BLATT", help="Nur dieses Blatt ansehen, auch wenn es ausgeblendet ist.")
@click.option("--output", metavar="DATEI", type=click.Path(path_type=Path), help="In eine Datei schreiben.")
@data_option
@click.pass_context
def suggest(context: click.Context, file: Path, sheet: str | None, output: Path | None) -> None:
    """Ein Profil für eine neue Tabelle entwerfen.

    Der Entwurf ist eine Textdatei zum Nachbessern; benutzt wird er mit: zielgraph import DATEI --profile ENTWURF.toml
    """
    from zielgraph import resources
    from zielgraph.source import Limits, read_source
    from zielgraph.table import load_profile, load_status_words
    from zielgraph.table.suggest import suggest_profile

    settings = settings_of(context)
    limits = Limits(settings.max_table_rows, settings.max_table_bytes, settings.max_cell_chars)
    general = load_profile(resources.data() / "profiles" / "allgemein.toml")
    words = load_status_words(resources.data() / "vocabulary" / "status.toml")
    emit(suggest_profile(read_source(file, limits), general, words, sheet=sheet).encode(), output)
