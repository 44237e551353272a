"""The page of an actor: who this is, what it does, and with whom."""

from __future__ import annotations

from flask import render_template

from zielgraph.engine import NamedNode
from zielgraph.inventory.model import Actor
from zielgraph.vocabulary import RDFS, ZG
from zielgraph.web import records
from zielgraph.web.acting import acting, summary
from zielgraph.web.languages import page_url
from zielgraph.web.view import View

_COMMENT = NamedNode(RDFS + "comment")


def show(view: View, node: NamedNode, common: dict[str, object]) -> str:
    """An actor; ``common`` is what every page of a resource gets."""
    iri = node.value
    actor = view.inventory.actors.get(iri) or Actor(iri, "Actor", (), False, (), (), (), (), ())
    found = acting(view, actor)
    return render_template(
        "actor.html",
        actor=actor,
        found=found,
        kinds=[view.named(ZG + kind).text for kind in actor.kinds or (actor.kind,)],
        names=records.names(view, node),
        comment=view.best(node, _COMMENT),
        valid=(view.value(node, "validFrom"), view.value(node, "validTo")),
        links={
            name: [view.named(each) for each in getattr(actor, name)]
            for name in ("unit_of", "units", "members", "member_of", "themes", "lead", "contact", "listed_in")
        },
        leads=[view.named(each.iri) for each in view.inventory.actors.values() if iri in each.lead],
        rank=summary(view, found),
        about=records.findings(view, node),
        measures_url=page_url("measures", actor=iri),
        open_url=page_url("measures", actor=iri, status="open"),
        discussed_url=page_url("measures", body=iri),
        network_url=page_url("network", actor=iri),
        findings_url=page_url("quality", responsible=iri),
        sparql=view.sparql("items-of-actor", actor=[node]),
        **common,
    )
