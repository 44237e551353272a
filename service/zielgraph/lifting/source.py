"""The source graph: what the table says, in its own words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zielgraph.engine import Literal, NamedNode, Quad
from zielgraph.lifting.iris import Iris
from zielgraph.lifting.writer import LABEL, TYPE, Writer, day, zg
from zielgraph.table import DateValue, Item, SourceRow, Table
from zielgraph.table.repairs import REPAIR_TEXTS
from zielgraph.vocabulary import CSVW, PROV, RDF, RDFS, SKOS, STATUS

if TYPE_CHECKING:
    from zielgraph.lifting.lift import Edition

DERIVED_FROM = NamedNode(PROV + "wasDerivedFrom")
_ENTITY = NamedNode(PROV + "Entity")
_VALUE = NamedNode(RDF + "value")
_ROWNUM = NamedNode(CSVW + "rownum")
_NOTATION = NamedNode(SKOS + "notation")
_COMMENT = NamedNode(RDFS + "comment")
_IN_SYSTEM, _LINE, _EDITION = zg("inGoalSystem"), zg("sourceLine"), zg("edition")


@dataclass(frozen=True)
class Numbers:
    """Ids: per goal in table order; per item index for those that are measures."""

    goals: list[int]
    measures: dict[int, int]

    def item(self, table: Table, iris: Iris, index: int) -> NamedNode:
        """IRI of a report item: its measure, or its goal when the row has no activity."""
        if index in self.measures:
            return iris.measure(self.measures[index])
        goal = table.items[index].goal
        if goal is None:  # reading makes no such item
            raise ValueError(f"item {index} has neither activity nor goal")
        return iris.goal(self.goals[goal])


def row_iri(iris: Iris, row: SourceRow) -> NamedNode:
    """IRI of a source row: by its line in the sheet, and the sheet's number from the second one on."""
    return iris.part("row", row.key)


def write_source(table: Table, edition: Edition, iris: Iris, numbers: Numbers) -> Iterator[Quad]:
    """All quads of the source graph, one row after the other, so that a large table needs no more memory."""
    out = Writer(iris.source_graph)
    write_edition(out, table, edition, iris)
    for row in table.rows:
        write_row(out, table, row, iris)
        yield from out.drain()
    for index, goal in enumerate(table.goals):
        node = iris.goal(numbers.goals[index])
        out.add(node, TYPE, zg(goal.kind))
        out.text(node, LABEL, goal.text, "de")
        out.add(node, zg("level"), Literal(goal.level))
        out.add(node, _IN_SYSTEM, iris.goal_system)
        out.text(node, zg("order"), goal.order)
        out.text(node, zg("number"), goal.number)
        out.add(node, _LINE, Literal(goal.line))
        if goal.parent is not None:
            out.add(node, zg("contributesTo"), iris.goal(numbers.goals[goal.parent]))
        out.add(node, DERIVED_FROM, row_iri(iris, table.rows[goal.row]) if goal.row is not None else iris.edition)
        yield from out.drain()
    for index, item in enumerate(table.items):
        _item(out, table, item, numbers.item(table, iris, index), iris, numbers)
        yield from out.drain()


def write_edition(out: Writer, table: Table, edition: Edition, iris: Iris, kind: str = "GoalSystem") -> None:
    """The edition, its system (of that class) and all of the file that is no row."""
    node, system = iris.edition, iris.goal_system
    out.add(system, TYPE, zg(kind))
    out.add(node, TYPE, zg("Edition"), _ENTITY)
    for language, label in sorted(edition.label.items()):
        out.text(system, LABEL, label, language)
        stand = {"de": f"Stand {iris.day:%d.%m.%Y}", "en": f"as of {iris.day.isoformat()}"}.get(language, "")
        out.text(node, LABEL, f"{label}, {stand}" if stand else label, language)
    if edition.jurisdiction:
        out.add(system, zg("jurisdiction"), NamedNode(edition.jurisdiction))
    out.add(node, _IN_SYSTEM, system)
    out.add(node, zg("asOf"), day(iris.day))
    out.add(node, zg("asOfEstimated"), Literal(edition.estimated))
    out.text(node, zg("file"), table.file)
    out.text(node, zg("sha256"), table.sha256)
    out.text(node, zg("profile"), table.profile)
    for role in sorted({column.role for column in table.columns if column.role} if table.kind == "measures" else ()):
        out.add(node, zg("columnRole"), Literal(role))
    if edition.revision_of:
        out.add(node, NamedNode(PROV + "wasRevisionOf"), NamedNode(edition.revision_of))
    for column, heading in enumerate(table.headings, start=1):
        cell = iris.part("header", "cell", column)
        out.add(node, zg("headerCell"), cell)
        out.add(cell, TYPE, zg("Cell"))
        out.add(cell, zg("column"), Literal(column))
        out.add(cell, _VALUE, Literal(heading))
    for number, stray in enumerate(table.stray, start=1):
        line = iris.part("line", number)
        out.add(line, TYPE, zg("PlainLine"))
        out.add(line, _EDITION, node)
        out.add(line, _LINE, Literal(stray.line))
        out.text(line, zg("sheet"), stray.sheet)
        out.add(line, zg("text"), Literal(stray.text))
    for number, entry in enumerate(table.abbreviations, start=1):
        short = iris.part("abbreviation", number)
        out.add(short, TYPE, zg("Abbreviation"))
        out.add(short, _EDITION, node)
        out.add(short, _NOTATION, Literal(entry.code))
        out.text(short, LABEL, entry.name, "de")
        out.add(short, _LINE, Literal(entry.line))
        out.text(short, zg("sheet"), entry.sheet)
        out.add(short, DERIVED_FROM, node)
    for number, repair in enumerate((r for r in table.repairs if r.rule == "repeated-header"), start=1):
        note = iris.part("repair", number)
        out.add(node, zg("repair"), note)
        _repair(out, note, repair.rule, repair.before, repair.after)
        out.add(note, _LINE, Literal(repair.line))
        out.text(note, zg("sheet"), repair.sheet)


