"""Why a query is slow: what its pattern gives away. rdflib reads it, so this is for a process that can be killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

MOST_CHARACTERS = 20_000
_GROUPS = ("GroupGraphPatternSub", "FakeGroupGraphPatten")  # spelt so in rdflib
_TEXT_SEARCH = {"Builtin_REGEX", "Builtin_CONTAINS", "Builtin_STRSTARTS", "Builtin_STRENDS", "Builtin_LCASE"}
_ALL_ROWS = "Ohne LIMIT {what} alle Zeilen; das braucht Zeit und Speicher. Bitte LIMIT oder engere Bedingungen nennen."


def likely_cause(query: str) -> str:
    """A sentence on why the query takes long, empty where nothing is found or the text cannot be read."""
    from rdflib.plugins.sparql.parser import parseQuery

    if len(query) > MOST_CHARACTERS:
        return ""
    try:
        tree = parseQuery(query)[1]
        groups = [node for node in _nodes(tree) if node.name in _GROUPS]
        causes = (search(group) for search in (_product, _open_path, _text_search) for group in groups)
        return next(filter(None, causes), "") or _without_limit(tree)
    except Exception:  # rdflib's parser raises many kinds, RecursionError among them; then there is nothing to say
        return ""


def _nodes(node: Any) -> Iterator[Any]:
    """All named nodes of the parse tree below and with this one."""
    if hasattr(node, "name"):
        yield node
    for child in _children(node):
        yield from _nodes(child)


def _children(node: Any) -> Iterable[Any]:
    if isinstance(node, dict):
        return list(node.values())
    return () if isinstance(node, str) or not isinstance(node, Iterable) else node


def _variables(node: Any) -> set[str]:
    """Variables that the node's solutions have: a sub-select only gives out what it names."""
    from rdflib.term import BNode, Variable

    if isinstance(node, Variable | BNode):
        return {_named(node)}
    name = getattr(node, "name", "")
    if name in ("Filter", "MinusGraphPattern"):
        return set()
    if name == "SubSelect" and node.projection:
        return {_named(each[key]) for each in node.projection for key in ("var", "evar") if key in each}
    return set().union(*map(_variables, _children(node)))


def _named(variable: Any) -> str:
    from rdflib.term import Variable

    return f"?{variable}" if isinstance(variable, Variable) else f"_:{variable}"


def _triples(part: Any) -> Iterator[tuple[Any, Any, Any]]:
    for flat in part.triples or ():
        yield from zip(flat[::3], flat[1::3], flat[2::3], strict=True)


def _joined(group: Any) -> Iterator[set[str]]:
    """The sets of variables of one group that a solution binds together. One row joined to all others costs nothing."""
    for part in group.part or ():
        if part.name == "TriplesBlock":
            yield from (_variables(list(triple)) for triple in _triples(part))
        elif part.name == "InlineData":
            if len(part.value or ()) > 1:
                yield _variables(part.var)
        elif part.name == "Bind":
            needed = _variables(part.expr)
            if needed:
                yield needed | _variables(part.var)
        elif part.name != "Filter":
            yield _variables(part)


def _product(group: Any) -> str:
    components: list[set[str]] = []
    for variables in filter(None, _joined(group)):
        touched = [each for each in components if each & variables]
        components = [each for each in components if not each & variables] + [variables.union(*touched)]
    shown = [sorted(v for v in each if v.startswith("?")) for each in components]
    pairs = list(combinations([each for each in shown if each], 2))
    if not pairs:
        return ""
    one, other = max(pairs, key=lambda pair: len(pair[0]) + len(pair[1]))
    filters = [_variables(part.expr) for part in group.part if part.name == "Filter"]
    if any({*one} & each and {*other} & each for each in filters):
        return (
            f"{one[0]} und {other[0]} sind nur durch FILTER verbunden: Jede Zeile der einen wird mit jeder der anderen "
            "verglichen. Bitte sie durch ein Muster verbinden."
        )
    return (
        f"Zwischen {one[0]} und {other[0]} besteht keine Verbindung: Jede Zeile der einen wird mit jeder der anderen "
        "verbunden."
    )


def _open_path(group: Any) -> str:
    triples = [triple for part in group.part or () if part.name == "TriplesBlock" for triple in _triples(part)]
    uses = Counter(name for variables in _joined(group) for name in variables)
    for subject, path, object in triples:
        ends = sorted(_variables([subject])) + sorted(_variables([object]))
        if len(ends) == 2 and all(uses[end] == 1 for end in ends) and _unbounded(path):
            return (
                f"Der Pfad von {ends[0]} nach {ends[1]} darf beliebig lang sein, und keines der Enden ist festgelegt: "
                "Es wird von überall nach überall gesucht. Bitte ein Ende festlegen."
            )
    return ""


def _unbounded(path: Any) -> bool:
    return any(node.name == "PathElt" and str(node.mod or "") in ("*", "+") for node in _nodes(path))


def _text_search(group: Any) -> str:
    from rdflib.term import Variable

    parts = group.part or ()
    anything = {
        _named(object)
        for part in parts
        if part.name == "TriplesBlock"
        for _, predicate, object in _triples(part)
        if isinstance(predicate, Variable) and isinstance(object, Variable)
    }
    for part in parts:
        if part.name == "Filter":
            for node in _nodes(part):
                searched = sorted(_variables(node) & anything) if node.name in _TEXT_SEARCH else []
                if searched:
                    return (
                        f"Der FILTER durchsucht alle Texte des Bestands ({searched[0]} steht hinter einer beliebigen "
                        "Eigenschaft). Bitte die Eigenschaft nennen, etwa rdfs:label."
                    )
    return ""


def _without_limit(tree: Any) -> str:
    if tree.limitoffset and tree.limitoffset.limit is not None:
        return ""
    if any(node.name == "Aggregate_GroupConcat" for node in _nodes(tree)):
        return _ALL_ROWS.format(what="verkettet GROUP_CONCAT die Texte über")
    if tree.orderby:
        return _ALL_ROWS.format(what="sortiert ORDER BY")
    if tree.modifier == "DISTINCT":
        return _ALL_ROWS.format(what="vergleicht DISTINCT")
    return ""
