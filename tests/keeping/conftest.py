"""A data folder in which a person is named, made by importing two editions."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from zielgraph import settings
from zielgraph.importing import import_table
from zielgraph.lifting import IdRegistry
from zielgraph.matching import Fresh
from zielgraph.settings import Settings
from zielgraph.store import DataFolder

TABLE = Path(__file__).parents[1] / "importing" / "tables" / "small.tsv"
BASE = "https://w3id.org/zielgraph/id/"


def with_names(text: str) -> str:
    """The small table with a person as body, in an activity, in a note, and with a telephone number."""
    for old, new in (
        ("b) Lotsen im Quartier", "b) Lotsen im Quartier mit Herrn Max Mustermann"),
        ("Das Projekt wurde", "MAX  MUSTERMANNS Projekt mit dem Jobcenter (0221/123 45-67) wurde"),
        ("\terledigt\t2018\tAG Wohnen", "\terledigt\t2018\tMax Mustermann"),
    ):
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="session")
def _named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("named")
    where = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "100"}, data=place / "var")
    table = place / "Bericht von Max_Mustermann.tsv"
    table.write_text(with_names(TABLE.read_text("utf-8")), "utf-8")
    import_table(where, table, edition=date(2020, 1, 1))
    table.write_text(with_names(TABLE.read_text("utf-8")).replace("Beratung durch 56", "Beratung durch 50"), "utf-8")
    import_table(where, table, edition=date(2021, 1, 1))
    return place / "var"


@pytest.fixture
def named(_named: Path, tmp_path: Path) -> Settings:
    """Settings for a data folder of the test's own with two editions that name Max Mustermann."""
    shutil.copytree(_named, tmp_path / "var")
    return settings.load({}, data=tmp_path / "var")


def numbers(ids: IdRegistry, scope: str, *paths: tuple[str, ...]) -> list[int]:
    """The numbers of measures with these paths; what is unknown gets a new one."""
    return ids.assign(scope, "measure", [Fresh(path[:-1], path[-1]) for path in paths]).numbers


def folder(where: Settings) -> DataFolder:
    return DataFolder(where.data, base=where.base, keep=where.keep_snapshots)


def content(where: Settings) -> bytes:
    """Everything in the current store, in an order that does not depend on the engine's files."""
    return b"\n".join(sorted(folder(where).open().engine.dump("nq").splitlines()))


def listing(root: Path) -> dict[str, bytes]:
    """Every file of a folder that is part of its state."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "LOCK"
    }
