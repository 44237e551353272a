"""Every rule of shapes/ against an example that passes and one that fails, and all against a sound report."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pyshacl
import pytest
from rdflib import RDF, RDFS, SH, Graph, Literal, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.plugins.sparql import prepareQuery
from rdflib.term import Node

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = Path(__file__).parent / "examples"
ZG = Namespace("https://w3id.org/zielgraph/ontology#")
BASE = "https://w3id.org/zielgraph/shapes#"
SEVERITIES = {SH.Violation, SH.Warning, SH.Info}
KNOWN_ELSEWHERE = (
    str(RDF),
    str(RDFS),
    "http://www.w3.org/2004/02/skos/core#",
    "http://www.w3.org/ns/prov#",
)
PATH_OPERATORS = (SH.inversePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath)


class Finding(NamedTuple):
    """One validation result: where, by which shape, by which constraint component, how grave."""

    focus: str
    shape: str
    component: str
    severity: str


def validate(data: Graph, shapes: Graph) -> set[Finding]:
    """The findings of `shapes` in `data`. The one place here that calls pySHACL."""
    _, report, text = pyshacl.validate(
        data,
        shacl_graph=shapes,
        ont_graph=None,
        inference="none",
        advanced=True,
    )
    assert isinstance(report, Graph), text
    parts = (SH.focusNode, SH.sourceShape, SH.sourceConstraintComponent, SH.resultSeverity)
    return {
        Finding(*(str(report.value(result, part)) for part in parts))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    }


@cache
def load(*paths: Path) -> Graph:
    graph = Graph()
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


def shapes_graph() -> Graph:
    return load(*sorted((ROOT / "shapes").glob("*.ttl")))


def rules() -> dict[str, URIRef]:
    """Rule id → the shape that reports it."""
    found: dict[str, URIRef] = {}
    for shape, rule in shapes_graph().subject_objects(ZG.rule):
        assert isinstance(shape, URIRef)
        assert str(rule) not in found, f"rule {rule} is used twice"
        found[str(rule)] = shape
    return found


def group_of(shape: URIRef) -> URIRef:
    """The node shape that gives a rule's shape its target: the shape itself or the one that lists it."""
    graph = shapes_graph()
    groups = [shape] if (shape, SH.path, None) not in graph else list(graph.subjects(SH.property, shape))
    assert len(groups) == 1, f"{shape} is listed by {groups}"
    assert isinstance(groups[0], URIRef)
    return groups[0]


def languages(values: Iterable[Node]) -> list[str]:
    return sorted(str(value.language) for value in values if isinstance(value, Literal) and str(value).strip())


def path_terms(graph: Graph, path: Node) -> Iterator[URIRef]:
    """The properties that a SHACL property path walks."""
    if isinstance(path, URIRef):
        yield path
        return
    if (path, RDF.first, None) in graph:
        for step in Collection(graph, path):
            yield from path_terms(graph, step)
        return
    inner = [o for p in (*PATH_OPERATORS, SH.alternativePath) for o in graph.objects(path, p)]
    assert inner, f"unknown kind of path {path}"
    for step in inner:
        yield from path_terms(graph, step)


RULES = sorted(rules())


def test_each_rule_has_examples_and_each_example_a_rule() -> None:
    folders = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())
    assert folders == RULES
    assert len(RULES) >= 40


@pytest.mark.parametrize("rule", RULES)
def test_invalid_example_is_reported(rule: str) -> None:
    expected = tomllib.loads((EXAMPLES / rule / "expected.toml").read_text(encoding="utf-8"))
    shape = rules()[rule]
    severity = shapes_graph().value(shape, SH.severity)
    findings = validate(load(EXAMPLES / rule / "invalid.ttl"), shapes_graph())
    of_this_rule = {finding for finding in findings if finding.shape == str(shape)}
    assert of_this_rule
    assert {finding.focus for finding in of_this_rule} == offenders(expected)
    assert Finding(expected["focus"], expected["shape"], expected["component"], str(severity)) in of_this_rule
    assert expected["shape"] == str(shape)


def offenders(expected: dict[str, Any]) -> set[str]:
    """The focus nodes to be reported: the one named, and the others where a fault has two sides."""
    return {expected["focus"], *expected.get("also", ())}


