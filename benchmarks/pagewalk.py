"""The pages of a running site, found by walking its own links, one for each kind; what each costs."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from benchmarks.measure import RunError

_HEADERS = {"Accept": "text/html", "Accept-Encoding": "br, gzip", "Accept-Language": "de"}
#: Segments of data IRIs that say what a thing is; all others are names and numbers.
_TYPES = frozenset(
    (
        *("measure", "goal", "actor", "theme", "finding", "decision", "system"),
        *("edition", "row", "cell", "mention", "repair", "abbreviation"),
        *("involvement", "assessment", "note", "resolution"),
    )
)
#: What the limit of a page's weight leaves out: the graph library, the editor, fonts.
_APART = re.compile(r"codemirror|editor|\.woff2?$")
_MOST = 200  # kinds
_DAY = "stand"  # every page has it, and the generated reports have one day only


@dataclass(frozen=True)
class Page:
    """One page of a kind. ``address`` is path and query."""

    kind: str
    address: str
    status: int
    size: int
    parts: tuple[str, ...]


@dataclass
class _Reading(HTMLParser):
    """Links of a page, and the files that it loads."""

    links: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what leads on and what is loaded with the page."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag == "link" and {"stylesheet", "icon"} & set(given.get("rel", "").split()):
            self.parts.append(given.get("href", ""))
        elif tag in ("script", "img") and given.get("src"):
            self.parts.append(given["src"])


class Site:
    """A site on this machine, asked over one connection."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._parts: dict[str, int] = {}

    def get(self, address: str, *, plain: bool = False) -> tuple[float, http.client.HTTPResponse, bytes]:
        """Seconds to the first byte of the answer, the answer, and its body as it came. Raises RunError."""
        headers = _HEADERS | ({"Accept-Encoding": "identity"} if plain else {})
        begin = time.perf_counter()
        try:
            self._line.request("GET", address, headers=headers)
            response = self._line.getresponse()
            return time.perf_counter() - begin, response, response.read()
        except (http.client.HTTPException, OSError) as error:
            raise RunError(f"{address}: {error or type(error).__name__}") from None

    def walk(self, start: str) -> Iterator[Page]:
        """One HTML page of every kind that links lead to, in the language of ``start``, the nearest first."""
        todo, seen = [start], {kind_of(start)}
        while todo and len(seen) <= _MOST:
            address = todo.pop(0)
            _, response, body = self.get(address, plain=True)
            if not response.headers.get("Content-Type", "").startswith("text/html"):
                continue
            found = _Reading()
            found.feed(body.decode("utf-8", "replace"))
            _, response, body = self.get(address)
            parts = tuple(dict.fromkeys(urljoin(address, part) for part in found.parts))
            yield Page(kind_of(*address.split("?", 1)), address, response.status, len(body), parts)
            for link in found.links:
                split = urlsplit(urljoin(address, link))
                kind = kind_of(split.path, split.query)
                if split.netloc or not split.path.startswith(start) or kind in seen or kind.count("&"):
                    continue
                seen.add(kind)
                todo.append(split.path + (f"?{split.query}" if split.query else ""))

    def weight(self, page: Page) -> int:
        """Bytes on the wire of a page and what it loads, compressed, without graph library, editor and fonts."""
        own = [part for part in page.parts if not _APART.search(part)]
        for part in own:
            if part not in self._parts:
                self._parts[part] = len(self.get(part)[2])
        return page.size + sum(self._parts[part] for part in own)


def kind_of(path: str, query: str = "") -> str:
    """What kind of page an address leads to: ``massnahmen``, ``massnahmen?theme``, ``edition/*/row/*``."""
    segments = [segment for segment in path.split("/")[2:] if segment]
    first = next((index for index, segment in enumerate(segments) if segment in _TYPES), 0)
    shape = "/".join(
        segment if segment in _TYPES or index == 0 else "*" for index, segment in enumerate(segments[first:])
    )
    names = "&".join(sorted({name for name, _ in parse_qsl(query)} - {_DAY}))
    return (shape or "home") + (f"?{names}" if names else "")
