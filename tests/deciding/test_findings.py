"""Findings keep their IRIs from one validation to the next, and those accepted are counted apart."""

from __future__ import annotations

from smallstate import decided

from zielgraph import resources
from zielgraph.deciding import Decision
from zielgraph.engine import NamedNode
from zielgraph.validation import Finding, mark_findings, summary, validate_graph, write_findings
from zielgraph.validation.validate import load_data, load_shapes
from zielgraph.vocabulary import DEFAULT_BASE

# reported through a path that is no single property: zg:discussedIn or zg:bodyText
EXAMPLE = "tests/shapes/examples/measure-body/invalid.ttl"


def findings() -> list[Finding]:
    """What all shapes find in the example, shapes and data parsed anew."""
    root = resources.checkout()
    assert root is not None
    shapes = load_shapes(sorted(resources.shapes().glob("*.ttl")))
    return validate_graph(load_data(root / EXAMPLE), shapes)


def accepting(finding: Finding) -> Decision:
    """A decision that accepts a finding."""
    return decided(finding.iri(DEFAULT_BASE), "accept", focus=finding.focus_node)


def test_iris_are_the_same_every_time() -> None:
    first, second = findings(), findings()
    assert "measure-body" in {each.rule for each in first}
    assert [each.iri(DEFAULT_BASE) for each in first] == [each.iri(DEFAULT_BASE) for each in second]
    assert len({each.iri(DEFAULT_BASE) for each in first}) == len(first)


def test_accepted_findings_count_on_their_own() -> None:
    found = findings()
    body = next(each for each in found if each.rule == "measure-body")
    marked = mark_findings(found, [accepting(body)], DEFAULT_BASE)
    before, after = summary(found), summary(marked)
    assert (before["Accepted"], after["Accepted"]) == (0, 1)
    assert after[body.severity] == before[body.severity] - 1
    assert [each.rule for each in marked if each.accepted_by] == ["measure-body"]
    quads = write_findings(marked, NamedNode(f"{DEFAULT_BASE}graph/findings"), DEFAULT_BASE)
    assert [str(quad.object) for quad in quads if quad.predicate.value.endswith("#acceptedBy")] == [
        str(accepting(body).iri(DEFAULT_BASE))
    ]
