"""German date words to a span of days. Unknown words give no days; the words themselves are always kept."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from zielgraph.table.model import OPEN_END, OPEN_START, DateValue

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jan jänner",
            "februar feb",
            "märz mär maerz mrz",
            "april apr",
            "mai",
            "juni jun",
            "juli jul",
            "august aug",
            "september sep sept",
            "oktober okt",
            "november nov",
            "dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_FROM = re.compile(r"^(?:seit|ab|beginn|start(?:et)?)\b:?\s*", re.IGNORECASE)
_UNTIL = re.compile(r"^(?:bis spätestens|spätestens bis|bis|spätestens)\s+(?:zum\s+)?(?=\S)", re.IGNORECASE)
_ONGOING = re.compile(r",?\s*(?:\b(?:fort)?laufend|\bff\.?|\bbis auf weiteres)$", re.IGNORECASE)
_ALWAYS = re.compile(
    r"(?:fort)?laufend|dauer(?:haft|aufgabe|nd)|kontinuierlich|ständig|permanent|unbefristet|bis auf weiteres",
    re.IGNORECASE,
)
# Spreadsheet programs write the time of day behind a day
_CLOCK = re.compile(r"(?<=\d)(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s+Uhr)?Z?$")
_SEVERAL = re.compile(r"\s*(?:[;,&+]|\bund\b|\bsowie\b)\s*|(?<=\.\d{4})\s+(?=\d)", re.IGNORECASE)
# A spreadsheet program's number for a day, counted from 30.12.1899: only days that a report can mean
_SERIALS = range(20_000, 73_051)
_LEAD = re.compile(r"^(?:am|vom|von|im|in|ca\.|voraussichtlich|stand:?)\s+", re.IGNORECASE)
# "Mitte 2020" is somewhere in 2020: the span holds it, nothing narrower is certain
_PART = re.compile(r"^(?:Anfang|Mitte|Ende|Frühjahr|Frühling|Sommer|Herbst)\s+(?:des Jahres\s+)?(?=\S)", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:–|—|-|\bbis\b|(?<=\d{4})/(?=\d{4}$))\s*", re.IGNORECASE)
# What stands before the dash of "1.–3.5.2020", "28.4.–3.5.2020", "1. bis 3. Mai 2020", "1.–3. Quartal 2020"
_SHORT_DAY = re.compile(r"(\d{1,2})\.\s?(?:(\d{1,2})\.)?")
_SHORT_PART = re.compile(r"([1-4]|I{1,3}|IV)\.?", re.IGNORECASE)
_PART_UNIT = re.compile(r"(?:Quartal|Q|Halbjahr|HJ)\b.*", re.IGNORECASE)

Span = tuple[date, date]


def _year(digits: str) -> int:
    value = int(digits)
    return value if value > 99 else (2000 + value if value < 70 else 1900 + value)


def _month(year: int, month: int) -> Span:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def _months(year: int, first: int, last: int) -> Span:
    return date(year, first, 1), _month(year, last)[1]


def _week(match: re.Match[str]) -> Span:
    monday = date.fromisocalendar(_year(match["y"]), int(match["w"]), 1)
    return monday, monday + timedelta(days=6)


def _day(match: re.Match[str]) -> Span:
    day = date(_year(match["y"]), int(match["m"]), int(match["d"]))
    return day, day


def _named_day(match: re.Match[str]) -> Span:
    day = date(_year(match["y"]), _MONTHS[match["name"].lower()], int(match["d"]))
    return day, day


def _named_month(match: re.Match[str]) -> Span:
    return _month(_year(match["y"]), _MONTHS[match["name"].lower()])


def _quarter(match: re.Match[str]) -> Span:
    quarter = _ROMAN.get(match["q"].lower()) or int(match["q"])
    return _months(_year(match["y"]), quarter * 3 - 2, quarter * 3)


def _years(match: re.Match[str]) -> Span:
    """ "2022/23": the year behind the stroke is the next one, or none that could be a month."""
    first, last = int(match["y"]), int(match["y"]) // 100 * 100 + int(match["z"])
    if last <= first or (last > first + 1 and int(match["z"]) <= 12):
        raise ValueError(match.group())
    return date(first, 1, 1), date(last, 12, 31)


def _half(match: re.Match[str]) -> Span:
    half = _ROMAN.get(match["h"].lower()) or int(match["h"])
    return _months(_year(match["y"]), half * 6 - 5, half * 6)


_SIMPLE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Span]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4}|\d{2})", _day),
        (r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})", _day),
        (rf"(?P<d>\d{{1,2}})\.\s?(?P<name>{_NAMES})\.?\s+(?P<y>\d{{4}})", _named_day),
        (r"(?P<m>\d{1,2})\s?[/.]\s?(?P<y>\d{4})", lambda m: _month(int(m["y"]), int(m["m"]))),
        (r"(?P<y>\d{4})-(?P<m>\d{2})", lambda m: _month(int(m["y"]), int(m["m"]))),
        (rf"(?P<name>{_NAMES})\.?\s+(?P<y>\d{{4}})", _named_month),
        (r"(?P<q>[1-4]|I{1,3}|IV)\.?\s*(?:Quartal|Q)\.?\s*/?(?P<y>\d{4})", _quarter),
        (r"Q(?P<q>[1-4])\s*/?\s*(?P<y>\d{4})", _quarter),
        (r"(?P<q>I{1,3}|IV)\.?\s*/\s*(?P<y>\d{4})", _quarter),
        (r"(?P<y>\d{4})\s?/\s?(?P<z>\d{2})", _years),
        (r"(?P<h>[12]|I{1,2})\.?\s*(?:Halbjahr|HJ)\s*/?(?P<y>\d{4})", _half),
        (r"(?P<w>\d{1,2})\.?\s*KW\s*/?\s*(?P<y>\d{4})", _week),
        (r"KW\s*(?P<w>\d{1,2})\s*/?\s*(?P<y>\d{4})", _week),
        (r"(?P<y>\d{4})", lambda m: _months(int(m["y"]), 1, 12)),
    )
)


def _simple(text: str) -> Span | None:
    text = _PART.sub("", _LEAD.sub("", text))
    for pattern, read in _SIMPLE:
        if match := pattern.fullmatch(text):
            try:
                start, end = read(match)
            except ValueError:
                return None
            return (start, end) if 1900 <= start.year <= 2199 else None
    return None


def _begin(left: str, right: str, finish: date) -> Span | None:
    """The span of a range's left side, which may leave out what its right side says."""
    span = _simple(left)
    if span is None and (part := _SHORT_PART.fullmatch(left)) and (unit := _PART_UNIT.search(right)):
        span = _simple(f"{part[1]}. {unit.group()}")
    elif span is None and (day := _SHORT_DAY.fullmatch(left)):
        span = _simple(f"{day[1]}.{day[2] or finish.month}.{finish.year}")
        if span and span[0] > finish and day[2]:  # "28.12.–3.1.2020" began the year before
            span = _simple(f"{day[1]}.{day[2]}.{finish.year - 1}")
    elif span is None:
        span = _simple(f"{left} {finish.year}")
    return span


