"""Values of spreadsheet cells as the text a German reader sees."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal


def text_of(value: object) -> str:
    """Text of a cell value: ``3.0`` → ``3``, ``0.5`` → ``0,5``, a day → ``30.06.2023``, True → ``WAHR``."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "WAHR" if value else "FALSCH"
    if isinstance(value, int | float):
        return number(float(value))
    if isinstance(value, dt.datetime):
        value += dt.timedelta(microseconds=500_000)  # serial numbers are not exact: 14:29:59.9999
        day = f"{value:%d.%m.}{value.year:04d}"
        return day if value.time() < dt.time(0, 0, 1) else f"{day} {_clock(value.hour, value.minute, value.second)}"
    if isinstance(value, dt.date):
        return f"{value:%d.%m.}{value.year:04d}"
    if isinstance(value, dt.time):
        return _clock(value.hour, value.minute, value.second)
    if isinstance(value, dt.timedelta):
        seconds = round(abs(value).total_seconds())
        sign = "-" if value < dt.timedelta() else ""
        return sign + _clock(seconds // 3600, seconds // 60 % 60, seconds % 60)
    return str(value)


def number(value: float) -> str:
    """A number with the 15 digits spreadsheet programs keep, a decimal comma, and no exponent where it is avoidable."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = f"{value:.15g}"
    if "e" in text and 1e-9 <= abs(value) < 1e21:
        text = f"{Decimal(text):f}"
    return text.replace(".", ",")


def column_name(index: int) -> str:
    """Letters of the column with this index from 0: 0 → A, 26 → AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _clock(hours: int, minutes: int, seconds: int) -> str:
    return f"{hours:02d}:{minutes:02d}" + (f":{seconds:02d}" if seconds else "")
