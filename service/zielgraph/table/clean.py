"""Plain text out of a raw cell. Each step reports itself as a repair."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass

# Only tags that word processors and web forms leave behind; "<script>" in a cell is the author's text.
_INLINE = re.compile(r"</?(?:b|i|u|em|strong|span|font|a|sup|sub)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:p|br|div|ul|ol|li|h[1-6]|td|tr|table|tbody)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_TAG = re.compile(f"{_INLINE.pattern}|{_BLOCK.pattern}", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,5});")
_ARROW = re.compile(r"^(?:-{1,2}>|=>|→|➔|►|•|·|–(?=\s)|-(?=\s))\s*")
# "a)", "(1)", "b. Text", but not the abbreviations "z. B.", "i. d. R.", "u. a."
_LETTER = re.compile(r"^(\(?[a-z]\)|\(?\d{1,2}\)|[a-n]\.(?=\s+(?![a-zäöü]\.)))\s*", re.IGNORECASE)
# "1.2", "3.", "M 1.2", "HF2:", but not "UAG 3 Wohnen", "SGB 2 …", "3. Oktober"
_NUMBER = re.compile(
    r"^(\d{1,2}(?:\.\d{1,2})+\.?|\d{1,2}\.|(?!(?:U?AG|SGB|FB|OB|KI|KW)\b)[A-Z]{1,3}[ .-]?"
    r"\d{1,3}(?:\.\d{1,3})*\.?:?)\s+(?!(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b)(?=[A-ZÄÖÜ„\"(])"
)
_SPACE = re.compile(r"\s+")
# Soft hyphen, zero-width blanks and joiners, marks of the writing direction, byte order mark
_INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

Report = Callable[[str, str, str], None]
"""Called with (rule, before, after)."""


def mask_markup(raw: str) -> str:
    """The raw text with every tag overwritten by blanks: same length, so that positions still hold."""
    return _TAG.sub(lambda match: " " * len(match.group()), raw)


def tidy(text: str) -> str:
    """White-space normalisation: runs of blanks, tabs and line ends become one blank.

    Invisible characters go. Letters with marks are composed (NFC): some systems write "a" and two dots.
    """
    return _SPACE.sub(" ", unicodedata.normalize("NFC", _INVISIBLE.sub("", text))).strip()


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
    without = _BLOCK.sub(" ", _INLINE.sub("", raw))
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


_ARTICLE = r"(?:Der|Die|Das|Den|Dem|Ein|Eine|Alle|Es|Jede[rs]?)"
_PEOPLE = r"(?:Kinder|Menschen|Geflüchtete|Wir)"
_NOUN = r"[A-ZÄÖÜ][\wäöüß/-]+"
_NOUNS = rf"{_NOUN}(?:(?: und |, | & |/)[A-ZÄÖÜ][\wäöüß-]+)"
# One noun before an article. Before "Menschen" it may be an adjective ("Junge Menschen"); several are not.
_THEME_FIRST = re.compile(
    rf"^(?!{_ARTICLE}\b)(?:({_NOUNS}{{0,3}})[:–-]?\s+(?={_ARTICLE}\s)"
    rf"|({_NOUNS}{{1,3}}|{_NOUN}(?=\s?[:–-]))\s?[:–-]?\s+(?={_PEOPLE}\s))"
)
_THEME_COLON = re.compile(r"^(?:Handlungsfeld|Themenfeld|Thema)\s*:?\s+([^:–]{3,60}?)\s*[:–]\s+(?=\S)")
# "(BAMF)" is an abbreviation, no theme
_THEME_LAST = re.compile(r"\s*\(((?![A-ZÄÖÜ]{2})[A-ZÄÖÜ][\wäöüß-]+(?:(?:/| und |, )[A-ZÄÖÜ][\wäöüß-]+){0,2})\)\s*\.?$")


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
        theme = match.group(1) or match.group(2)
        return ThemeInGoal(theme, text[match.end() :].strip(), "noun-before-sentence")
    if (match := _THEME_LAST.search(text)) and match.start() > 0:
        return ThemeInGoal(match.group(1), text[: match.start()].strip(), "noun-in-brackets")
    return None
