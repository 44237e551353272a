"""External engines, started for the tests: the Oxigraph server and Virtuoso, each on a free port of its own.

Where one is missing its tests are skipped, or fail when ZIELGRAPH_REQUIRE_ENGINES is set, as ``.ci/run`` does.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from engines import MAX_ROWS, VIRTUOSO, Service, empty, free_port, missing, running

from zielgraph import resources, settings
from zielgraph.cli.decisions import store_wishes
from zielgraph.deciding import Wish
from zielgraph.engine import parse_file
from zielgraph.importing import import_table
from zielgraph.vocabulary import ZG


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The Oxigraph server, with the store in memory."""
    program = Path(sys.executable).with_name("oxigraph")
    if not program.exists():
        missing("The Oxigraph server (PyPI oxigraph)")
    address = f"127.0.0.1:{free_port()}"
    for _ in running(
        [str(program), "serve", "--bind", address], tmp_path_factory.mktemp("oxigraph"), f"http://{address}/"
    ):
        yield Service("oxigraph", f"http://{address}/query")


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Virtuoso, whose default graph is the union of all, and which wants a digest login for changes."""
    program = shutil.which("virtuoso-t")
    if program is None:
        missing("Virtuoso (Debian virtuoso-opensource-7-bin)")
    folder, http = tmp_path_factory.mktemp("virtuoso"), free_port()
    (folder / "virtuoso.ini").write_text(VIRTUOSO.format(sql=free_port(), http=http, rows=MAX_ROWS))
    address = f"http://127.0.0.1:{http}/sparql"
    for _ in running([str(program), "+configfile", "virtuoso.ini", "+foreground"], folder, address):
        service = Service("virtuoso", address, "dba", "dba")
        _met_backwards(service)
        yield service


def _met_backwards(service: Service) -> None:
    """Let the engine meet the IRIs of the hand-made cases from Z to A.

    MIN takes the IRI that Virtuoso met first. Met from A to Z, that would often be the right one by chance.
    """
    several = {f"{ZG}theme", f"{ZG}contributesTo", f"{ZG}status"}
    cases = (Path(__file__).parents[1] / "queries").glob("*/*.trig")
    found = {str(quad.object) for case in cases for quad in parse_file(case) if quad.predicate.value in several}
    for iri in sorted(found, reverse=True):
        service.engine().update(f"INSERT DATA {{ GRAPH <urn:met> {{ <urn:a> <urn:b> {iri} }} }}")


@pytest.fixture(params=["oxigraph", "virtuoso"])
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    """Each of the engines, empty."""
    found: Service = request.getfixturevalue(request.param)
    empty(found)
    yield found
    empty(found)


@pytest.fixture(scope="session")
def _whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two reports, the networks and decisions of every kind."""
    folder = tmp_path_factory.mktemp("whole") / "var"
    where = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=folder)
    sources = resources.data() / "source"
    import_table(where, sources / "koeln-zielsystem.tsv", edition=date(2019, 12, 31))
    import_table(where, sources / "koeln-netzwerke.csv")
    day = date(2020, 2, 24)
    wishes = [
        Wish("continue", "19", reason="Der Bedarf besteht.", name="Integrationsrat", day=day),
        Wish("stop", "17", reason="Durch das Portal ersetzt.", name="Integrationsrat", day=day),
        Wish("set", "21", theme="Sprache", reason="Kurse.", name="Amt 50", day=day),
    ]
    store_wishes(where, wishes, lambda _: None)
    return folder


@pytest.fixture
def whole(_whole: Path, tmp_path: Path) -> Path:
    """A data folder of the test's own with everything that can be in one."""
    shutil.copytree(_whole, tmp_path / "whole")
    return tmp_path / "whole"


@pytest.fixture(scope="session")
def whole_readonly(_whole: Path) -> Path:
    """The same, shared: read only."""
    return _whole
