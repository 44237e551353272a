"""Questions as pages: inputs for their parameters, and their answers as tables with links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from zielgraph.engine import Literal, NamedNode, Term
from zielgraph.exporting.tables import plain, shown
from zielgraph.inventory.collation import sort_key
from zielgraph.questions import Answer, Question
from zielgraph.vocabulary import XSD, ZG
from zielgraph.web.cells import Cell
from zielgraph.web.listing import Column
from zielgraph.web.view import TYPE, Link, Text, View

Row = Sequence[Term | None]
_NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float")}
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
            choices = _options(view, parameter.type)
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


def columns(view: View, answer: Answer) -> list[Column[Row]]:
    """The columns of an answer. One of IRIs followed by their names becomes links; downloads have both."""
    found: list[Column[Row]] = []
    merged = {
        index
        for index in range(len(answer.columns) - 1)
        if "label" in answer.columns[index + 1].name.lower() and _is_resource(answer, index)
    }
    for index, column in enumerate(answer.columns):
        heading = column.label.get(view.lang) or column.name
        if index in merged:
            found.append(Column(column.name, heading, partial(_iri, index), iri=True))
            name = answer.columns[index + 1].name
            value = partial(_merged, view, index)
            found.append(Column(name, heading, value, sort=lambda row, value=value: _key(value(row))))  # type: ignore[misc]
        elif index - 1 not in merged:
            value = partial(_value, view, index)
            number = bool(answer.rows) and all(_is_number(row[index]) for row in answer.rows)
            found.append(
                Column(column.name, heading, value, sort=lambda row, value=value: _key(value(row)), number=number)  # type: ignore[misc]
            )
    return found


def _is_resource(answer: Answer, index: int) -> bool:
    return all(row[index] is None or isinstance(row[index], NamedNode) for row in answer.rows)


def _is_number(term: Term | None) -> bool:
    return term is None or (isinstance(term, Literal) and term.datatype.value in _NUMBERS)


def _iri(index: int, row: Row) -> str:
    return plain(row[index])


def _merged(view: View, index: int, row: Row) -> Cell:
    node, label = row[index], plain(row[index + 1])
    if node is None or (index > 0 and "; " in label):  # several names stand for several resources, the first is given
        return Text(label) if label else None
    known = view.label(node)
    text = known if known.value == label or not label else Text(label)
    return Link(plain(node), text, view.url(plain(node)))


def _value(view: View, index: int, row: Row) -> Cell:
    term = row[index]
    if term is None:
        return None
    if not isinstance(term, Literal):
        return view.link(term)
    kind, text = term.datatype.value, term.value
    try:
        if kind in _NUMBERS:
            return int(text) if kind == XSD + "integer" else float(text)
        if kind == XSD + "date":
            return date.fromisoformat(text)
    except ValueError:  # no number after all, or a date before the year 1
        return Text(text)
    return Text(shown(term, view.lang), term.language or "")


def _key(cell: Cell) -> tuple[int, Any] | None:
    """Numbers and dates by their value, names as in a dictionary."""
    if cell is None:
        return None
    if isinstance(cell, bool | int | float):
        return 0, cell
    if isinstance(cell, date):
        return 1, cell.isoformat()
    return 2, sort_key(str(cell.text if isinstance(cell, Link) else cell))


def _options(view: View, kind: str) -> list[str]:
    """The names of all resources of a class (local name or IRI), in order."""
    iri = kind if ":" in kind else ZG + kind
    names = {str(view.named(node.value).text) for node in view.subjects(TYPE, NamedNode(iri))}
    return sorted(names, key=sort_key)
