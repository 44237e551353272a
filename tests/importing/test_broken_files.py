"""Two hundred broken files of every format through the whole import: a report or one sentence, never a traceback."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import broken
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples

from zielgraph import settings
from zielgraph.errors import ZielgraphError
from zielgraph.importing import import_table

FORMATS = ("xlsx", "ods", "docx", "csv", "tsv")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_broken_file_is_imported_or_refused(kind: str, tmp_path: Path) -> None:
    here = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=tmp_path / "var")
    seen: Counter[str] = Counter()

    @examples(derandomize=True, database=None, max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(broken.broken_files(kind))
    def check(file: tuple[str, bytes]) -> None:
        name, data = file
        path = tmp_path / name
        path.write_bytes(data)
        try:
            report = import_table(here, path, edition=date(2020, 1, 1), dry_run=True)
        except ZielgraphError as error:
            seen["refused"] += 1
            sentence = str(error)
        else:
            seen["read"] += 1
            assert report.counts["rows"] == len(report.table.rows) > 0
            assert report.as_json(repairs=True)["file"] == name
            return
        assert sentence.startswith(name)
        assert "\n" not in sentence

    check()
    assert not here.data.exists()
    assert sum(seen.values()) >= 40
    assert seen["refused"]
