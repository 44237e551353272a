"""The application over the Cologne report, over an empty folder, and over data with hostile texts."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from laterreport import second_edition

from zielgraph import resources, settings
from zielgraph.deciding.record import Wish
from zielgraph.engine import DefaultGraph, Quad, parse_file
from zielgraph.importing import import_table
from zielgraph.importing.deciding import store_wishes
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


@pytest.fixture(scope="session")
def twice_settings(koeln_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The Cologne report with a later edition, an import that was undone and decisions of two days. Only to read."""
    root = tmp_path_factory.mktemp("twice")
    shutil.copytree(koeln_folder, root / "data")
    own = settings.load({"ZIELGRAPH_RATE": "0", "ZIELGRAPH_VALIDATE_ROWS": "0"}, data=root / "data")
    table = second_edition(root / "koeln-2020.tsv")
    import_table(own, table, edition=date(2020, 12, 31))
    DataFolder(own.data, base=own.base).undo()
    import_table(own, table, edition=date(2020, 6, 30))
    for course, measure, day in (("stop", 21, date(2020, 8, 1)), ("continue", 19, date(2020, 3, 1))):
        subject, reason = f"{own.base}koeln/integration/measure/{measure}", f"Begründung <b>{course}</b>"
        store_wishes(own, [Wish(course, subject, reason=reason, name="Erika Muster", day=day)])
    return own


@pytest.fixture(scope="session")
def twice_app(twice_settings: Settings) -> Iterator[Flask]:
    """The pages over :func:`twice_settings`."""
    app = create_app(twice_settings)
    yield app
    app.extensions["zielgraph.pool"].close()


@pytest.fixture
def twice(twice_app: Flask) -> FlaskClient:
    return twice_app.test_client()


@pytest.fixture(scope="session")
def networks_app(koeln_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The pages over the Cologne report and the overview of networks. Only to read."""
    own = settings.load({"ZIELGRAPH_RATE": "0"}, data=tmp_path_factory.mktemp("networks") / "data")
    shutil.copytree(koeln_folder, own.data)
    import_table(own, resources.data() / "source" / "koeln-netzwerke.csv")
    app = create_app(own)
    yield app
    app.extensions["zielgraph.pool"].close()


@pytest.fixture
def networks(networks_app: Flask) -> FlaskClient:
    return networks_app.test_client()
