"""RDF that somebody sends or points at is read as it is: nothing that it names is fetched, no file is opened."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from listening import Door

from zielgraph.engine import parse
from zielgraph.errors import InputError, UsageError
from zielgraph.validation.validate import load_data, load_shapes, validate_graph

JSON_LD = {
    "context": '{"@context": "HOST", "@id": "http://x/", "name": "x"}',
    "contexts": '{"@context": [{"a": "http://a/"}, "HOST"], "@id": "http://x/", "a": "x"}',
    "import": '{"@context": {"@version": 1.1, "@import": "HOST"}, "@id": "http://x/", "name": "x"}',
    "scoped": '{"@context": {"a": {"@id": "http://a/", "@context": "HOST"}}, "@id": "http://x/", "a": {"b": 1}}',
}
ENTITY = """<!DOCTYPE r [<!ENTITY e SYSTEM "WHERE">]>
<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:a="http://a/">
<r:Description r:about="http://x/"><a:b>&e;</a:b></r:Description></r:RDF>"""
PARAMETER = ENTITY.replace('<!ENTITY e SYSTEM "WHERE">', '<!ENTITY % p SYSTEM "WHERE"> %p; <!ENTITY e "x">')
OUTSIDE = ENTITY.replace('r [<!ENTITY e SYSTEM "WHERE">]', 'r SYSTEM "WHERE"').replace("&e;", "")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of rdflib, so that it is not them that end the reading
@pytest.mark.parametrize("text", JSON_LD.values(), ids=JSON_LD)
def test_contexts_are_not_fetched(text: str, tmp_path: Path, door: Door) -> None:
    file = tmp_path / "data.jsonld"
    file.write_text(text.replace("HOST", door.address), "utf-8")
    with pytest.raises(InputError):
        list(parse(file.read_bytes(), "jsonld"))
    with pytest.raises(InputError):
        load_data(file)
    with pytest.raises(InputError):
        load_shapes([file])
    assert door.visits() == 0


def test_json_ld_with_its_own_context_is_read(tmp_path: Path) -> None:
    file = tmp_path / "data.json"
    file.write_text('{"@context": {"a": "http://a/"}, "@id": "x", "a": "b"}', "utf-8")
    assert [str(s) for s in load_data(file).subjects()] == [(tmp_path / "x").as_uri()]


@pytest.mark.parametrize("text", [ENTITY, PARAMETER, OUTSIDE], ids=["entity", "parameter", "outside"])
def test_entities_are_not_resolved(text: str, tmp_path: Path, door: Door) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("geheim", "utf-8")
    for where in (door.address, secret.as_uri()):
        file = tmp_path / "data.rdf"
        file.write_text(text.replace("WHERE", where), "utf-8")
        read: list[object] = []
        with contextlib.suppress(InputError):
            read += parse(file.read_bytes(), "rdf")
        with contextlib.suppress(InputError):
            read += load_data(file)
        assert "geheim" not in str(read)
    assert door.visits() == 0


SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix e: <http://e/> .
<http://e/> a owl:Ontology ; owl:imports <HOST> .
e:shape a sh:NodeShape ; sh:targetNode e:a ; sh:message "x" ; EXTRA .
"""
QUERIES = (
    "SELECT $this FROM <HOST> WHERE { ?s ?p ?o }",
    "SELECT $this FROM NAMED <HOST> WHERE { GRAPH ?g { ?s ?p ?o } }",
    "SELECT $this WHERE { SERVICE <HOST> { ?s ?p ?o } }",
    "SELECT $this WHERE { FILTER EXISTS { S\\\\u0045RVICE <HOST> { ?s ?p ?o } } }",
)


def test_imports_are_not_followed(tmp_path: Path, door: Door) -> None:
    file = tmp_path / "shapes.ttl"
    file.write_text(SHAPE.replace("HOST", door.address).replace("EXTRA", "sh:class e:b"), "utf-8")
    assert len(validate_graph(load_data(file), load_shapes([file]))) == 1
    assert door.visits() == 0


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("kind", ["sparql", "rule"])
def test_constraints_ask_nobody(query: str, kind: str, tmp_path: Path, door: Door) -> None:
    if kind == "sparql":
        extra = f'sh:sparql [ a sh:SPARQLConstraint ; sh:select "{query}" ]'
    else:
        rule = "CONSTRUCT { <e:a> <e:b> ?o } " + query.removeprefix("SELECT $this ")
        extra = f'sh:rule [ a sh:SPARQLRule ; sh:construct "{rule}" ]'
    file = tmp_path / "shapes.ttl"
    file.write_text(SHAPE.replace("EXTRA", extra).replace("HOST", door.address), "utf-8")
    with contextlib.suppress(UsageError):
        validate_graph(load_data(file), load_shapes([file]))
    assert door.visits() == 0
