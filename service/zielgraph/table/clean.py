"""Plain text out of a raw cell. Each step reports itself as a repair."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

# Only tags that word processors and web forms leave behind; "<script>" in a cell is the author's text and stays.
_TAG = re.compile(
    r"</?(?:p|br|b|i|u|em|strong|div|span|ul|ol|li|font|a|sup|sub|h[1-6]|td|tr|table|tbody)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,5});")
_ARROW = re.compile(r"^(?:-{1,2}>|=>|→|➔|►|•|·|–(?=\s)|-(?=\s))\s*")
_LETTER = re.compile(r"^(\(?[a-z]\)|\(?\d{1,2}\)|[a-z]\.(?=\s))\s*", re.IGNORECASE)
_NUMBER = re.compile(r"^(\d{1,2}(?:\.\d{1,2})+\.?|\d{1,2}\.|[A-Z]{1,3}[ .-]?\d{1,3}(?:\.\d{1,3})*\.?:?)\s+(?=[A-ZÄÖÜ„\"(])")
_SPACE = re.compile(r"\s+")

Report = Callable[[str, str, str], None]
"""Called with (rule, before, after)."""


def mask_markup(raw: str) -> str:
    """The raw text with every tag overwritten by blanks: same length, so that positions still hold."""
    return _TAG.sub(lambda match: " " * len(match.group()), raw)


def tidy(text: str) -> str:
    """White-space normalisation: runs of blanks, tabs and line ends become one blank."""
    return _SPACE.sub(" ", text).strip()


@dataclass(frozen=True, slots=True)
class CleanText:
    """A cell's plain text, with the list letter ("a)") and printed number ("1.2") set apart."""

    text: str
    order: str = ""
    number: str = ""


def clean(raw: str, report: Report, *, lists: bool = True) -> CleanText:
    """Strip markup, entities, arrows, list letters and numbers from a raw cell.

    ``lists=False`` keeps what looks like a list letter (a progress note may begin with "1.").
    """
    without = _TAG.sub(" ", raw)
    if _ENTITY.search(without):
        without = html.unescape(without)
    if without != raw:
        report("markup", raw, tidy(without))
    text = tidy(without)
    if without == raw and text != raw:
        report("whitespace", raw, text)
    shorter = _ARROW.sub("", text)
    if shorter != text:
        report("arrow", text, shorter)
        text = shorter
    order = number = ""
    if lists:
        if match := _NUMBER.match(text):
            number = match.group(1).rstrip(".:")
        elif match := _LETTER.match(text):
            order = match.group(1)
        if match:
            report("list-letter", text, text[match.end() :])
            text = text[match.end() :]
    return CleanText(text, order, number)


_ARTICLE_START = r"(?:Der|Die|Das|Den|Dem|Ein|Eine|Alle|Es|Jede[rs]?|Kinder|Menschen|Geflüchtete|Wir)\b"
_THEME_FIRST = re.compile(
    rf"^([A-ZÄÖÜ][\wäöüß/-]+(?:(?: und |, | & |/)[A-ZÄÖÜ][\wäöüß-]+){{0,3}})[:–-]?\s+(?={_ARTICLE_START}\s)"
)
_THEME_COLON = re.compile(r"^(?:Handlungsfeld|Themenfeld|Thema)\s*:?\s+([^:–]{3,60}?)\s*[:–]\s+(?=\S)")
_THEME_LAST = re.compile(r"\s*\(([A-ZÄÖÜ][\wäöüß-]+(?:(?:/| und |, )[A-ZÄÖÜ][\wäöüß-]+){0,2})\)\s*\.?$")


@dataclass(frozen=True, slots=True)
class ThemeInGoal:
    """A theme that stands in a goal's wording, the rest of the wording, and the rule that saw it."""

    theme: str
    text: str
    rule: str


def theme_in_goal(text: str, known: Collection[str]) -> ThemeInGoal | None:
    """Split "Sprache Sprachbarrieren sind abgebaut" or "… sind sichergestellt (Existenzsicherung)".

    A name from ``known`` counts at either end; without one, a noun before a capital article
    ("Wohnen Der Übergang …") or a single noun in brackets at the end.
    """
    for name in sorted(known, key=lambda n: (-len(n), n)):
        for match in (
            re.match(rf"{re.escape(name)}\s*[:–-]?\s+(?=[A-ZÄÖÜ0-9„\"(])", text),
            re.search(rf"\s*\({re.escape(name)}\)\s*\.?$", text),
        ):
            if match:
                rest = text[match.end() :] if match.start() == 0 else text[: match.start()]
                if len(rest) > 8:
                    return ThemeInGoal(name, rest.strip(), "known-theme")
    if match := _THEME_COLON.match(text):
        return ThemeInGoal(match.group(1), text[match.end() :].strip(), "theme-label")
    if match := _THEME_FIRST.match(text):
        # "Die Die" cannot be a theme; an article itself is none either
        if not re.fullmatch(_ARTICLE_START, match.group(1)):
            return ThemeInGoal(match.group(1), text[match.end() :].strip(), "noun-before-sentence")
    elif match := _THEME_LAST.search(text):
        return ThemeInGoal(match.group(1), text[: match.start()].strip(), "noun-in-brackets")
    return None
