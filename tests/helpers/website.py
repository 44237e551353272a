"""A running site as a visitor walks it: its pages found by its own links, and what every one of them must hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urldefrag, urljoin, urlsplit

from lxml import html
from serving import Service

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "javascript:alert(3)",
    "\u202eesrever\u202c von rechts \u2066links",
    "Wort" * 2500,
    '=HYPERLINK("http://boese.example/";"Klick")',
    "{{ 7 * 7 }} {% raw %} ${7*7}",
    "]]> <!-- &amp; &lt;b&gt; </title></textarea></script>",
)
LANGUAGES = ("de", "en")
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
_VARIANTS = 3  # addresses of one page that differ only in their parameters
_REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "headers")
_INLINE = re.compile(r"^on[a-z]+$")


@dataclass(frozen=True)
class Page:
    """A page with the address it was found at and the kind it is of."""

    address: str
    kind: str
    status: int
    headers: dict[str, str]
    text: str
    tree: html.HtmlElement = field(repr=False, compare=False)

    @property
    def path(self) -> str:
        return urlsplit(self.address).path

    @property
    def lang(self) -> str:
        return str(self.tree.get("lang", ""))

    def addresses(self) -> Iterator[str]:
        """Where its links lead, absolute, without what stands behind #."""
        for link in self.tree.iter("a"):
            if link.get("href"):
                yield urldefrag(urljoin(self.address, link.get("href"))).url


class Site:
    """Walks a service. ``cookie`` is that of somebody who is signed in."""

    def __init__(self, service: Service, cookie: str = "") -> None:
        self.service, self.cookie = service, cookie
        self.root = service.address

    def get(self, address: str) -> Page | None:
        """A page; None for what is no page (downloads, redirects to data)."""
        answer = self.service.ask(address.removeprefix(self.root), data=None, Accept=HTML, Cookie=self.cookie)
        if "html" not in (answer.headers.get("Content-Type") or ""):
            return None
        text = answer.body.decode("utf-8")
        tree = html.document_fromstring(text)
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Page(address, kind_of(address), answer.status, found, text, tree)

    def walk(self, *, limit: int = 0, variants: int = _VARIANTS) -> list[Page]:
        """Pages reached from the start page, broad first: at most ``limit`` of a kind (0: all).

        A page is taken with at most ``variants`` sets of parameters, since filters can be combined without end.
        """
        todo = [f"{self.root}{lang}/" for lang in LANGUAGES]
        seen, counts, variations = set(todo), Counter[str](), Counter[str]()
        pages: list[Page] = []
        while todo:
            page = self.get(todo.pop(0))
            if page is None:
                continue
            pages.append(page)
            for address in page.addresses():
                parts = urlsplit(address)
                if not address.startswith(self.root) or address in seen or _download(address):
                    continue
                seen.add(address)
                kind = kind_of(address)
                if (parts.query and variations[parts.path] >= variants) or (limit and counts[kind] >= limit):
                    continue
                variations[parts.path] += bool(parts.query)
                counts[kind] += 1
                todo.append(address)
        return pages


def kind_of(address: str) -> str:
    """Language and sort of a page: a record by its class, all else by its path; and the parameters that change it."""
    parts = urlsplit(address)
    path = [part for part in parts.path.split("/") if part]
    if len(path) >= _RECORD:  # /de/koeln/integration/measure/7, /de/koeln/actor/jobcenter
        path = [path[0], "…", next((part for part in reversed(path) if part in _CLASSES), "thing")]
    elif len(path) == _RECORD - 1:  # /de/fragen/open-measures, /ontology/status/ongoing
        path = [*path[:2], "…"]
    elif path[:1] == ["ontology"]:
        path = ["ontology", *("…" for _ in path[1:])]
    views = sorted({name for name, _ in parse_qsl(parts.query)} & _VIEWS)
    return "/" + "/".join(path) + ("?" + "&".join(views) if views else "")