def is_serial(words: str) -> bool:
    """Whether the words are a spreadsheet program's number for a day ("45107")."""
    return len(words) == 5 and words.isascii() and words.isdigit() and int(words) in _SERIALS


@lru_cache(maxsize=4096)
def read_date(words: str, *, serials: bool = False) -> DateValue:
    """The span a date cell names: a day, month, quarter, half-year, week, year, range, "seit …", "bis …", several days.

    "seit 2019" ends at OPEN_END, "bis 2023" begins at OPEN_START, "fortlaufend" does both. Anything else keeps only
    its words. ``serials``: five digits may be a spreadsheet program's number for a day.
    """
    text = " ".join(words.split())
    if serials and is_serial(text):
        day = date(1899, 12, 30) + timedelta(days=int(text))
        return DateValue(text, day, day)
    return DateValue(text, *(_span(text) or (None, None)))


def _span(text: str) -> Span | None:
    plain = _CLOCK.sub("", text if re.search(r"\.\d{2}\.$", text) else text.rstrip("."))
    if span := _simple(plain):
        return span
    if _ALWAYS.fullmatch(plain):
        return OPEN_START, OPEN_END
    start = _FROM.match(plain)
    endless = _ONGOING.sub("", plain)
    if (start or endless != plain) and (span := _simple(endless[start.end() if start else 0 :])):
        return span[0], OPEN_END
    if (match := _UNTIL.match(plain)) and (span := _simple(plain[match.end() :])):
        return OPEN_START, span[1]
    if sides := _sides(plain):
        return sides[0][0], sides[1][1]
    spans = [_simple(_CLOCK.sub("", part)) for part in _SEVERAL.split(plain) if part]
    if len(spans) > 1 and all(spans):
        return min(s[0] for s in spans if s), max(s[1] for s in spans if s)
    return None


def _sides(plain: str) -> tuple[Span, Span] | None:
    """Left and right side of a range, the left one completed by what only the right one says."""
    for separator in _RANGE.finditer(plain):
        left, right = _LEAD.sub("", plain[: separator.start()]), plain[separator.end() :]
        finish = _simple(right)
        if finish and (begin := _begin(left, right, finish[1])) and begin[0] <= finish[1]:
            return begin, finish
    return None


def read_period(words: str) -> tuple[DateValue, DateValue]:
    """Start and due date of a cell that holds both ("2021–2023"). What is no range is both at once."""
    whole = read_date(words, serials=True)
    sides = _sides(whole.text.rstrip(".")) if whole.known else None
    if sides is None or _simple(whole.text):
        return whole, whole
    return DateValue(whole.text, *sides[0]), DateValue(whole.text, *sides[1])
