"""The work list: findings by severity and by who is responsible, how complete the measures are, and since when."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Response, request
from flask_babel import gettext as _
from markupsafe import Markup

from zielgraph.engine import NamedNode
from zielgraph.errors import NotFound
from zielgraph.exporting.tables import plain
from zielgraph.inventory.completeness import having, load_fields, measures_of, place_of
from zielgraph.inventory.findings import SEVERITIES
from zielgraph.inventory.model import Finding, Item
from zielgraph.inventory.select import NONE
from zielgraph.vocabulary import PROV
from zielgraph.web import worklist
from zielgraph.web.cells import drawn
from zielgraph.web.current import settings
from zielgraph.web.languages import page_url
from zielgraph.web.listing import Column, Filter, here, listing, macro, shown
from zielgraph.web.pages import measures, model
from zielgraph.web.view import Link, Text, View, current_view

_FROM = NamedNode(PROV + "wasDerivedFrom")
_ROW = re.compile(r".*/row/[^/]+")


def quality() -> Response:
    """The findings that the filters leave, with counts and completeness; or the measures that lack a field."""
    view = current_view()
    if missing := request.args.get("missing", ""):
        return _lacking(view, missing)
    found = worklist.asked(view, request.args)
    rows = found.findings(view)
    terms = found.bound(view, rows)
    table = listing(
        "quality",
        _columns(view),
        rows,
        caption=_("Befunde"),
        sparql=view.sparql("worklist", **terms) if terms else "",
        filters=[
            Filter(_headings()[name], _word(view, name, text), here(page=None, **{name: None}))
            for name, text in found.given.items()
        ],
    )
    every = list(view.inventory.findings.values())
    open_ = [each for each in every if not each.accepted]
    return shown(
        "quality.html",
        table,
        given=found.given,
        counts=[(name, sum(each.severity == name for each in open_)) for name in SEVERITIES],
        open=len(open_),
        accepted=len(every) - len(open_),
        severities=SEVERITIES,
        responsible=[(each, _who(view, each.iri)) for each in worklist.by_responsible(open_)],
        rules=sorted(
            ((each, _rule(view, each).value) for each in {each.rule for each in every if each.rule}),
            key=lambda rule: rule[1].casefold(),
        ),
        themes=[view.named(iri) for iri in view.inventory.themes],
        shares=worklist.shares(view),
        trend=worklist.trend(view),
        headings=_headings(),
    )


def _columns(view: View) -> list[Column[Finding]]:
    places = worklist.columns_by_role(view)
    order = {name: number for number, name in enumerate(SEVERITIES)}

    def message(each: Finding) -> Text:
        lang = view.lang if view.lang in each.message else "de"
        return Text(each.message.get(lang, each.rule), lang if lang in each.message else "")

    def node(each: Finding) -> list[Link | Text | str]:
        """The item and, where the finding is about a part of it, which."""
        part = [view.named(each.node)] if each.item not in ("", each.node) else []
        return [view.named(each.item or each.node), *part]

    def name(each: Finding) -> str:
        return view.named(each.item or each.node).text.value

    def column(each: Finding) -> str:
        number, heading = worklist.place(view, each, places)
        return f"{number} „{heading}“" if heading else ""

    def line(each: Finding) -> int | None:
        return each.line or None

    def row(each: Finding) -> Markup:
        number = Text(str(each.line)) if each.line else Text("")
        iri = _row_of(view, each) if each.line else ""
        return drawn(Link(iri, number, view.url(iri)) if iri else number)

    def mend(each: Finding) -> str:
        words = place_of(each.rule).mend
        return words.get(view.lang) or words["de"]

    def mend_cell(each: Finding) -> Markup:
        if settings().public:
            return drawn(mend(each))
        link = Markup('<a href="{}">{}</a>').format(page_url("decide", finding=each.iri, back=here()), _("entscheiden"))
        if each.accepted:
            link = Markup('<a href="{}">{}</a>').format(
                page_url("decide", decision=each.accepted.rsplit("/", 1)[-1]), _("hingenommen")
            )
        return Markup("{} {}").format(mend(each), link)

    return [
        Column("finding", _("Kennung"), lambda each: each.iri, iri=True),
        Column("message", _("Befund"), message, sort=lambda each: message(each).value, wide=True),
        Column(
            "severity",
            _("Schwere"),
            lambda each: _severities()[each.severity],
            sort=lambda each: order[each.severity],
            html=lambda each: macro("severity", each.severity),
        ),
        Column("node", _("Betrifft"), node, sort=name),
        Column(
            "responsible",
            _("Zuständig"),
            lambda each: view.named(each.responsible) if each.responsible else _("ohne Zuständigkeit"),
            sort=lambda each: view.named(each.responsible).text.value if each.responsible else "",
        ),
        Column("line", _("Zeile"), line, sort=line, html=row, number=True),
        Column("column", _("Spalte"), column, sort=column),
        Column("mend", _("Was tun"), mend, html=mend_cell),
        Column(
            "rule",
            _("Regel"),
            lambda each: each.rule,
            sort=lambda each: _rule(view, each.rule).value.casefold(),
            html=lambda each: drawn(_rule(view, each.rule)),
        ),
    ]


def _row_of(view: View, finding: Finding) -> str:
    """IRI of the source row that a finding is about, itself or by its item; empty where there is none."""
    nodes = [finding.node]
    if finding.item:
        nodes += [plain(term) for term in view.objects(NamedNode(finding.item), _FROM)]
    row = next((found for node in nodes if (found := _ROW.match(node))), None)
    return row[0] if row else ""


def _lacking(view: View, name: str) -> Response:
    """The measures that lack one field."""
    field = next((each for each in load_fields() if each.name == name), None)
    if field is None:
        raise NotFound(_("„%(value)s“ gibt es hier nicht.", value=name), tuple(each.name for each in load_fields()))
    iris = measures_of(view.engine) - having(view.engine, field)
    rows = [each for each in view.inventory.items.values() if each.iri in iris]
    columns: list[Column[Item]] = measures.columns(view)
    table = listing(
        "measures",
        columns,
        rows,
        caption=_("Maßnahmen ohne diese Angabe: %(field)s", field=_label(field.label, view.lang)),
        sparql=view.sparql("missing", term=[NamedNode(field.term)]),
    )
    return shown("missing.html", table, field=field, label=_label(field.label, view.lang))


def _label(words: Mapping[str, str], lang: str) -> str:
    return words.get(lang) or words["de"]


def _who(view: View, iri: str) -> Link | Text:
    return view.named(iri) if iri else Text(_("ohne Zuständigkeit"))


def _headings() -> dict[str, str]:
    return {
        "severity": _("Schwere"),
        "responsible": _("Zuständig"),
        "rule": _("Regel"),
        "theme": _("Handlungsfeld"),
        "q": _("Text enthält"),
        "accepted": _("Hingenommen"),
    }


def _severities() -> dict[str, str]:
    return {"Violation": _("Fehler"), "Warning": _("Warnung"), "Info": _("Hinweis")}


def _rule(view: View, name: str) -> Text:
    """What a rule is called; German where it has no name in the page's language, its key where it has none."""
    titles = model.rule_titles().get(name, {})
    lang = view.lang if view.lang in titles else "de"
    return Text(titles[lang], lang) if lang in titles else Text(name)


def _word(view: View, name: str, text: str) -> Text | str:
    if name in ("severity", "accepted"):
        words: dict[str, str] = _severities() | {"yes": _("nur hingenommene"), "all": _("auch hingenommene")}
        return words[text]
    if text == NONE:
        return str(_("ohne Zuständigkeit") if name == "responsible" else _("ohne Angabe"))
    if name == "rule":
        return _rule(view, text)
    return view.named(text).text if text.startswith(view.base) else text


PAGES = {"quality": quality}
