"""What pages read from the store: labels with their language, links, values, this package's queries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from flask import Flask, url_for
from markupsafe import Markup, escape

from zielgraph.engine import DefaultGraph, EmbeddedEngine, Graph, Literal, NamedNode, QuerySolutions, Term
from zielgraph.exporting.tables import plain, shown
from zielgraph.lifting.iris import findings_graph
from zielgraph.questions import Question
from zielgraph.vocabulary import RDF, RDFS, SKOS, ZG, shorten
from zielgraph.web.current import state
from zielgraph.web.languages import language

TYPE = NamedNode(RDF + "type")
LABEL = NamedNode(RDFS + "label")
_NAMES = (LABEL, NamedNode(SKOS + "prefLabel"), NamedNode(ZG + "quote"))  # a mention is called by its words
_ONTOLOGY = ZG.rstrip("#")
_DEFAULT = DefaultGraph()


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

    def __init__(self, engine: EmbeddedEngine, base: str, lang: str) -> None:
        self.engine, self.base, self.lang = engine, base, lang
        self._labels: dict[str, Text] = {}

    def select(self, name: str, **given: Sequence[Term]) -> list[dict[str, Term]]:
        """Rows of ``queries/{name}.rq``; unbound variables are missing from a row."""
        results = self.engine.query(_query(name).render(given, self.lang))
        if not isinstance(results, QuerySolutions):
            raise TypeError(f"{name}.rq is no SELECT")
        names = [variable.value for variable in results.variables]
        return [{n: value for n in names if (value := row[n]) is not None} for row in results]

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
            found = next((t for name in _NAMES if (t := self.best(node, name, None))), None)
            self._labels[node.value] = found or Text(shorten(node.value, self.base))
        return self._labels[node.value]

    def url(self, iri: str) -> str:
        """Address of the page of a resource; empty for what lies elsewhere."""
        if iri.startswith(self.base) and len(iri) > len(self.base):
            return url_for(f"resource.show_{self.lang}", path=iri[len(self.base) :])
        if iri.startswith(ZG):
            return url_for("ontology.whole") + "#" + quote(iri[len(ZG) :])
        if iri.startswith(_ONTOLOGY + "/"):
            return url_for("ontology.term", path=iri[len(_ONTOLOGY) + 1 :])
        return ""

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
    """The view of this request."""
    return View(state().engine, state().base, language())


def register(app: Flask) -> None:
    """Filters for templates."""

    def url_text(value: str) -> Markup:
        """A text from the data as it stands; never a link."""
        return Markup("<bdi>{}</bdi>").format(value)

    app.jinja_env.filters["bdi"] = url_text
