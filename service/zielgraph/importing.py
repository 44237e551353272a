"""The import: one table, from file to stored and validated edition. The spine that calls every stage in turn."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from zielgraph import __version__, resources
from zielgraph.engine import DefaultGraph, Graph, Literal, NamedNode, Quad, parse_file
from zielgraph.errors import Conflict, UsageError
from zielgraph.lifting import (
    Edition,
    Hierarchy,
    IdRegistry,
    Iris,
    Lifted,
    Reading,
    lift,
    ontology_quads,
    read_meaning,
)
from zielgraph.lifting.iris import decisions_graph, findings_graph, ontology_graph, register_graph
from zielgraph.register import Register
from zielgraph.register.turtle import load_register, register_quads
from zielgraph.settings import Settings
from zielgraph.source import Limits
from zielgraph.store import DataFolder, Draft, EditionInfo, newest
from zielgraph.table import Profile, Table, load_profiles, load_status_words, read_table
from zielgraph.table.profile import named_profile
from zielgraph.vocabulary import DCTERMS, slug

Progress = Callable[[str], None]


@dataclass
class ImportReport:
    """What an import did or, after a dry run, would do."""

    table: Table
    city: str
    system: str
    day: date
    changed: bool
    action: str
    reading: Reading
    findings: dict[str, int] | None = None
    cities_without_register: bool = False
    counts: dict[str, int] = field(default_factory=dict)


def data_folder(settings: Settings) -> DataFolder:
    """The data folder that the settings name."""
    return DataFolder(settings.data, base=settings.base, keep=settings.keep_snapshots)


def import_table(
    settings: Settings,
    path: Path,
    *,
    city: str | None = None,
    system: str | None = None,
    edition: date | None = None,
    profile: str | None = None,
    replace: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda _: None,
) -> ImportReport:
    """Import one table as an edition.

    Raises InputError for a file that cannot be read, UsageError when no date is known, Conflict when the edition
    exists with other content, StoreError when the folder cannot be written. Until the last step nothing changes.
    """
    data = resources.data()
    profiles = load_profiles(data / "profiles")
    wanted = named_profile(profiles, profile) if profile else None
    city_known = city or (wanted.city if wanted else None)
    progress(f"{path.name} wird gelesen")
    table, register = _read(settings, path, profiles, wanted, city_known)
    used = profiles[table.profile]
    city, system = city or used.city, system or used.system
    for name, value in (("Stadt", city), ("Zielsystem", system)):
        if value != slug(value):
            raise UsageError(f"{name} „{value}“: bitte nur Kleinbuchstaben, Ziffern und Bindestriche ({slug(value)}).")
    day = edition or table.stated_date
    if day is None:
        example = f"--edition {date.today().isoformat()}"
        raise UsageError(f"{table.file} nennt kein Datum. Bitte den Stand angeben, zum Beispiel {example}.")
    iris = Iris(settings.base, city, system, day)
    progress("Akteure, Handlungsfelder und Verbleib werden gelesen")
    reading = read_meaning(table, register, iris, data / "vocabulary")
    report = ImportReport(table, city, system, day, False, "", reading)
    report.counts = {
        "rows": len(table.rows),
        "measures": sum(item.is_measure for item in table.items),
        "goals": len(table.goals),
        "mentions": sum(1 for found in reading.mentions.values() for m in found if m.actor),
        "candidates": sum(1 for found in reading.mentions.values() for m in found if not m.actor),
        "provisional": len(reading.provisional_actors),
        "repairs": len(table.repairs),
    }
    rules = _fingerprint(data, register.city)
    folder = data_folder(settings)
    known = _same_day(folder.info().editions, iris)
    if known and known.sha256 == table.sha256 and known.rules == rules:
        report.action = "unchanged"
        return report
    if known and known.sha256 != table.sha256 and not replace:
        raise Conflict(
            f"Die Ausgabe {city}/{system} vom {day:%d.%m.%Y} besteht schon mit anderem Inhalt ({known.file}). "
            "Mit --replace wird sie ersetzt, die alte bleibt erhalten."
        )
    report.changed = True
    report.action = "new" if not known else "replaced" if known.sha256 != table.sha256 else "reread"
    if dry_run:
        return report
    label = _system_label(used, city, system)
    with folder.write() as draft:
        progress("Graph wird gespeichert")
        ids = IdRegistry.read(draft.ids) if draft.ids else IdRegistry()
        revision = _keep_old(draft, iris, table.sha256)
        facts = Edition(
            label=label,
            estimated=table.stated_date != day,
            jurisdiction=_jurisdiction(data, city),
            revision_of=f"{iris.edition.value}/revision/{revision}" if revision else "",
        )
        vocabulary = ontology_quads(resources.ontology())
        hierarchy = Hierarchy(vocabulary)
        lifted = lift(table, reading, facts, iris, ids, hierarchy)
        info = EditionInfo(city, system, day.isoformat(), table.file, table.sha256, rules, len(table.items), revision=0)
        draft.editions = [*(e for e in draft.editions if not _is(e, iris)), info]
        _store(draft, iris, lifted, settings.base, data, vocabulary, hierarchy)
        draft.ids = ids.write()
        draft.sources[table.sha256] = path.read_bytes()
        if sum(e.items for e in newest(draft.editions).values()) <= settings.validate_rows:
            progress("Graph wird geprüft")
            report.findings = store_findings(draft, settings.base)
        else:
            draft.engine.clear(findings_graph(settings.base))
        draft.action = f"import {city}/{system}/{day.isoformat()}"
    return report


def _read(
    settings: Settings, path: Path, profiles: Mapping[str, Profile], wanted: Profile | None, city: str | None
) -> tuple[Table, Register]:
    """Read the table; the register's theme names help, and the city may follow only from the profile found."""
    data = resources.data()
    words = load_status_words(data / "vocabulary" / "status.toml")
    limits = Limits(settings.max_table_rows, settings.max_table_bytes, settings.max_cell_chars)

    def names(register: Register | None) -> list[str]:
        return [label.text for theme in register.themes for label in theme.labels] if register else []

    register = load_register(data / "register", city, settings.base) if city else None
    table = read_table(path, profiles, words, profile=wanted, theme_names=names(register), limits=limits)
    if register is None:
        register = load_register(data / "register", profiles[table.profile].city, settings.base)
        if names(register):
            table = read_table(path, profiles, words, profile=wanted, theme_names=names(register), limits=limits)
    return table, register


