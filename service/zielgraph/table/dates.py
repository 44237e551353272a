"""German date words to a span of days. Unknown words give no days; the words themselves are always kept."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta

from zielgraph.table.model import DateValue

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
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_OPEN_START = re.compile(r"^(?:seit|ab|beginn|start(?:et)?)\b:?\s*", re.IGNORECASE)
_OPEN_END = re.compile(r"^(?:bis spätestens|spätestens bis|bis|spätestens)\s+(?:zum\s+)?(?=\S)", re.IGNORECASE)
_ONGOING = re.compile(r",?\s+(?:(?:fort)?laufend|ff\.?)$", re.IGNORECASE)
_LEAD = re.compile(r"^(?:am|vom|von|im|in|ca\.|voraussichtlich|stand:?)\s+", re.IGNORECASE)
# "Mitte 2020" is somewhere in 2020: the span holds it, nothing narrower is certain
_PART = re.compile(r"^(?:Anfang|Mitte|Ende|Frühjahr|Frühling|Sommer|Herbst)\s+(?:des Jahres\s+)?(?=\S)", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:–|—|-|\bbis\b|(?<=\d{4})/(?=\d{4}$))\s*", re.IGNORECASE)
# What stands before the dash of "1.–3.5.2020", "28.4.–3.5.2020", "1. bis 3. Mai 2020", "1.–3. Quartal 2020"
_SHORT_DAY = re.compile(r"(\d{1,2})\.\s?(?:(\d{1,2})\.)?")
_SHORT_PART = re.compile(r"([1-4]|I{1,3}|IV)\.?", re.IGNORECASE)
_PART_UNIT = re.compile(r"(?:Quartal|Q|Halbjahr|HJ)\b.*", re.IGNORECASE)

Span = tuple[date | None, date | None]


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


def _half(match: re.Match[str]) -> Span:
    half = _ROMAN.get(match["h"].lower()) or int(match["h"])
    return _months(_year(match["y"]), half * 6 - 5, half * 6)


_SIMPLE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Span]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), read)
    for pattern, read in (
        (r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4}|\d{2})", _day),
        (r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?:[T ]00:00:00)?", _day),
        (rf"(?P<d>\d{{1,2}})\.\s?(?P<name>{_NAMES})\.?\s+(?P<y>\d{{4}})", _named_day),
        (r"(?P<m>\d{1,2})\s?[/.]\s?(?P<y>\d{4})", lambda m: _month(int(m["y"]), int(m["m"]))),
        (r"(?P<y>\d{4})-(?P<m>\d{2})", lambda m: _month(int(m["y"]), int(m["m"]))),
        (rf"(?P<name>{_NAMES})\.?\s+(?P<y>\d{{4}})", _named_month),
        (r"(?P<q>[1-4]|I{1,3}|IV)\.?\s*(?:Quartal|Q)\.?\s*/?(?P<y>\d{4})", _quarter),
        (r"Q(?P<q>[1-4])\s*/?\s*(?P<y>\d{4})", _quarter),
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
            if start is not None and not 1900 <= start.year <= 2199:
                return None
            return start, end
    return None


def _begin(left: str, right: str, finish: date) -> date | None:
    """First day of a range whose left side may leave out what its right side says."""
    span = _simple(left)
    if span is None and (part := _SHORT_PART.fullmatch(left)) and (unit := _PART_UNIT.search(right)):
        span = _simple(f"{part[1]}. {unit.group()}")
    elif span is None and (day := _SHORT_DAY.fullmatch(left)):
        span = _simple(f"{day[1]}.{day[2] or finish.month}.{finish.year}")
        if span and span[0] and span[0] > finish and day[2]:  # "28.12.–3.1.2020" began the year before
            span = _simple(f"{day[1]}.{day[2]}.{finish.year - 1}")
    elif span is None:
        span = _simple(f"{left} {finish.year}")
    return span[0] if span else None


def read_date(words: str) -> DateValue:
    """The span a date cell names: a day, month, quarter, half-year, week, year, range, "seit …" or "bis …".

    "seit 2019" has a start and no end, "bis 2023" an end and no start. Anything else keeps only its words.
    """
    text = " ".join(words.split())
    plain = text if re.search(r"\.\d{2}\.$", text) else text.rstrip(".")
    if span := _simple(plain):
        return DateValue(text, *span)
    start = _OPEN_START.match(plain)
    endless = _ONGOING.sub("", plain)
    if (start or endless != plain) and (span := _simple(endless[start.end() if start else 0 :])):
        return DateValue(text, span[0], None)
    if (match := _OPEN_END.match(plain)) and (span := _simple(plain[match.end() :])):
        return DateValue(text, None, span[1])
    for separator in _RANGE.finditer(plain):
        left, right = _LEAD.sub("", plain[: separator.start()]), plain[separator.end() :]
        finish = _simple(right)
        if finish and finish[1] and (begin := _begin(left, right, finish[1])) and begin <= finish[1]:
            return DateValue(text, begin, finish[1])
    return DateValue(text, None, None)
