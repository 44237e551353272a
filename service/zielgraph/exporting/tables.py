"""Tables as files: answers of the catalogue and rows of any SELECT in the formats people and programs read.

``csv``, ``tsv``, ``json`` and ``xml`` follow the SPARQL 1.1 result formats and keep raw values.
``csv-de``, ``xlsx`` and ``table`` are for people: headings, numbers and dates as they write them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from xml.etree import ElementTree as ET

from zielgraph.engine import BlankNode, Literal, NamedNode, Term
from zielgraph.errors import UsageError
from zielgraph.questions import Answer
from zielgraph.vocabulary import XSD, shorten

Rows = Iterable[Sequence[Term | None]]

FORMATS: tuple[str, ...] = ("table", "csv", "csv-de", "tsv", "json", "xml", "xlsx")
MEDIA_TYPES: dict[str, str] = {
    "table": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8; header=present",
    "csv-de": "text/csv; charset=utf-8; header=present",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_SRX = "http://www.w3.org/2005/sparql-results#"
_INTEGERS = {XSD + name for name in ("integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger")}
_DECIMALS = {XSD + name for name in ("decimal", "double", "float")}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MAX_CELL = 32767  # characters in one cell of a spreadsheet


_SHORTEST = 24  # characters that a cell keeps on a terminal


def write_answer(answer: Answer, format: str, base: str, lang: str = "de", *, width: int | None = None) -> bytes:
    """An answer as a file. ``format`` is one of FORMATS; raises UsageError for another.

    ``width`` is that of the terminal, for the format ``table``: cells that do not fit are cut off.
    """
    names = {column.name: column.label.get(lang) or column.label.get("de") or column.name for column in answer.columns}
    title = answer.question.title.get(lang) or answer.question.name
    return write_table(answer.question.name, title, names, answer.rows, format, base=base, lang=lang, width=width)


def write_table(
    name: str,
    title: str,
    columns: Mapping[str, str],
    rows: Rows,
    format: str,
    *,
    base: str = "",
    lang: str = "de",
    width: int | None = None,
) -> bytes:
    """Rows under ``columns`` (name → heading) as a file; ``name`` and ``title`` are those of a worksheet.

    See :func:`write_answer`. Raises UsageError for a format that is not in FORMATS.
    """
    if format not in FORMATS:
        raise UsageError(f"Das Format „{format}“ gibt es nicht. Möglich: {', '.join(FORMATS)}.")
    if format in ("csv", "tsv", "json", "xml"):
        return write_rows(list(columns), rows, format)
    headings = list(columns.values())
    if format == "csv-de":
        return _csv_de(headings, rows, lang)
    if format == "xlsx":
        return _xlsx(headings, rows, lang, name, title)
    return _table(headings, rows, base, lang, width)


def write_rows(names: Sequence[str], rows: Rows, format: str) -> bytes:
    """Rows of a SELECT as SPARQL Results ``csv``, ``tsv``, ``json`` or ``xml``."""
    if format == "csv":
        return _csv(names, rows)
    if format == "tsv":
        return _tsv(names, rows)
    if format == "json":
        return _json(names, rows)
    if format == "xml":
        return _xml(names, rows)
    raise UsageError(f"Das Format „{format}“ gibt es für Ergebniszeilen nicht.")


def plain(term: Term | None) -> str:
    """The bare value of a term: IRI, text of a literal, ``_:label``; empty for None."""
    if term is None:
        return ""
    if isinstance(term, NamedNode | Literal):
        return term.value
    return str(term)


def shown(term: Term | None, lang: str) -> str:
    """A term as a person writes it: decimal comma, TT.MM.JJJJ, ja and nein in German."""
    if not isinstance(term, Literal):
        return plain(term)
    kind, value = term.datatype.value, term.value
    if kind == XSD + "boolean":
        yes, no = ("ja", "nein") if lang == "de" else ("yes", "no")
        return yes if value in ("true", "1") else no
    if lang == "de" and kind in _DECIMALS:
        return value.replace(".", ",")
    if lang == "de" and kind == XSD + "date":
        day = _date(value)
        return day.strftime("%d.%m.%Y") if day else value
    return value


def _date(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _csv(names: Sequence[str], rows: Rows) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([plain(term) for term in row] for row in rows)
    return text.getvalue().encode()


def _csv_de(headings: Sequence[str], rows: Rows, lang: str) -> bytes:
    """For a German spreadsheet program. A text that it would take for a formula begins with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_harmless(heading) for heading in headings])
    # decimal comma and day first belong to the format, whatever the language of the headings
    writer.writerows([_cell_de(term, lang) for term in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cell_de(term: Term | None, lang: str) -> str:
    if isinstance(term, Literal):
        if term.datatype.value in _INTEGERS | _DECIMALS:
            number = _number(term)
            if number is not None:
                return shown(term, "de")
        if term.datatype.value == XSD + "date":
            return _harmless(shown(term, "de"))
    return _harmless(shown(term, lang))


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _number(term: Literal) -> float | None:
    try:
        number = float(term.value)
    except ValueError:
        return None
    return number if abs(number) < 1e15 else None  # also drops NaN's and infinities that no cell can hold


def _tsv(names: Sequence[str], rows: Rows) -> bytes:
    lines = ["\t".join(f"?{name}" for name in names)]
    lines += ["\t".join(_turtle(term) for term in row) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def _turtle(term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, Literal) and term.datatype.value == XSD + "integer" and term.value.lstrip("+-").isdigit():
        return term.value
    return str(term).replace("\t", "\\t")


def _json_term(term: Term) -> dict[str, object]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Literal):
        entry: dict[str, object] = {"type": "literal", "value": term.value}
        if term.language:
            entry["xml:lang"] = term.language
        elif term.datatype.value != XSD + "string":
            entry["datatype"] = term.datatype.value
        return entry
    parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
    return {"type": "triple", "value": {name: _json_term(part) for name, part in parts.items()}}


def _json(names: Sequence[str], rows: Rows) -> bytes:
    bindings = [
        {name: _json_term(term) for name, term in zip(names, row, strict=True) if term is not None} for row in rows
    ]
    return json.dumps({"head": {"vars": list(names)}, "results": {"bindings": bindings}}, ensure_ascii=False).encode()


def _xml_text(text: str) -> str:
    """Without the control characters that XML 1.0 cannot hold in any form."""
    return "".join(c if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff") else "\ufffd" for c in text)


def _xml_term(parent: ET.Element, term: Term) -> None:
    if isinstance(term, NamedNode):
        ET.SubElement(parent, "uri").text = term.value
    elif isinstance(term, BlankNode):
        ET.SubElement(parent, "bnode").text = term.value
    elif isinstance(term, Literal):
        literal = ET.SubElement(parent, "literal")
        literal.text = _xml_text(term.value)
        if term.language:
            literal.set("xml:lang", term.language)
        elif term.datatype.value != XSD + "string":
            literal.set("datatype", term.datatype.value)
    else:
        triple = ET.SubElement(parent, "triple")
        for name, part in (("subject", term.subject), ("predicate", term.predicate), ("object", term.object)):
            _xml_term(ET.SubElement(triple, name), part)


def _xml(names: Sequence[str], rows: Rows) -> bytes:
    root = ET.Element("sparql", {"xmlns": _SRX})
    head = ET.SubElement(root, "head")
    for name in names:
        ET.SubElement(head, "variable", {"name": name})
    results = ET.SubElement(root, "results")
    for row in rows:
        result = ET.SubElement(results, "result")
        for name, term in zip(names, row, strict=True):
            if term is not None:
                _xml_term(ET.SubElement(result, "binding", {"name": name}), term)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _xlsx(headings: Sequence[str], rows: Rows, lang: str, name: str, title: str) -> bytes:
    import xlsxwriter  # heavy, only here

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": title, "created": datetime(2000, 1, 1)})  # no clock: same answer, same file
    sheet = book.add_worksheet(name[:31])
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd.mm.yyyy" if lang == "de" else "yyyy-mm-dd", "valign": "top"})
    top = book.add_format({"valign": "top"})
    widths = [len(heading) for heading in headings]
    for column, heading in enumerate(headings):
        sheet.write_string(0, column, heading, head)
    count = 0
    for count, row in enumerate(rows, start=1):
        for column, term in enumerate(row):
            text = shown(term, lang)
            widths[column] = max(widths[column], min(len(text), 60))
            kind = term.datatype.value if isinstance(term, Literal) else ""
            number = _number(term) if isinstance(term, Literal) and kind in _INTEGERS | _DECIMALS else None
            when = _date(term.value) if isinstance(term, Literal) and kind == XSD + "date" else None
            if number is not None:
                sheet.write_number(count, column, number, top)
            elif when is not None and when.year >= 1900:
                sheet.write_datetime(count, column, datetime(when.year, when.month, when.day), day)
            elif text:
                sheet.write_string(count, column, text if len(text) <= _MAX_CELL else text[: _MAX_CELL - 1] + "…", wrap)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width + 2)
    sheet.freeze_panes(1, 0)
    if headings:
        sheet.autofilter(0, 0, count, len(headings) - 1)
    book.close()
    return buffer.getvalue()


def _table(headings: Sequence[str], rows: Rows, base: str, lang: str, width: int | None) -> bytes:
    from tabulate import tabulate

    cells = [
        [shorten(term.value, base) if isinstance(term, NamedNode) else _one_line(shown(term, lang)) for term in row]
        for row in rows
    ]
    if width is not None:
        cells = _shortened([list(headings), *cells], width)[1:]
    text = tabulate(cells, headers=list(headings), tablefmt="simple", disable_numparse=True)
    return (text + "\n").encode()


def _shortened(lines: list[list[str]], width: int) -> list[list[str]]:
    """The cells, cut off where a line does not fit a terminal; no shorter than can still be told apart."""
    wanted = [max(map(len, column)) for column in zip(*lines, strict=True)]
    if sum(wanted) + 2 * (len(wanted) - 1) <= width:
        return lines
    most = max(_SHORTEST, width // len(wanted))
    return [[cell if len(cell) <= most else cell[: most - 1] + "…" for cell in line] for line in lines]


def _one_line(text: str) -> str:
    """On one line and without characters that would steer a terminal."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))
