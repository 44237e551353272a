"""Queries that a single look into an index answers: one pattern about a resource that the query names.

How long such a query runs is known before: as long as the resource has properties. What is recognised is a small part
of SPARQL, spelled out in full; whatever else a text holds, it is no such query.
"""

from __future__ import annotations

import re

_LONGEST = 2000  # characters
_IRI = r"<[A-Za-z][A-Za-z0-9+.\-]*+:[^\x00-\x20<>\"{}|^`\\]*+>"
_NAME = r"[A-Za-z][A-Za-z0-9_\-]*+:[A-Za-z0-9_][A-Za-z0-9_\-]*+"
_VARIABLE = r"\?[A-Za-z_][A-Za-z0-9_]*+"
_OPERAND = rf"(?: {_VARIABLE} | [0-9]{{1,18}} | \"[^\"\\\r\n]*+\" | LANG\s*+\(\s*+{_VARIABLE}\s*+\) )"
_CONDITION = rf"""(?:
    {_OPERAND} \s*+ (?: = | != | <= | >= | < | > ) \s++ {_OPERAND}
  | LANGMATCHES\s*+\( \s*+LANG\s*+\(\s*+{_VARIABLE}\s*+\) \s*+,\s*+ \"[A-Za-z0-9\-*]*+\" \s*+\)
)"""
_FILTER = rf"(?: FILTER\s*+\( \s*+ {_CONDITION} \s*+ \) \s*+ \.? \s*+ )"
_QUERY = re.compile(
    rf"""
    \s*+
    (?P<prologue> (?: PREFIX \s++ [A-Za-z][A-Za-z0-9_\-]*+: \s*+ {_IRI} \s*+ )*+ )
    SELECT \s++ (?:DISTINCT\s++)? (?: \* | {_VARIABLE} (?:\s++{_VARIABLE})*+ ) \s*+
    (?: WHERE \s*+ )? \{{ \s*+
      {_FILTER}*+
      (?P<subject> {_IRI} | {_NAME} ) \s++
      (?: {_VARIABLE} | {_IRI} | {_NAME} | a ) \s++
      (?: {_VARIABLE} | {_IRI} | {_NAME} ) \s*+ \.? \s*+
      {_FILTER}*+
    \}} \s*+
    (?: LIMIT \s++ [0-9]{{1,9}} \s*+ )?
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_PREFIX = re.compile(r"PREFIX\s+([A-Za-z][A-Za-z0-9_\-]*):\s*<([^>]*)>", re.IGNORECASE)


def looked_up(query: str) -> str | None:
    """The IRI of the resource that a query looks up; None for every query that does more than that."""
    if len(query) > _LONGEST or not (found := _QUERY.fullmatch(query)):
        return None
    subject = found["subject"]
    if subject[0] == "<":
        return subject[1:-1]
    declared = _PREFIX.findall(found["prologue"])
    prefixes = dict(declared)
    prefix, _, local = subject.partition(":")
    if len(prefixes) < len(declared) or prefix not in prefixes:
        return None
    return f"{prefixes[prefix]}{local}"
