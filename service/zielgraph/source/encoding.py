"""From the bytes of a text file to its text: which encoding, and what could not be read in it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from zielgraph.errors import InputError
from zielgraph.source.grid import listed

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Windows, DOS, Macintosh: what German programs have written; the first is taken when nothing speaks for another.
_SINGLE_BYTE = ("cp1252", "cp850", "mac_roman")
_SAMPLE = 300_000
_GERMAN = re.compile("(?<=[A-Za-z])[äöüß](?![A-ZÄÖÜ])|(?<![A-Za-z])[ÄÖÜ](?=[a-z])|(?<=[A-Z])[ÄÖÜ](?=[A-Z])")
_ESCAPED = re.compile("[\udc80-\udcff]+")
_SAVE = "Bitte als UTF-8 speichern („CSV UTF-8“ in Excel)."


@dataclass(frozen=True)
class Decoded:
    """The text, its encoding and what a person should know about it."""

    text: str
    encoding: str
    notices: tuple[str, ...] = ()


def decode(data: bytes, file: str) -> Decoded:
    """Decode a text file: by its mark, as UTF-8, else as the single-byte encoding that fits German words best.

    A file in which some places are UTF-8 and others are not is decoded place by place, with a notice.
    Raises InputError when the mark promises an encoding that the bytes break.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data.decode(encoding), encoding.removesuffix("-sig"))
            except UnicodeDecodeError as error:
                if encoding == "utf-8-sig":
                    break
                raise InputError(
                    f"die Datei soll {encoding.upper()} sein, ist aber ab Byte {error.start + 1} beschädigt",
                    file=file,
                    advice=_SAVE,
                ) from None
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    sample = _telling_lines(data)
    single = _single_byte(sample)
    if _has_utf8(sample):
        text, odd = _piecewise(data.removeprefix(codecs.BOM_UTF8), "utf-8", single)
        problem = f"Teils in UTF-8, teils in {single} kodiert; die Umlaute bitte prüfen in Zeile {_numbers(odd)}."
        return Decoded(text, "utf-8", (problem,))
    try:
        text = data.decode(single)
    except UnicodeDecodeError:
        text, odd = _piecewise(data, single, "latin-1")
        return Decoded(text, single, (f"In {single} gibt es nicht alle Zeichen; bitte prüfen: Zeile {_numbers(odd)}.",))
    guessed = () if single == "cp1252" else (f"Gelesen in der Kodierung {single}; bitte die Umlaute prüfen.",)
    return Decoded(text, single, guessed)


def _telling_lines(data: bytes) -> bytes:
    """Lines with other than ASCII characters, enough of them to judge by."""
    lines: list[bytes] = []
    size = 0
    for line in re.finditer(rb"[^\n\x80-\xff]*[\x80-\xff][^\n]*", data):
        lines.append(line[0])
        size += len(line[0])
        if size > _SAMPLE:
            break
    return b"\n".join(lines)[: 2 * _SAMPLE]


def _has_utf8(sample: bytes) -> bool:
    """Whether some letters are clearly UTF-8: German ones, quotation marks, dashes. Chance pairs do not count."""
    return re.search("[äöüÄÖÜß„“”‚‘’–—…€§éèàáç\u00a0]", sample.decode("utf-8", "ignore")) is not None


def _single_byte(sample: bytes) -> str:
    """The encoding in which most umlauts stand where German words have them; charset-normalizer breaks a tie."""
    counts = {name: len(_GERMAN.findall(sample.decode(name, "replace"))) for name in _SINGLE_BYTE}
    most = max(counts.values())
    best = [name for name, count in counts.items() if count == most]
    if len(best) == 1 or not most:
        return best[0]
    from charset_normalizer import from_bytes

    match = from_bytes(sample, cp_isolation=best).best()
    return match.encoding if match is not None and match.encoding in best else best[0]


def _piecewise(data: bytes, main: str, other: str) -> tuple[str, list[int]]:
    """Text in ``main``, bytes that it lacks in ``other`` (or as they are); and the lines with such bytes."""
    text = data.decode(main, "surrogateescape")
    odd: list[int] = []
    line, seen = 1, 0
    for match in _ESCAPED.finditer(text):
        line += text.count("\n", seen, match.start())
        seen = match.start()
        if not odd or odd[-1] != line:
            odd.append(line)

    def reread(match: re.Match[str]) -> str:
        piece = match[0].encode("ascii", "surrogateescape")
        try:
            return piece.decode(other)
        except UnicodeDecodeError:
            return piece.decode("latin-1")

    return _ESCAPED.sub(reread, text), odd


def _numbers(lines: list[int]) -> str:
    return listed([str(line) for line in lines])
