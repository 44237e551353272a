"""The application over the Cologne report, over an empty folder, and over data with hostile texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from zielgraph import resources, settings
from zielgraph.engine import DefaultGraph, Quad, parse_file
from zielgraph.settings import Settings
from zielgraph.store import DataFolder, EditionInfo
from zielgraph.web import create_app

Fill = Callable[[Path, str], Settings]
HTML = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="session")
def app(koeln_settings: Settings) -> Flask:
    return create_app(koeln_settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def empty(tmp_path: Path) -> FlaskClient:
    return create_app(settings.load({}, data=tmp_path / "empty")).test_client()


@pytest.fixture
def fill() -> Fill:
    """Write a file of ``data/`` and the ontology as the current state of a data folder."""

    def write(folder: Path, name: str) -> Settings:
        wanted = settings.load({}, data=folder)
        with DataFolder(folder, base=wanted.base).write() as draft:
            draft.engine.clear(DefaultGraph())
            for path in [Path(__file__).parent / "data" / name, *resources.ontology().glob("*.ttl")]:
                draft.engine.add(Quad(q.subject, q.predicate, q.object) for q in parse_file(path))
            draft.editions = [EditionInfo("stadt", "plan", "2024-01-01", name, "0", "0", 1)]
            draft.action = f"test {name}"
        return wanted

    return write
