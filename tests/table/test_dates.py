"""Date words and the days they span. A word that is not understood keeps its text and gets no day."""

from __future__ import annotations

from datetime import date

import pytest

from zielgraph.table.dates import read_date

SPANS = {
    # a day
    "30.06.2023": ("2023-06-30", "2023-06-30"),
    "30. 06. 2023": ("2023-06-30", "2023-06-30"),
    "30.6.23": ("2023-06-30", "2023-06-30"),
    "6.10.17": ("2017-10-06", "2017-10-06"),
    "1.5.70": ("1970-05-01", "1970-05-01"),
    "29.02.2020": ("2020-02-29", "2020-02-29"),
    "2019-06-30": ("2019-06-30", "2019-06-30"),
    "2019-06-30 00:00:00": ("2019-06-30", "2019-06-30"),
    "1. Juni 2020": ("2020-06-01", "2020-06-01"),
    "01. Juni 2020": ("2020-06-01", "2020-06-01"),
    "am 07.11.2019": ("2019-11-07", "2019-11-07"),
    "Stand: 07.11.2019": ("2019-11-07", "2019-11-07"),
    "30.06.2023.": ("2023-06-30", "2023-06-30"),
    # a month
    "06/2023": ("2023-06-01", "2023-06-30"),
    "06.2023": ("2023-06-01", "2023-06-30"),
    "2019-06": ("2019-06-01", "2019-06-30"),
    "02/2020": ("2020-02-01", "2020-02-29"),
    "in 11/2017": ("2017-11-01", "2017-11-30"),
    "Juni 2020": ("2020-06-01", "2020-06-30"),
    "im Juni 2020": ("2020-06-01", "2020-06-30"),
    "MÄRZ 2020": ("2020-03-01", "2020-03-31"),
    "Mrz. 2020": ("2020-03-01", "2020-03-31"),
    "Sept. 2020": ("2020-09-01", "2020-09-30"),
    "Dezember 2020": ("2020-12-01", "2020-12-31"),
    "Ende Juni 2020": ("2020-06-01", "2020-06-30"),
    # quarter, half-year, week, year
    "3. Quartal 2022": ("2022-07-01", "2022-09-30"),
    "III. Quartal 2022": ("2022-07-01", "2022-09-30"),
    "IV Quartal 2022": ("2022-10-01", "2022-12-31"),
    "Q3 2022": ("2022-07-01", "2022-09-30"),
    "Q3/2022": ("2022-07-01", "2022-09-30"),
    "3. Q. 2022": ("2022-07-01", "2022-09-30"),
    "1. Halbjahr 2022": ("2022-01-01", "2022-06-30"),
    "II. HJ 2022": ("2022-07-01", "2022-12-31"),
    "48. KW 2017": ("2017-11-27", "2017-12-03"),
    "KW 48/2017": ("2017-11-27", "2017-12-03"),
    "1. KW 2021": ("2021-01-04", "2021-01-10"),
    "2019": ("2019-01-01", "2019-12-31"),
    "ca. 2020": ("2020-01-01", "2020-12-31"),
    # a part of a year is somewhere in it, nothing narrower is certain
    "Anfang 2022": ("2022-01-01", "2022-12-31"),
    "Mitte 2022": ("2022-01-01", "2022-12-31"),
    "Ende 2022": ("2022-01-01", "2022-12-31"),
    "Sommer 2020": ("2020-01-01", "2020-12-31"),
    # open at one side
    "seit 2019": ("2019-01-01", None),
    "seit Mai 2020": ("2020-05-01", None),
    "ab 1. Juni 2020": ("2020-06-01", None),
    "ab 06/2020": ("2020-06-01", None),
    "Beginn 2020": ("2020-01-01", None),
    "Start: 2020": ("2020-01-01", None),
    "seit 2019 laufend": ("2019-01-01", None),
    "2020 fortlaufend": ("2020-01-01", None),
    "2020 ff.": ("2020-01-01", None),
    "bis 2023": (None, "2023-12-31"),
    "bis Ende 2022": (None, "2022-12-31"),
    "bis zum 30.06.2020": (None, "2020-06-30"),
    "bis spätestens Ende 2023": (None, "2023-12-31"),
    "spätestens 2023": (None, "2023-12-31"),
    "bis Q3 2022": (None, "2022-09-30"),
    # ranges, also with a left side that leaves something out
    "2021–2023": ("2021-01-01", "2023-12-31"),
    "2021 - 2023": ("2021-01-01", "2023-12-31"),
    "2019/2020": ("2019-01-01", "2020-12-31"),
    "von 2020 bis 2021": ("2020-01-01", "2021-12-31"),
    "2021 bis 31.12.2023": ("2021-01-01", "2023-12-31"),
    "01/2020-06/2021": ("2020-01-01", "2021-06-30"),
    "Mai 2020 - Juni 2021": ("2020-05-01", "2021-06-30"),
    "Mai bis Juni 2020": ("2020-05-01", "2020-06-30"),
    "Mitte 2020 bis Ende 2021": ("2020-01-01", "2021-12-31"),
    "1.–3.5.2020": ("2020-05-01", "2020-05-03"),
    "28.4.–3.5.2020": ("2020-04-28", "2020-05-03"),
    "1. bis 3. Mai 2020": ("2020-05-01", "2020-05-03"),
    "vom 1. bis 3. Mai 2020": ("2020-05-01", "2020-05-03"),
    "28.12.–3.1.2020": ("2019-12-28", "2020-01-03"),
    "1.-3. Quartal 2022": ("2022-01-01", "2022-09-30"),
    "I–III Quartal 2022": ("2022-01-01", "2022-09-30"),
    "1. Quartal 2022 – 3. Quartal 2022": ("2022-01-01", "2022-09-30"),
}

UNREAD = [
    "",
    "fortlaufend",
    "dauerhaft",
    "ab sofort",
    "Juni",
    "31.02.2020",
    "29.02.2019",
    "30.06.",
    "2019-13-01",
    "13/2020",
    "54. KW 2017",
    "16/04",  # department 16/04
    "06/23",
    "323",
    "0000",
    "1899",
    "2200",
    "45000",  # a spreadsheet's number for a day
    "3.–1.5.2020",
    "2023–2021",
    "12.11.2019 und 13.11.2019",
    "2020–",
    "bis",
    "seit",
    "abgeschlossen 2020",
    "Maßnahme 2020",
    "²",
]


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(("words", "span"), SPANS.items(), ids=SPANS)
def test_span(words: str, span: tuple[str | None, str | None]) -> None:
    value = read_date(words)
    assert (value.start, value.end) == (day(span[0]), day(span[1]))
    assert value.text == words
    assert value.known


@pytest.mark.parametrize("words", UNREAD)
def test_unread_words_are_kept(words: str) -> None:
    value = read_date(words)
    assert (value.text, value.start, value.end) == (words, None, None)
    assert not value.known


@pytest.mark.parametrize(
    ("words", "exact"),
    [("30.06.2023", date(2023, 6, 30)), ("06/2023", None), ("2019", None), ("seit 30.06.2023", None), ("", None)],
)
def test_exact_only_for_one_day(words: str, exact: date | None) -> None:
    assert read_date(words).exact == exact


def test_white_space_does_not_matter() -> None:
    value = read_date("  3.\u00a0Quartal\n 2022 ")
    assert (value.text, value.start) == ("3. Quartal 2022", date(2022, 7, 1))
