"""The cleaned table as tidy CSV with its W3C description (CSV on the Web).

Three tables, because one row of the report speaks of a measure and of the goals above it, and a measure may reach
over several rows: the report items, the goals, and the sources of both. ``csvw.json`` is the description, with
places for the IRIs of the edition, and at the same time the plan: a cell holds what the source graph says with the
column's ``propertyUrl``. Turning the CSV into RDF by the description (minimal mode of csv2rdf) therefore gives back
these very triples.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files
from itertools import chain
from string import Template
from typing import Any
from urllib.parse import quote

from zielgraph.engine import Engine, Literal, NamedNode
from zielgraph.errors import UsageError
from zielgraph.lifting.iris import Iris
from zielgraph.store import EditionInfo
from zielgraph.vocabulary import PROV, RDF, RDFS, ZG

_TYPE, _LABEL = NamedNode(RDF + "type"), NamedNode(RDFS + "label")
_DERIVED_FROM, _CONTRIBUTES_TO = PROV + "wasDerivedFrom", ZG + "contributesTo"
_LEVEL, _LINE = ZG + "level", ZG + "sourceLine"
_DATE_OF_ZIP = (1980, 1, 1, 0, 0, 0)  # no clock: same store, same file
Column = Mapping[str, Any]
Facts = dict[str, list[NamedNode | Literal]]


def csvw_files(engine: Engine, base: str, edition: EditionInfo, name: str = "") -> dict[str, bytes]:
    """The files by name: ``NAME.csv`` (report items), ``NAME-goals.csv``, ``NAME-sources.csv`` and their
    description ``NAME.csv-metadata.json``.

    ``name`` is made of city, system and date unless given. The same store gives the same bytes. Raises UsageError
    for an edition without measures and goals, such as an overview of networks.
    """
    name = name or f"{edition.city}-{edition.system}-{edition.date}"
    source = _Source(engine, Iris(base, edition.city, edition.system, date.fromisoformat(edition.date)))
    if not source.items and not source.goals:
        which = f"{edition.city}/{edition.system} {edition.date}"
        raise UsageError(f"Die Ausgabe {which} hat weder Maßnahmen noch Ziele. Bitte mit --system eine andere wählen.")
    description = _description(source, name)
    tables = [table["tableSchema"]["columns"] for table in description["tables"]]
    # A goal that reports stands in two tables, so that what every row of one says is no news in the other.
    source.known = {column["valueUrl"] for columns in tables for column in columns if column.get("virtual")}
    if any(_CONTRIBUTES_TO not in source.facts(node) for node in source.items):
        del description["tables"][0]["tableSchema"]["foreignKeys"]  # one that may be empty is invalid
    rows = (_item_rows(source, tables[0]), _goal_rows(source, tables[1]), _source_rows(source, tables[2]))
    written = {
        f"{name}{part}.csv": _csv(columns, each)
        for part, columns, each in zip(("", "-goals", "-sources"), tables, rows, strict=True)
    }
    text = json.dumps(description, ensure_ascii=False, indent=2)
    return written | {f"{name}.csv-metadata.json": f"{text}\n".encode()}


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """The files in one zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE_OF_ZIP), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _description(source: _Source, name: str) -> dict[str, Any]:
    """The description of this edition, with one column for the goals of each level."""
    iris = source.iris
    text = files("zielgraph.exporting").joinpath("csvw.json").read_text("utf-8")
    places = {"root": iris.root, "edition": iris.edition.value, "system": iris.goal_system.value, "url": quote(name)}
    description: dict[str, Any] = json.loads(Template(text).safe_substitute(places))
    levels = sorted(set(source.levels.values()))
    for table in description["tables"]:
        schema = table["tableSchema"]
        schema["columns"] = [each for column in schema["columns"] for each in _for_levels(column, levels)]
    labels = source.facts(iris.edition).get(_LABEL.value, [])
    title = {each.language: each.value for each in labels if isinstance(each, Literal) and each.language}
    description["dc:title"] = [{"@value": title[language], "@language": language} for language in sorted(title)]
    return description


