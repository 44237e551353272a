"""Running a question: what a person typed becomes terms, the query runs, the answer keeps its columns."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from zielgraph.engine import DefaultGraph, Engine, Literal, NamedNode, QuerySolutions, Results, Term
from zielgraph.errors import NotFound, UsageError
from zielgraph.questions.catalogue import Column, Parameter, Question
from zielgraph.questions.guard import check_query
from zielgraph.vocabulary import RDF, RDFS, SKOS, XSD

_TRUE = {"true", "1", "ja", "yes", "on", "wahr"}
_FALSE = {"false", "0", "nein", "no", "off", "falsch", ""}
_TYPE = NamedNode(RDF + "type")
_NAME_PROPERTIES = tuple(
    NamedNode(iri) for iri in (RDFS + "label", SKOS + "prefLabel", SKOS + "altLabel", SKOS + "hiddenLabel")
)
_NOTATION = NamedNode(SKOS + "notation")


@dataclass
class Answer:
    """An answer as a table. ``rows`` hold terms or None, in the order of ``columns``; ``sparql`` is what ran."""

    question: Question
    params: Mapping[str, str]
    columns: list[Column]
    rows: list[list[Term | None]]
    sparql: str


def run_question(engine: Engine, question: Question, given: Mapping[str, str], lang: str = "de") -> Answer:
    """Run a question with parameters as a person writes them: IRI, code ("56") or label ("Wohnen").

    Raises UsageError for a missing parameter and NotFound, with near matches, for an unknown value.
    """
    sparql = question.render(bind(engine, question, given), lang)
    results = engine.query(sparql)
    if not isinstance(results, QuerySolutions):
        raise UsageError(f"Die Frage „{question.name}“ ist keine Tabelle.")
    answer = as_answer(results, sparql, question)
    answer.params = dict(given)
    return answer


def as_answer(results: QuerySolutions, sparql: str, question: Question | None = None) -> Answer:
    """A SELECT's result as a table; its columns are named by the question, or by the variables themselves."""
    asked = question or Question("sparql", 0, {"de": "SPARQL", "en": "SPARQL"}, {"de": ""}, (), (), {}, sparql)
    labels = {column.name: column for column in asked.columns}
    names = [variable.value for variable in results.variables]
    columns = [labels.get(name, Column(name, {"de": name, "en": name})) for name in names]
    rows: list[list[Term | None]] = [[solution[name] for name in names] for solution in results]
    return Answer(asked, {}, columns, rows, sparql)


def ask(engine: Engine, sparql: str, prefixes: Mapping[str, str] | None = None) -> Results:
    """Run a SPARQL query that somebody wrote. Refuses what would leave the machine."""
    check_query(sparql)
    return engine.query(sparql, prefixes=prefixes)


def bind(engine: Engine, question: Question, given: Mapping[str, str]) -> dict[str, list[Term]]:
    """Terms for the parameters given. A blank value counts as not given."""
    bound: dict[str, list[Term]] = {}
    for name, text in given.items():
        parameter = question.parameter(name)
        if parameter.type == "boolean":
            if text.strip().lower() in _TRUE:
                bound[name] = []
            elif text.strip().lower() not in _FALSE:
                raise UsageError(f"Parameter „{name}“: „{text}“ ist weder ja noch nein.")
        elif text.strip():
            bound[name] = resolve(engine, parameter, text.strip())
    for parameter in question.params:
        if parameter.required and parameter.name not in bound:
            label = parameter.label.get("de", parameter.name)
            raise UsageError(f"Für die Frage „{question.name}“ fehlt der Parameter „{parameter.name}“ ({label}).")
    return bound


def resolve(engine: Engine, parameter: Parameter, text: str) -> list[Term]:
    """The resources that a person means by an IRI, a code or a label; several when they share a label."""
    kind = NamedNode(parameter.type)
    if parameter.type.startswith(XSD):
        return [Literal(text, datatype=kind)]
    members: set[NamedNode] = {
        q.subject for q in engine.quads(None, _TYPE, kind, DefaultGraph()) if isinstance(q.subject, NamedNode)
    }
    hits: list[NamedNode]
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    if text.startswith(("http://", "https://", "urn:")):
        hits = [node for node in members if node.value == text]
    else:
        coded = [node for node in members if text in _texts(engine, node, (_NOTATION,))]
        if len(coded) > 1:
            raise NotFound(
                f"„{text}“ ist mehrdeutig, bitte die IRI angeben", tuple(sorted(node.value for node in coded))
            )
        wanted = text.casefold()
        hits = coded or [
            node for node in members if any(n.casefold() == wanted for n in _texts(engine, node, _NAME_PROPERTIES))
        ]
    if not hits:
        label = parameter.label.get("de", parameter.name)
        raise NotFound(f"{label} „{text}“ ist nicht bekannt.", _near(engine, members, text))
    found: list[Term] = [*sorted(hits, key=str)]
    return found


def _texts(engine: Engine, node: NamedNode, properties: Sequence[NamedNode]) -> Iterator[str]:
    for name in properties:
        for quad in engine.quads(node, name, None, DefaultGraph()):
            if isinstance(quad.object, Literal):
                yield quad.object.value


def _near(engine: Engine, members: set[NamedNode], text: str) -> tuple[str, ...]:
    """Labels and codes that look like the text; without any, a few of those there are."""
    names = {name for node in members for name in _texts(engine, node, (*_NAME_PROPERTIES[:3], _NOTATION))}
    folded = {name.casefold(): name for name in sorted(names, reverse=True)}
    near = [folded[key] for key in difflib.get_close_matches(text.casefold(), folded, n=5, cutoff=0.5)]
    near += [name for key, name in sorted(folded.items()) if text.casefold() in key and name not in near]
    return tuple(near[:8] or sorted(names)[:8])
