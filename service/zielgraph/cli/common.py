"""What all commands share: the data option, settings, days, progress and output."""

from __future__ import annotations

import io
import os
import shutil
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from zielgraph.errors import UsageError
from zielgraph.settings import Settings
from zielgraph.settings import load as load_settings
from zielgraph.store.files import write_file

Decorated = TypeVar("Decorated", bound=Callable[..., object])


class Command(click.Command):
    """A command whose help option speaks German like the rest."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The help option with a German text."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "Diese Hilfe zeigen."
        return option


class Group(Command, click.Group):
    command_class = Command


def _remember_data(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.obj = value


def _remember_engine(context: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.meta["zielgraph.engine"] = value


_data = click.option(
    "--data",
    metavar="ORDNER",
    help="Datenordner (sonst ZIELGRAPH_DATA).",
    expose_value=False,
    callback=_remember_data,
)
_engine = click.option(
    "--engine",
    metavar="ADRESSE",
    help="Fremder SPARQL-Dienst (sonst ZIELGRAPH_ENGINE).",
    expose_value=False,
    callback=_remember_engine,
)


def data_option(command: Decorated) -> Decorated:
    """Where the data are. The options stand before or behind the command's name, as people type them."""
    return _data(_engine(command))


def settings_of(context: click.Context, *, host: str | None = None, port: int | None = None) -> Settings:
    engine = context.meta.get("zielgraph.engine")
    settings = load_settings(data=context.obj, host=host, port=port, engine=engine)
    context.meta["zielgraph.settings"] = settings  # for what follows the command
    return settings


def read_day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"„{text}“ ist kein Datum. Bitte so schreiben: 2019-12-31.") from None


def terminal_width(output: Path | None) -> int | None:
    """Width of the terminal that shows the output; None where it goes into a file or a pipe."""
    return shutil.get_terminal_size().columns if output is None and sys.stdout.isatty() else None


def progress(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(f"  {text} …", err=True)


def emit(data: bytes, output: Path | None) -> None:
    if output is None:
        print_bytes(data)
        return
    try:
        if output.exists() and not output.is_file():  # a device or a pipe
            output.write_bytes(data)
        else:
            _put(output.resolve(), data)
    except OSError as error:
        raise UsageError(f"{output} lässt sich nicht schreiben ({error.strerror}).") from None
    click.echo(f"{output} geschrieben ({len(data)} Byte).", err=True)


def _put(target: Path, data: bytes) -> None:
    """The whole file or, where it cannot be written, what was there before."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        write_file(beside, data)
        if target.exists():
            shutil.copymode(target, beside)
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def emit_archive(data: bytes, folder: Path) -> None:
    """Unpack an export of several files into the folder, which is made when it is missing."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise UsageError(f"Der Ordner {folder} lässt sich nicht anlegen ({error.strerror}).") from None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            emit(archive.read(name), folder / name)


def print_bytes(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        # What is left in the buffer would fail again at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):  # the reader (head, less) has seen enough: no error
            raise UsageError(f"Die Ausgabe lässt sich nicht schreiben ({error.strerror}).") from None