_RECORD = 4  # segments of the shortest address of a thing
_CLASSES = frozenset(
    {"measure", "goal", "actor", "theme", "edition", "row", "cell", "mention", "involvement", "assessment"}
    | {"resolution", "decision", "finding", "note"}
)
_VIEWS = frozenset({"view", "stand", "query"})  # parameters that make another page of it


def _download(address: str) -> bool:
    query = dict(parse_qsl(urlsplit(address).query))
    return "format" in query or ("stand" in query and "sort" in query)


def faults(page: Page, root: str) -> list[str]:
    """What is wrong with a page as text, without a browser."""
    return [fault for check in (_head, _identifiers, _inline, _foreign, _tables) for fault in check(page, root)]


def _head(page: Page, root: str) -> Iterable[str]:
    path = page.path
    if (start := path.split("/")[1]) in LANGUAGES and page.lang != start:
        yield f"lang is {page.lang!r}"
    titles = [title.text_content().strip() for title in page.tree.iter("title")]
    # Titles of SVG drawings belong to them.
    heads = page.tree.xpath("//head/title")
    if len(heads) != 1 or not titles[0]:
        yield "not one title"
    if len(page.tree.xpath("//h1")) != 1:
        yield f"{len(page.tree.xpath('//h1'))} headings of the first level"
    if len(page.tree.xpath("//main")) != 1:
        yield "not one main"
    if "default-src 'none'" not in page.headers.get("content-security-policy", ""):
        yield "no content security policy"


def _identifiers(page: Page, root: str) -> Iterable[str]:
    known = [element.get("id") for element in page.tree.xpath("//*[@id]")]
    twice = sorted({name for name in known if known.count(name) > 1})
    if twice:
        yield f"used twice: id {', '.join(twice[:5])}"
    names = set(known)
    for attribute in _REFERENCES:
        for element in page.tree.xpath(f"//*[@{attribute}]"):
            if element.tag in ("a", "link", "meta"):
                continue
            lost = [name for name in element.get(attribute).split() if name not in names]
            if lost:
                yield f"{attribute} points to {lost[0]!r}, which is not there"
    for link in page.tree.xpath("//a[starts-with(@href, '#')]"):
        if (target := link.get("href")[1:]) and target not in names:
            yield f"link to #{target}, which is not there"


def _inline(page: Page, root: str) -> Iterable[str]:
    nonce = re.search(r"style-src [^;]*'nonce-", page.headers.get("content-security-policy", ""))
    for element in page.tree.iter():
        if not isinstance(element.tag, str):
            continue
        if element.get("style") is not None:
            yield f"style attribute at {element.tag}"
        handlers = [name for name in element.attrib if _INLINE.match(str(name))]
        if handlers:
            yield f"{handlers[0]} at {element.tag}"
        if element.tag == "script" and not element.get("src") and element.get("type") not in _DATA:
            yield "script without src"
        if element.tag == "style" and not nonce:
            yield "style element"


_DATA = ("application/json", "application/ld+json")


def _foreign(page: Page, root: str) -> Iterable[str]:
    for element, attribute, link, _ in page.tree.iterlinks():
        target = urljoin(page.address, link)
        scheme = urlsplit(target).scheme
        if scheme not in ("http", "https", "data", "mailto", "tel"):
            yield f"{attribute} of {element.tag} is {scheme}:"
        loads = element.tag in ("script", "img", "iframe", "source", "object", "embed", "form", "use", "image") or (
            element.tag == "link" and element.get("rel") in ("stylesheet", "icon", "preload", "modulepreload")
        )
        if loads and not target.startswith((root, "data:")):
            yield f"{element.tag} loads from {target}"


def _tables(page: Page, root: str) -> Iterable[str]:
    for table in page.tree.iter("table"):
        if not table.xpath(".//th[@scope]"):
            yield "table without headings"
        if not (table.xpath("./caption") or table.get("aria-labelledby") or table.get("aria-label")):
            yield "table without a caption"


Visit = Callable[..., Site]
