"""Every page by HTTP, found by the site's own links: a new page is checked without a new test."""

from __future__ import annotations

from collections import Counter

import pytest
from website import HOSTILE, LANGUAGES, Page, Visit, faults

SOME = 3  # pages of a kind; all of them in `make soak`


def _checked(pages: list[Page], root: str) -> list[str]:
    return [f"{page.address}: {fault}" for page in pages for fault in _of(page, root)]


def _of(page: Page, root: str) -> list[str]:
    return [f"status {page.status}"] if page.status != 200 else faults(page, root)


@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "signed-in"])
@pytest.mark.parametrize("name", ["koeln", "hostile"])
def test_pages(visit: Visit, name: str, signed_in: bool) -> None:
    site = visit(name, signed_in=signed_in)
    pages = site.walk(limit=SOME)
    assert _checked(pages, site.root) == []
    kinds = Counter(page.kind for page in pages)
    for lang in LANGUAGES:
        assert {f"/{lang}", f"/{lang}/…/measure", f"/{lang}/…/goal", f"/{lang}/…/actor"} <= set(kinds)
    # Both languages have the same pages.
    assert len({kind for kind in kinds if kind.startswith("/de")}) == len(
        {kind for kind in kinds if kind.startswith("/en")}
    )


def test_hostile_texts_are_shown_as_texts(visit: Visit) -> None:
    site = visit("hostile")
    texts = " ".join(page.tree.text_content() for page in site.walk(limit=10) if "measure" in page.kind)
    for text in HOSTILE:
        assert text.strip()[:40] in texts


def test_empty_folder(visit: Visit) -> None:
    site = visit("empty")
    pages = site.walk(limit=SOME)
    assert _checked(pages, site.root) == []
    assert len(pages) > len(LANGUAGES)


@pytest.mark.soak
@pytest.mark.parametrize("name", ["koeln", "hostile"])
def test_all_pages(visit: Visit, name: str) -> None:
    site = visit(name, signed_in=True)
    pages = site.walk(variants=12)
    assert _checked(pages, site.root) == []
    assert len(pages) > 200