def _fingerprint(data: Path, city: str) -> str:
    """Fingerprint of what decides how a table is read: program, vocabulary, profiles, registers, ontology."""
    digest = hashlib.sha256(__version__.encode())
    folders = [data / "vocabulary", data / "profiles", data / "register" / "common", data / "register" / city]
    files = [path for folder in folders for path in sorted(folder.glob("*"))]
    for path in [
        *files,
        data / "register" / "typical-units.ttl",
        *sorted(resources.ontology().glob("*.ttl")),
    ]:
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:20]


def _is(edition: EditionInfo, iris: Iris) -> bool:
    return (edition.city, edition.system, edition.date) == (iris.city, iris.system, iris.day.isoformat())


def _same_day(editions: tuple[EditionInfo, ...], iris: Iris) -> EditionInfo | None:
    return next((e for e in editions if _is(e, iris)), None)


def _system_label(profile: Profile, city: str, system: str) -> Mapping[str, str]:
    if (city, system) == (profile.city, profile.system) and profile.label:
        return profile.label
    return {"de": f"{city.replace('-', ' ').title()}: {system.replace('-', ' ').title()}"}


def _jurisdiction(data: Path, city: str) -> str:
    """AGS IRI of the city from its register file; empty when there is none."""
    path = data / "register" / city / "city.ttl"
    if not path.is_file():
        return ""
    codes = [
        quad.object.value
        for quad in parse_file(path)
        if quad.predicate.value == DCTERMS + "identifier" and isinstance(quad.object, Literal)
    ]
    return f"http://dcat-ap.de/def/politicalGeocoding/municipalityKey/{codes[0]}" if codes else ""


def _keep_old(draft: Draft, iris: Iris, sha256: str) -> int:
    """Move an edition that is being replaced into revision graphs; its number, 0 when nothing is replaced."""
    old = _same_day(tuple(draft.editions), iris)
    if old is None or old.sha256 == sha256:
        return 0
    taken = [name for name in draft.engine.graph_names() if name.startswith(f"{iris.edition.value}/revision/")]
    number = 1 + max((int(name.split("/revision/")[1].split("/")[0]) for name in taken), default=0)
    for graph, kind in ((iris.source_graph, "source"), (iris.derived_graph, "derived")):
        target = NamedNode(f"{iris.edition.value}/revision/{number}/{kind}")
        draft.engine.add(list(_in_graph(draft.engine.quads(None, None, None, graph), target)))
    return number


def _store(
    draft: Draft,
    iris: Iris,
    lifted: Lifted,
    base: str,
    data: Path,
    vocabulary: list[Quad],
    hierarchy: Hierarchy,
) -> None:
    """Write the edition's graphs, the register and the ontology, and build the current state anew."""
    engine = draft.engine
    cities = {edition.city for edition in draft.editions}

    default = DefaultGraph()
    edition_graphs = {iris.source_graph: lifted.source, iris.derived_graph: lifted.derived}
    register = hierarchy.materialise(register_quads(data / "register", cities, base))
    fresh = edition_graphs | {
        register_graph(base): list(_in_graph(register, register_graph(base))),
        ontology_graph(base): list(_in_graph(vocabulary, ontology_graph(base))),
    }
    for graph, quads in fresh.items():
        engine.clear(graph)
        engine.add(quads)
    current = [register_graph(base), ontology_graph(base), decisions_graph(base)]
    for edition in newest(draft.editions).values():
        its = Iris(base, edition.city, edition.system, date.fromisoformat(edition.date))
        current += [its.source_graph, its.derived_graph]
    engine.clear(default)
    for graph in current:
        # what was just made is at hand; reading it back from the store would double the time
        engine.add(_in_graph(fresh.get(graph) or engine.quads(None, None, None, graph), default))


def _in_graph(quads: Iterable[Quad], graph: Graph) -> Iterator[Quad]:
    return (Quad(q.subject, q.predicate, q.object, graph) for q in quads)


def store_findings(draft: Draft, base: str) -> dict[str, int]:
    """Validate the current state, keep the findings in their graph, and count them by severity."""
    from zielgraph.validation import summary, validate_graph, write_findings  # heavy libraries, only here
    from zielgraph.validation.validate import load_shapes, to_graph

    shapes = load_shapes(sorted(resources.shapes().glob("*.ttl")))
    data = to_graph(draft.engine.quads(None, None, None, DefaultGraph()))
    findings = validate_graph(data, shapes)
    graph = findings_graph(base)
    draft.engine.clear(graph)
    draft.engine.add(write_findings(findings, graph, base))
    return summary(findings)
