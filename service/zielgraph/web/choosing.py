"""Filters of items in an address: ``theme``, ``status``, ``outcome``, ``body``, ``actor``, ``role``, ``year``, ….

What is chosen may be an IRI, a key, a code or a label; what nothing is called is a 404 page with near matches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from zielgraph.deciding.model import COURSES
from zielgraph.engine import Literal, NamedNode, Term
from zielgraph.errors import NotFound
from zielgraph.inventory.model import Inventory, Item
from zielgraph.inventory.select import NONE, Choice, resolve_all, select
from zielgraph.vocabulary import DISPOSITION, ROLE, ZG
from zielgraph.web.listing import Filter, here
from zielgraph.web.view import Text, View
from zielgraph.web.wording import course_words

NAMES = ("theme", "status", "outcome", "body", "actor", "role", "year", "course", "goal", "system")
_MOST = 300  # choices that a form offers; more than that nobody reads, and everything else can be typed
_INDEXES: dict[str, Callable[[Inventory], Mapping[str, tuple[str, ...]]]] = {
    "theme": lambda inventory: inventory.by_theme,
    "outcome": lambda inventory: inventory.by_disposition,
    "body": lambda inventory: inventory.by_body,
    "actor": lambda inventory: inventory.by_actor,
    "role": lambda inventory: inventory.by_role,
    "year": lambda inventory: inventory.by_year,
    "course": lambda inventory: inventory.by_course,
}


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a form: what the address says, and its words."""

    value: str
    text: Text | str
    chosen: bool


@dataclass(frozen=True)
class Asked:
    """What an address asks for: the choice, and each filter as it stands there (name → text)."""

    choice: Choice
    given: Mapping[str, str]

    def items(self, view: View) -> list[Item]:
        """The items, in the order of the report."""
        return select(view.inventory, self.choice)


def asked(view: View, given: Mapping[str, str]) -> Asked:
    """Read the filters of an address. Raises NotFound, with near matches, for what there is not."""
    found: dict[str, tuple[str, ...]] = {}
    texts: dict[str, str] = {}
    for name in NAMES:
        if text := given.get(name, "").strip():
            found[name] = _values(view, name, text)
            texts[name] = text
    words = " ".join(given.get("q", "").split())
    kind = given.get("kind", "")
    if kind not in ("", "all"):
        raise NotFound(_("„%(value)s“ gibt es hier nicht.", value=kind), ("all",))
    texts |= {name: text for name, text in (("q", words), ("kind", kind)) if text}
    return Asked(replace(Choice(q=words, kind="" if kind else "measure"), **found), texts)  # type: ignore[arg-type]


def _values(view: View, name: str, text: str) -> tuple[str, ...]:
    """What a filter means, as :class:`Choice` takes it."""
    if name == "status":  # several, for a list of what made a goal's light
        return tuple(dict.fromkeys(iri for part in text.split(",") for iri in _status(view, part.strip())))
    if text == NONE:
        return (text,)
    if name in ("year", "course"):
        known = COURSES if name == "course" else tuple(sorted(view.inventory.by_year))
        if text not in known:
            raise NotFound(_("„%(value)s“ gibt es hier nicht.", value=text), known[:5])
        return (text,)
    return resolve_all(view.inventory, name, text, view.lang)


def _status(view: View, text: str) -> tuple[str, ...]:
    groups = (NONE, "open", "closed")
    return (text,) if text in groups else resolve_all(view.inventory, "status", text, view.lang)


def filters(view: View, found: Asked, total: int) -> list[Filter]:
    """The filters in force, as the list shows them; where nothing is left, how many there were without each."""
    headings = words_of_filters()
    shown = []
    for name, text in found.given.items():
        without = None
        if not total:
            loose = {name: "measure" if name == "kind" else () if name != "q" else ""}
            without = len(select(view.inventory, replace(found.choice, **loose)))  # type: ignore[arg-type]
        shown.append(Filter(headings[name], said(view, found, name, text), here(page=None, **{name: None}), without))
    return shown