def _repair(out: Writer, note: NamedNode, rule: str, before: str, after: str) -> None:
    german, english = REPAIR_TEXTS[rule]
    out.add(note, TYPE, zg("Repair"))
    out.add(note, zg("rule"), Literal(rule))
    out.add(note, zg("before"), Literal(before))
    out.add(note, zg("after"), Literal(after))
    out.add(note, _COMMENT, Literal(german, language="de"), Literal(english, language="en"))


def write_row(out: Writer, table: Table, row: SourceRow, iris: Iris) -> None:
    """A row with all its cells, as they stand in the file, and its repairs."""
    node = row_iri(iris, row)
    out.add(node, TYPE, zg("SourceRow"), NamedNode(CSVW + "Row"))
    out.text(node, LABEL, f"Blatt „{row.sheet}“, Zeile {row.line}" if row.sheet else f"Zeile {row.line}", "de")
    out.text(node, LABEL, f"sheet “{row.sheet}”, row {row.line}" if row.sheet else f"row {row.line}", "en")
    out.add(node, _EDITION, iris.edition)
    out.text(node, zg("file"), table.file)
    out.text(node, zg("sheet"), row.sheet)
    out.add(node, _LINE, Literal(row.line))
    out.add(node, _ROWNUM, Literal(row.number))
    for cell in row.cells:
        each = iris.part("row", row.key, "cell", cell.column)
        out.add(node, zg("cell"), each)
        out.add(each, TYPE, zg("Cell"))
        out.add(each, zg("column"), Literal(cell.column))
        out.add(each, zg("heading"), Literal(cell.heading))
        out.add(each, _VALUE, Literal(cell.raw))
    for number, repair in enumerate(row.repairs, start=1):
        note = iris.part("row", row.key, "repair", number)
        out.add(node, zg("repair"), note)
        _repair(out, note, repair.rule, repair.before, repair.after)
        out.text(note, zg("heading"), repair.column)


def _item(out: Writer, table: Table, item: Item, node: NamedNode, iris: Iris, numbers: Numbers) -> None:
    row = row_iri(iris, table.rows[item.row])
    if item.is_measure:
        out.add(node, TYPE, zg("Measure"))
        out.text(node, LABEL, item.text, "de")
        out.add(node, _IN_SYSTEM, iris.goal_system)
        if item.goal is not None:
            out.add(node, zg("contributesTo"), iris.goal(numbers.goals[item.goal]))
    else:
        out.add(node, TYPE, zg("ReportItem"))
    out.text(node, zg("order"), item.order)
    out.text(node, zg("number"), item.number)
    out.add(node, zg("status"), NamedNode(STATUS + item.status))
    out.text(node, zg("statusText"), item.status_text)
    out.text(node, zg("bodyText"), item.body_text)
    out.text(node, zg("themeText"), item.theme_text)
    out.text(node, zg("leadText"), "; ".join(item.leads))
    out.text(node, zg("partnersText"), "; ".join(item.partners))
    out.text(node, zg("resourcesText"), item.resources_text)
    out.add(node, DERIVED_FROM, row, *(row_iri(iris, table.rows[each]) for each in item.more_rows))
    _dates(out, node, "firstMentioned", item.first_mentioned)
    if item.first_mentioned and (exact := item.first_mentioned.exact):
        out.add(node, zg("firstMentioned"), day(exact))
    _dates(out, node, "start", item.start)
    _dates(out, node, "due", item.due)
    if item.progress:
        note = NamedNode(f"{node.value}/note/{iris.day.isoformat()}")
        out.text(node, zg("progressText"), item.progress)
        out.add(node, zg("progressNote"), note)
        out.add(note, TYPE, zg("ProgressNote"), _ENTITY)
        out.text(note, zg("text"), item.progress)
        out.add(note, _EDITION, iris.edition)
        out.add(note, DERIVED_FROM, row)
    out.text(node, zg("resolutionText"), item.resolution_text)
    if item.resolved:
        resolution = NamedNode(f"{node.value}/resolution/{iris.day.isoformat()}")
        out.add(node, zg("resolvedBy"), resolution)
        out.add(resolution, TYPE, zg("Resolution"), _ENTITY)
        out.text(resolution, zg("resolutionText"), item.resolution_text)
        out.add(resolution, DERIVED_FROM, row)


def _dates(out: Writer, node: NamedNode, name: str, value: DateValue | None) -> None:
    if value is None:
        return
    out.text(node, zg(f"{name}Text"), value.text)
    if value.start:
        out.add(node, zg(f"{name}From"), day(value.start))
    if value.end:
        out.add(node, zg(f"{name}To"), day(value.end))
