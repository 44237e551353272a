"""PDF of a briefing: tagged (PDF/UA), with language and title, made by WeasyPrint without asking anybody for anything.

WeasyPrint draws with Pango, a library of the system. Everything else of the program runs without it.
"""

from __future__ import annotations

import re
from typing import Any

from zielgraph.errors import Unwritable

MISSING = (
    "Für PDF-Dateien fehlt diesem Rechner die Bibliothek Pango (Debian: apt-get install libpango-1.0-0 "
    "libpangoft2-1.0-0). Die Seite lässt sich mit dem Druckdialog des Browsers als PDF speichern."
)
FUNCTION = "zielgraph.exporting.briefing.pdf:make_pdf"
_LONG = re.compile(r"(<style\b.*?</style>|<[^>]*>)|[^\s<>&]{400,}", re.DOTALL)
_KEPT = 200  # characters of what is no word any more
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def make_pdf(html: str) -> bytes:
    """The document as PDF/UA-1; the same text gives the same bytes on the same machine.

    Raises Unwritable where Pango is missing.
    """
    try:
        from weasyprint import HTML, URLFetcher  # heavy, and it wants Pango
    except (ImportError, OSError):
        raise Unwritable(MISSING) from None
    text = _LONG.sub(_shortened, _CONTROL.sub("\ufffd", html))
    nothing = URLFetcher(allowed_protocols=())  # a briefing names no files, so none is ever fetched
    made: Any = HTML(string=text, url_fetcher=nothing).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=b"zielgraph", pdf_tags=True
    )
    return bytes(made)


def _shortened(found: re.Match[str]) -> str:
    """The beginning of a word of 400 characters or more: for one of 10 000 the search for line ends takes minutes."""
    return found.group() if found[1] else f"{found.group()[:_KEPT]}…"
