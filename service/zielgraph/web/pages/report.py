"""The report for the steering group and the paper "continue, stop or restart": to print, as PDF, as one file."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from zielgraph.deciding import COURSES
from zielgraph.errors import NotFound, UsageError
from zielgraph.exporting.briefing import PARTS, Briefing, body, compose, document
from zielgraph.exporting.briefing.courses import (
    QUESTION,
    Course,
    by_theme,
    courses_body,
    courses_document,
    courses_of,
)
from zielgraph.exporting.briefing.decided import decided
from zielgraph.exporting.briefing.draw import Address
from zielgraph.exporting.briefing.model import REPORT
from zielgraph.exporting.briefing.source import Source
from zielgraph.exporting.briefing.words import load_words
from zielgraph.inventory.select import resolve
from zielgraph.web import look
from zielgraph.web.address import here
from zielgraph.web.choosing import Option, options
from zielgraph.web.comparing import newest_comparisons
from zielgraph.web.current import state
from zielgraph.web.languages import page_url, shown_date
from zielgraph.web.paging import paging
from zielgraph.web.papers import download, kept, too_long
from zielgraph.web.view import Text, View, current_view

_FORMATS = ("", "pdf", "html")
_ON_A_PAGE = 300  # lines of the paper on one page of the screen; files have all of them


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: parts, and the IRIs of a theme and a goal system ("" for all)."""

    parts: tuple[str, ...]
    theme: str
    system: str


def report() -> BaseResponse | str:
    """The report with the parts that the address names; ``format=pdf`` and ``format=html`` download it."""
    view = current_view()
    asked = _asked(view)
    made = _format()
    city = look.current().name
    key = ("report", request.url_root, view.lang, view.day, asked, city)
    if made:

        def whole() -> tuple[str, int]:
            briefing = _composed(view, asked, "briefing" if made == "html" else "title", city)
            return document(briefing, None if made == "html" else _outside(view)), briefing.rows

        return download(key, made, whole, f"{_slug('report')}-{_last(view)}")

    def part() -> tuple[bytes, int]:
        briefing = _composed(view, asked, "title", city)
        return body(briefing, view.url).encode(), briefing.rows

    paper = kept(key, "text/html", part)
    words, long = load_words(view.lang), too_long(paper.rows)
    return render_template(
        "report.html",
        paper=Markup(paper.body.decode()),  # noqa: S704  the templates escape
        narrower=_narrower(view, asked) if long else [],
        parts=[Option(part, words(part, "parts"), part in asked.parts) for part in PARTS],
        themes=options(view, "theme", request.args.get("theme", "")),
        systems=[Option(iri, view.named(iri).text, iri == asked.system) for iri in view.inventory.systems],
        too_long=long,
        all_parts=",".join(PARTS),
        here=here,
    )


def _asked(view: View) -> Asked:
    """Raises NotFound for a part, theme or goal system that there is not."""
    given = [part for text in request.args.getlist("part") for part in text.split(",") if part]
    if unknown := [part for part in given if part not in PARTS]:
        raise NotFound(_("„%(value)s“ gibt es hier nicht.", value=unknown[0][:80]), PARTS)
    parts = tuple(part for part in PARTS if part in given) or (PARTS if _format() == "html" else REPORT)
    chosen = {name: request.args.get(name, "").strip() for name in ("theme", "system")}
    iris = {name: resolve(view.inventory, name, text, view.lang) if text else "" for name, text in chosen.items()}
    return Asked(parts, **iris)


def _narrower(view: View, asked: Asked) -> list[tuple[Text, str]]:
    """The goal systems, else the themes, of which a reader of a long report may choose one, with the addresses."""
    inventory = view.inventory
    for name, chosen, iris in (("system", asked.system, inventory.systems), ("theme", asked.theme, inventory.themes)):
        if len(iris) > 1 and not chosen:
            return [(view.named(iri).text, here(**{name: iri})) for iri in iris]
    return []


def _format() -> str:
    made = request.args.get("format", "")
    if made not in _FORMATS:
        raise UsageError(_("Das Format „%(format)s“ gibt es hier nicht. Möglich: pdf, html.", format=made[:40]))
    return made


def _composed(view: View, asked: Asked, titled: str, city: str) -> Briefing:
    now = state()
    return compose(
        now.engine if view.day is None else view.engine,
        view.inventory,
        newest_comparisons(now, view.day) if "changes" in asked.parts else (),
        decisions_in=now.engine,
        lang=view.lang,
        parts=asked.parts,
        titled=titled,
        city=city,
        theme=asked.theme,
        system=asked.system,
        until=view.day.isoformat() if view.day else "",
    )


def _outside(view: View) -> Address:
    """Addresses as they are needed outside of the browser: with scheme and host."""
    root = request.host_url.rstrip("/")
    return lambda iri: f"{root}{url}" if (url := view.url(iri)) else ""


def _slug(page: str) -> str:
    return page_url(page, stand="").rpartition("/")[2]


def _last(view: View) -> str:
    """The day of the newest edition."""
    return max((each.day for each in view.inventory.editions), default="")


def courses() -> BaseResponse | str:
    """All measures with what is decided on them, and room for a vote; the rows are those of the question."""
    view = current_view()
    made = _format()
    given = {name: text for name in ("theme", "course") if (text := request.args.get(name, "").strip())}
    if given.get("course", COURSES[0]) not in COURSES:
        raise NotFound(_("„%(value)s“ gibt es hier nicht.", value=given["course"][:80]), COURSES)
    theme = resolve(view.inventory, "theme", given["theme"], view.lang) if "theme" in given else ""
    source = Source(view.inventory, view.lang, theme)
    last, city = _last(view), look.current().name or source.city()
    told = {"lang": view.lang, "city": city, "standing": f"{_('Stand')} {shown_date(last)}" if last else ""}
    key = ("courses", request.url_root, view.lang, view.day, theme, given.get("course"), city)

    def rows() -> list[Course]:
        until = view.day.isoformat() if view.day else ""
        held = decided(state().engine, view.base, source.words, source.word, until=until)
        return courses_of(source, held, given.get("course", ""))

    def whole() -> tuple[str, int]:
        return courses_document(found := rows(), lambda iri: "", **told), len(found)

    if made:
        return download(key, made, whole, f"{_slug('courses')}-{last}")
    page = request.args.get("page", "")

    def part() -> tuple[bytes, int]:
        every = by_theme(rows())
        return courses_body(paging(len(every), _ON_A_PAGE).cut(every), view.url, whole=every, **told).encode(), len(
            every
        )

    paper = kept((key, page), "text/html", part)
    words = source.words
    stand = {"stand": view.day.isoformat()} if view.day else {}
    sheet: dict[str, str] = {"format": "xlsx", "lang": view.lang, **given, **stand}
    return render_template(
        "courses.html",
        paper=Markup(paper.body.decode()),  # noqa: S704  the templates escape
        themes=options(view, "theme", given.get("theme", "")),
        courses=[Option(each, words(each, "actions"), each == given.get("course")) for each in COURSES],
        too_long=too_long(paper.rows),
        turned=paging(paper.rows, _ON_A_PAGE),
        sheet=url_for("api.query", name=QUESTION, **sheet),  # type: ignore[arg-type]
        question=page_url("question", name=QUESTION, **given),
        here=here,
    )


PAGES = {"report": report, "courses": courses}
