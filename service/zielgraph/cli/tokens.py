"""``zielgraph token``: who may use the service, and what for."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from zielgraph.cli.common import Group, data_option, settings_of

if TYPE_CHECKING:
    from zielgraph.access import Token

_SCOPES = {"read": "lesen", "write": "lesen und schreiben", "publish": "lesen und veröffentlichen"}


@click.group("token", cls=Group)
@data_option
def token() -> None:
    """Zugänge zum Dienst: anlegen, zeigen, widerrufen. Der laufende Dienst folgt sofort."""


@token.command("new")
@click.argument("name", metavar="NAME")
@click.option(
    "--scope",
    type=click.Choice(tuple(_SCOPES)),
    required=True,
    help="Recht: read liest, write ändert auch, publish veröffentlicht auch.",
)
@click.option("--days", type=int, metavar="TAGE", help="So lange gilt das Token; sonst, bis es widerrufen wird.")
@data_option
@click.pass_context
def new(context: click.Context, name: str, scope: str, days: int | None) -> None:
    """Ein Token anlegen. Es wird nur dieses eine Mal gezeigt und ist die ganze Ausgabe."""
    from zielgraph.access import Tokens

    secret = Tokens(settings_of(context).data).create(name, scope, days)
    ends = f" Es gilt {days} Tage." if days else ""
    notice = f"Token „{name}“ ({_SCOPES[scope]}).{ends} Bitte jetzt sicher ablegen, es wird nur einmal gezeigt:"
    click.echo(notice, err=True)  # so that the output is the token and nothing else
    click.echo(secret)


@token.command("list")
@data_option
@click.pass_context
def list_(context: click.Context) -> None:
    """Alle Tokens zeigen, auch abgelaufene und widerrufene. Die Tokens selbst kennt niemand mehr."""
    from zielgraph.access import Tokens

    found = Tokens(settings_of(context).data).all()
    if not found:
        click.echo("Es gibt noch kein Token. Anlegen: zielgraph token new NAME --scope read")
        return
    rows = [("Name", "Recht", "angelegt", "gültig bis", "Zustand"), *map(_row, found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


@token.command("revoke")
@click.argument("name", metavar="NAME")
@data_option
@click.pass_context
def revoke(context: click.Context, name: str) -> None:
    """Ein Token widerrufen. Es gilt sofort nicht mehr, auch nicht in Browsern, die damit angemeldet sind."""
    from zielgraph.access import Tokens

    Tokens(settings_of(context).data).revoke(name)
    click.echo(f"Token „{name}“ ist widerrufen.")


def _row(token: Token) -> tuple[str, str, str, str, str]:
    if token.revoked:
        condition = f"widerrufen am {_shown(token.revoked)}"
    else:
        condition = "gültig" if token.active(datetime.now(UTC)) else "abgelaufen"
    ends = _shown(token.expires) if token.expires else "auf Widerruf"
    return token.name, token.scope, _shown(token.created), ends, condition


def _shown(moment: datetime) -> str:
    return f"{moment.astimezone():%d.%m.%Y %H:%M}"
