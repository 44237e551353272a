"""Operations of an update: found in any text that the engine reads, never fooled by what it reads differently."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zielgraph.engine import DefaultGraph, EmbeddedEngine, NamedNode
from zielgraph.errors import QueryError, SyntaxProblem
from zielgraph.sparql.managed import is_managed, managed_target, refusal, shows_its_targets
from zielgraph.sparql.update import (
    DEFAULT,
    NAMED,
    UNKNOWN,
    Step,
    UnclearError,
    forgiving,
    graphs_query,
    read_update,
    shared_label,
    steps,
    with_dataset,
)

BASE = "https://w3id.org/zielgraph/id/"
REGISTER = BASE + "graph/register"
ADDRESS = "http://localhost/sparql/update"

READ = {
    "": [],
    "# nothing": [],
    "PREFIX a: <urn:a>": [],
    "INSERT DATA { <urn:a> <urn:b> 1 }": [("INSERT DATA", {DEFAULT})],
    "insert data{graph<urn:g>{<urn:a><urn:b>1}};": [("INSERT DATA", {"urn:g"})],
    "INSERT DATA { GRAPH <urn:g> { } . }": [("INSERT DATA", {"urn:g"})],
    'DELETE DATA { <urn:a> <urn:b> "} ; DROP ALL" }': [("DELETE DATA", {DEFAULT})],
    "DELETE DATA { <urn:a> <urn:b> '''} ' '' \\''' ; CLEAR ALL #''' } # ; DROP ALL": [("DELETE DATA", {DEFAULT})],
    "DELETE WHERE { GRAPH ?g { ?s ?p ?o } ?s ?p ?o }": [("DELETE WHERE", {"?g", DEFAULT})],
    "WITH <urn:g> DELETE { ?s ?p ?o } INSERT { GRAPH <urn:h> { ?s ?p ?o } } WHERE { ?s ?p ?o }": [
        ("MODIFY", {"urn:g", "urn:h"})
    ],
    "INSERT { } WHERE { { SELECT * { ?s ?p '{' } } # }\n GRAPH <urn:x> { ?s <urn:p#x> ?o } }": [("MODIFY", set())],
    "DELETE { ?s ?p ?o } USING <urn:a> USING NAMED <urn:b> WHERE { ?s ?p ?o FILTER(?o<3&&?o>1) }; DROP DEFAULT": [
        ("MODIFY", {DEFAULT}),
        ("DROP", {DEFAULT}),
    ],
    "PREFIX e: <urn:e/> CLEAR GRAPH e:x; PREFIX e: <urn:f/> CLEAR SILENT GRAPH e:x\\-y": [
        ("CLEAR", {"urn:e/x"}),
        ("CLEAR", {"urn:f/x-y"}),
    ],
    "DROP ALL; DROP NAMED": [("DROP", {DEFAULT, NAMED}), ("DROP", {NAMED})],
    "CREATE SILENT GRAPH <g>": [("CREATE", {UNKNOWN})],
    "CREATE GRAPH <urn:\\u0061>": [("CREATE", {UNKNOWN})],
    "ADD DEFAULT TO <urn:g>; MOVE SILENT GRAPH <urn:g> TO DEFAULT; COPY <urn:a> TO GRAPH <urn:b>": [
        ("ADD", {"urn:g"}),
        ("MOVE", {"urn:g", DEFAULT}),
        ("COPY", {"urn:b"}),
    ],
    "LOAD <http://x/> ; LOAD SILENT <http://x/> INTO GRAPH <urn:g>": [("LOAD", {DEFAULT}), ("LOAD", {"urn:g"})],
    "BASE <http://b/> VERSION '1.2' INSERT DATA { <<( <urn:a> <urn:b> 1 )>> <urn:c> 2 }": [("INSERT DATA", {DEFAULT})],
}


@pytest.mark.parametrize("text", READ)
def test_operations_and_their_targets(text: str) -> None:
    found = read_update(text)
    assert [(each.kind, set(each.targets)) for each in found.operations] == READ[text]


# The engine reads each of these, and other than its tokens say: run-together keywords, strings that end earlier,
# comparisons that look like an IRI and hide a comment or a string.
TRICKS = [
    f"PREFIX e: <{BASE}graph/> INSERT DATA{{GRAPHe:register{{<urn:a><urn:b>1}}}}",
    f"INSERT DATA{{<urn:a><urn:b>trueGRAPH<{REGISTER}>{{<urn:a><urn:b>1}}}}",
    f"CREATESILENT GRAPH <urn:x>; INSERTDATA{{GRAPH<{REGISTER}>{{<urn:a><urn:b>1}}}}",
    "INSERT { <urn:a> <urn:b> ?x } WHERE { VALUES ?x { '''a' } } ; DROP ALL # '''",
    f"INSERT {{ GRAPH <urn:o> {{ <urn:a> <urn:b> 1 }} }} WHERE {{ BIND(1 AS ?a) FILTER(?a<2#>)}} ; DROP DEFAULT\n)}} ; "
    f"INSERT DATA {{ GRAPH <{REGISTER}> {{ <urn:a> <urn:b> 1 }} }} # ) }}",
    "PREFIX b: <urn:b> INSERT { GRAPH <urn:o> { <urn:a> <urn:b> 1 } } WHERE { BIND(1 AS ?a) FILTER(?a<b:c#>)} #\n) } ",
    "INSERT { GRAPH <urn:o> { <urn:a> <urn:b> 1 } } WHERE { BIND('' AS ?a) FILTER(?a<'>')}",
]


@pytest.mark.parametrize("text", TRICKS)
def test_a_trick_is_unclear_and_so_compared(text: str) -> None:
    try:
        EmbeddedEngine.memory().update(text, base=ADDRESS)
    except SyntaxProblem:  # pragma: no cover - then it is no trick; the engine of the day refuses it
        return
    try:
        update = read_update(text)
    except UnclearError:
        return
    assert managed_target(update, BASE) or not shows_its_targets(update)


_GRAPH = st.sampled_from(["<urn:g>", f"<{REGISTER}>", "r:register", "?g", "<rel>", "o:x", "<urn:\\u0067>"])
_TRIPLES = st.sampled_from(["<urn:s> <urn:p> 1 .", "", "<urn:s> <urn:p> '}' .", "<urn:s><urn:p><urn:#o>"])
_TEMPLATE = st.lists(
    st.one_of(_TRIPLES, st.builds(lambda g, t: f"GRAPH {g} {{ {t} }}", _GRAPH, _TRIPLES)), max_size=2
).map(" ".join)
_NAMED = _GRAPH.filter(lambda each: each != "?g")
_OPERATION = st.one_of(
    st.builds("INSERT DATA {{ {} }}".format, _TEMPLATE),
    st.builds("INSERT {{ {} }} WHERE {{ VALUES ?g {{ <urn:g> <{}> }} }}".format, _TEMPLATE, st.just(REGISTER)),
    st.builds("WITH {} INSERT {{ {} }} WHERE {{ VALUES ?g {{ <urn:h> }} }}".format, _NAMED, _TEMPLATE),
    st.builds("DELETE WHERE {{ GRAPH {} {{ ?s ?p ?o }} }}".format, _GRAPH),
    st.builds("CREATE SILENT GRAPH {}".format, _NAMED),
    st.builds("COPY {} TO {}".format, _NAMED, _NAMED),
    st.builds("MOVE SILENT {} TO DEFAULT".format, _NAMED),
    st.sampled_from(["DROP SILENT NAMED", "CLEAR DEFAULT", "DROP ALL"]),
)


@given(st.lists(_OPERATION, max_size=3).map(" ;\n".join))
def test_whatever_an_update_changes_is_among_its_targets(operations: str) -> None:
    text = f"PREFIX r: <{BASE}graph/> PREFIX o: <urn:o/>\n{operations}"
    seed = "INSERT DATA { <urn:d> <urn:p> 0 GRAPH <urn:g> { <urn:s> <urn:p> 0 } GRAPH <%s> { <urn:s> <urn:p> 0 } }"
    before, after = EmbeddedEngine.memory(), EmbeddedEngine.memory()
    for engine in (before, after):
        engine.update(seed % REGISTER)
    try:
        after.update(text, base=ADDRESS)
    except QueryError:
        return
    update = read_update(text)
    targets = {target for each in update.operations for target in each.targets}
    if not shows_its_targets(update):
        return
    changed = {quad.graph_name for quad in {*before.quads()} ^ {*after.quads()}}
    for graph in changed:
        name = graph.value if isinstance(graph, NamedNode) else DEFAULT
        assert name in targets or (name != DEFAULT and NAMED in targets)


def test_a_dataset_goes_into_every_where() -> None:
    text = (
        "PREFIX p: <urn:p>\nDELETE WHERE { ?s p: '} WHERE {' } ; # WHERE\n"
        "INSERT DATA { <urn:a> p: 1 } ; WITHOUT".removesuffix(" ; WITHOUT")
        + " ;\nINSERT { ?s p: 3 } WHERE { ?s p: 2 . { SELECT * WHERE { } } }"
    )
    changed = with_dataset(read_update(text), ["urn:d", "urn:e"], ["urn:n"])
    assert changed.count("USING <urn:d> USING <urn:e> USING NAMED <urn:n> WHERE") == 2
    engine = EmbeddedEngine.memory()
    engine.update(
        "INSERT DATA { <urn:x> <urn:p> '} WHERE {', 2 GRAPH <urn:d> { <urn:y> <urn:p> 2 } "
        "GRAPH <urn:e> { <urn:x> <urn:p> '} WHERE {' } }"
    )
    engine.update(changed)
    default = {str(quad) for quad in engine.quads(graph=DefaultGraph())}
    assert len(default) == 3
    assert any(each.startswith("<urn:y> <urn:p> ") for each in default), "the pattern was matched in the dataset"
    assert not any("WHERE" in each for each in default), "what the dataset matched was deleted from the default graph"
    for own in ("WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "INSERT { } USING <urn:g> WHERE { ?s ?p ?o }"):
        with pytest.raises(UnclearError):
            with_dataset(read_update(own), ["urn:d"], [])


def test_a_prologue_between_operations() -> None:
    text = "BASE <http://a/> INSERT DATA { <x> <p> 1 } ;\nBASE <http://b/> PREFIX e: <e#>\nINSERT DATA { <x> e:p 2 } ;"
    texts = [step.text for step in steps(read_update(text))]
    assert [len(each) for each in texts] == [len(text)] * 2
    engine = EmbeddedEngine.memory()
    for each in texts:
        engine.update(each, base=ADDRESS)
    assert {quad.subject for quad in engine.quads()} == {NamedNode("http://a/x"), NamedNode("http://b/x")}
    assert NamedNode("http://b/e#p") in {quad.predicate for quad in engine.quads()}
    assert steps(read_update("DROP ALL ; DROP ALL")) == [Step("DROP ALL ; DROP ALL")]
    wrong = steps(read_update("DROP ALL ;\nPREFIX a: <urn:a>\n  INSERT DATA { a:x b:y 1 }"))
    with pytest.raises(SyntaxProblem) as caught:
        engine.update(wrong[1].text)
    assert caught.value.line == 3


def test_blank_nodes_are_not_shared_by_insertions() -> None:
    assert shared_label(read_update("INSERT DATA { _:a <urn:p> 1 } ;\nINSERT DATA { <urn:x> <urn:p> _:a }")) == (
        2,
        1,
        "_:a",
    )
    assert shared_label(read_update("INSERT DATA { _:a <urn:p> 1 } ; INSERT DATA { _:b <urn:p> 1 }")) is None


def test_what_is_managed() -> None:
    managed = [*(f"{BASE}graph/{n}" for n in ("register", "ontology", "decisions", "findings", "catalogue", "current"))]
    managed += [
        f"{BASE}koeln/integration/edition/2019-12-31/source",
        f"{BASE}a/b/edition/2020-01-01/revision/1/derived",
    ]
    for each in managed:
        assert is_managed(each, BASE)
        assert managed_target(read_update(f"CLEAR GRAPH <{each}>"), BASE) == each
        assert each in str(refusal(each, BASE))
        assert "zielgraph " in str(refusal(each, BASE))
    for each in (f"{BASE}graph/own", f"{BASE}graph/registers", "urn:x", f"{BASE}koeln/edition/x", "https://w3id.org/x"):
        assert not is_managed(each, BASE)
    for text, target in (("CLEAR ALL", DEFAULT), ("DROP NAMED", NAMED), ("CLEAR DEFAULT", DEFAULT)):
        assert managed_target(read_update(text), BASE) == target
        assert str(refusal(target, BASE))
    assert managed_target(read_update("INSERT { GRAPH <urn:x> { ?s ?p ?o } } WHERE { ?s ?p ?o }"), BASE) is None


def test_graphs_that_variables_stand_for() -> None:
    template = "GRAPH ?g { ?s p: $h } GRAPH <urn:x> { } GRAPH $h { }"
    text = f"PREFIX p: <urn:p>\nINSERT {{ {template} }} WHERE {{ GRAPH ?g {{ ?s p: ?h }} }}"
    query = graphs_query(read_update(text))
    assert query == "PREFIX p: <urn:p>\nSELECT DISTINCT ?g ?h WHERE { GRAPH ?g { ?s p: ?h } }"
    assert graphs_query(read_update("DELETE WHERE { GRAPH ?g { ?s ?p ?o } }")) is not None
    for other in (
        "INSERT { GRAPH ?g { } } WHERE { BIND(IF(RAND() < 0.5, <urn:a>, <urn:b>) AS ?g) }",  # another graph each time
        "WITH <urn:w> INSERT { GRAPH ?g { } } WHERE { ?g ?p ?o }",
        "INSERT { GRAPH ?g { } } USING <urn:w> WHERE { ?g ?p ?o }",
        "DELETE WHERE { GRAPH ?g { ?s ?p ?o } } ; DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
        "INSERT { GRAPH ?g { } GRAPH <relative> { } } WHERE { GRAPH ?g { } }",
        "CREATE GRAPH <relative>",
    ):
        assert graphs_query(read_update(other)) is None


def test_clear_is_forgiving_and_nothing_else() -> None:
    text = "CLEAR GRAPH <urn:a> ; clear silent DEFAULT ; DROP GRAPH <urn:clear> ; INSERT DATA { <CLEAR> <b> 'CLEAR' }"
    assert forgiving(read_update(text)) == text.replace("CLEAR GRAPH", "CLEAR SILENT GRAPH", 1)


def test_what_a_step_needs() -> None:
    text = (
        "PREFIX a: <urn:> COPY a:x TO a:y ; ADD SILENT a:x TO a:y ; MOVE DEFAULT TO a:y ; BASE <urn:b> ADD <z> TO a:y"
    )
    found = steps(read_update(text))
    assert [step.source for step in found] == ["a:x", "", "", "<z>"]
    assert found[3].asks == "PREFIX a: <urn:>\n\n\nBASE <urn:b>\nASK { GRAPH <z> {} }"
    assert [len(step.text) for step in found] == [len(text)] * 4
