"""Where sentences of a German progress note begin and end.

A semicolon ends a sentence too: notes are telegraphic, and a negation should not reach across it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_STOP = re.compile(r"[.!?]+[\"“”'’»)\]]*(?=\s)|;|\n|\s•\s|(?<=[a-zäöüß]{3})\.(?=[A-ZÄÖÜ][a-zäöüß])")
_BEFORE = re.compile(r"(\S{1,40})$")
_WORD_BEFORE = re.compile(r"(\w{1,12})\s+\S{1,40}$")
_NEXT = re.compile(r"\s*[\"„“'’»(\[]*(\w+)")
_REST = re.compile(r"\s*\S")
_NUMBER = re.compile(r"^(?:\d{1,2}\.)?\d{1,2}$")

# Words before or after "3." that make it an ordinal or a date without its year.
_ORDINAL_BEFORE = frozenset(
    {
        "der",
        "die",
        "das",
        "dem",
        "den",
        "des",
        "am",
        "im",
        "zum",
        "zur",
        "vom",
        "beim",
        "ab",
        "bis",
        "seit",
        "jede",
        "jeder",
        "jedes",
        "jeden",
        "jedem",
        "ein",
        "eine",
        "einer",
        "eines",
        "einem",
    }
)
_ORDINAL_AFTER = frozenset(
    {
        "kw",
        "kalenderwoche",
        "quartal",
        "halbjahr",
        "jahreshälfte",
        "januar",
        "jänner",
        "februar",
        "märz",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "dezember",
        "jan",
        "feb",
        "mrz",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "okt",
        "nov",
        "dez",
        "sitzung",
        "stadtbezirk",
        "bezirk",
        "mal",
        "phase",
        "klasse",
        "etage",
        "obergeschoss",
        "bauabschnitt",
        "auflage",
        "runde",
        "jahrgang",
        "lebensjahr",
        "staffel",
        "durchgang",
    }
)
# A word this long before a dot is hardly an abbreviation, so that even a small letter may begin a sentence.
_LONG = 6


def sentence_spans(
    text: str, abbreviations: Collection[str] = (), closing: Collection[str] = ()
) -> list[tuple[int, int]]:
    """Start and end of every sentence, outer blanks left out.

    ``abbreviations`` and ``closing`` are lower case without their last dot ("z.b", "etc"). A dot behind a
    closing abbreviation ends the sentence if a capital follows; behind the others, single letters and
    ordinals never.
    """
    spans: list[tuple[int, int]] = []
    begin = 0
    for stop in _STOP.finditer(text):
        if stop.group().startswith(".") and not _ends(text, stop.start(), stop.end(), abbreviations, closing):
            continue
        _add(spans, text, begin, stop.end())
        begin = stop.end()
    _add(spans, text, begin, len(text))
    return spans


def _add(spans: list[tuple[int, int]], text: str, begin: int, end: int) -> None:
    part = text[begin:end]
    stripped = part.strip()
    if any(char.isalnum() for char in stripped):
        start = begin + len(part) - len(part.lstrip())
        spans.append((start, start + len(stripped)))


def _ends(text: str, dot: int, after: int, abbreviations: Collection[str], closing: Collection[str]) -> bool:
    """Whether the dot at ``dot`` ends a sentence; ``after`` is where the text goes on."""
    left = text[max(0, dot - 80) : dot]
    before = _BEFORE.search(left)
    if before is None or _REST.match(text, after) is None:
        return True
    token = before.group(1).lstrip("(„“\"'[").lower()
    follows = _NEXT.match(text, after)
    next_word = follows.group(1) if follows else ""
    capital = not next_word or next_word[0].isupper() or next_word[0].isdigit()
    if token in closing:
        return capital
    if token in abbreviations or (len(token) == 1 and token.isalpha()):
        return False
    if _NUMBER.match(token):
        if next_word.lower() in _ORDINAL_AFTER or not capital:
            return False
        previous = _WORD_BEFORE.search(left)
        return previous is None or previous.group(1).lower() not in _ORDINAL_BEFORE
    if capital:
        return True
    return len(token) >= _LONG or token.endswith((")", "“", '"'))