@pytest.mark.parametrize("rule", RULES)
def test_valid_example_is_not_reported(rule: str) -> None:
    shape = rules()[rule]
    findings = validate(load(EXAMPLES / rule / "valid.ttl"), shapes_graph())
    assert {finding for finding in findings if finding.shape == str(shape)} == set()


def test_sound_report_has_no_findings() -> None:
    assert validate(load(EXAMPLES / "complete.ttl"), shapes_graph()) == set()


def test_sound_report_has_something_for_every_shape() -> None:
    graph, data = shapes_graph(), load(EXAMPLES / "complete.ttl")
    classes = set(graph.objects(None, SH.targetClass))
    subjects = set(graph.objects(None, SH.targetSubjectsOf))
    assert classes
    assert subjects
    assert {c for c in classes if (None, RDF.type, c) not in data} == set()
    assert {p for p in subjects if (None, p, None) not in data} == set()


def test_every_shape_and_constraint_has_an_iri_and_a_name() -> None:
    graph = shapes_graph()
    nodes = {
        *graph.subjects(RDF.type, SH.NodeShape),
        *graph.subjects(RDF.type, SH.PropertyShape),
        *graph.subjects(RDF.type, SH.SPARQLConstraint),
        *graph.subjects(SH.path, None),
        *graph.subjects(SH.select, None),
    }
    assert nodes
    for node in nodes:
        assert isinstance(node, URIRef), node
        assert node.startswith(BASE)
        assert languages(graph.objects(node, SH.name)) == ["de", "en"], node


def test_every_reporting_shape_has_messages_and_severity() -> None:
    graph = shapes_graph()
    groups = {*graph.subjects(SH.targetClass, None), *graph.subjects(SH.targetSubjectsOf, None)}
    for shape in groups | set(rules().values()):
        assert languages(graph.objects(shape, SH.message)) == ["de", "en"], shape
        assert len(set(graph.objects(shape, SH.message))) == 2, shape
        severity = graph.value(shape, SH.severity, any=False)
        assert severity in SEVERITIES, shape


def test_every_reporting_shape_has_a_rule_named_like_itself() -> None:
    graph = shapes_graph()
    listed = {
        shape
        for group in {*graph.subjects(SH.targetClass, None), *graph.subjects(SH.targetSubjectsOf, None)}
        for shape in graph.objects(group, SH.property)
    }
    with_query = set(graph.subjects(SH.sparql, None))
    assert listed
    assert with_query
    assert listed | with_query <= set(rules().values())
    for rule, shape in rules().items():
        assert shape == URIRef(BASE + rule)
        assert group_of(shape) in {
            *graph.subjects(SH.targetClass, None),
            *graph.subjects(SH.targetSubjectsOf, None),
        }


def test_targets_paths_and_classes_are_terms_of_the_ontology() -> None:
    declared = set(load(*sorted((ROOT / "ontology").glob("*.ttl"))).subjects(RDF.type, None))
    graph = shapes_graph()
    used = {
        node
        for predicate in (SH.targetClass, SH.targetSubjectsOf, SH["class"], SH.lessThan, SH.equals)
        for node in graph.objects(None, predicate)
    }
    used |= set(graph.objects(None, SH.lessThanOrEquals))
    for path in graph.objects(None, SH.path):
        used |= set(path_terms(graph, path))
    assert used
    unknown = {str(t) for t in used if t not in declared and not str(t).startswith(KNOWN_ELSEWHERE)}
    assert unknown == set()


def test_queries_use_only_terms_of_the_ontology() -> None:
    declared = set(load(*sorted((ROOT / "ontology").glob("*.ttl"))).subjects(RDF.type, None))
    graph = shapes_graph()
    prefixes = {
        str(graph.value(declaration, SH.prefix)): str(graph.value(declaration, SH.namespace))
        for declaration in graph.objects(None, SH.declare)
    }
    assert prefixes["zg"] == str(ZG)
    queries = list(graph.subject_objects(SH.select))
    assert queries
    for constraint, text in queries:
        assert (constraint, SH.prefixes, None) in graph, constraint
        assert "$this" in str(text), constraint
        prepareQuery(str(text), initNs=prefixes)
        names = set(re.findall(r"\bzg:(\w+)", str(text)))
        assert {name for name in names if ZG[name] not in declared} == set(), constraint
