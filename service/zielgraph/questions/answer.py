"""Running a question: what a person typed becomes terms, the query runs, the answer keeps its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zielgraph.engine import Engine, Literal, NamedNode, QuerySolutions, Results, Term
from zielgraph.errors import UsageError
from zielgraph.questions.catalogue import Column, Parameter, Question
from zielgraph.register.lookup import find_named
from zielgraph.sparql import check_query
from zielgraph.vocabulary import XSD

_TRUE = {"true", "1", "ja", "yes", "on", "wahr"}
_FALSE = {"false", "0", "nein", "no", "off", "falsch", ""}


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
    if parameter.type.startswith(XSD):
        return [_typed(parameter, text)]
    label = parameter.label.get("de", parameter.name)
    return [*find_named(engine, parameter.type, text, label)]


_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def _typed(parameter: Parameter, text: str) -> Literal:
    """A number or day as a person writes it. Raises UsageError when it is none."""
    kind = parameter.type.removeprefix(XSD)
    if kind in ("decimal", "integer", "double"):
        text = text.replace(",", ".")
        if not _NUMBER.fullmatch(text) or (kind == "integer" and "." in text):
            raise UsageError(f"Parameter „{parameter.name}“: „{text}“ ist keine Zahl.")
    elif kind == "date":
        try:
            date.fromisoformat(text)
        except ValueError:
            raise UsageError(f"Parameter „{parameter.name}“: „{text}“ ist kein Tag (JJJJ-MM-TT).") from None
    return Literal(text, datatype=NamedNode(parameter.type))
