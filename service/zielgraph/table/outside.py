"""Lines outside the table proper: top goal, the date the file states for itself, abbreviations."""

from __future__ import annotations

import re
from datetime import date

from zielgraph.source import Line
from zielgraph.table.clean import tidy
from zielgraph.table.dates import read_date
from zielgraph.table.model import Abbreviation, DateValue
from zielgraph.table.profile import Profile

_ABBREVIATION = re.compile(
    r"^[-–•*]?\s*(?:(?:FB|Amt|Abt\.?|Abteilung|Dez\.?|Fachbereich|Dezernat)\s+(?=\d))?"
    r"(?P<code>\d{1,3}(?:/\d{1,3})?|[A-ZÄÖÜ][\w-]{0,11}(?:/\d{1,3})?)"
    r"(?P<sep>\s*[:=;\t]\s*|\s+[/–—-]\s+|\s+)(?P<name>[A-ZÄÖÜ„\"].{2,})$"
)
_MONTH = 31  # days; a longer span states no day
_LIST_SEPARATOR = re.compile(r"\s*[;|]\s*(?=[^;|]{1,12}\s*[:=])")
# "Stand: 30.06.2023", "Stand vom 1. Juni 2023", "Stichtag 2023-06-30", "Stand: März 2023", "Stand 06/2023"
_STATED = (
    r"(?:\s+(?:vom|zum|am|im))?\s*:?\s*"
    r"(\d{1,2}\.\s?(?:\d{1,2}\.\s?(?:\d{4}|\d{2})(?!\d)|[a-zä]+\.?\s+\d{4})|\d{4}-\d\d-\d\d"
    r"|[a-zä]+\.?\s+\d{4}(?!\d)|\d{1,2}\s?[/.]\s?\d{4}(?!\d))"
)


def top_goal(profile: Profile, text: str) -> str:
    """The goal in a line like "Grundsatzziel 1: …"; empty when it names none."""
    for prefix in profile.above:
        if match := re.match(rf"{re.escape(prefix)}\w*\s*(?:\d+\s*)?[:–-]\s*(\S.*)", text, re.IGNORECASE):
            return match.group(1)
    return ""


def stated_date(profile: Profile, text: str) -> date | None:
    """The day in a line like "Stand: 30.06.2023"; of a month ("Stand: Juni 2023") it is the last one."""
    found = _stated(profile, text)
    return found.end if found else None


def states_month(profile: Profile, text: str) -> bool:
    """Whether a line states a month and no day ("Stand: Juni 2023")."""
    found = _stated(profile, text)
    return found is not None and found.exact is None


def _stated(profile: Profile, text: str) -> DateValue | None:
    for prefix in profile.stated_date:
        if match := re.search(rf"\b{re.escape(prefix)}{_STATED}", text, re.IGNORECASE):
            value = read_date(match.group(1))
            return value if value.start and value.end and (value.end - value.start).days < _MONTH else None
    return None


def is_title(profile: Profile, text: str) -> bool:
    """Whether a line names the top goal or the report's date."""
    return bool(top_goal(profile, text)) or stated_date(profile, text) is not None


def read_abbreviations(line: Line, sheet: str = "") -> tuple[list[Abbreviation], list[str]]:
    """Entries like "16 Amt für …", " 11: Personal…", "JC = Jobcenter" of one line, and what is none."""
    entries: list[Abbreviation] = []
    others: list[str] = []
    for part in _LIST_SEPARATOR.split("\t".join(cell for cell in line.cells if cell.strip())):
        match = _ABBREVIATION.match(part.strip())
        # a blank alone separates only a number or an all-capitals word from its name
        if match and (match["sep"].strip() or "\t" in match["sep"] or match["code"].upper() == match["code"]):
            entries.append(Abbreviation(line.number, match["code"], tidy(match["name"]), sheet))
        else:
            others.append(tidy(part))
    return entries, others
