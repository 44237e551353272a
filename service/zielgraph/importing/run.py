"""The second half of an import: the edition's graphs, the state, the findings, in one step or not at all."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path

from zielgraph import resources
from zielgraph.editions.known import compared_with, known_before
from zielgraph.editions.read import edition_name
from zielgraph.editions.state import rebuild
from zielgraph.engine import Engine, Graph, NamedNode, Quad
from zielgraph.errors import Conflict, InputError, StoreError, UsageError
from zielgraph.importing.findings import refresh_findings
from zielgraph.importing.own import keep_own
from zielgraph.importing.plan import Order, Plan, limits_of, make_plan
from zielgraph.importing.report import ImportReport, differences
from zielgraph.lifting import Hierarchy, IdRegistry, Iris, Lifted, lift, ontology_quads
from zielgraph.lifting.iris import ontology_graph, own_graph, register_graph
from zielgraph.lifting.networks import LiftedNetworks, lift_networks
from zielgraph.matching.confirm import Confirmation, read_confirmations
from zielgraph.matching.model import text_key
from zielgraph.register.turtle import register_quads
from zielgraph.settings import Settings
from zielgraph.source import read_source
from zielgraph.store import DataFolder, Draft, EditionInfo, newest
from zielgraph.store.redactions import Redactions
from zielgraph.table import Notice
from zielgraph.table.networks import NetworkTable

Progress = Callable[[str], None]


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
    sheet: str | None = None,
    replace: bool = False,
    dry_run: bool = False,
    accept: Path | None = None,
    compare: bool = False,
    progress: Progress = lambda _: None,
) -> ImportReport:
    """Import one table as an edition.

    Raises InputError for a file that cannot be read, UsageError when no date is known, Conflict when the edition
    exists with other content, StoreError when the folder cannot be written. Until the last step nothing changes.
    ``accept`` is a list of unsure matches that somebody has decided. ``compare``: say how a file that is stored already
    differs from the edition before; a dry run always does.
    """
    progress(f"{path.name} wird gelesen")
    plan = make_plan(settings, Order(path, city=city, system=system, day=edition, profile=profile, sheet=sheet))
    confirmations = read_confirmations(read_source(accept, limits_of(settings))) if accept else []
    folder = data_folder(settings)
    Redactions.load(folder.root).refuse(plan.source)
    known = _same_day(folder.info().editions, plan.iris)
    report = ImportReport.of(plan)
    if known and known.sha256 == plan.table.sha256 and known.rules == plan.rules and not confirmations:
        report.action = "unchanged"
        if not (dry_run or compare):
            return report
    elif known and known.sha256 != plan.table.sha256 and not replace:
        raise Conflict(
            f"Die Ausgabe {plan.iris.city}/{plan.iris.system} vom {plan.day:%d.%m.%Y} besteht schon mit anderem Inhalt "
            f"({known.file}). Mit --replace wird sie ersetzt, die alte bleibt erhalten."
        )
    else:
        report.changed = True
        report.action = "new" if not known else "replaced" if known.sha256 != plan.table.sha256 else "reread"
    if dry_run or not report.changed:
        snapshot = folder.open()
        lifted, before = _lift(plan, snapshot.engine, snapshot.info.editions, folder.ids(), 0, confirmations)[:2]
        differences(report, lifted, before, snapshot.engine, settings.base, full=True)
        return report
    with folder.write() as draft, _uncollected():
        progress("Graph wird gespeichert")
        if not draft.editions and (number := keep_own(draft.engine, settings.base)):
            moved = f"Was vor dem ersten Import im Bestand war ({number} Aussagen), liegt jetzt im Graphen"
            report.notices.append(Notice(0, "", f"{moved} {own_graph(settings.base).value}"))
        stored = store_edition(draft, plan, confirmations)
        differences(report, stored.lifted, stored.before, draft.engine, settings.base)
        draft.sources |= plan.files()
        # the quads of a new newest edition go into the state while they are stored: reading them back costs a third
        # (not where ids give way to others: decisions about these must find that in the store)
        current = not confirmations and newest(draft.editions)[plan.iris.city, plan.iris.system] == stored.info
        if not current:
            exhaust(stored.quads)
        report.notices += [Notice(0, "", problem) for problem in _follow(draft, settings, plan, stored.lifted)]
        shared_graphs(draft, settings.base)
        progress("Der aktuelle Stand wird zusammengestellt")
        rebuild(draft, settings.base, {stored.info: stored.quads} if current else {})
        progress("Graph wird geprüft")
        report.findings = refresh_findings(draft, settings.base, settings.validate_rows)
        draft.action = f"import {plan.iris.city}/{plan.iris.system}/{plan.day.isoformat()}"
    return report


@contextmanager
def _uncollected() -> Iterator[None]:
    """Spare the garbage collector the table: it would look through all of a large one again and again."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@dataclass(frozen=True)
