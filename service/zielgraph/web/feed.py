"""``/feed.atom``: new editions and what the newest of each goal system changed, as Atom (RFC 4287).

Identifiers and times come from the editions, so that a reader sees an entry again only when it is another one.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from zielgraph.editions.diff import Comparison, EntryChange
from zielgraph.editions.names import Names
from zielgraph.editions.read import edition_iri
from zielgraph.editions.report import Report
from zielgraph.exporting.xmltext import xml_text
from zielgraph.store import EditionInfo
from zielgraph.web import look
from zielgraph.web.cache import entity_tag
from zielgraph.web.comparing import newest_comparisons
from zielgraph.web.current import State, state
from zielgraph.web.languages import language
from zielgraph.web.view import View

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml; charset=utf-8"
MOST = 100
"""Entries of a feed; of more the newest."""

blueprint = Blueprint("feed", __name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry; ``id`` is an IRI, ``updated`` a time with zone."""

    id: str
    updated: str
    title: str
    summary: str
    link: str


@blueprint.get("/feed.atom")
def atom() -> BaseResponse:
    """The feed in the language of ``lang=``."""
    now, lang = state(), language()
    view = View(now.engine, now.base, lang)
    entries = heapq.nlargest(MOST, _entries(now, view), key=lambda each: each.updated)
    body = _written(entries, now, lang)
    response = Response(body, content_type=MEDIA_TYPE)
    response.headers["ETag"] = entity_tag(body, "atom")
    response.headers["Vary"] = "Accept-Language"
    return response.make_conditional(request)


def _entries(now: State, view: View) -> Iterator[Entry]:
    """Every edition, then every measure and goal that the newest ones changed."""
    for edition in now.info.editions:
        yield _of_edition(now, view, edition)
    infos = {edition_iri(now.base, each): each for each in now.info.editions}
    for comparison in newest_comparisons(now):
        report = Report(comparison, Names(now.engine), view.lang)
        for entry in comparison.entries[:MOST]:
            yield _of_change(view, comparison, entry, report, _time(infos[comparison.after.iri]))


def _of_edition(now: State, view: View, edition: EditionInfo) -> Entry:
    iri = edition_iri(now.base, edition)
    name = view.named(iri).text.value
    rows = _("%(file)s, %(rows)s Zeilen", file=edition.file, rows=edition.items)
    after = f"{edition.city}/{edition.system}/{edition.date}"
    link = url_for(f"pages.changes_{view.lang}", after=after, _external=True)
    return Entry(iri, _time(edition), _("Neue Ausgabe: %(name)s", name=name), rows, link)


def _of_change(view: View, comparison: Comparison, entry: EntryChange, report: Report, updated: str) -> Entry:
    sentences = [report.headline(entry), *(report.phrase(entry, change) for change in entry.changes)]
    path = entry.iri.removeprefix(view.base)
    return Entry(
        id=f"{comparison.after.iri}#{path}",
        updated=updated,
        title=entry.facts.label or path,
        summary="; ".join(each for each in sentences if each),
        link=url_for(f"resource.show_{view.lang}", path=path, _external=True),
    )


def _time(edition: EditionInfo) -> str:
    """When the edition came in, else the beginning of its day."""
    return edition.imported or f"{edition.date}T00:00:00+00:00"


def _title() -> str:
    """Whose feed it is: the city's name for these pages, else the program's."""
    its = look.current()
    return its.words(its.title)[0] or _("Ziele und Maßnahmen")


def _written(entries: list[Entry], now: State, lang: str) -> bytes:
    """The feed as XML; characters that XML cannot hold are replaced."""
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": lang})

    def add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
        child = ET.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
        child.text = xml_text(text) or None
        return child

    own = url_for("feed.atom", lang=lang, _external=True)
    last = max((_time(each) for each in now.info.editions), default="")
    add(root, "id", f"{now.base}feed/{lang}")
    add(root, "title", _("Änderungen – %(title)s", title=_title()))
    add(root, "updated", last or now.info.created or "1970-01-01T00:00:00+00:00")
    add(root, "link", rel="self", type="application/atom+xml", href=own)
    add(root, "link", rel="alternate", type="text/html", href=url_for(f"pages.changes_{lang}", _external=True))
    add(add(root, "author"), "name", _title())
    for each in entries:
        entry = add(root, "entry")
        add(entry, "id", each.id)
        add(entry, "title", each.title)
        add(entry, "updated", each.updated)
        add(entry, "link", rel="alternate", type="text/html", href=each.link)
        add(entry, "summary", each.summary)
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
