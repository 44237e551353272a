"""PDF files of pages that are made for printing: in a process of its own, one after the other, and kept.

What was made is kept in the cache of answers until a commit.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import BoundedSemaphore

from flask import Blueprint, Response, current_app, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from zielgraph.errors import ServiceBusy, UsageError
from zielgraph.exporting.briefing.draw import styles
from zielgraph.exporting.briefing.pdf import FUNCTION
from zielgraph.web import negotiate
from zielgraph.web.cache import Cache, Finished, entity_tag
from zielgraph.web.current import state
from zielgraph.web.languages import shown_number
from zielgraph.workers import Pool

MOST_ROWS = 1500
"""Lines of lists up to which a PDF is made here: about 12 ms of processor time and 0.25 MB each."""

SECONDS = 60
_MEMORY_MB = 1024
_turn = BoundedSemaphore(1)

blueprint = Blueprint("papers", __name__)


@blueprint.get("/static/briefing.css")  # below /static/, which is open before anybody signed in
def paper_styles() -> BaseResponse:
    """The stylesheet of what is made for printing."""
    response = Response(styles(), content_type="text/css; charset=utf-8")
    response.headers["ETag"] = entity_tag(styles().encode(), "css")
    return response.make_conditional(request)


def too_long(rows: int) -> str:
    """Why there is no PDF of so many lines, and what to do instead; "" where there is one."""
    if rows <= MOST_ROWS:
        return ""
    return str(
        _(
            "Mit %(rows)s Zeilen ist das für eine PDF-Datei zu lang (höchstens %(most)s). Bitte weniger Teile oder ein "
            "Handlungsfeld wählen, oder die HTML-Datei herunterladen und aus dem Browser drucken.",
            rows=shown_number(rows),
            most=shown_number(MOST_ROWS),
        )
    )


def kept(asked: Hashable, media: str, draw: Callable[[], tuple[bytes, int]], seconds: float = SECONDS) -> Finished:
    """What ``draw`` makes, body and lines of lists, kept until a commit. ``asked`` is all that it depends on.

    Raises what ``draw`` raises, and TimedOut when another request takes longer over the same.
    """
    cache: Cache = current_app.extensions["zielgraph.cache"]
    snapshot = state().info.name

    def compute() -> Finished:
        body, rows = draw()
        return Finished(body, media, entity_tag(body, "paper"), snapshot, "rows", media, rows)

    finished, how = cache.answer(snapshot, ("paper", asked), (media,), compute, seconds=seconds)
    request.environ.get("zielgraph.log", {}).update(cache=how)
    return finished


def download(asked: Hashable, made: str, draw: Callable[[], tuple[str, int]], name: str) -> BaseResponse:
    """The document that ``draw`` gives, with its lines, as a file: ``made`` is "html" or "pdf".

    Raises UsageError where a PDF would take too long, ServiceBusy while others are being made, Unwritable without
    Pango.
    """

    def page() -> tuple[bytes, int]:
        text, rows = draw()
        return text.encode(), rows

    def pdf() -> tuple[bytes, int]:
        text, rows = draw()
        if problem := too_long(rows):
            raise UsageError(problem)
        return _printed(text), rows

    kinds = {"html": ("text/html; charset=utf-8", page), "pdf": ("application/pdf", pdf)}
    media, what = kinds[made]
    finished = kept((asked, made), media, what, 2 * SECONDS)
    response = negotiate.answer(finished.body, media, vary="", download=f"{name}.{made}")
    response.headers["ETag"] = finished.etag
    return response.make_conditional(request)


def _printed(text: str) -> bytes:
    pool: Pool = current_app.extensions["zielgraph.pool"]
    if not _turn.acquire(timeout=SECONDS):
        raise ServiceBusy("Gerade werden andere PDF-Dateien gemacht. Bitte gleich noch einmal versuchen.", 5)
    try:
        made: bytes = pool.call(FUNCTION, text, seconds=SECONDS, files=True, memory_mb=_MEMORY_MB)
    finally:
        _turn.release()
    return made
