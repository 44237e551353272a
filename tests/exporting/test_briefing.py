"""The briefing in one file, and what goes into it: the numbers of the store, words in two languages, nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from zielgraph import settings
from zielgraph.cli.main import main
from zielgraph.editions.latest import latest_changes
from zielgraph.errors import InputError, NotFound, UsageError
from zielgraph.exporting import export
from zielgraph.exporting.briefing import PARTS, Briefing, compose, document
from zielgraph.exporting.briefing.draw import anchor, body
from zielgraph.exporting.briefing.words import load_words
from zielgraph.importing import import_table
from zielgraph.inventory.load import load
from zielgraph.inventory.model import Inventory
from zielgraph.inventory.rollup import roll_up
from zielgraph.store import DataFolder, Snapshot

HOSTILE = (
    "Ziel;Maßnahme;Sachstand;Status;Federführung\n"
    '"Mehr <b>Wohnungen</b>";"<script>alert(1)</script>";"javascript:alert(2)";laufend;"=1+1"\n'
    f'"Mehr <b>Wohnungen</b>";"{"x" * 10_000}";"[[a]](http://boese.example/)";geplant;"<img src=x>"\n'
)


@pytest.fixture(scope="module")
def snapshot(koeln_folder: Path) -> Snapshot:
    own = settings.load({}, data=koeln_folder)
    return DataFolder(own.data, base=own.base).open()


@pytest.fixture(scope="module")
def inventory(snapshot: Snapshot) -> Inventory:
    return load(snapshot.engine, snapshot.info.base)


@pytest.fixture(scope="module")
def whole(snapshot: Snapshot, inventory: Inventory) -> Briefing:
    return compose(snapshot.engine, inventory)


class Tags(HTMLParser):
    """What a document opens, with attributes; ``open`` is empty at its end if all was closed in order."""

    VOID = ("meta", "br", "link", "img", "input")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def each(self, name: str) -> Iterator[str]:
        return (str(attributes[name]) for _, attributes in self.found if name in attributes)


def test_one_file_that_asks_for_nothing(snapshot: Snapshot) -> None:
    text = export(snapshot, "html").decode()
    tags = Tags(text)
    assert tags.open == []
    assert {tag for tag, _ in tags.found} & {"script", "link", "img", "iframe", "object", "form"} == set()
    assert not list(tags.each("src"))
    assert not list(tags.each("style"))
    assert all(address.startswith("#") for address in tags.each("href"))
    assert "@import" not in text
    assert "url(" not in text
    assert text.count("<style>") == 1
    policy = next(a["content"] for tag, a in tags.found if tag == "meta" and "http-equiv" in a)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_links_lead_to_what_is_there_and_ids_are_unique(snapshot: Snapshot) -> None:
    tags = Tags(export(snapshot, "html").decode())
    ids = list(tags.each("id"))
    assert len(set(ids)) == len(ids)
    targets = {address[1:] for address in tags.each("href")}
    assert targets <= set(ids)
    assert len(targets) > 80


def test_it_holds_every_measure_goal_and_actor(whole: Briefing, inventory: Inventory) -> None:
    text = document(whole)
    for things in (inventory.items, inventory.goals):
        assert all(f'id="{anchor(iri)}"' in text for iri in things)
    named = {p.actor for i in inventory.items.values() for p in i.parts} | {
        iri for item in inventory.items.values() for iri in item.named
    }
    assert {row.name.iri for row in whole.actors} == named
    assert all(f'id="{anchor(iri)}"' in text for iri in named)


def test_numbers_are_those_of_the_inventory(whole: Briefing, inventory: Inventory) -> None:
    measures = [item for item in inventory.items.values() if item.measure]
    assert whole.overview
    assert whole.overview.counts == {
        "measures_total": len(measures),
        "measures_open": sum(item.open for item in measures),
        "goals_total": len(inventory.goals),
        "actors_total": len(whole.actors),
        "findings_total": len(inventory.findings),
    }
    assert sum(number for _, number in whole.overview.statuses) == len(measures)
    assert sum(each.number for each in whole.findings) == len(inventory.findings)
    assert sum(len(items) for _, items in whole.open) == sum(item.open for item in inventory.items.values())
    sizes = [len(items) for _, items in whole.open]
    assert sizes[:-1] == sorted(sizes[:-1], reverse=True)


def test_the_goal_tree_has_the_lights_of_the_pages(whole: Briefing, inventory: Inventory) -> None:
    todo, seen = [*whole.goals], 0
    while todo:
        goal = todo.pop()
        rolled = roll_up(inventory, goal.name.iri)
        assert (goal.light, goal.reason) == (rolled.light.key, rolled.sentence("de"))
        assert sum(number for _, number in goal.counts) == len(rolled.items)
        todo.extend(goal.below)
        seen += 1
    assert seen == len(inventory.goals)


def test_evidence_stands_beside_who_takes_part(whole: Briefing) -> None:
    quotes = {
        (part.actor.value, quote) for measure in whole.measures for part in measure.involved for quote in part.quotes
    }
    assert ("Amt für Wohnungswesen", "56") in quotes
    assert 'aria-hidden="true">✔</span> erledigt' in document(whole)


def test_both_languages(snapshot: Snapshot, inventory: Inventory) -> None:
    german, english = (
        document(compose(snapshot.engine, inventory, lang=lang, titled="briefing")) for lang in ("de", "en")
    )
    assert '<html lang="de">' in german
    assert "<h1>Informationsmappe</h1>" in german
    assert "Stadt Köln" in german
    assert '<html lang="en">' in english
    assert "<h1>Briefing</h1>" in english
    assert "City of Cologne" in english
    assert "Handlungsfeld" not in english
    assert re.search(r'<bdi lang="de">', english)
    for table, texts in load_words("de").tables.items():
        assert all(set(its) == {"de", "en"} for its in texts.values()), table


def test_a_theme_leaves_its_own(snapshot: Snapshot, inventory: Inventory) -> None:
    theme = f"{inventory.base}koeln/theme/wohnen"
    found = compose(snapshot.engine, inventory, theme=theme)
    assert [each.name.iri for each in found.measures] == list(inventory.by_theme[theme])
    assert found.overview
    assert [name.iri for name, _ in found.overview.themes if name] == [theme]
    frameworks = [goal.name.iri for top in found.goals for goal in top.below]
    assert frameworks == [
        iri for iri, goal in inventory.goals.items() if goal.kind == "FrameworkGoal" and theme in goal.themes
    ]
    assert len(frameworks) == 1
    assert 0 < sum(each.number for each in found.findings) < len(inventory.findings)


def test_only_the_parts_that_are_wanted(snapshot: Snapshot, inventory: Inventory) -> None:
    found = compose(snapshot.engine, inventory, parts=("actors", "goals"))
    assert found.parts == ("goals", "actors")
    assert found.overview is None
    assert not found.measures
    assert re.findall(r'<section class="b-part" id="b-(\w+)"', document(found)) == ["goals", "actors"]


def test_changes_with_one_edition_say_so(snapshot: Snapshot, inventory: Inventory) -> None:
    base = snapshot.info.base
    found = compose(snapshot.engine, inventory, latest_changes(snapshot.engine, base, snapshot.info.editions))
    assert found.changes == []
    assert "Es gibt erst eine Ausgabe" in document(found)


def test_the_same_bytes_in_every_process(snapshot: Snapshot, koeln_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "mappe.html"
    arguments = ["--data", str(koeln_folder), "export", "--format", "html", "--lang", "en", "--output", str(target)]
    subprocess.run([sys.executable, "-m", "zielgraph", *arguments], check=True, env={"PYTHONHASHSEED": "7"})
    assert target.read_bytes() == export(snapshot, "html", lang="en")


def test_the_command_refuses_what_there_is_not(koeln_folder: Path, snapshot: Snapshot) -> None:
    for options in (["--city", "bonn"], ["--edition", "1999-01-01"]):
        result = CliRunner().invoke(main, ["--data", str(koeln_folder), "export", "--format", "html", *options])
        assert isinstance(result.exception, NotFound)
    with pytest.raises(UsageError):
        export(snapshot, "pdf")


def test_texts_of_the_table_are_data(tmp_path: Path) -> None:
    table = tmp_path / "plan.csv"
    table.write_text(HOSTILE, "utf-8")
    own = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=tmp_path / "data")
    import_table(own, table, city="stadt", system="plan", edition=date(2024, 1, 1))
    text = export(DataFolder(own.data, base=own.base).open(), "html").decode()
    tags = Tags(text)
    assert tags.open == []
    assert {tag for tag, _ in tags.found} & {"script", "img", "b"} == set()
    assert all(address.startswith("#") for address in tags.each("href"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "x" * 10_000 in text


def test_a_page_gets_the_addresses_it_gives(whole: Briefing) -> None:
    text = body(whole, lambda iri: "/seite?a=1&b=" + iri[-1])
    assert 'href="/seite?a=1&amp;b=' in text
    assert "<html" not in text


def test_a_damaged_word_list_is_named(tmp_path: Path) -> None:
    for text in ("kein toml", '[parts]\na = { en = "x" }\n'):
        file = tmp_path / "briefing.toml"
        file.write_text(text, "utf-8")
        with pytest.raises(InputError, match=re.escape("briefing.toml")):
            load_words("de", file)


def test_parts_are_in_the_word_list() -> None:
    assert tuple(load_words("de").tables["parts"]) == PARTS