class Stored:
    """An edition on its way into a draft: its quads are stored as ``quads`` is consumed, which somebody must do.

    ``before`` is the edition that it was compared with.
    """

    info: EditionInfo
    lifted: Lifted | LiftedNetworks
    before: EditionInfo | None
    quads: Iterator[Quad]


def exhaust(quads: Iterator[Quad]) -> None:
    """Consume a stream for what it does on the way."""
    deque(quads, maxlen=0)


def store_edition(draft: Draft, plan: Plan, confirmations: Sequence[Confirmation] = ()) -> Stored:
    """List an edition in a draft and prepare its graphs there. The state is the caller's to rebuild."""
    iris, engine = plan.iris, draft.engine
    revision = _next_revision(draft, iris, plan.table.sha256)
    lifted, before, ids = _lift(plan, engine, draft.editions, draft.ids, revision, confirmations)
    if revision:
        _keep_old(draft, iris, revision)
    for graph in (iris.source_graph, iris.derived_graph):
        engine.clear(graph)
    table, old = plan.table, _same_day(draft.editions, iris)
    info = EditionInfo(
        iris.city,
        iris.system,
        plan.day.isoformat(),
        table.file,
        table.sha256,
        plan.rules,
        len(table.networks) if isinstance(table, NetworkTable) else len(table.items),
        profile=plan.profile_key,
        sheet=plan.order.sheet or "",
        imported=old.imported if old and old.sha256 == table.sha256 else _now(),
    )
    draft.editions = [*(each for each in draft.editions if not _is(each, iris)), info]
    draft.ids = ids.write()
    return Stored(info, lifted, before, engine.adding(chain(lifted.source, lifted.derived)))


def _lift(
    plan: Plan,
    engine: Engine,
    editions: Sequence[EditionInfo],
    ids_text: str,
    revision: int,
    confirmations: Sequence[Confirmation],
) -> tuple[Lifted | LiftedNetworks, EditionInfo | None, IdRegistry]:
    ids = IdRegistry.read(ids_text) if ids_text else IdRegistry()
    hierarchy = Hierarchy(ontology_quads(resources.ontology()))
    facts, table, vocabulary = plan.edition(revision), plan.table, resources.data() / "vocabulary"
    if isinstance(table, NetworkTable):
        return lift_networks(table, plan.register, facts, plan.iris, vocabulary, hierarchy), None, ids
    if plan.reading is None:
        raise ValueError("a table of measures without a reading")
    before = compared_with(editions, plan.iris)
    old = _same_day(editions, plan.iris)
    replaced = old if old and old.sha256 != table.sha256 else None
    texts = chain((goal.text for goal in table.goals), (item.text for item in table.items)) if replaced else ()
    known = known_before(engine, plan.iris, editions, replaced, frozenset(map(text_key, texts)))
    return lift(table, plan.reading, facts, plan.iris, ids, hierarchy, known, confirmations), before, ids


