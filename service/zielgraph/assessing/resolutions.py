"""Resolutions that stand only in the text: "Der Rat hat … am 07.11.2019 beschlossen"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from zielgraph.linking.model import Mention
from zielgraph.table import DateValue
from zielgraph.table.dates import read_date

_RESOLVED = re.compile(r"\bbeschl(?:oss|ieß|uss|üss)\w*|\bverabschiedet\w*", re.IGNORECASE)
_DATE = re.compile(r"\b\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2})\b|\b\d{1,2}/\d{4}\b|\b(?:im Jahr |in )(\d{4})\b")
_SENTENCE_END = re.compile(r"(?<=[a-zäöüß\")])[.;!?](?=\s|$)")


@dataclass(frozen=True, slots=True)
class TextResolution:
    """Who decided, when (as far as the text says), and the sentence that says so."""

    actor: str
    date: DateValue | None
    confidence: float
    quote: str


def text_resolutions(raw: str, mentions: Sequence[Mention]) -> list[TextResolution]:
    """Resolutions in one cell: an actor who decides, in a sentence that speaks of a resolution."""
    found: list[TextResolution] = []
    start = 0
    for end in [*(match.end() for match in _SENTENCE_END.finditer(raw)), len(raw)]:
        sentence = raw[start:end]
        deciders = [m for m in mentions if start <= m.start < end and m.actor and m.role == "decision-maker"]
        if deciders and _RESOLVED.search(sentence):
            when = _DATE.search(sentence)
            words = (when.group(1) or when.group()) if when else ""
            found.extend(
                TextResolution(
                    str(m.actor),
                    read_date(words) if words else None,
                    m.confidence * m.role_confidence,
                    sentence.strip(),
                )
                for m in deciders
            )
        start = end
    return found
