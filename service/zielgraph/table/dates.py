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
_OPEN_START = re.compile(r"^(?:seit|ab|beginn|start(?:et)?)\s+", re.IGNORECASE)
_OPEN_END = re.compile(r"^(?:bis|spätestens|bis spätestens|bis ende|ende)\s+(?=\S)", re.IGNORECASE)
_LEAD = re.compile(r"^(?:am|vom|im|in|ca\.|voraussichtlich|stand:?)\s+", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:–|—|-|bis)\s*")

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


def _named_month(match: re.Match[str]) -> Span:
    return _month(_year(match["y"]), _MONTHS[match["name"].lower().rstrip(".")])


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
        (r"(?P<m>\d{1,2})\s?[/.]\s?(?P<y>\d{4})", lambda m: _month(int(m["y"]), int(m["m"]))),
        (r"(?P<name>[a-zä]{3,9}\.?)\s+(?P<y>\d{4})", _named_month),
        (r"(?P<q>[1-4]|I{1,3}|IV)\.?\s*(?:Quartal|Q)\.?\s*/?(?P<y>\d{4})", _quarter),
        (r"Q(?P<q>[1-4])\s*/?\s*(?P<y>\d{4})", _quarter),
        (r"(?P<h>[12]|I{1,2})\.?\s*(?:Halbjahr|HJ)\s*/?(?P<y>\d{4})", _half),
        (r"(?P<w>\d{1,2})\.?\s*KW\s*/?\s*(?P<y>\d{4})", _week),
        (r"KW\s*(?P<w>\d{1,2})\s*/?\s*(?P<y>\d{4})", _week),
        (r"(?P<y>\d{4})", lambda m: _months(int(m["y"]), 1, 12)),
    )
)


def _simple(text: str) -> Span | None:
    for pattern, read in _SIMPLE:
        if match := pattern.fullmatch(text):
            try:
                start, end = read(match)
            except (ValueError, KeyError):
                return None
            if start is not None and not 1900 <= start.year <= 2199:
                return None
            return start, end
    return None


def read_date(words: str) -> DateValue:
    """The span a date cell names: a day, month, quarter, half-year, week, year, range, "seit …" or "bis …".

    "seit 2019" has a start and no end, "bis 2023" an end and no start. Anything else keeps only its words.
    """
    text = " ".join(words.split())
    plain = _LEAD.sub("", text).rstrip(".") if not re.search(r"\.\d{2}\.$", text) else text
    if span := _simple(plain):
        return DateValue(text, *span)
    if (match := _OPEN_START.match(plain)) and (span := _simple(_LEAD.sub("", plain[match.end() :]))):
        return DateValue(text, span[0], None)
    if (match := _OPEN_END.match(plain)) and (span := _simple(plain[match.end() :])):
        return DateValue(text, None, span[1])
    for separator in _RANGE.finditer(plain):
        left, right = plain[: separator.start()], plain[separator.end() :]
        begin, finish = _simple(left), _simple(right)
        if begin is None and finish and finish[0] and (short := re.fullmatch(r"(\d{1,2})\.(?:(\d{1,2})\.)?", left)):
            month = int(short.group(2) or finish[0].month)
            begin = _simple(f"{short.group(1)}.{month}.{finish[0].year}")
        if begin and finish and begin[0] and finish[1] and begin[0] <= finish[1]:
            return DateValue(text, begin[0], finish[1])
    return DateValue(text, None, None)
