"""Reading editions from the store: their quads, their kept revisions, and which one a person means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from zielgraph.editions.facts import SUCCESSION, EditionFacts, Pattern, read_facts, wanted
from zielgraph.engine import Engine, Literal, NamedNode, Quad
from zielgraph.errors import NotFound, UsageError
from zielgraph.lifting.iris import Iris
from zielgraph.lifting.writer import zg
from zielgraph.store import EditionInfo
from zielgraph.vocabulary import RDF, ZG

NEWEST = ("neueste", "newest")
PREVIOUS = ("vorige", "previous")
_MARK = "/revision/"


def edition_name(info: EditionInfo) -> str:
    """How an edition is written on the command line: ``koeln/integration/2019-12-31``, with ``/revision/1``."""
    name = f"{info.city}/{info.system}/{info.date}"
    return f"{name}{_MARK}{info.revision}" if info.revision else name


def edition_iri(base: str, info: EditionInfo) -> str:
    """IRI of an edition, or of a revision of it that was replaced."""
    iri = Iris(base, info.city, info.system, date.fromisoformat(info.date)).edition.value
    return f"{iri}{_MARK}{info.revision}" if info.revision else iri


def edition_quads(
    engine: Engine, base: str, info: EditionInfo, patterns: Sequence[Pattern] | None = None
) -> Iterator[Quad]:
    """The quads of the edition's source and derived graph, or of the revision that ``info.revision`` numbers.

    ``patterns`` limits them, which spares reading the cells of a large table.
    """
    root = edition_iri(base, info)
    for name in ("source", "derived"):
        graph = NamedNode(f"{root}/{name}")
        if patterns is None:
            yield from engine.quads(None, None, None, graph)
        for each in patterns or ():
            if name in each.graphs:
                yield from engine.quads(None, each.predicate, each.object, graph)


def edition_facts(engine: Engine, base: str, info: EditionInfo, between: Iterable[EditionInfo] = ()) -> EditionFacts:
    """The facts of an edition as its file says them and as they were derived; decisions are not applied.

    ``between`` are editions that lie between it and the one to compare it with: what they split or merged counts too.
    """
    quads = chain(
        edition_quads(engine, base, info, wanted()),
        *(edition_quads(engine, base, each, SUCCESSION) for each in between),
    )
    return read_facts(quads, edition_iri(base, info), edition_name(info), info.date, file=info.file, rules=info.rules)


def edition_pair(
    engine: Engine, base: str, editions: Iterable[EditionInfo], old: EditionInfo, new: EditionInfo
) -> tuple[EditionFacts, EditionFacts, frozenset[str]]:
    """The facts of two editions of one system, and the IRIs of all that still earlier editions had."""
    system = [each for each in editions if (each.city, each.system, each.revision) == (old.city, old.system, 0)]
    between = [each for each in system if old.date < each.date < new.date]
    earlier = frozenset(
        quad.subject.value
        for each in system
        if each.date < old.date
        for quad in edition_quads(engine, base, each, [Pattern(zg("inGoalSystem"))])
        if isinstance(quad.subject, NamedNode)
    )
    return edition_facts(engine, base, old), edition_facts(engine, base, new, between), earlier


def measure_count(engine: Engine, base: str, info: EditionInfo) -> int:
    """How many measures an edition has; its rows may be more, for some report on a goal alone."""
    graph = NamedNode(edition_iri(base, info) + "/source")
    return sum(1 for _ in engine.quads(None, NamedNode(RDF + "type"), NamedNode(ZG + "Measure"), graph))


def with_revisions(engine: Engine, base: str, editions: Iterable[EditionInfo]) -> list[EditionInfo]:
    """The editions, each followed by the revisions that ``--replace`` kept, the newest first.

    File and sha256 of a revision are read from its graph; with which rules it was read is not known.
    """
    graphs = engine.graph_names()
    found: list[EditionInfo] = []
    for info in sorted(editions, key=lambda e: (e.city, e.system, e.date)):
        found.append(info)
        start = edition_iri(base, info) + _MARK
        numbers = {name[len(start) :].split("/")[0] for name in graphs if name.startswith(start)}
        for number in sorted((int(each) for each in numbers if each.isdecimal()), reverse=True):
            found.append(_revision(engine, base, replace(info, revision=number, rules="")))
    return found


def _revision(engine: Engine, base: str, info: EditionInfo) -> EditionInfo:
    graph = NamedNode(edition_iri(base, info) + "/source")
    edition = NamedNode(edition_iri(base, replace(info, revision=0)))

    def text(name: str) -> str:
        values = (quad.object for quad in engine.quads(edition, NamedNode(ZG + name), None, graph))
        return next((value.value for value in values if isinstance(value, Literal)), "")

    items = sum(1 for _ in engine.quads(None, NamedNode(ZG + "status"), None, graph))
    return replace(info, file=text("file"), sha256=text("sha256"), items=items)


@dataclass(frozen=True)
class Choice:
    """Chooses among editions (with revisions) by what a person writes."""

    base: str
    editions: Sequence[EditionInfo]

    def pair(
        self, before: str, after: str, city: str | None = None, system: str | None = None
    ) -> tuple[EditionInfo, EditionInfo]:
        """The two editions meant; both of one goal system.

        Each is a date, ``city/system/date``, an IRI, any of them with ``/revision/1``, or ``neueste`` / ``vorige``
        (``newest`` / ``previous``). Raises NotFound with the editions there are, UsageError when several are meant.
        """
        pool = [e for e in self.editions if city in (None, e.city) and system in (None, e.system)]
        old, new = self._meant(before, pool), self._meant(after, pool)
        common = {(e.city, e.system) for e in old} & {(e.city, e.system) for e in new}
        if not common:
            raise UsageError(
                f"„{before}“ und „{after}“ gehören zu verschiedenen Zielsystemen; "
                "vergleichen lassen sich nur Ausgaben desselben."
            )
        if len(common) > 1:
            names = ", ".join(f"{a}/{b}" for a, b in sorted(common))
            raise UsageError(f"Es gibt mehrere Zielsysteme: {names}. Bitte --city und --system angeben.")
        return (
            next(e for e in old if (e.city, e.system) in common),
            next(e for e in new if (e.city, e.system) in common),
        )

    def _meant(self, text: str, pool: Sequence[EditionInfo]) -> list[EditionInfo]:
        """At most one edition per goal system."""
        if text.lower() in NEWEST + PREVIOUS:
            place = 1 if text.lower() in NEWEST else 2
            series = series_of(pool)
            found = [each[-place] for each in series.values() if len(each) >= place]
            if len(series) > 1 and not found:
                names = ", ".join(f"{a}/{b}" for a, b in sorted(series))
                raise UsageError(f"Kein Zielsystem hat zwei Ausgaben ({names}). Bitte --city und --system angeben.")
            if series and not found:
                only = next(iter(series.values()))[0]
                raise NotFound(f"Es gibt erst eine Ausgabe ({edition_name(only)}), also keine vorige.")
        else:
            name = text.strip().removeprefix(self.base).replace("/edition/", "/").strip("/")
            found = [e for e in pool if name == edition_name(e) or edition_name(e).endswith(f"/{name}")]
        if not found:
            names = ", ".join(edition_name(e) for e in pool or self.editions)
            raise NotFound(
                f"Eine Ausgabe „{text}“ gibt es nicht. " + (f"Vorhanden: {names}." if names else "Es gibt noch keine.")
            )
        return found


def series_of(editions: Iterable[EditionInfo]) -> dict[tuple[str, str], list[EditionInfo]]:
    """The editions of every goal system, oldest first, without revisions."""
    found: dict[tuple[str, str], list[EditionInfo]] = {}
    for info in sorted(editions, key=lambda e: (e.city, e.system, e.date)):
        if not info.revision:
            found.setdefault((info.city, info.system), []).append(info)
    return found
