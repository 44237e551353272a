"""The pages in German and English, one module each. All work without JavaScript; their state is in the address.

A module registers view functions by page name: ``PAGES``; ``CHILDREN``, whose address is that of the module's first
page (or their own in ``languages.SLUGS``) and a suffix, such as ``"<name>"``; ``POSTS`` names those that take POST.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from flask import Blueprint

from zielgraph.web.languages import LANGUAGES, SLUGS
from zielgraph.web.pages import (
    about,
    actors,
    bodies,
    changes,
    decisions,
    goals,
    home,
    imports,
    measures,
    model,
    network,
    opendata,
    quality,
    questions,
    report,
    timeline,
)

View = Callable[..., Any]  # a view function of Flask

_MODULES: tuple[ModuleType, ...] = (
    home,
    goals,
    measures,
    actors,
    bodies,
    network,
    questions,
    quality,
    decisions,
    imports,
    opendata,
    model,
    about,
    changes,
    timeline,
    report,
)


def blueprint() -> Blueprint:
    """All pages, each under its German and its English address; endpoints are ``pages.{name}_{lang}``."""
    pages = Blueprint("pages", __name__)
    for module in _MODULES:
        views: dict[str, tuple[str, View]] = {name: ("", view) for name, view in module.PAGES.items()}
        views |= getattr(module, "CHILDREN", {})
        posts: set[str] = getattr(module, "POSTS", set())
        first = next(iter(views))
        for name, (suffix, view) in views.items():
            methods = ["GET", "POST"] if name in posts else ["GET"]
            for lang, segment in zip(LANGUAGES, SLUGS.get(name, SLUGS[first]), strict=True):
                rule = f"/{lang}/" + "/".join(part for part in (segment, suffix) if part)
                pages.add_url_rule(rule, f"{name}_{lang}", view, methods=methods)
    return pages
