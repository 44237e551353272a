"""A hundred ways to damage the Cologne report. Whatever happens, it is never a traceback."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from zielgraph import resources, settings
from zielgraph.engine import parse
from zielgraph.errors import ZielgraphError
from zielgraph.exporting import export
from zielgraph.importing import data_folder, import_table

KOELN = (resources.data() / "source" / "koeln-zielsystem.tsv").read_bytes()
DAY = date(2019, 12, 31)


def truncated(chance: random.Random) -> bytes:
    return KOELN[: chance.randrange(len(KOELN))]


def flipped(chance: random.Random) -> bytes:
    data = bytearray(KOELN)
    for _ in range(chance.randrange(1, 6)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def without_tabs(chance: random.Random) -> bytes:
    share = chance.random() * 0.3
    return "".join(c for c in KOELN.decode() if c != "\t" or chance.random() > share).encode()


def more_tabs(chance: random.Random) -> bytes:
    share = chance.random() * 0.05
    return "".join(f"{c}\t" if c == " " and chance.random() < share else c for c in KOELN.decode()).encode()


def swapped_cells(chance: random.Random) -> bytes:
    rows = [line.split("\t") for line in KOELN.decode().split("\n")]
    for row in rows:
        if len(row) > 2 and chance.random() < 0.4:
            chance.shuffle(row)
    return "\n".join("\t".join(row) for row in rows).encode()


def doubled_lines(chance: random.Random) -> bytes:
    lines = KOELN.decode().split("\n")
    return "\n".join(each for line in lines for each in [line] * chance.choice((1, 1, 1, 2, 3))).encode()


def shuffled_lines(chance: random.Random) -> bytes:
    lines = KOELN.decode().split("\n")
    chance.shuffle(lines)
    return "\n".join(lines).encode()


def odd_characters(chance: random.Random) -> bytes:
    odd = [
        '"',
        "''",
        "\u202e",
        "\ufeff",
        "\U0001f600",
        "\x0b",
        "\x0c",
        "\u2028",
        "\ufffe",
        "\\",
        "<",
        "&",
        "{",
        "%",
        "́",
    ]
    text = list(KOELN.decode())
    for _ in range(chance.randrange(1, 60)):
        text.insert(chance.randrange(len(text)), chance.choice(odd))
    return "".join(text).encode()


def unicode_noise(chance: random.Random) -> bytes:
    points = [*range(0x20, 0xD800), *range(0xE000, 0x110000)]
    rows = [["".join(map(chr, chance.choices(points, k=9))) for _ in range(8)] for _ in range(5)]
    head = KOELN.decode().split("\n")[4]
    return "\n".join([head, *("\t".join(row) for row in rows)]).encode()


def odd_cells(chance: random.Random) -> bytes:
    odd = ["", "-", ".", "x", "erledigt", "31.02.2020", "a)", "1.2", "<p></p>", "=1+1", "/", ";", "0", "?", "ß", "–––"]
    rows = [[chance.choice(odd) for _ in range(chance.randrange(1, 11))] for _ in range(12)]
    head = KOELN.decode().split("\n")[4]
    return "\n".join([head, *("\t".join(row) for row in rows)]).encode()


MUTILATIONS: list[Callable[[random.Random], bytes]] = [
    truncated,
    flipped,
    without_tabs,
    more_tabs,
    swapped_cells,
    doubled_lines,
    shuffled_lines,
    odd_characters,
    unicode_noise,
    odd_cells,
]


@pytest.mark.parametrize("mutilate", MUTILATIONS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("seed", range(10))
def test_never_a_traceback(tmp_path: Path, mutilate: Callable[[random.Random], bytes], seed: int) -> None:
    """Refused with a sentence, or imported; the first of each kind is also stored and exported."""
    chance = random.Random(f"{mutilate.__name__} {seed}")  # noqa: S311
    path = tmp_path / "bericht.tsv"
    path.write_bytes(mutilate(chance))
    where = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=tmp_path / "var")
    try:
        report = import_table(where, path, edition=DAY, dry_run=seed > 0)
    except ZielgraphError as error:
        sentence = str(error)
    else:
        sentence = ""
        assert report.table.rows
    assert not sentence or sentence.startswith("bericht.tsv")
    snapshot = data_folder(where).open()
    assert bool(snapshot.info.name) == (seed == 0 and not sentence)
    if snapshot.info.name:
        for format in ("stratml", "graphml", "rdfxml"):
            assert len(ElementTree.fromstring(export(snapshot, format)))  # noqa: S314
        assert any(parse(export(snapshot, "ttl"), "ttl"))
        assert export(snapshot, "table").count(b"\n") == len(report.table.rows) + 1
        assert zipfile.ZipFile(io.BytesIO(export(snapshot, "xlsx"))).testzip() is None


def test_most_damage_is_survived(tmp_path: Path) -> None:
    """Otherwise the test above would show little: refusing everything would pass it."""
    path = tmp_path / "bericht.tsv"
    where = settings.load({}, data=tmp_path / "var")
    imported = []
    for mutilate in (doubled_lines, swapped_cells, odd_characters, odd_cells):
        path.write_bytes(mutilate(random.Random(7)))  # noqa: S311
        imported.append(import_table(where, path, edition=DAY, dry_run=True).counts["rows"])
    assert all(count > 5 for count in imported)
