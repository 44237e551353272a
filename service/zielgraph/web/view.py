"""What pages read from the store: labels with their language, links, values, this package's queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from urllib.parse import quote

from flask import Flask, url_for
from markupsafe import Markup, escape

from zielgraph.engine import DefaultGraph, EmbeddedEngine, Graph, Literal, NamedNode, QuerySolutions, Term
from zielgraph.exporting.tables import plain, shown
from zielgraph.inventory.load import load
from zielgraph.inventory.model import Inventory
from zielgraph.lifting.iris import findings_graph
from zielgraph.questions import Question
from zielgraph.vocabulary import RDF, RDFS, SKOS, ZG, shorten
from zielgraph.web.current import settings, state
from zielgraph.web.languages import language
from zielgraph.web.stand import day_shown

TYPE = NamedNode(RDF + "type")
LABEL = NamedNode(RDFS + "label")
_NAMES = (LABEL, NamedNode(SKOS + "prefLabel"), NamedNode(ZG + "quote"))  # a mention is called by its words
_ONTOLOGY = ZG.rstrip("#")
_DEFAULT = DefaultGraph()
_IN_PATH = "!$&'()*+,/:;=@"  # what a path may hold as it is (RFC 3986, 3.3)


@dataclass(frozen=True, slots=True)
class Text:
    """A text from the data with its language ("" where it has none)."""

    value: str
    lang: str = ""

    def __html__(self) -> str:
        """Escaped, kept apart from the text around it, marked where its language is not the page's."""
        own = f' lang="{escape(self.lang)}"' if self.lang and self.lang != language() else ""
        return f"<bdi{own}>{escape(self.value)}</bdi>"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Link:
    """A resource with its label and the address of its page ("" when it has none)."""

    iri: str
    text: Text
    url: str

    def __html__(self) -> str:
        """A link, or the text where there is nothing to link to."""
        return f'<a href="{escape(self.url)}">{self.text.__html__()}</a>' if self.url else self.text.__html__()

    @property
    def key(self) -> str:
        """Last segment of the IRI, for class names."""
        return self.iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]


@cache
def _query(name: str) -> Question:
    text = files("zielgraph.web").joinpath("queries", f"{name}.rq").read_text("utf-8")
    return Question(name, 0, {}, {}, (), (), {}, text)


