"""``--engine``: what commands do about an external SPARQL service, and ``zielgraph sync``."""

from __future__ import annotations

from typing import Any

import click

from zielgraph.cli.common import Command, Group, data_option, progress, settings_of
from zielgraph.errors import AccessDenied, StoreError, UsageError
from zielgraph.settings import Settings

# Commands that may have changed the state; the external service gets it when they are through.
_CHANGING = {"import", "undo", "decide", "redact", "restore", "upgrade", "validate"}


class Carrying(Group):
    """The program itself: what a command has committed is carried over to the external service."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command, then send what it changed. A command that failed sends nothing."""
        try:
            result = super().invoke(ctx)
        except SystemExit as end:
            self._carry(ctx, f" Die Ausgabe oben gilt (Ende wäre {end.code})." if end.code else "")
            raise
        self._carry(ctx)
        return result

    def _carry(self, ctx: click.Context, remark: str = "") -> None:
        settings = ctx.meta.get("zielgraph.settings")
        if not isinstance(settings, Settings) or not settings.engine or ctx.invoked_subcommand not in _CHANGING:
            return
        try:
            bring_up_to_date(settings)
        except (StoreError, AccessDenied) as error:
            raise StoreError(
                f"Im Datenordner ist alles gespeichert, aber nicht in {settings.engine}: {error} "
                f"Danach holt „zielgraph --engine {settings.engine} sync“ es nach.{remark}"
            ) from None


def bring_up_to_date(settings: Settings, *, check: bool = False) -> None:
    """Send the external service what it lacks, and say so on stderr."""
    from zielgraph.keeping.mirror import external_engine, mirror
    from zielgraph.store import DataFolder

    folder = DataFolder(settings.data, base=settings.base, keep=settings.keep_snapshots)
    base = folder.info().base
    done = mirror(folder, external_engine(settings, base), check=check, progress=progress)
    if done.sent or done.removed:
        graphs = "1 Graph" if done.sent == 1 else f"{done.sent} Graphen"
        gone = f", {done.removed} entfernt" if done.removed else ""
        click.echo(f"Gesendet an {settings.engine}: {graphs}, {done.triples} Aussagen{gone}.", err=True)
    elif check:
        click.echo(f"{settings.engine} ist auf dem Stand des Datenordners.", err=True)


def refuse_engine(settings: Settings, why: str) -> None:
    """Raises UsageError when an external service is set for what it cannot do yet."""
    if settings.engine:
        raise UsageError(f"{why} Bitte ohne --engine (ZIELGRAPH_ENGINE) aufrufen.")


@click.command("sync", cls=Command)
@data_option
@click.pass_context
def sync(context: click.Context) -> None:
    """Den fremden SPARQL-Dienst (--engine) prüfen und auf den Stand des Datenordners bringen."""
    settings = settings_of(context)
    if not settings.engine:
        raise UsageError(
            "Kein fremder Dienst angegeben. Bitte --engine ADRESSE schreiben oder ZIELGRAPH_ENGINE setzen."
        )
    from zielgraph.store import DataFolder

    if not DataFolder(settings.data, base=settings.base).current_name():
        raise UsageError(f"In {settings.data} ist noch nichts gespeichert; es gibt nichts zu senden.")
    bring_up_to_date(settings, check=True)
