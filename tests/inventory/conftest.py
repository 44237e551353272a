"""The small report of ``data/report.trig`` with the ontology's concepts, as a store and as an inventory."""

from __future__ import annotations

from pathlib import Path

import pytest

from zielgraph import resources
from zielgraph.engine import EmbeddedEngine, parse_file
from zielgraph.inventory.load import load
from zielgraph.inventory.model import Inventory

BASE = "https://example.org/id/"


@pytest.fixture(scope="session")
def report() -> EmbeddedEngine:
    engine = EmbeddedEngine.memory()
    for path in (Path(__file__).parent / "data" / "report.trig", *sorted(resources.ontology().glob("*.ttl"))):
        engine.add(parse_file(path))
    return engine


@pytest.fixture(scope="session")
def inventory(report: EmbeddedEngine) -> Inventory:
    return load(report, BASE)