def said(view: View, found: Asked, name: str, text: str) -> Text | str:
    """A filter's value in words."""
    if name in ("q", "kind"):
        return str(_("auch Ziele ohne Maßnahme")) if name == "kind" else f"„{text}“"
    values = getattr(found.choice, name)
    if name == "status" and len(values) > 1:
        return ", ".join(str(word_of(view, name, value)) for value in values)
    return word_of(view, name, values[0])


def word_of(view: View, name: str, value: str) -> Text | str:
    """A value of a filter in words: a label, or the word for a group."""
    if ":" in value:
        return view.named(value).text
    if name == "year" and value != NONE:
        return value
    fixed = {
        NONE: _("ohne Angabe"),
        "open": _("offen"),
        "closed": _("abgeschlossen"),
        **course_words(),
    }
    if value in fixed:
        return str(fixed[value])
    starts = {"outcome": DISPOSITION, "role": ROLE}
    return view.named(starts.get(name, ZG) + value).text


def words_of_filters() -> dict[str, str]:
    """What the filters are called."""
    return {
        "theme": _("Handlungsfeld"),
        "status": _("Status"),
        "outcome": _("Verbleib"),
        "body": _("Gremium"),
        "actor": _("Akteur"),
        "role": _("Rolle"),
        "year": _("Erstmals genannt"),
        "course": _("Entscheidung"),
        "goal": _("Ziel"),
        "system": _("Zielsystem"),
        "q": _("Text enthält"),
        "kind": _("Umfang"),
    }


def options(view: View, name: str, text: str = "") -> list[Option]:
    """What a form offers for a filter: what items have, by name; ``text`` is what is chosen now.

    Of actors those in most items, when there are very many.
    """
    inventory = view.inventory
    if name == "status":
        keys = [status.key for status in inventory.statuses]
        values = [("open", word_of(view, name, "open")), ("closed", word_of(view, name, "closed"))]
        values += [(each.key, view.named(each.iri).text) for each in inventory.statuses]
        return [Option(value, word, text in (value, str(word))) for value, word in values if value or keys]
    index = _INDEXES[name](inventory)
    order = {iri: at for at, iri in enumerate(_order(inventory, name, index))}
    most = sorted(index, key=lambda each: (-len(index[each]), order.get(each, 0)))[:_MOST]
    found = []
    for value in sorted(most, key=lambda each: (order.get(each, len(order)), each)):
        word = word_of(view, name, value)
        own = value if name in ("outcome", "role", "year", "course") else str(word)
        found.append(Option(own, word, text in (own, value, str(word))))
    if inventory.without.get("disposition" if name == "outcome" else name):
        found.append(Option(NONE, word_of(view, name, NONE), text == NONE))
    return found


def _order(inventory: Inventory, name: str, index: Mapping[str, tuple[str, ...]]) -> list[str]:
    ordered = {
        "theme": inventory.themes,
        "role": [iri.rsplit("/", 1)[-1] for iri in inventory.roles],
        "outcome": [iri.rsplit("/", 1)[-1] for iri in inventory.dispositions],
        "course": COURSES,
        "year": sorted(index, reverse=True),
    }
    return list(ordered.get(name, inventory.actors))


def bound(view: View, found: Asked) -> dict[str, list[Term]]:
    """The same filters as terms for the slots of ``queries/measures.rq``."""
    choice = found.choice
    terms: dict[str, list[Term]] = {"kind": [NamedNode(ZG + ("Measure" if choice.kind else "ReportItem"))]}
    for name in NAMES:
        values: tuple[str, ...] = getattr(choice, name)
        if values == (NONE,):
            terms[f"without-{name}"] = []
        elif name == "status" and values:
            groups = {"open": True, "closed": False}
            terms["statusOrNone" if NONE in values else name] = [
                NamedNode(status.iri)
                for status in view.inventory.statuses
                if any(groups.get(each) == status.open or each in (status.iri, status.key) for each in values)
            ]
        elif name in ("year", "course") and values:
            terms[name] = [Literal(value) for value in values]
        elif values:
            terms[name] = [NamedNode(value) for value in values]
    if "actor" in terms and "role" in terms:
        terms["involved"] = terms.pop("actor")
    if choice.q:
        terms["q"] = [Literal(word.casefold()) for word in choice.q.split()]
    return terms
