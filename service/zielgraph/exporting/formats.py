"""One entry for every export format."""

from __future__ import annotations

from zielgraph.engine import DefaultGraph, EmbeddedEngine, Literal, Quad, serialise
from zielgraph.errors import NotFound, UsageError
from zielgraph.exporting.graphml import graphml
from zielgraph.exporting.sourcetable import source_table, source_tsv
from zielgraph.exporting.stratml import stratml
from zielgraph.exporting.xmltext import xml_text
from zielgraph.store import EditionInfo, Snapshot
from zielgraph.vocabulary import PREFIXES

EXPORT_FORMATS = ("ttl", "trig", "nq", "jsonld", "rdfxml", "table", "xlsx", "stratml", "graphml", "csvw", "html")
_DATASET = {"trig", "nq", "jsonld"}  # formats that know named graphs


def export(
    snapshot: Snapshot,
    format: str,
    *,
    city: str | None = None,
    system: str | None = None,
    edition: str | None = None,
    name: str = "",
    lang: str = "de",
) -> bytes:
    """The export as bytes; the same store gives the same bytes.

    Turtle and RDF/XML hold the current state, TriG, N-Quads and JSON-LD all graphs. ``table``, ``xlsx``,
    ``stratml`` and ``csvw`` are about one edition: the newest of the one goal system there is, or the one that is
    named. ``csvw`` is several files in a zip archive; ``name`` is what they are called. ``html`` is the briefing in one
    file, in the language ``lang``: of all goal systems or the one that is named, today or at the day of ``edition``.
    """
    engine = snapshot.engine
    if format in _DATASET:
        return serialise(_sorted(engine), format, prefixes=prefixes(snapshot))
    if format in ("ttl", "rdfxml"):
        quads = sorted(engine.quads(None, None, None, DefaultGraph()), key=str)
        if format == "rdfxml":
            quads = [_readable(quad) for quad in quads]
        return serialise((quad.triple for quad in quads), format, prefixes=prefixes(snapshot))
    if format == "graphml":
        return graphml(engine)
    if format == "html":
        from zielgraph.exporting.briefing.file import briefing_file

        return briefing_file(snapshot, city=city, system=system, day=edition, lang=lang)
    info = chosen_edition(snapshot, city, system, edition)
    if format == "table":
        return source_tsv(engine, snapshot.info.base, info)
    if format == "xlsx":
        from zielgraph.exporting.workbook import workbook

        table = source_table(engine, snapshot.info.base, info)
        return workbook(engine, snapshot.info.base, table, info)
    if format == "stratml":
        return stratml(engine, snapshot.info.base, info)
    if format == "csvw":
        from zielgraph.exporting.csvw import csvw_files, zipped

        return zipped(csvw_files(engine, snapshot.info.base, info, name))
    raise UsageError(f"Format „{format}“ gibt es nicht. Möglich sind: {', '.join(EXPORT_FORMATS)}.")


def prefixes(snapshot: Snapshot) -> dict[str, str]:
    """The prefixes of the vocabularies and of the data."""
    base = snapshot.info.base
    return PREFIXES | {city: f"{base}{city}/" for city in snapshot.info.cities} | {"common": f"{base}common/"}


def _sorted(engine: EmbeddedEngine) -> list[Quad]:
    return sorted(engine.quads(None, None, None, None), key=lambda quad: (str(quad.graph_name), str(quad)))


def _readable(quad: Quad) -> Quad:
    """The quad with a text that XML can hold."""
    term = quad.object
    if not isinstance(term, Literal) or (text := xml_text(term.value)) == term.value:
        return quad
    kind = None if term.language else term.datatype
    return Quad(quad.subject, quad.predicate, Literal(text, datatype=kind, language=term.language))


def chosen_edition(snapshot: Snapshot, city: str | None, system: str | None, edition: str | None) -> EditionInfo:
    """The edition meant. Raises NotFound when there is none and UsageError when several fit."""
    fits = [
        e
        for e in snapshot.info.editions
        if (city in (None, e.city)) and (system in (None, e.system)) and (edition in (None, e.date))
    ]
    if not fits:
        there = tuple(f"{e.city}/{e.system} {e.date}" for e in snapshot.info.editions)
        raise NotFound("Es ist noch nichts importiert." if not there else "Diese Ausgabe gibt es nicht.", there)
    if len({(e.city, e.system) for e in fits}) > 1:
        names = ", ".join(sorted({f"--city {e.city} --system {e.system}" for e in fits}))
        raise UsageError(f"Es gibt mehrere Zielsysteme. Bitte eines wählen: {names}.")
    return max(fits, key=lambda e: e.date)
