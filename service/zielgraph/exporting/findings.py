"""The findings as text, JSON, Turtle, HTML page and workbook."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Sequence
from datetime import datetime

from zielgraph.engine import NamedNode, serialise
from zielgraph.errors import UsageError
from zielgraph.exporting.xmltext import xml_text
from zielgraph.validation.findings import Finding, summary, write_findings
from zielgraph.vocabulary import DEFAULT_BASE, PREFIXES, shorten

_SEVERITY = {
    "de": {"Violation": "Verstoß", "Warning": "Warnung", "Info": "Hinweis"},
    "en": {"Violation": "violation", "Warning": "warning", "Info": "info"},
}
_ACCEPTED = {"de": "hingenommen", "en": "accepted"}
_HEAD = {
    "de": ("Zeile", "Schwere", "Regel", "Gegenstand", "Meldung"),
    "en": ("Line", "Severity", "Rule", "Subject", "Message"),
}


def write_report(findings: Sequence[Finding], format: str, lang: str = "de") -> bytes:
    """All findings in one of the formats of ``zielgraph validate``."""
    if format == "json":
        return (json.dumps([f.as_json(lang) for f in findings], ensure_ascii=False, indent=2) + "\n").encode()
    if format == "ttl":
        quads = write_findings(findings, NamedNode(f"{DEFAULT_BASE}graph/findings"), DEFAULT_BASE)
        return serialise((quad.triple for quad in quads), "ttl", prefixes=PREFIXES)
    if format == "text":
        return _text(findings, lang).encode()
    if format == "html":
        return _html(findings, lang).encode()
    if format == "xlsx":
        return _xlsx(findings, lang)
    raise UsageError(f"Format „{format}“ gibt es nicht.")


def _row(finding: Finding, lang: str) -> tuple[str, str, str, str, str]:
    words = _SEVERITY.get(lang, _SEVERITY["de"])
    subject = finding.label or shorten(finding.focus_node)
    line = "" if finding.source_line is None else str(finding.source_line)
    severity = words.get(finding.severity, finding.severity)
    if finding.accepted_by:
        severity = _ACCEPTED.get(lang, _ACCEPTED["de"])
    return line, severity, finding.rule, subject, finding.message(lang)


def _counts(findings: Sequence[Finding], lang: str) -> str:
    words = {"de": ("Verstöße", "Warnungen", "Hinweise"), "en": ("violations", "warnings", "infos")}
    *counts, accepted = summary(findings).values()
    text = ", ".join(f"{n} {name}" for n, name in zip(counts, words.get(lang, words["de"]), strict=True))
    return f"{text}; {accepted} {_ACCEPTED.get(lang, _ACCEPTED['de'])}" if accepted else text


def _text(findings: Sequence[Finding], lang: str) -> str:
    lines = []
    for finding in findings:
        line, severity, rule, subject, message = _row(finding, lang)
        place = f"{_HEAD.get(lang, _HEAD['de'])[0]} {line}" if line else "–"
        lines.append(f"{place:>10}  {severity:<11} {rule}\n            {subject[:100]}\n            {message}")
    return "\n".join([*lines, _counts(findings, lang)]) + "\n"


def _html(findings: Sequence[Finding], lang: str) -> str:
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in _HEAD.get(lang, _HEAD["de"]))
    body = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in _row(finding, lang)) + "</tr>"
        for finding in findings
    )
    title = {"de": "Prüfbericht", "en": "Validation report"}.get(lang, "Prüfbericht")
    return (
        f'<!doctype html>\n<html lang="{html.escape(lang)}"><head><meta charset="utf-8"><title>{title}</title>'
        "<style>body{font-family:sans-serif;margin:2rem}table{border-collapse:collapse}"
        "td,th{border:1px solid #888;padding:.3rem .5rem;text-align:left;vertical-align:top}</style></head>"
        f"<body><h1>{title}</h1><p>{_counts(findings, lang)}</p><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></body></html>\n"
    )


def _xlsx(findings: Sequence[Finding], lang: str) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": datetime(2000, 1, 1)})  # no clock: same findings, same file
    sheet = book.add_worksheet("Befunde" if lang == "de" else "Findings")
    bold = book.add_format({"bold": True})
    sheet.write_row(0, 0, _HEAD.get(lang, _HEAD["de"]), bold)
    sheet.freeze_panes(1, 0)
    for number, finding in enumerate(findings, start=1):
        for column, cell in enumerate(_row(finding, lang)):
            if column == 0 and cell:
                sheet.write_number(number, column, int(cell))
            else:
                sheet.write_string(number, column, xml_text(cell)[:32767])
    for column, width in enumerate((7, 11, 28, 50, 90)):
        sheet.set_column(column, column, width)
    sheet.autofilter(0, 0, max(len(findings), 1), 4)
    book.close()
    return buffer.getvalue()
