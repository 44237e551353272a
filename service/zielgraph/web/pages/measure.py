"""The page of a measure: what the report says, what follows from it, and the words that prove it."""

from __future__ import annotations

from flask import render_template, request
from flask_babel import gettext as _

from zielgraph.engine import NamedNode
from zielgraph.web.dossier import dossier
from zielgraph.web.languages import page_url
from zielgraph.web.pages.measures import neighbours, with_origin
from zielgraph.web.view import Link, View


def show(view: View, node: NamedNode, common: dict[str, object]) -> str:
    """Everything about one measure; ``common`` is what every page of a resource gets."""
    origin = request.args.get("from", "")
    found, around, at = neighbours(view, node.value, origin)
    carried = origin if found else ""

    def turn(index: int) -> Link | None:
        if at < 0 or not 0 <= index < len(around):
            return None
        link = view.named(around[index])
        return Link(link.iri, link.text, with_origin(link.url, carried))

    back = page_url("measures")
    if carried:
        back += ("&" if "?" in back else "?") + carried
    return render_template(
        "measure.html",
        dossier=dossier(view, node),
        place=_("Maßnahme %(number)s von %(total)s", number=at + 1, total=len(around)) if at >= 0 else "",
        previous=turn(at - 1),
        following=turn(at + 1),
        list_url=back,
        filtered=bool(carried),
        sparql=view.sparql("measure", measure=[node]),
        **common,
    )
