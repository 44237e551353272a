"""Whatever is in a file: it becomes a Source, or one sentence that names the file."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import broken
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zielgraph.errors import InputError
from zielgraph.source import Limits, Source, read_source

# The XLS and XLSB readers start a process for every file.
EXAMPLES = {"xlsx": 120, "ods": 80, "docx": 50, "csv": 80, "tsv": 60, "xls": 25, "xlsb": 25}


def outcome(name: str, data: bytes, limits: Limits | None = None) -> Source | InputError:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            return read_source(path, limits)
        except InputError as error:
            return error


def sound(name: str, result: Source | InputError) -> bool:
    """Whether a file was read; a refusal must be a sentence with a name and an advice."""
    if isinstance(result, InputError):
        sentence = str(result)
        assert sentence.startswith(name)
        assert "\n" not in sentence
        assert not any(word in sentence for word in ("Error", "Exception", "Traceback", "None"))
        return False
    for sheet in result.sheets:
        numbers = [line.number for line in sheet.lines]
        assert numbers == sorted(set(numbers))
        assert all(line.number > 0 and all(index < len(line.cells) for index in line.merged) for line in sheet.lines)
        assert not any(line.cells[index] for line in sheet.lines for index in line.merged)
    return True


@pytest.mark.parametrize("kind", EXAMPLES)
def test_source_or_sentence(kind: str) -> None:
    seen: Counter[bool] = Counter()

    @settings(
        derandomize=True,
        database=None,
        max_examples=EXAMPLES[kind],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(broken.broken_files(kind))
    def check(file: tuple[str, bytes]) -> None:
        name, data = file
        seen[sound(name, outcome(name, data))] += 1

    check()
    # Refusing everything, or noticing nothing, would pass the check above.
    assert seen[True]
    assert seen[False]


@settings(derandomize=True, database=None, max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_noise(data: bytes) -> None:
    sound("rauschen.xlsx", outcome("rauschen.xlsx", data))


@pytest.mark.parametrize("kind", EXAMPLES)
def test_intact_files_hold_the_same_in_every_format(kind: str) -> None:
    result = outcome(f"bericht.{kind}", broken.intact_files()[kind])
    assert isinstance(result, Source), result
    assert result.format == kind
    lines = [line for line in result.lines if len(line.cells) > 1]
    width = len(broken.HEADINGS)
    expected = [[cell if kind != "tsv" else cell.replace("\n", " ") for cell in row] for row in broken.ROWS]
    assert [line.cells[:width] for line in lines] == expected
    assert [dict(line.merged) for line in lines] == (
        [{}, {}, {0: "Wohnen"} if kind in ("xlsx", "ods", "docx", "xls") else {}, {}]
    )
