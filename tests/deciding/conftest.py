"""The small state as quads and as a store."""

from __future__ import annotations

import pytest
from smallstate import FINDINGS, STATE, turtle

from zielgraph import resources
from zielgraph.engine import EmbeddedEngine, NamedNode, Quad, parse_file
from zielgraph.vocabulary import DEFAULT_BASE


@pytest.fixture(scope="session")
def state() -> list[Quad]:
    """The quads of the state, concepts included."""
    return [*parse_file(resources.ontology() / "concepts.ttl"), *turtle(STATE)]


@pytest.fixture
def engine(state: list[Quad]) -> EmbeddedEngine:
    """The state and two findings in a store."""
    store = EmbeddedEngine.memory()
    store.add(state)
    graph = NamedNode(DEFAULT_BASE + "graph/findings")
    store.add(Quad(q.subject, q.predicate, q.object, graph) for q in turtle(FINDINGS))
    return store