def reread(draft: Draft, settings: Settings, edition: EditionInfo) -> Plan:
    """Read a kept edition again from its file, by the present rules, into the draft.

    Raises StoreError when the file is not kept any more, and what an import raises.
    """
    path = settings.data / "sources" / edition.sha256
    if not path.is_file():
        raise StoreError(f"Die Quelldatei von {edition_name(edition)} ({edition.file}) fehlt im Datenordner.")
    plan = make_plan(
        settings,
        Order(
            path,
            file=edition.file,
            city=edition.city,
            system=edition.system,
            day=date.fromisoformat(edition.date),
            profile=edition.profile or None,
            sheet=edition.sheet or None,
        ),
    )
    exhaust(store_edition(draft, plan).quads)
    return plan


def _follow(draft: Draft, settings: Settings, plan: Plan, lifted: Lifted | LiftedNetworks) -> list[str]:
    """Read again the later editions of the system, which were compared with what was there before, and those that use
    an id which gave way to an older one. Returns what could not be read, one sentence each; it stays as it was.
    """
    if isinstance(lifted, LiftedNetworks):
        return []
    retired = [
        make(number)
        for make, assignment in ((plan.iris.goal, lifted.history.goals), (plan.iris.measure, lifted.history.measures))
        for number in assignment.retired
    ]
    problems: list[str] = []
    for edition in sorted(draft.editions, key=lambda each: each.date):
        its = Iris(settings.base, edition.city, edition.system, date.fromisoformat(edition.date))
        if its.root != plan.iris.root or its == plan.iris:
            continue
        if its.day > plan.day or any(_holds(draft.engine, its, node) for node in retired):
            try:
                reread(draft, settings, edition)
            except (InputError, UsageError, StoreError) as error:
                problems.append(f"{edition_name(edition)} wurde nicht neu verglichen: {str(error).rstrip('.')}")
    return problems


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _holds(engine: Engine, iris: Iris, node: NamedNode) -> bool:
    return next(engine.quads(node, None, None, iris.source_graph), None) is not None


def _is(edition: EditionInfo, iris: Iris) -> bool:
    return (edition.city, edition.system, edition.date) == (iris.city, iris.system, iris.day.isoformat())


def _same_day(editions: Iterable[EditionInfo], iris: Iris) -> EditionInfo | None:
    return next((each for each in editions if _is(each, iris)), None)


def _next_revision(draft: Draft, iris: Iris, sha256: str) -> int:
    """Number under which the edition that is being replaced will be kept; 0 when nothing is replaced."""
    old = _same_day(draft.editions, iris)
    if old is None or old.sha256 == sha256:
        return 0
    start = f"{iris.edition.value}/revision/"
    taken = [name for name in draft.engine.graph_names() if name.startswith(start)]
    return 1 + max((int(name[len(start) :].split("/")[0]) for name in taken), default=0)


def _keep_old(draft: Draft, iris: Iris, number: int) -> None:
    """Copy an edition that is being replaced into the graphs of its revision."""
    for graph, kind in ((iris.source_graph, "source"), (iris.derived_graph, "derived")):
        target = NamedNode(f"{iris.edition.value}/revision/{number}/{kind}")
        draft.engine.add(_in_graph(draft.engine.quads(None, None, None, graph), target))


def shared_graphs(draft: Draft, base: str) -> None:
    """Store the register of all cities that have an edition, and the ontology, as they are now."""
    vocabulary = ontology_quads(resources.ontology())
    cities = {edition.city for edition in draft.editions}
    register = Hierarchy(vocabulary).materialise(register_quads(resources.data() / "register", cities, base))
    for graph, quads in ((register_graph(base), register), (ontology_graph(base), vocabulary)):
        draft.engine.clear(graph)
        draft.engine.add(_in_graph(quads, graph))


def _in_graph(quads: Iterable[Quad], graph: Graph) -> Iterator[Quad]:
    return (Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads)
