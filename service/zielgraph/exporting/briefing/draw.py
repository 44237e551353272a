"""A briefing as HTML, by the templates of this package: as part of a page, or as one file that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from zielgraph.exporting.briefing.model import Briefing, Name
from zielgraph.exporting.briefing.words import load_words

Address = Callable[[str], str]
"""The address of a thing by its IRI; empty where there is nothing to link to."""

_SPACES = {ord("\n"): " ", ord("\r"): " ", ord("\t"): " "}


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("zielgraph.exporting.briefing"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["anchor"] = anchor
    return made


def styles() -> str:
    """The stylesheet of all briefings, for screen and paper."""
    return files("zielgraph.exporting.briefing").joinpath("briefing.css").read_text("utf-8")


def anchor(iri: str) -> str:
    """What a thing is called within the document: the path of its IRI without what cannot stand in an id."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in iri.partition("://")[2])


def body(briefing: Briefing, address: Address) -> Markup:
    """The briefing without the document around it, for a page. Every text is escaped."""
    return Markup(_drawn("_body.html", briefing, address))  # noqa: S704  the templates escape


def document(briefing: Briefing, address: Address | None = None) -> str:
    """The briefing as a whole HTML document that asks for nothing else: styles inside, no script.

    Without ``address`` links lead to what is in the document itself.
    """
    return _drawn("document.html", briefing, address or _within(briefing), styles=Markup(styles()))  # noqa: S704  ours


def render(template: str, lang: str, **values: Any) -> str:
    """A template of this package with the words and macros in a language."""
    return _environment().get_template(template).render(w=load_words(lang), lang=lang, **values)


def _within(briefing: Briefing) -> Address:
    there = {each.name.iri for each in briefing.measures} | {each.name.iri for each in briefing.actors}
    todo = [*briefing.goals]
    while todo:
        goal = todo.pop()
        there.add(goal.name.iri)
        todo.extend(goal.below)
    return lambda iri: f"#{anchor(iri)}" if iri in there else ""


def linked(name: Name, lang: str, address: Address) -> Markup:
    """A name, linked where it leads somewhere, marked where its language is not the document's."""
    own = Markup(' lang="{}"').format(name.lang) if name.lang and name.lang != lang else ""
    text = Markup("<bdi{}>{}</bdi>").format(own, name.value.translate(_SPACES))
    url = address(name.iri)
    return Markup('<a href="{}">{}</a>').format(url, text) if url else text


def _drawn(template: str, briefing: Briefing, address: Address, **more: Any) -> str:
    def link(name: Name) -> Markup:
        return linked(name, briefing.lang, address)

    def heading(name: Name) -> Markup:
        """The name of what stands here itself: a link only where it leads out of the document."""
        return linked(name, briefing.lang, lambda iri: "" if address(iri) == f"#{anchor(iri)}" else address(iri))

    def links(names: list[Name]) -> Markup:
        return Markup("; ").join(map(link, names))

    return render(template, briefing.lang, b=briefing, link=link, links=links, heading=heading, **more)
