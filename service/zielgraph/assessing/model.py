"""What assessing works with and what it yields."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Local names of the disposition concepts.
DISPOSITIONS = frozenset(
    {
        "implemented",
        "permanent",
        "handed-over",
        "solved-differently",
        "declined-by-third-party",
        "reported-upward",
        "dropped",
        "in-progress",
        "planned",
        "unknown",
    }
)


@dataclass(frozen=True, slots=True)
class Assessment:
    """A disposition and how it was found.

    ``value`` is a local name of :data:`DISPOSITIONS`; ``method`` is ``wording``, ``no-text`` or
    ``copied-text``; ``quote`` are exact words of the note, empty if none speak for the value.
    """

    value: str
    method: str
    confidence: float
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One wording and what it means. ``unless`` vetoes when it occurs in the same sentence.

    ``unless_activity`` vetoes when the activity itself says it: "Konzept liegt vor" is the end of "Konzept erstellen".
    ``number`` counts the rules of the file from 1; ``example`` is a note the rule was written for.
    """

    number: int
    disposition: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    confidence: float
    example: str
    unless_activity: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class DispositionRules:
    """Everything read from the vocabulary file.

    ``abbreviations`` (lower case, without the last dot) never end a sentence, ``closing`` ones may;
    ``no_text`` are notes that say nothing ("k.A.").
    """

    rules: tuple[Rule, ...]
    abbreviations: frozenset[str]
    closing: frozenset[str]
    no_text: frozenset[str]
    unread: float
    copied: float
