"""What linking yields."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mention:
    """An actor found in a cell.

    ``start`` and ``end`` are code points of the raw cell, ``quote == raw[start:end]``. ``actor`` is an IRI of
    the register (or of a provisional actor), None for a candidate a person must look at (``candidate`` is
    then its name in base form as far as known). ``method`` says how it was recognised (label, inflected,
    misspelt, acronym, code, coordination, compound, unit-type, candidate), ``confidence`` 0–1 how surely. ``role`` is a
    role's local name, read from the words ``role_quote`` with ``role_confidence``.
    """

    start: int
    end: int
    quote: str
    actor: str | None
    method: str
    confidence: float
    role: str = "mentioned"
    role_quote: str = ""
    role_confidence: float = 0.5
    candidate: str = ""
