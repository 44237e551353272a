"""The listing kit: rows and columns that the address sorts, cuts into pages and downloads.

A page makes its ``Column``s, calls :func:`listing` with all rows that its filters leave, and ends with :func:`shown`;
``templates/_listing.html`` draws the rest. Parameters: ``sort`` (a column's name, ``-`` in front: descending),
``page``, ``size``, ``format``. What does not exist is a 404 page that says what does.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any, Generic, TypeVar

from flask import Response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from zielgraph.engine import NamedNode, Term
from zielgraph.errors import NotFound
from zielgraph.exporting.tables import MEDIA_TYPES, write_table
from zielgraph.inventory.collation import sort_key
from zielgraph.web import negotiate
from zielgraph.web.address import here
from zielgraph.web.cells import Cell, drawn, macro, plain, term
from zielgraph.web.languages import SLUGS, shown_number
from zielgraph.web.paging import Paging, paging
from zielgraph.web.view import Text, current_view

__all__ = ["Column", "Filter", "Heading", "Listing", "here", "listing", "macro", "ordered", "shown"]
T = TypeVar("T")
FORMATS: dict[str, str] = {"csv": "CSV", "csv-de": "", "tsv": "TSV", "json": "JSON", "xlsx": "XLSX"}  # "" is translated
SIZES = (25, 50, 100)
_ALL = 1000  # rows on one page of size "all"
_ENDINGS = {"csv-de": "csv"}


@dataclass(frozen=True)
class Column(Generic[T]):
    """A column. ``name`` heads it in csv and json, ``heading`` for people.

    ``sort`` gives the key to sort by (texts as in a German dictionary; None and "" come last); without it the column
    is not sorted. ``html`` draws the cell instead of its value. ``iri`` marks a column that only downloads have, of
    identifiers; ``number`` sets it to the right; ``wide`` gives it room for sentences.
    """

    name: str
    heading: str
    value: Callable[[T], Cell]
    sort: Callable[[T], Any] | None = None
    number: bool = False
    html: Callable[[T], Markup | str] | None = None
    iri: bool = False
    wide: bool = False

    def drawn(self, row: T) -> Markup:
        """The cell as HTML."""
        return escape(self.html(row)) if self.html else drawn(self.value(row))

    def term(self, row: T) -> Term | None:
        """The cell in a download."""
        value = self.value(row)
        return NamedNode(plain(value)) if self.iri and plain(value) else term(value)


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column; ``url`` sorts by it ("" where that is not possible), ``order`` is aria-sort's word."""

    name: str
    text: str
    number: bool
    wide: bool
    url: str
    order: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter in force: its name, what it is set to, the address without it, and how many rows there were then."""

    heading: str
    value: Text | str
    url: str
    without: int | None = None


@dataclass(frozen=True)
class Listing(Generic[T]):
    """A list as the address asks for it: ``items`` and ``rows`` are those of its page, ``total`` counts all."""

    name: str
    caption: str
    columns: Sequence[Column[T]]
    everything: Sequence[T]
    paging: Paging
    size_word: str
    sort: str
    default_sort: str
    sparql: str
    filters: Sequence[Filter]

    @property
    def total(self) -> int:
        """Rows on all pages."""
        return len(self.everything)

    @property
    def items(self) -> Sequence[T]:
        """What the rows of this page are about."""
        return self.paging.cut(self.everything)

    @property
    def rows(self) -> Iterator[list[Markup]]:
        """The rows of this page, drawn."""
        shown_columns = [column for column in self.columns if not column.iri]
        return ([column.drawn(item) for column in shown_columns] for item in self.items)

    @property
    def count(self) -> str:
        """How many there are, and which of them are on this page."""
        if self.paging.pages == 1:
            return str(
                ngettext("%(number)s Eintrag", "%(number)s Einträge", self.total, number=shown_number(self.total))
            )
        first = (self.paging.page - 1) * self.paging.size + 1
        last = first + len(self.items) - 1
        return str(
            _(
                "%(first)s bis %(last)s von %(total)s Einträgen",
                first=shown_number(first),
                last=shown_number(last),
                total=shown_number(self.total),
            )
        )

    @property
    def headings(self) -> list[Heading]:
        """The heads of the columns on the page, with the links that sort."""
        by, down = self.sort.removeprefix("-"), self.sort.startswith("-")
        found = []
        for column in self.columns:
            if not column.iri:
                own = column.name == by
                wanted = f"-{column.name}" if own and not down else column.name
                url = here(sort=wanted if wanted != self.default_sort else None, page=None) if column.sort else ""
                order = ("descending" if down else "ascending") if own else ""
                found.append(Heading(column.name, column.heading, column.number, column.wide, url, order))
        return found

    @property
    def sizes(self) -> list[tuple[str, str]]:
        """Words and addresses of the page sizes; none where all rows fit the smallest."""
        if self.total <= SIZES[0]:
            return []
        return [(word, here(size=word, page=None)) for word in (*map(str, SIZES), "all")]

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """Names and addresses of the downloads: the view shown, all its pages."""
        return [
            (name or _("CSV für Excel"), here(format=each, page=None, size=None, view=None))
            for each, name in FORMATS.items()
        ]

    def file(self, format: str) -> Response:
        """The whole list as a download; its name says which list and day."""
        view = current_view()
        columns = {column.name: column.heading for column in self.columns}
        rows = [[column.term(item) for column in self.columns] for item in self.everything]
        slug = SLUGS.get(self.name, (self.name, self.name))[0 if view.lang == "de" else 1].replace("/", "-")
        body = write_table(slug, self.caption, columns, rows, format, base=view.base, lang=view.lang)
        day = (view.day or date.today()).isoformat()
        download = f"{slug}-{day}.{_ENDINGS.get(format, format)}"
        return negotiate.answer(body, MEDIA_TYPES[format], vary="", download=download)


def listing(
    name: str,
    columns: Sequence[Column[T]],
    rows: Sequence[T],
    *,
    caption: str,
    sparql: str = "",
    default_sort: str = "",
    size: int = 50,
    filters: Sequence[Filter] = (),
) -> Listing[T]:
    """The rows as the request's ``sort``, ``page`` and ``size`` want them.

    Without ``sort`` and ``default_sort`` they stay in the order given. ``sparql`` is a query with the same rows.
    Raises NotFound for a column that sorts nothing, a size or a page that there is not.
    """
    sort = request.args.get("sort", "") or default_sort
    if sort:
        rows = ordered(columns, rows, sort)
    word = request.args.get("size", "") or str(size)
    if word not in (*map(str, SIZES), "all", str(size)):
        raise NotFound(_("Die Seitengröße „%(size)s“ gibt es nicht. Möglich: 25, 50, 100, all.", size=word))
    per_page = _ALL if word == "all" else int(word)
    turned = paging(len(rows), per_page)
    return Listing(name, caption, columns, rows, turned, word, sort, default_sort, sparql, tuple(filters))


def shown(template: str, found: Listing[T], **context: object) -> Response:
    """The page with the list, or the download that ``format=`` asks for. Raises UsageError for an unknown format."""
    offered = {name: MEDIA_TYPES[name].split(";")[0] for name in FORMATS}
    if request.args.get("format") and (chosen := negotiate.choose(offered, html=True)) != "html":
        return found.file(chosen)
    page = render_template(template, listing=found, here=here, **context)
    return Response(page, content_type="text/html; charset=utf-8")


def ordered(columns: Sequence[Column[T]], rows: Sequence[T], sort: str) -> list[T]:
    """The rows by one column, ``-`` in front of its name: descending; without a value: at the end.

    Raises NotFound for a column that sorts nothing.
    """
    keys = {column.name: column.sort for column in columns if column.sort}
    name = sort.removeprefix("-")
    key = keys.get(name)
    if key is None:
        near = tuple(difflib.get_close_matches(name, keys, n=3, cutoff=0.4)) or tuple(keys)
        raise NotFound(_("Nach „%(name)s“ ist diese Liste nicht zu sortieren.", name=name), near)
    valued, rest = [], []
    for row in rows:
        value = key(row)
        if value is None or value == "":
            rest.append(row)
        else:
            valued.append((sort_key(str(value)) if isinstance(value, str | Text) else value, row))
    valued.sort(key=itemgetter(0), reverse=sort.startswith("-"))
    return [row for _value, row in valued] + rest
