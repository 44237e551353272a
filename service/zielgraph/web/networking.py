"""What an address asks of the network: its filters, the network they leave, and the same as SPARQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from zielgraph.engine import NamedNode, Term
from zielgraph.errors import NotFound
from zielgraph.inventory.load import KINDS
from zielgraph.inventory.model import Item
from zielgraph.inventory.network import DISCUSSED, MEMBER, Network, Part, around, everything, network
from zielgraph.inventory.select import NONE, Choice, resolve, select
from zielgraph.vocabulary import ROLE, ZG
from zielgraph.web.choosing import Asked, Option, asked, bound, options, said, words_of_filters
from zielgraph.web.listing import Filter, here
from zielgraph.web.picture import relation_words
from zielgraph.web.view import View

EGO = 150  # nodes around one; more nobody can read
_RELATIONS = (DISCUSSED, MEMBER)


@dataclass(frozen=True)
class Wish:
    """What is asked for: items by theme and status, one relation, actors of one kind, and who is in the middle.

    ``relation`` is the key of a role, ``discussed`` or ``member``; ``kind`` the local name of a class; ``centre`` an
    IRI; each "" for any.
    """

    found: Asked
    relation: str
    kind: str
    centre: str

    @property
    def theme(self) -> str:
        """The IRI of the theme, ``NONE``, or ""."""
        return next(iter(self.found.choice.theme), "")

    @property
    def members(self) -> bool:
        """Whether memberships are wanted: they have no status, and a theme only where their network has it."""
        return not self.found.choice.status and self.theme != NONE and self.relation in ("", MEMBER)

    def items(self, view: View) -> list[Item]:
        """The items, in the order of the report; only memberships need none."""
        return [] if self.relation == MEMBER else self.found.items(view)

    def themed(self, view: View) -> list[Item]:
        """The items of the theme, whatever their status and the roles in them."""
        return select(view.inventory, Choice(theme=self.found.choice.theme, kind="measure"))

    def themes_bound(self) -> dict[str, list[Term]]:
        """The theme as a term."""
        if self.theme == NONE:
            return {"without-theme": []}
        return {"theme": [NamedNode(iri) for iri in self.found.choice.theme]} if self.theme else {}

    def whole(self, view: View) -> Network:
        """The network that the filters leave."""
        if not (self.found.given or self.relation or self.kind):
            every = everything(view.inventory)
            if not self.centre or self.centre in every.number:
                return every
        return network(
            view.inventory,
            self.items(view),
            relation=self.relation,
            kind=self.kind,
            theme=self.theme,
            members=self.members,
            keep=self.centre,
        )

    def ego(self, view: View) -> Part:
        """What is around the centre."""
        return around(self.whole(view), self.centre, EGO)

    def sparql(self, view: View, shown: Network | None = None) -> str:
        """A query with the very links of the network; of a part of it, ``shown`` says which."""
        given = self._bound(view)
        if self.relation not in _RELATIONS:
            given["parts"] = []
        if self.relation in ("", DISCUSSED):
            given["discussed"] = []
        if self.members:
            given["members"] = []
        if self.relation in _RELATIONS:
            given.pop("role", None)
        if shown is not None:
            given.pop("kind", None)  # the nodes say it, and the centre is there whatever its kind
            given["source"] = given["target"] = [NamedNode(iri) for iri in shown.nodes]
        return view.sparql("network", **given)

    def sparql_of_matrix(self, view: View) -> str:
        """A query with the cells of the matrix."""
        given = self._bound(view)
        if "theme" in given:
            given["only"] = given.pop("theme")
        if self.relation == DISCUSSED:
            given["discussed"] = []
        elif not self.relation:
            given["named"] = []
        return view.sparql("matrix", **given)

    def _bound(self, view: View) -> dict[str, list[Term]]:
        """The filters as terms."""
        given = bound(view, self.found)
        given.pop("kind")
        if self.relation and self.relation not in _RELATIONS:
            given["role"] = [NamedNode(ROLE + self.relation)]
        if self.kind:
            given["kind"] = [NamedNode(ZG + self.kind)]
        return given

    def filters(self, view: View) -> list[Filter]:
        """The filters in force, as a list shows them."""
        headings = words_of_filters()
        shown = [
            Filter(headings[name], said(view, self.found, name, text), here(page=None, **{name: None}))
            for name, text in self.found.given.items()
            if name in ("theme", "status")
        ]
        if self.relation:
            words = relation_words(view, self.relation)
            shown.append(Filter(_("Verbindung"), words, here(page=None, role=None)))
        if self.kind:
            words = view.named(ZG + self.kind).text.value
            shown.append(Filter(_("Art des Akteurs"), words, here(page=None, kind=None)))
        return shown


def wished(view: View, args: Mapping[str, str]) -> Wish:
    """Read an address. Raises NotFound, with near matches, for what there is not."""
    role, kind, actor = (args.get(name, "").strip() for name in ("role", "kind", "actor"))
    if kind and kind not in KINDS:
        raise NotFound(_("Die Art „%(kind)s“ gibt es nicht.", kind=kind), KINDS)
    relation = role
    if role and role not in _RELATIONS:
        relation = resolve(view.inventory, "role", role, view.lang).removeprefix(ROLE)
    given = {name: args.get(name, "") for name in ("theme", "status")}
    found = asked(view, given | {"role": relation if relation not in _RELATIONS else ""})
    return Wish(found, relation, kind, resolve(view.inventory, "actor", actor, view.lang) if actor else "")


def offered(view: View, wish: Wish, *, members: bool = True) -> dict[str, list[Option]]:
    """What the form offers for each filter."""
    given = wish.found.given
    relations = [iri.removeprefix(ROLE) for iri in view.inventory.roles] + [DISCUSSED] + ([MEMBER] if members else [])
    return {
        "theme": options(view, "theme", given.get("theme", "")),
        "status": options(view, "status", given.get("status", "")),
        "kind": [Option(kind, view.named(ZG + kind).text, kind == wish.kind) for kind in KINDS],
        "role": [Option(each, relation_words(view, each), each == wish.relation) for each in relations],
    }
