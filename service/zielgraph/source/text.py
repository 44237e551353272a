"""Text tables: CSV, TSV and what else has one record a line. Separators and quoting."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Sequence

from zielgraph.errors import InputError
from zielgraph.source.container import SAVE_AS
from zielgraph.source.encoding import decode
from zielgraph.source.grid import listed
from zielgraph.source.model import Limits, Line, Sheet, Source

# Semicolons and tabs are rare in prose, commas are not and stand in numbers too.
_SEPARATORS = {"\t": 1.0, ";": 1.0, "|": 0.95, ",": 0.7}
_NAMED = re.compile(r"sep=([^\w\s\"]|\t)(?:\r\n?|\n|$)", re.IGNORECASE)
_SAMPLE_LINES, _SAMPLE_CHARS = 400, 400_000
_HEADING_CHARS = 60
_MOST_BROKEN = 100
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_OTHER_TEXTS = (
    (r"\{\\rtf", "ist eine RTF-Datei, keine Tabelle"),
    (
        r"(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|table|div|meta)\b",
        "ist eine Webseite (HTML), auch wenn der Name etwas anderes sagt",
    ),
    (r"<\?xml|<[\w:]+[^>]*\sxmlns", "ist eine XML-Datei, keine Tabelle"),
    (r"MIME-Version:", "ist eine Webseite in einer Datei (MHTML)"),
)


def read_text(data: bytes, file: str, sha256: str, limits: Limits) -> Source:
    """A text file taken apart. Raises InputError with file, row and advice."""
    decoded = decode(data, file)
    text = decoded.text
    start = text[:10_000].lstrip()
    for pattern, problem in _OTHER_TEXTS:
        if re.match(pattern, start, re.IGNORECASE | re.DOTALL):
            raise InputError(problem, file=file, advice=SAVE_AS)
    if match := _CONTROL.search(text):
        raise InputError(
            f"enthält das Steuerzeichen U+{ord(match.group()):04X} und ist keine Texttabelle",
            file=file,
            row=text.count("\n", 0, match.start()) + 1,
            advice=SAVE_AS,
        )
    physical = list(io.StringIO(text, newline=""))
    skip = 0
    if named := _NAMED.match(text):
        separator, skip = named[1], 1
    else:
        separator = find_separator(physical)
    lines, broken = _records(text, physical, separator, skip)
    _check(lines, file, limits)
    notices = list(decoded.notices)
    if broken:
        notices.append(
            f"Anführungszeichen ohne Gegenstück in Zeile {listed([str(each) for each in broken])}; "
            "dort gilt jede Zeile der Datei als eine Zeile der Tabelle."
        )
    kind = "tsv" if separator == "\t" else "csv"
    return Source(file, sha256, [Sheet("", lines)], kind, decoded.encoding, separator, tuple(notices))


def find_separator(physical: Sequence[str]) -> str:
    """The separator that cuts most of the first records, and into equally many cells; a tab when none does.

    How many cells of one record look like headings weighs in: a stray character cuts none of them out.
    """
    sample: list[str] = []
    chars = 0
    for line in itertools.islice(physical, _SAMPLE_LINES):
        sample.append(line)
        chars += len(line)
        if chars > _SAMPLE_CHARS:
            break
    scores = {separator: _score(sample, separator) * weight for separator, weight in _SEPARATORS.items()}
    return max(scores, key=lambda separator: scores[separator])


def _score(sample: list[str], separator: str) -> float:
    csv.field_size_limit(max(sum(map(len, sample)), 131_072))
    widths: Counter[int] = Counter()
    records = headings = 0
    try:
        for cells in csv.reader(sample, delimiter=separator):
            if not any(cell.strip() for cell in cells):
                continue
            records += 1
            if len(cells) > 1:
                widths[len(cells)] += 1
                headings = max(headings, len({cell for cell in cells if _is_heading(cell)}))
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    # Records swallowed by a quote that never closes count as lines that do not fit.
    lines = sum(1 for line in sample if line.strip())
    # Lines of a damaged table have odd numbers of cells, but they still are cut.
    return (widths.total() + max(widths.values())) / max(records, lines // 4) * (1 - 1 / (headings + 1))


def _is_heading(cell: str) -> bool:
    return len(cell) <= _HEADING_CHARS and "\t" not in cell and any(char.isalpha() for char in cell)


# A cell that begins with a quotation mark and ends with one; those inside are doubled.
_QUOTED_CELL = re.compile(r'(?:^|\t)"((?:[^"]++|"")*+)"(?=\t|$)', re.MULTILINE)
_QUOTED_LINE = re.compile(r'^"[^"\n]*+"(?:\t(?:"[^"\n]*+")?+){2,}$', re.MULTILINE)


def _is_quoted(text: str, separator: str) -> bool:
    """Whether quotation marks around a cell belong to the format. Between tabs they may be the author's text.

    Programs that write tabs quote a cell that holds a tab, a line end or a quotation mark (then doubled), or every
    cell: "Wegweiser Wohnen" as a whole cell is the author's. Comma and semicolon files follow RFC 4180.
    """
    if '"' not in text:
        return False
    if separator != "\t":
        return True
    flat = re.sub(r"\r\n?", "\n", text)
    return bool(_QUOTED_LINE.search(flat)) or any(
        "\t" in cell or "\n" in cell or '""' in cell for cell in _QUOTED_CELL.findall(flat)
    )


def _records(text: str, physical: list[str], separator: str, skip: int) -> tuple[list[Line], list[int]]:
    """Records with the number of their first line, and the lines in which the quoting is broken.

    A record whose quoting is broken is cut at the separators alone, its quotation marks are text, and reading goes on
    in the next line. When that happens too often, the marks are the author's everywhere.
    """
    if not _is_quoted(text, separator):
        return _plain(physical, separator, skip), []
    csv.field_size_limit(max(len(text), 131_072))
    lines: list[Line] = []
    broken: list[int] = []
    begin = skip
    while begin < len(physical):
        reader = csv.reader(itertools.islice(physical, begin, None), delimiter=separator, strict=True)
        done = 0  # lines of complete records
        try:
            for cells in reader:
                if reader.line_num > done + 2 and _swallowed(
                    physical[begin + done : begin + reader.line_num], separator, len(cells)
                ):
                    raise csv.Error
                lines.append(Line(begin + done + 1, cells or [""]))
                done = reader.line_num
            break
        except csv.Error:
            begin += done
            broken.append(begin + 1)
            if len(broken) > _MOST_BROKEN:
                return _plain(physical, separator, skip), broken
            lines += _plain(physical[begin : begin + 1], separator, 0, begin)
            begin += 1
    return lines, broken


def _swallowed(physical: Sequence[str], separator: str, width: int) -> bool:
    """Whether a record of several lines looks like complete records: a quote that never closed met a stray one."""
    return width > 2 and all(line.count(separator) == width - 1 for line in physical)


def _plain(physical: Sequence[str], separator: str, skip: int, before: int = 0) -> list[Line]:
    """One record a line. Quotation marks are the author's: "Wegweiser Wohnen" wurde erstellt."""
    return [
        Line(before + number, line.rstrip("\r\n").split(separator))
        for number, line in enumerate(itertools.islice(physical, skip, None), start=skip + 1)
    ]


def _check(lines: list[Line], file: str, limits: Limits) -> None:
    if len(lines) > limits.rows:
        raise InputError(
            f"hat {len(lines)} Zeilen, erlaubt sind {limits.rows}",
            file=file,
            row=limits.rows + 1,
            advice="Bitte die Tabelle aufteilen oder ZIELGRAPH_MAX_TABLE_ROWS erhöhen.",
        )
    for line in lines:
        if len(line.cells) > limits.cells:
            raise InputError(
                f"die Zeile hat {len(line.cells)} Zellen, erlaubt sind {limits.cells}",
                file=file,
                row=line.number,
                advice="Bitte leere Spalten am rechten Rand löschen.",
            )
        longest = max(map(len, line.cells))
        if longest > limits.cell_chars:
            column = next(i for i, cell in enumerate(line.cells, start=1) if len(cell) == longest)
            raise InputError(
                f"die Zelle hat {longest} Zeichen, erlaubt sind {limits.cell_chars}",
                file=file,
                row=line.number,
                column=str(column),
                advice="Bitte den Text kürzen oder ZIELGRAPH_MAX_CELL_CHARS erhöhen.",
            )
