"""What pages that change something share: the waiting room, processes of their own, words about what came of it.

Whoever is signed in is one person for the waiting room however often they sign in; sessions are not.
"""

from __future__ import annotations

import re
from threading import BoundedSemaphore
from typing import Any

from flask import Flask, current_app, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from zielgraph.access import Caller
from zielgraph.access.waiting import Waiting, WaitingRoom
from zielgraph.errors import OutOfMemory, ServiceBusy, TimedOut, UsageError, ZielgraphError
from zielgraph.web.current import settings
from zielgraph.workers import Pool
from zielgraph.workers.writing import Writer

DONE = "done"
_LOOKS = BoundedSemaphore(2)
"""So many tables are read for a preview at the same time; each takes a processor and much memory."""

_RETRY = 5
# What messages call an option of the command line, and what it is called on the page.
_OPTIONS = {
    "--edition ": "",
    "--profile": "Profil",
    "--sheet": "Blatt",
    "--replace": "„Ersetzen“",
    "--matches": "der Liste unsicherer Zuordnungen",
}
_OPTION = re.compile("|".join(_OPTIONS))


def done_message(key: str) -> str:
    """The sentence that a page shows after a redirect; empty for a key that is none."""
    sentences: dict[str, str] = {
        "decided": _("Die Entscheidung ist eingetragen; der Stand wurde neu zusammengestellt."),
        "known": _("Das steht schon so da; es wurde nichts geändert."),
        "later": _("Die Entscheidung ist eingetragen. In Kraft bleibt eine spätere zum selben Gegenstand."),
        "withdrawn": _("Die Entscheidung ist zurückgenommen; sie bleibt verzeichnet."),
        "table": _("Die Entscheidungen der Tabelle sind eingetragen; der Stand wurde neu zusammengestellt."),
        "discarded": _("Die Datei ist verworfen; es wurde nichts gespeichert."),
    }
    return sentences.get(key, "")


def back_to(address: str, done: str) -> Response:
    """303 to an address of this service, which then says what was done."""
    plain, mark, anchor = address.partition("#")
    path, _mark, query = plain.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith(f"{DONE}=")]
    return redirect(f"{path}?{'&'.join([*kept, f'{DONE}={done}'])}{mark}{anchor}", 303)


def owner_of(caller: Caller) -> str:
    """Who a waiting file belongs to: the person at the proxy, or the holder of a token."""
    return f"{'person' if caller.key.startswith('person:') else 'token'}:{caller.name}"


def waiting_room() -> WaitingRoom:
    """The files that wait in this data folder."""
    return WaitingRoom(settings().data, settings().max_table_bytes)


def take_in(caller: Caller, kind: str) -> Waiting:
    """Keep the file of the form. Raises UsageError when there is none, and what :meth:`WaitingRoom.put` raises."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise UsageError(_("Bitte eine Datei auswählen."))
    return waiting_room().put(owner_of(caller), kind, sent.filename, sent.stream)


def look(function: str, task: object) -> Any:
    """The result of a function that only reads, in a process of its own. Raises what :meth:`Pool.call` raises."""
    pool: Pool = current_app.extensions["zielgraph.pool"]
    if not _LOOKS.acquire(timeout=settings().write_seconds):
        raise ServiceBusy(_("Gerade werden schon andere Dateien gelesen. Bitte gleich noch einmal versuchen."), _RETRY)
    try:
        return pool.call(function, task, files=True, seconds=settings().write_seconds)
    finally:
        _LOOKS.release()


def write(function: str, task: object, action: str) -> Any:
    """The result of a function that changes the data folder, when it is its turn. See :meth:`Writer.run`."""
    writer: Writer = current_app.extensions["zielgraph.writer"]
    return writer.run(function, task, action)


def too_long(error: ZielgraphError) -> bool:
    """Whether the table is too large for the time or memory that a page may take."""
    return isinstance(error, TimedOut | OutOfMemory)


def said(error: ZielgraphError) -> str:
    """The sentence of an error, with the names of the form's fields in place of options of the command line."""
    return _OPTION.sub(lambda found: _OPTIONS[found[0]], str(error))


def register(app: Flask) -> None:
    """What templates ask."""
    app.jinja_env.globals["done_message"] = done_message
