"""The derived graph: actors, roles, themes, dispositions, each with method, confidence and the quoted words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from zielgraph.assessing.themes import GoalTheme
from zielgraph.engine import Literal, NamedNode, Quad
from zielgraph.lifting.history import History, write_history
from zielgraph.lifting.iris import Iris
from zielgraph.lifting.reading import Reading
from zielgraph.lifting.source import DERIVED_FROM, Numbers, row_iri
from zielgraph.lifting.writer import LABEL, TYPE, Writer, day, share, zg
from zielgraph.linking.model import Mention
from zielgraph.table import Item, SourceRow, Table
from zielgraph.vocabulary import DISPOSITION, PROV, ROLE, SCHEMA, SKOS

_ENTITY = NamedNode(PROV + "Entity")
_MENTIONS = NamedNode(SCHEMA + "mentions")
_LABELS = {"label": LABEL, "alt": NamedNode(SKOS + "altLabel"), "hidden": NamedNode(SKOS + "hiddenLabel")}
_SCHEME = (("Handlungsfelder", "de"), ("Themes", "en"))  # what the themes of a city without a theme file are together
_ABBREVIATED = ("code", "acronym")  # methods that found an actor by a number or an abbreviation
_PASSIVE = ("declined", "mentioned")  # roles that are no taking part


def write_derived(
    table: Table, reading: Reading, iris: Iris, numbers: Numbers, history: History | None = None
) -> Iterator[Quad]:
    """All quads of the derived graph, one goal or item after the other."""
    out = Writer(iris.derived_graph)
    write_provisional(out, reading, iris)
    for number, actor in enumerate(reading.abbreviation_actors, start=1):
        if actor:
            out.add(iris.part("abbreviation", number), zg("actor"), NamedNode(actor))
    roles: dict[int, list[str]] = {}
    for row_index, role in reading.mentions:
        roles.setdefault(row_index, []).append(role)
    abbreviated: set[str] = set()
    for row_index in sorted(roles):
        row_of = table.rows[row_index]
        for role, mention, node in _mentions_of(row_of, row_index, roles[row_index], reading, iris):
            _mention(out, row_of, mention, node, row_of.roles[role], iris)
            if mention.actor and mention.method in _ABBREVIATED and mention.actor not in abbreviated:
                abbreviated.add(mention.actor)
                out.add(node, zg("firstAbbreviated"), Literal(True))
        yield from out.drain()
    for index, goal in enumerate(table.goals):
        node = iris.goal(numbers.goals[index])
        if goal.row is not None:
            found = reading.mentions.get((goal.row, goal.role), [])
            _names(out, node, (m.actor for m in found if m.actor))
        _theme(
            out,
            node,
            reading.goal_themes[index],
            row_iri(iris, table.rows[goal.row]) if goal.row is not None else iris.edition,
        )
        yield from out.drain()
    for index, item in enumerate(table.items):
        node = numbers.item(table, iris, index)
        row = row_iri(iris, table.rows[item.row])
        if item.is_measure:
            _theme(out, node, reading.item_themes[index], row)
        for body, _ in reading.bodies[index]:
            out.add(node, zg("discussedIn"), NamedNode(body))
        disposition = reading.dispositions[index]
        out.add(node, zg("disposition"), NamedNode(DISPOSITION + disposition.value))
        write_assessment(
            out,
            node,
            "disposition",
            NamedNode(DISPOSITION + disposition.value),
            disposition.method,
            disposition.confidence,
            disposition.quote,
            row,
        )
        _resolutions(out, node, reading, index, row)
        mentions = chain.from_iterable(
            _mentions_of(table.rows[each], each, roles.get(each, ()), reading, iris)
            for each in (item.row, *item.more_rows)
        )
        _involvements(out, table, reading, index, item, node, iris, mentions)
        yield from out.drain()
    if history is not None:
        write_history(out, history, iris)
        yield from out.drain()


def write_provisional(out: Writer, reading: Reading, iris: Iris) -> None:
    """Actors and themes that no register has, and codes that the file gives to actors of the register."""
    notation = NamedNode(f"{iris.city_root}notation")
    for actor in reading.provisional_actors:
        node = NamedNode(actor.iri)
        out.add(node, TYPE, zg(actor.kind))
        out.add(node, zg("provisional"), Literal(True))
        for label in actor.labels:
            out.text(node, _LABELS[label.kind], label.text, label.language or "de")
        for code in actor.codes:
            out.add(node, NamedNode(SKOS + "notation"), Literal(code, datatype=notation))
        out.add(node, DERIVED_FROM, iris.edition)
    for iri, codes in sorted(reading.extra_codes.items()):
        for code in codes:
            out.add(NamedNode(iri), NamedNode(SKOS + "notation"), Literal(code, datatype=notation))
    scheme = NamedNode(f"{iris.city_root}themes")
    if reading.new_scheme:
        out.add(scheme, TYPE, NamedNode(SKOS + "ConceptScheme"))
        for text, language in _SCHEME:
            out.text(scheme, LABEL, text, language)
            out.text(scheme, NamedNode(SKOS + "prefLabel"), text, language)
    for theme in reading.provisional_themes:
        node = NamedNode(theme.iri)
        out.add(node, TYPE, zg("Theme"), NamedNode(SKOS + "Concept"))
        out.add(node, zg("provisional"), Literal(True))
        out.add(node, NamedNode(SKOS + "inScheme"), scheme)
        for label in theme.labels:
            out.text(node, LABEL, label.text, label.language or "de")
            out.text(node, NamedNode(SKOS + "prefLabel"), label.text, label.language or "de")


def _mentions_of(
    row: SourceRow, index: int, roles: Iterable[str], reading: Reading, iris: Iris
) -> Iterator[tuple[str, Mention, NamedNode]]:
    """The mentions of a row with the role of their cell and their IRIs, numbered in reading order."""
    number = 0
    for role in sorted(roles, key=lambda role: row.roles[role]):
        for mention in reading.mentions[index, role]:
            number += 1
            yield role, mention, iris.part("row", row.key, "mention", number)


def _mention(out: Writer, row: SourceRow, mention: Mention, node: NamedNode, column: int, iris: Iris) -> None:
    out.add(row_iri(iris, row), zg("mention"), node)
    out.add(node, TYPE, zg("Mention"))
    out.add(node, zg("quote"), Literal(mention.quote))
    out.add(node, zg("cell"), iris.part("row", row.key, "cell", column))
    out.add(node, zg("start"), Literal(mention.start))
    out.add(node, zg("end"), Literal(mention.end))
    out.add(node, zg("method"), Literal(mention.method))
    out.add(node, zg("confidence"), share(mention.confidence))
    out.add(node, DERIVED_FROM, row_iri(iris, row))
    if mention.actor:
        out.add(node, zg("actor"), NamedNode(mention.actor))
        out.add(node, zg("role"), NamedNode(ROLE + mention.role))
        out.text(node, zg("roleQuote"), mention.role_quote)
    else:
        out.text(node, zg("candidateLabel"), mention.candidate or mention.quote)


def _names(out: Writer, node: NamedNode, actors: Iterable[str]) -> None:
    for actor in sorted(set(actors)):
        out.add(node, zg("names"), NamedNode(actor))
        out.add(node, _MENTIONS, NamedNode(actor))


def write_assessment(
    out: Writer,
    node: NamedNode,
    name: str,
    value: NamedNode,
    method: str,
    confidence: float,
    quote: str,
    source: NamedNode,
    key: str = "",
) -> None:
    """Why the value of a property of the node is what it is; ``key`` tells several of one property apart."""
    assessment = NamedNode(f"{node.value}/assessment/{key or name}")
    out.add(node, zg("assessment"), assessment)
    out.add(assessment, TYPE, zg("Assessment"), _ENTITY)
    out.add(assessment, zg("property"), zg(name))
    out.add(assessment, zg("value"), value)
    out.add(assessment, zg("method"), Literal(method))
    out.add(assessment, zg("confidence"), share(confidence))
    out.text(assessment, zg("quote"), quote)
    out.add(assessment, DERIVED_FROM, source)


def _theme(out: Writer, node: NamedNode, theme: GoalTheme | None, source: NamedNode) -> None:
    if theme is not None:
        iri = NamedNode(theme.iri)
        out.add(node, zg("theme"), iri)
        write_assessment(out, node, "theme", iri, theme.method, theme.confidence, theme.quote, source)


def _resolutions(out: Writer, node: NamedNode, reading: Reading, index: int, row: NamedNode) -> None:
    for number, found in enumerate(reading.resolutions[index], start=1):
        resolution = NamedNode(f"{node.value}/resolution/text-{number}")
        out.add(node, zg("resolvedBy"), resolution)
        out.add(resolution, TYPE, zg("Resolution"), _ENTITY)
        out.add(resolution, zg("decidedBy"), NamedNode(found.actor))
        out.add(resolution, DERIVED_FROM, row)
        if found.date:
            out.text(resolution, zg("resolvedText"), found.date.text)
            if found.date.start:
                out.add(resolution, zg("resolvedFrom"), day(found.date.start))
            if found.date.end:
                out.add(resolution, zg("resolvedTo"), day(found.date.end))
        write_assessment(
            out,
            node,
            "resolvedBy",
            resolution,
            "wording",
            found.confidence,
            found.quote,
            row,
            f"resolvedBy-{number}",
        )


def _involvements(
    out: Writer,
    table: Table,
    reading: Reading,
    index: int,
    item: Item,
    node: NamedNode,
    iris: Iris,
    mentions: Iterable[tuple[str, Mention, NamedNode]],
) -> None:
    """One involvement per (item, actor, role); a bare "mentioned" gives way to any other role of that actor."""
    row = row_iri(iris, table.rows[item.row])
    found: dict[str, dict[str, list[tuple[str, float, NamedNode]]]] = {}
    for cell, mention, source in mentions:
        if mention.actor and cell in ("activity", "progress"):
            confidence = mention.confidence * (mention.role_confidence if mention.role != "mentioned" else 1.0)
            found.setdefault(mention.actor, {}).setdefault(mention.role, []).append(("wording", confidence, source))
    for role, actors in (("lead", reading.leads[index]), ("partner", reading.partners[index])):
        for actor, _ in actors:
            found.setdefault(actor, {}).setdefault(role, []).append(("column", 1.0, row))
    _names(out, node, found)
    for actor, roles in sorted(found.items()):
        strong = {role: each for role, each in roles.items() if role != "mentioned"} or roles
        for role, sources in sorted(strong.items()):
            involvement = NamedNode(f"{node.value}/involvement/{iris.local(actor)}/{role}")
            method, confidence, _ = max(sources, key=lambda source: source[1])
            out.add(node, zg("involvement"), involvement)
            out.add(involvement, TYPE, zg("Involvement"))
            out.add(involvement, zg("actor"), NamedNode(actor))
            out.add(involvement, zg("role"), NamedNode(ROLE + role))
            out.add(involvement, zg("method"), Literal(method))
            out.add(involvement, zg("confidence"), share(confidence))
            out.add(involvement, zg("reviewState"), Literal("proposed"))
            out.add(involvement, DERIVED_FROM, *dict.fromkeys(source for _, _, source in sources))
        if any(role not in _PASSIVE for role in strong):
            out.add(node, zg("involves"), NamedNode(actor))
