"""Questions as pages: inputs for their parameters, and their answers as tables with links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zielgraph.engine import Literal, NamedNode, Term
from zielgraph.exporting.tables import plain, shown
from zielgraph.questions import Answer, Question
from zielgraph.vocabulary import XSD
from zielgraph.web.lists import options
from zielgraph.web.view import Link, Text, View

_MAX_SELECT = 40


@dataclass(frozen=True, slots=True)
class Input:
    """An input of a question's form. ``kind`` is boolean, select, list (text with suggestions) or text."""

    name: str
    label: str
    help: str
    required: bool
    kind: str
    value: str
    choices: list[str]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of an answer: link or text; ``number`` is set to the right."""

    content: Link | Text | str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """An answer as a page shows it."""

    headings: list[tuple[str, bool]]
    rows: list[list[Cell]]


def inputs(view: View, question: Question, given: Mapping[str, str]) -> list[Input]:
    """The inputs of a question with the values given."""
    found = []
    for parameter in question.params:
        value = given.get(parameter.name, "").strip()
        choices: list[str] = []
        kind = "text"
        if parameter.type in ("boolean", XSD + "boolean"):
            kind = "boolean"
        elif not parameter.type.startswith(XSD):
            choices = list(dict.fromkeys(link.text.value for link in options(view, parameter.type)))
            kind = "select" if len(choices) <= _MAX_SELECT else "list"
            if kind == "select" and value and value not in choices:
                choices.insert(0, value)
        found.append(
            Input(
                parameter.name,
                parameter.label.get(view.lang) or parameter.name,
                parameter.description.get(view.lang, ""),
                parameter.required,
                kind,
                value,
                choices,
            )
        )
    return found


def table(view: View, answer: Answer) -> Table:
    """The answer for a page. A column of IRIs followed by its names becomes one column of links."""
    columns = answer.columns
    merged = {
        index
        for index in range(len(columns) - 1)
        if "label" in columns[index + 1].name.lower() and _is_resource(answer, index)
    }
    shown_columns = [index for index in range(len(columns)) if index - 1 not in merged]
    rows = [
        [_merged(view, row, index) if index in merged else _cell(view, row[index]) for index in shown_columns]
        for row in answer.rows
    ]
    numeric = [
        bool(rows) and all(row[i].number or row[i].content == "" for row in rows) for i in range(len(shown_columns))
    ]
    headings = [
        (columns[index].label.get(view.lang) or columns[index].name, number)
        for index, number in zip(shown_columns, numeric, strict=True)
    ]
    return Table(headings, rows)


def _is_resource(answer: Answer, index: int) -> bool:
    return all(row[index] is None or isinstance(row[index], NamedNode) for row in answer.rows)


def _merged(view: View, row: list[Term | None], index: int) -> Cell:
    node, label = row[index], plain(row[index + 1])
    if node is None:
        return Cell(Text(label) if label else "")
    if index > 0 and "; " in label:  # several names stand for several resources, of which the first is given
        return Cell(Text(label))
    iri = plain(node)
    known = view.label(node)
    text = known if known.value == label or not label else Text(label)
    return Cell(Link(iri, text, view.url(iri)))


def _cell(view: View, term: Term | None) -> Cell:
    if term is None:
        return Cell("")
    if isinstance(term, Literal):
        kind = term.datatype.value
        number = kind.startswith(XSD) and kind[len(XSD) :] in ("integer", "decimal", "double", "float")
        return Cell(Text(shown(term, view.lang), term.language or ""), number)
    return Cell(view.link(term))
