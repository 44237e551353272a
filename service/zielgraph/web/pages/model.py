"""The model in plain words: kinds of things, their properties, lists of values, rules. And the glossary of it all.

Everything comes from ``ontology/`` and ``shapes/``; whoever changes a comment there changes these pages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from flask import render_template

from zielgraph import resources
from zielgraph.engine import Literal, NamedNode, Quad, parse_file
from zielgraph.exporting.tables import plain
from zielgraph.vocabulary import OWL, SH, SKOS, ZG
from zielgraph.web.ontology import Term, concepts, ontology_view, part, terms
from zielgraph.web.view import Link, View

_SEVERITIES = ("Violation", "Warning", "Info")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name in findings, how grave a breach is, what it is about and what a finding says, by language."""

    name: str
    severity: str
    title: dict[str, str]
    message: dict[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """The rules for one kind of thing, with its name by language."""

    title: dict[str, str]
    rules: list[Rule]


@cache
def rules() -> list[Group]:
    """The rules of ``shapes/``, in groups as they stand there. Raises InputError for a file that is no Turtle."""
    found: dict[str, Group] = {}
    for path in sorted(resources.shapes().glob("*.ttl")):
        facts: dict[str, list[Quad]] = defaultdict(list)
        for quad in parse_file(path):
            if isinstance(quad.subject, NamedNode):
                facts[quad.subject.value].append(quad)
        grouped: set[str] = set()
        for subject, title in [(each, _texts(facts[each], SH + "name")) for each in list(facts)]:
            parts = [subject, *_values(facts[subject], SH + "property"), *_values(facts[subject], SH + "sparql")]
            own = [part for part in parts if part not in grouped and _values(facts[part], ZG + "rule")]
            if own and title:
                grouped.update(own)
                group = found.setdefault(title["de"], Group(title, []))
                group.rules.extend(_rule(facts[part]) for part in own)
    return [Group(group.title, sorted(group.rules, key=_gravest_first)) for group in found.values()]


@cache
def rule_titles() -> dict[str, dict[str, str]]:
    """What the rules are called, by language; a rule without a name of its own is left out."""
    return {rule.name: rule.title for group in rules() for rule in group.rules if rule.title}


def _values(quads: list[Quad], predicate: str) -> list[str]:
    return [plain(quad.object) for quad in quads if quad.predicate.value == predicate]


def _texts(quads: list[Quad], predicate: str) -> dict[str, str]:
    return {
        q.object.language: q.object.value
        for q in quads
        if q.predicate.value == predicate and isinstance(q.object, Literal) and q.object.language
    }


def _rule(quads: list[Quad]) -> Rule:
    (name,), severity = _values(quads, ZG + "rule"), _values(quads, SH + "severity")
    kind = severity[0].removeprefix(SH) if severity else _SEVERITIES[0]
    return Rule(name, kind, _texts(quads, SH + "name"), _texts(quads, SH + "message"))


def _gravest_first(rule: Rule) -> int:
    return _SEVERITIES.index(rule.severity)


@dataclass(frozen=True, slots=True)
class Kind:
    """A class with the properties that its members have."""

    term: Term
    properties: list[Term]


@cache
def _order() -> dict[str, int]:
    """Where each term stands in the ontology's file, which begins with what matters most."""
    subjects = dict.fromkeys(str(quad.subject) for quad in parse_file(resources.ontology() / "zielgraph.ttl"))
    return {iri.strip("<>"): number for number, iri in enumerate(subjects)}


def _by_name(term: Term) -> tuple[str, str]:
    return term.link.text.value.casefold(), term.link.iri


def model() -> str:
    """Kinds of things, lists of values and rules."""
    return render_template("model.html", body=part("_model.html", _model))


def _model() -> dict[str, object]:
    view = ontology_view()
    properties = terms(view, OWL + "ObjectProperty") + terms(view, OWL + "DatatypeProperty")
    of = defaultdict[str, list[Term]](list)
    for each in sorted(properties, key=_by_name):
        for iri in [domain.iri for domain in each.domain] or [""]:
            of[iri].append(each)
    order = _order()
    classes = sorted(terms(view, OWL + "Class"), key=lambda term: order.get(term.link.iri, len(order)))
    kinds = [Kind(term, of.pop(term.link.iri, [])) for term in classes]
    general = {each.link.iri: each for rest in of.values() for each in rest}  # of no class of ours
    return {
        "kinds": kinds,
        "general": sorted(general.values(), key=_by_name),
        "schemes": [(scheme, concepts(view, scheme.link.iri)) for scheme in terms(view, SKOS + "ConceptScheme")],
        "groups": rules(),
    }


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of the glossary. ``scheme`` is the list it stands in, None for a kind of thing."""

    term: Term
    scheme: Link | None


def _glossary(view: View) -> Iterator[Entry]:
    for each in terms(view, OWL + "Class"):
        if each.comment:
            yield Entry(each, None)
    for scheme in terms(view, SKOS + "ConceptScheme"):
        for each in concepts(view, scheme.link.iri):
            yield Entry(each, scheme.link)


def glossary() -> str:
    """The words of these pages, from A to Z."""
    return render_template("glossary.html", body=part("_glossary.html", _words))


def _words() -> dict[str, object]:
    letters: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(_glossary(ontology_view()), key=lambda entry: _by_name(entry.term)):
        letters[_letter(entry.term.link.text.value)].append(entry)
    return {"letters": dict(sorted(letters.items()))}


def _letter(word: str) -> str:
    first = word[:1].upper()
    return {"Ä": "A", "Ö": "O", "Ü": "U"}.get(first, first)


PAGES = {"model": model, "glossary": glossary}
