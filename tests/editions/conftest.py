"""The Cologne report and an invented later edition of it, both imported, the older one with a replaced revision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from laterreport import KOELN, Lines, second_edition

from zielgraph import settings
from zielgraph.importing import import_table
from zielgraph.settings import Settings


@dataclass(frozen=True)
class History:
    """A data folder with two editions."""

    settings: Settings
    second: Path

    @property
    def folder(self) -> Path:
        return self.settings.data


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Two editions; of the first one there is a revision that had one measure more. Shared: read only."""
    root = tmp_path_factory.mktemp("history")
    its = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=root / "data")
    draft = Lines()
    draft.insert_after(11, "\t\td) Probeweise Sprechstunde\t\t\tgeplant\t\t")
    import_table(its, draft.write(root / "entwurf.tsv"), edition=date(2019, 12, 31))
    import_table(its, KOELN, edition=date(2019, 12, 31), replace=True)
    second = second_edition(root / "koeln-2020.tsv")
    import_table(its, second, edition=date(2020, 6, 30))
    return History(its, second)
