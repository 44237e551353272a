"""Help, and the pages that the law asks for. Their texts are the city's; what it has not filled in says so."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from zielgraph.access.sessions import LIFETIME
from zielgraph.web import look
from zielgraph.web.current import settings


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a city's text: ``heading``, ``list`` or ``paragraph`` with its lines."""

    kind: str
    lines: list[str]


def blocks(text: str) -> list[Block]:
    """A plain text in pieces: an empty line ends one, ``# `` begins a heading, ``- `` every line of a list."""
    found = []
    for piece in "\n".join(line.strip() for line in text.splitlines()).split("\n\n"):
        lines = piece.strip("\n").split("\n")
        if lines[0].startswith("# "):
            found.append(Block("heading", [lines[0][2:]]))
            lines = lines[1:]
        if lines and all(line.startswith("- ") for line in lines):
            found.append(Block("list", [line[2:] for line in lines]))
        elif any(lines):
            found.append(Block("paragraph", lines))
    return found


def help_() -> str:
    """How to use these pages."""
    return render_template("help.html")


def _legal(page: str) -> str:
    city = look.current()
    text, lang = city.words(city.legal.get(page, {}))
    return render_template(
        f"{page}.html",
        key=f"legal.{page}",
        file=city.source.name,
        blocks=blocks(text),
        lang=lang,
        hours=LIFETIME // 3600,
        details=settings().log_details,
        logged=bool(settings().access_log),
        public=settings().public,
    )


def imprint() -> str:
    """Who publishes this."""
    return _legal("imprint")


def privacy() -> str:
    """What happens to personal data: the city's text, and what the program does."""
    return _legal("privacy")


def accessibility() -> str:
    """The accessibility statement: the city's text, and what was tested."""
    return _legal("accessibility")


PAGES = {
    "help": help_,
    "imprint": imprint,
    "privacy": privacy,
    "accessibility": accessibility,
}