def _for_levels(column: Column, levels: Sequence[int]) -> list[Column]:
    text = json.dumps(column)
    return [json.loads(Template(text).substitute(level=level)) for level in levels] if "$level" in text else [column]


def _csv(columns: Sequence[Column], rows: Iterable[Mapping[str, str]]) -> bytes:
    """RFC 4180. Texts stay what they are: a machine reads this file, and it must not find other words than ours."""
    buffer = io.BytesIO()
    with io.TextIOWrapper(buffer, "utf-8", newline="", write_through=True) as text:
        names = [column["name"] for column in columns if not column.get("virtual")]
        writer = csv.DictWriter(text, names, restval="", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        return buffer.getvalue()


def _item_rows(source: _Source, columns: Sequence[Column]) -> Iterator[dict[str, str]]:
    """One row per report item; more for a goal that reports different things in several places."""
    for node in source.items:
        item, facts = source.id(node), source.facts(node)
        found = source.cells(columns, facts, item)
        places = found.pop("source")
        above = item if item in source.goals else next(iter(found["goal"]), "")
        path = {f"goal_{source.levels[goal]}": source.label(goal) for goal in source.path(above)}
        always = {"id": item, "theme": source.theme(node)} | path
        always |= {name: values[0] for name, values in found.items() if len(values) == 1}
        several = {name: values for name, values in found.items() if len(values) > 1}
        count = max(map(len, several.values()), default=1)
        for index, place in enumerate(source.reporting(places, facts, count)):
            part = {name: values[index] for name, values in several.items() if index < len(values)}
            yield always | part | source.of_row(columns, place)


def _goal_rows(source: _Source, columns: Sequence[Column]) -> Iterator[dict[str, str]]:
    """One row per goal."""
    for goal, facts in source.goals.items():
        yield {"id": goal} | {name: values[0] for name, values in source.cells(columns, facts, goal).items() if values}


def _source_rows(source: _Source, columns: Sequence[Column]) -> Iterator[dict[str, str]]:
    """One row per resource and row of the report that speaks of it: first the goals, then the measures."""
    measures = ((source.id(node), source.facts(node)) for node in source.items if source.id(node) not in source.goals)
    for id, facts in chain(source.goals.items(), measures):
        for place in source.cells(columns, facts, id)["source"]:
            yield {"id": id} | source.of_row(columns, place)


class _Source:
    """The facts of the edition's source graph, resource by resource."""

    def __init__(self, engine: Engine, iris: Iris) -> None:
        self.engine, self.iris = engine, iris
        self.known: set[str] = set()
        self._themes: dict[str, str] = {}
        found = {self.id(node): self.facts(node) for node in self._all("Goal")}
        self.goals = {goal: found[goal] for goal in sorted(found, key=lambda each: self._order(found[each], each))}
        #: The report items in the order of the report.
        self.items = sorted(self._all("ReportItem"), key=lambda node: self._order(self.facts(node), node.value))
        self.levels = {goal: int(level.value) for goal, facts in found.items() for level in facts.get(_LEVEL, [])}

    def id(self, node: NamedNode) -> str:
        """The IRI without what all identifiers of the goal system begin with."""
        return node.value.removeprefix(self.iris.root)

    def facts(self, node: NamedNode) -> Facts:
        """What the graph says of the node, by predicate."""
        found: defaultdict[str, list[NamedNode | Literal]] = defaultdict(list)
        for quad in self.engine.quads(node, None, None, self.iris.source_graph):
            if isinstance(quad.object, NamedNode | Literal):
                found[quad.predicate.value].append(quad.object)
        return dict(found)

    def cells(self, columns: Sequence[Column], facts: Facts, id: str) -> dict[str, list[str]]:
        """By column: the values that the facts give to it."""
        own = (c for c in columns if "propertyUrl" in c and "aboutUrl" not in c and not c.get("virtual"))
        return {column["name"]: self._values(column, facts.get(column["propertyUrl"], []), id) for column in own}

    def _values(self, column: Column, terms: Sequence[NamedNode | Literal], id: str) -> list[str]:
        """The way back of ``lang`` and ``valueUrl``."""
        if "valueUrl" not in column:
            language = column.get("lang")
            return sorted(term.value for term in terms if isinstance(term, Literal) and term.language == language)
        before, after = re.split(r"\{\+?" + column["name"] + r"\}", column["valueUrl"].replace("{+id}", id))
        iris = [t.value for t in terms if isinstance(t, NamedNode) and t.value not in self.known]
        fitting = [iri for iri in iris if iri.startswith(before) and iri.endswith(after)]
        return sorted((iri.removeprefix(before).removesuffix(after) for iri in fitting), key=lambda v: (_place(v), v))

    def reporting(self, places: Sequence[str], facts: Facts, count: int) -> list[str]:
        """So many of the rows that speak of the item; not the one that only names a goal, if others are enough."""
        line = int(facts[_LINE][0].value) if _LINE in facts else 0
        others = [place for place in places if _place(place)[1] != line]
        return (others if len(others) >= count else [*places, *[""] * count])[:count]

    def path(self, goal: str) -> Iterator[str]:
        """The goal and those above it, as far as they are known."""
        while goal in self.goals:
            yield goal
            above = self.goals[goal].get(_CONTRIBUTES_TO, [])
            goal = above[0].value.removeprefix(self.iris.root) if above else ""

    def label(self, goal: str) -> str:
        """The wording of the goal."""
        return next((term.value for term in self.goals[goal].get(_LABEL.value, [])), "")

    def theme(self, node: NamedNode) -> str:
        """German names of the themes that were derived for the item."""
        found = self.engine.quads(node, NamedNode(ZG + "theme"), None, self.iris.derived_graph)
        return "; ".join(sorted(self._name(quad.object) for quad in found if isinstance(quad.object, NamedNode)))

    def of_row(self, columns: Sequence[Column], place: str) -> dict[str, str]:
        """The cells about the source itself: which it is, file, sheet and line."""
        found = {"source": place}
        for column in columns if place else ():
            if "aboutUrl" in column:
                row, predicate = NamedNode(self.iris.root + place), NamedNode(column["propertyUrl"])
                for quad in self.engine.quads(row, predicate, None, self.iris.source_graph):
                    found[column["name"]] = getattr(quad.object, "value", "")
        return found

    def _name(self, theme: NamedNode) -> str:
        if theme.value not in self._themes:
            labels = [quad.object for quad in self.engine.quads(theme, _LABEL, None, None)]
            german = sorted({each.value for each in labels if isinstance(each, Literal) and each.language == "de"})
            self._themes[theme.value] = german[0] if german else self.id(theme)
        return self._themes[theme.value]

    def _all(self, name: str) -> list[NamedNode]:
        found = self.engine.quads(None, _TYPE, NamedNode(ZG + name), self.iris.source_graph)
        return [quad.subject for quad in found if isinstance(quad.subject, NamedNode)]

    def _order(self, facts: Facts, id: str) -> tuple[object, ...]:
        """Place in the report; of goals in one row the upper one first."""
        first = min((_place(term.value) for term in facts.get(_DERIVED_FROM, [])), default=(0, 0))
        return first, [term.value for term in facts.get(_LEVEL, [])], id


def _place(source: str) -> tuple[int, int]:
    """Sheet and line in the identifier of a source row; zeros for anything else."""
    match = re.search(r"/row/(?:(\d+)-)?(\d+)$", source)
    return (int(match[1] or 1), int(match[2])) if match else (0, 0)