class View:
    """The store as a page sees it, in one language."""

    def __init__(
        self,
        engine: EmbeddedEngine,
        base: str,
        lang: str,
        *,
        day: date | None = None,
        inventory: Callable[[], Inventory] | None = None,
    ) -> None:
        self.engine, self.base, self.lang, self.day = engine, base, lang, day
        self._inventory = inventory
        self._labels: dict[str, Text] = {}

    @cached_property
    def inventory(self) -> Inventory:
        """What pages list, of the state that this view shows."""
        return self._inventory() if self._inventory else load(self.engine, self.base)

    def select(self, name: str, **given: Sequence[Term]) -> list[dict[str, Term]]:
        """Rows of ``queries/{name}.rq``; unbound variables are missing from a row."""
        results = self.engine.query(_query(name).render(given, self.lang))
        if not isinstance(results, QuerySolutions):
            raise TypeError(f"{name}.rq is no SELECT")
        names = [variable.value for variable in results.variables]
        return [{n: value for n in names if (value := row[n]) is not None} for row in results]

    def sparql(self, name: str, **given: Sequence[Term]) -> str:
        """The text of ``queries/{name}.rq`` with these terms bound: the query that a page shows."""
        return _query(name).render(given, self.lang)

    def objects(self, node: Term, predicate: NamedNode, graph: Graph | None = _DEFAULT) -> list[Term]:
        """Values of a property in the current state, sorted."""
        if not isinstance(node, NamedNode):
            return []
        return sorted((q.object for q in self.engine.quads(node, predicate, None, graph)), key=str)

    def subjects(self, predicate: NamedNode, value: Term, graph: Graph | None = _DEFAULT) -> list[NamedNode]:
        """Subjects that have this value, sorted."""
        found = {q.subject for q in self.engine.quads(None, predicate, value, graph)}
        return sorted((node for node in found if isinstance(node, NamedNode)), key=lambda node: node.value)

    def value(self, node: Term, name: str, graph: Graph | None = _DEFAULT) -> str:
        """First value of a ``zg:`` property as text; empty when there is none."""
        return next((plain(term) for term in self.objects(node, NamedNode(ZG + name), graph)), "")

    def text(self, node: Term, name: str) -> Text | None:
        """First value of a ``zg:`` property as German text of the report; None when there is none."""
        value = self.value(node, name)
        return Text(value, "de") if value else None

    def best(self, node: Term, predicate: NamedNode, graph: Graph | None = _DEFAULT) -> Text | None:
        """The value in the page's language, else in German, else in any."""
        texts = [t for t in self.objects(node, predicate, graph) if isinstance(t, Literal)]
        order = {self.lang: 0, "de": 1}
        texts.sort(key=lambda t: (order.get(t.language or "", 2), t.value))
        return Text(texts[0].value, texts[0].language or "") if texts else None

    def label(self, node: Term) -> Text:
        """The name of a resource; its shortened IRI when it has none."""
        if not isinstance(node, NamedNode):
            return Text(plain(node))
        if node.value not in self._labels:
            self._labels[node.value] = self._listed(node.value) or self._stored(node)
        return self._labels[node.value]

    def _listed(self, iri: str) -> Text | None:
        if self._inventory is None or iri not in self.inventory.labels:
            return None
        name = self.inventory.label(iri, self.lang)
        return Text(name.value, name.lang)

    def _stored(self, node: NamedNode) -> Text:
        found = next((t for name in _NAMES if (t := self.best(node, name, None))), None)
        return found or Text(shorten(node.value, self.base))

    def named(self, iri: str) -> Link:
        """The resource of an IRI with label and address."""
        return Link(iri, self._listed(iri) or self.label(NamedNode(iri)), self.url(iri))

    def url(self, iri: str) -> str:
        """Address of the page of a resource, of the same day; empty for what lies elsewhere."""
        if iri.startswith(self.base) and len(iri) > len(self.base):
            start, end = self._around
            return start + quote(iri[len(self.base) :], safe=_IN_PATH) + end
        if iri.startswith(ZG):
            return url_for("ontology.whole") + "#" + quote(iri[len(ZG) :])
        if iri.startswith(_ONTOLOGY + "/"):
            return url_for("ontology.term", path=iri[len(_ONTOLOGY) + 1 :])
        return ""

    @cached_property
    def _around(self) -> tuple[str, str]:
        """What stands before and behind the path of a resource: ``url_for`` for each link takes a third of a list."""
        day = self.day.isoformat() if self.day else None
        start, _, end = url_for(f"resource.show_{self.lang}", path="@", stand=day).rpartition("@")
        return start, end

    def link(self, node: Term) -> Link:
        """The resource with label and address."""
        iri = plain(node)
        return Link(iri, self.label(node), self.url(iri) if isinstance(node, NamedNode) else "")

    def shown(self, term: Term) -> Link | Text:
        """A term for a person: a link for a resource, a text for a literal."""
        if isinstance(term, Literal):
            return Text(shown(term, self.lang), term.language or "")
        return self.link(term)

    def kinds(self, node: NamedNode) -> set[str]:
        """Local names of the node's ``zg:`` classes."""
        return {plain(t).removeprefix(ZG) for t in self.objects(node, TYPE) if plain(t).startswith(ZG)}

    def findings(self, *nodes: NamedNode) -> Iterator[dict[str, Term]]:
        """Findings of the validation about these nodes, the gravest first."""
        yield from self.select("findings", graph=[findings_graph(self.base)], node=nodes)


def current_view() -> View:
    """The view of this request, at the day that ``?stand=`` names.

    Raises UsageError when that is no day, NotFound when there was no edition yet.
    """
    day, limit = day_shown(), settings().max_state_quads
    now = state()
    return View(now.at(day, limit), now.base, language(), day=day, inventory=lambda: now.inventory(day, limit))


def register(app: Flask) -> None:
    """Filters for templates."""

    def url_text(value: str) -> Markup:
        """A text from the data as it stands; never a link."""
        return Markup("<bdi>{}</bdi>").format(value)

    app.jinja_env.filters["bdi"] = url_text
