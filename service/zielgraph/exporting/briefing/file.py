"""The briefing in one file: everything about the goals and measures, to open from disk without a network."""

from __future__ import annotations

import sys
from datetime import date

from zielgraph.editions.latest import latest_changes
from zielgraph.editions.state import state_at
from zielgraph.errors import NotFound
from zielgraph.exporting.briefing.compose import compose
from zielgraph.exporting.briefing.draw import document
from zielgraph.inventory.load import load
from zielgraph.store import Snapshot


def briefing_file(
    snapshot: Snapshot, *, city: str | None = None, system: str | None = None, day: str | None = None, lang: str = "de"
) -> bytes:
    """All parts of the briefing as UTF-8 HTML. ``day`` (ISO) is the day at which things are told, else today.

    Raises NotFound where the goal system is not known or nothing was imported until that day.
    """
    base = snapshot.info.base
    editions = [each for each in snapshot.info.editions if not day or each.date <= day]
    chosen = [e for e in editions if city in (None, e.city) and system in (None, e.system)]
    if not chosen:
        there = tuple(f"{e.city}/{e.system} {e.date}" for e in snapshot.info.editions)
        raise NotFound("Diese Ausgabe gibt es nicht." if there else "Es ist noch nichts importiert.", there)
    if not day:
        engine = snapshot.engine
    else:
        engine = state_at(snapshot.engine, base, snapshot.info.editions, date.fromisoformat(day), sys.maxsize)
    systems = {f"{base}{each.city}/{each.system}/system" for each in chosen}
    only = next(iter(systems)) if len(systems) == 1 else ""
    briefing = compose(
        engine,
        load(engine, base),
        latest_changes(snapshot.engine, base, chosen),
        decisions_in=snapshot.engine,
        lang=lang,
        titled="briefing",
        system=only,
        until=day or "",
    )
    return document(briefing).encode()
