"""Changing the data folder: what the one writing process does.

A change is applied to a copy of the store and committed, or refused and thrown away; whoever is ended in the middle
has changed nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from xml.parsers import expat

from zielgraph.engine import DefaultGraph, EmbeddedEngine, Graph, NamedNode, Quad, QuerySolutions, parse
from zielgraph.errors import InputError, NotFound, PreconditionFailed, QueryError, SyntaxProblem
from zielgraph.sparql import check_update
from zielgraph.sparql.managed import is_managed, managed_target, refusal, shows_its_targets
from zielgraph.sparql.tokens import unescaped
from zielgraph.sparql.update import (
    DEFAULT,
    LOADED,
    Step,
    UnclearError,
    Update,
    forgiving,
    graphs_query,
    read_update,
    shared_label,
    steps,
    with_dataset,
)
from zielgraph.store import DataFolder, Draft
from zielgraph.workers.change import GraphContent, Order, Outcome, Part, UpdateText, action_of, version_of
from zielgraph.workers.loading import fetched

_LOAD_SECONDS = 20


def write(order: Order) -> Outcome:
    """Apply and commit a change, in a process of its own. Raises what ``Writer.write`` does, and StoreBusy."""
    folder, change = DataFolder(order.root, base=order.base, keep=order.keep), order.change
    if isinstance(change, UpdateText):
        change = replace(change, text=unescaped(change.text))  # guard and targets are those of what the engine reads
        check_update(change.text, order.hosts)
        todo, update = _prepared(change)
    else:
        quads = {quad for part in change.parts for quad in _read(part, change)}
    existed = True
    with folder.write() as draft:
        if isinstance(change, UpdateText):
            try:
                changed = _update(draft, folder, change.address, todo, update, order.limit)
            except SyntaxProblem:
                _try_out(change)  # places of syntax errors are those of the text as it came
                raise
        else:
            existed, changed = _put(draft, change, quads)
        if changed:
            draft.compact = False
            draft.action = action_of(change)
    return Outcome(folder.current_name() or "", changed, existed)


def _prepared(change: UpdateText) -> tuple[list[Step], Update | None]:
    """The steps to run one after the other, and the operations if they are clear. Raises QueryError."""
    given = bool(change.default_graphs or change.named_graphs)
    try:
        update = read_update(change.text)
        if found := shared_label(update):
            line, column, label = found
            raise SyntaxProblem(
                f"Zeile {line}, Spalte {column}: Der leere Knoten {label} steht schon in einem INSERT DATA davor; "
                "jede Operation braucht eigene.",
                line=line,
                column=column,
            )
        if (text := forgiving(update)) != change.text:
            update = read_update(text)
        if given:
            update = read_update(with_dataset(update, change.default_graphs, change.named_graphs))
    except UnclearError:
        if given:
            _try_out(change)
            raise QueryError(
                "using-graph-uri und using-named-graph-uri passen nicht zu dieser Änderung: Sie nennt selbst Graphen "
                "mit WITH oder USING, oder es ist nicht eindeutig, wo ihre Bedingungen enden. Bitte USING in den Text "
                "schreiben."
            ) from None
        if "load" in unescaped(change.text).casefold():
            raise QueryError("Die Änderung enthält das Wort LOAD und ist nicht eindeutig lesbar.") from None
        return [Step(change.text)], None
    return steps(update), update


def _try_out(change: UpdateText) -> None:
    """Raises SyntaxProblem when the text is none. An empty store answers at once."""
    try:
        texts = [step.text for step in steps(read_update(change.text))]
    except UnclearError:
        texts = [change.text]
    for text in texts:
        try:
            EmbeddedEngine.memory().update(text, base=change.address)
        except SyntaxProblem:
            raise
        except QueryError:  # such as a graph that is not there
            continue


def _filled(step: Step, limit: int) -> str:
    """The text of a step, with what LOAD reads in its gap. Raises QueryError."""
    if not step.address:
        return step.text
    try:
        format, data = fetched(step.address, seconds=_LOAD_SECONDS, limit=limit)
        part = Part(data, format, step.address)
        triples = "".join(f"{quad.triple} .\n" for quad in _read(part, GraphContent("POST", None, step.address)))
    except (QueryError, InputError) as error:
        if step.silent:
            return ""
        raise QueryError(str(error)) from None
    before, _, after = step.text.rpartition(LOADED)
    return f"{before}\n{triples}{after}"


def _update(
    draft: Draft, folder: DataFolder, address: str, todo: Iterable[Step], update: Update | None, limit: int
) -> bool:
    """Run the steps in a draft; whether anything was written. Raises QueryError, Managed."""
    base = draft.info.base
    target = managed_target(update, base) if update and draft.editions else None
    try:
        for step in todo:
            if step.asks and not draft.engine.query(step.asks, base=address):
                raise QueryError(f"Den Graphen {step.source} gibt es nicht. Mit SILENT wird das übergangen.")
            draft.engine.update(_filled(step, limit), base=address)
    except SyntaxProblem:
        raise
    except QueryError:  # such as a managed graph that is not there yet
        if target is not None:
            raise refusal(target, base) from None
        raise
    if (update and not update.operations) or not draft.engine.touched:
        if (
            update
            and target is not None
            and any(op.kind == "CLEAR" and target in op.targets for op in update.operations)
        ):
            raise refusal(target, base)  # a managed graph that is not there yet either
        return False
    if draft.editions:
        if target is None and not (update and shows_its_targets(update)):
            before = folder.open().engine
            if not (update and _only_own(before, update, address, base)):
                target = _first_difference(before, draft.engine, base)
        if target is not None:
            raise refusal(target, base)
    return True


def _only_own(before: EmbeddedEngine, update: Update, address: str, base: str) -> bool:
    """Whether the graphs that the variables of an update stand for are certainly no managed ones."""
    query = graphs_query(update)
    found = before.query(query, base=address) if query else None
    if not isinstance(found, QuerySolutions):
        return False
    return not any(isinstance(each, NamedNode) and is_managed(each.value, base) for row in found for each in row)


def _first_difference(before: EmbeddedEngine, after: EmbeddedEngine, base: str) -> str | None:
    """A managed graph that is not as it was; None when all are. Reads every quad of them."""
    names = {name for engine in (before, after) for name in engine.graph_names() if is_managed(name, base)}
    graphs: list[tuple[str, Graph]] = [(DEFAULT, DefaultGraph()), *((name, NamedNode(name)) for name in sorted(names))]
    for name, graph in graphs:  # the engine's order follows from the quads alone
        pairs = zip_longest(before.quads(graph=graph), after.quads(graph=graph))
        if any(old != new for old, new in pairs):
            return name
    return None


def _graph(change: GraphContent) -> NamedNode | DefaultGraph:
    return DefaultGraph() if change.graph is None else NamedNode(change.graph)


def _name(graph: str | None) -> str:
    return "Der Default-Graph" if graph is None else f"Der Graph {graph}"


def _put(draft: Draft, change: GraphContent, new: set[Quad]) -> tuple[bool, bool]:
    """Put, add to or delete a graph in a draft; whether it was there and whether anything has changed."""
    graph = _graph(change)
    if draft.editions and (change.graph is None or is_managed(change.graph, draft.info.base)):
        raise refusal(change.graph or DEFAULT, draft.info.base)
    engine = draft.engine
    existed = engine.has_graph(graph)
    there = existed or change.graph is None  # an empty default graph can be fetched, too
    if change.method == "DELETE" and not there:
        raise NotFound(f"Den Graphen {change.graph} gibt es nicht.")
    if not change.condition.holds(version_of(draft.info, change.graph), there=there):
        raise PreconditionFailed(
            f"{_name(change.graph)} ist nicht so, wie If-Match oder If-None-Match es verlangt; es wurde nichts "
            "geändert. Bitte neu holen und noch einmal ändern."
        )
    if change.method == "DELETE":
        engine.clear(graph)
        return existed, existed
    old = set(engine.quads(graph=graph)) if existed else set()
    if change.method == "PUT" and old - new:
        engine.clear(graph)
        old = set()
    elif not new - old and (existed or change.graph is None):
        return existed, False
    if isinstance(graph, NamedNode):
        engine.create(graph)
    engine.add(new - old)
    return existed, True


def _read(part: Part, change: GraphContent) -> Iterator[Quad]:
    """The triples of a part, in the graph, with blank nodes of their own. Raises InputError."""
    graph = _graph(change)
    if part.format == "rdf":
        _check_xml(part)
    try:
        for quad in parse(part.data, part.format, base=change.address, name=part.name, fresh_blank_nodes=True):
            if quad.graph_name != DefaultGraph():
                raise InputError(
                    f"nennt den Graphen {quad.graph_name}; hier wird ein einzelner Graph gesendet.",
                    file=part.name or None,
                    advice="Bitte nur Aussagen ohne Graph senden oder je Graph eine Anfrage stellen.",
                )
            yield Quad(quad.subject, quad.predicate, quad.object, graph)
    except InputError as error:
        if "LoadDocumentCallback" in str(error):
            raise InputError(
                "Das JSON-LD verweist auf einen Kontext an anderer Stelle; der wird nicht geholt.",
                file=part.name or None,
                advice="Bitte den Kontext in die Datei schreiben.",
            ) from None
        raise


def _check_xml(part: Part) -> None:
    """Raises InputError for XML that is not well-formed: the engine takes the rest of a cut file for its end."""
    try:
        expat.ParserCreate().Parse(part.data, True)
    except expat.ExpatError as error:
        said = f"kein gültiges XML ({expat.ErrorString(error.code)})"
        raise InputError(said, file=part.name or None, row=error.lineno) from None
