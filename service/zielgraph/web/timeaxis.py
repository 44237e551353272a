"""When things were: events of the items, sorted into years or quarters, drawn as bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from zielgraph.engine import DefaultGraph, Engine, Literal, NamedNode
from zielgraph.inventory.model import Inventory, Item, Period
from zielgraph.lifting.writer import zg

WHATS = ("first", "begin", "due", "resolution")
NONE = "none"
"""The place of what has no date that can be read."""

_DEFAULT = DefaultGraph()
_GAP = 40  # years; what lies further apart is shown without the empty years between


@dataclass(frozen=True, slots=True)
class Event:
    """Something of an item at a time; ``by`` are the IRIs of who resolved it."""

    item: Item
    when: Period
    by: tuple[str, ...] = ()

    @property
    def year(self) -> str:
        """The year in which it is counted, or :data:`NONE`."""
        return self.when.year or NONE

    @property
    def rough(self) -> bool:
        """Whether it may lie in other years, too."""
        return self.year != NONE and self.when.start[:4] != self.when.end[:4]

    @property
    def quarter(self) -> str:
        """ "1" to "4" within its year, :data:`NONE` where the words do not say."""
        start, end = self.when.start, self.when.end
        if self.rough or not start or _quarter(start) != _quarter(end):
            return NONE
        return _quarter(start)


def _quarter(day: str) -> str:
    return str((int(day[5:7]) + 2) // 3)


def events(engine: Engine, inventory: Inventory, what: str, items: Iterable[Item]) -> list[Event]:
    """The events of one kind of these items, in the order of the report.

    For "first" every item has one, perhaps without a date; for the others only those of which the report says one.
    """
    if what == "first":
        return [Event(item, item.first) for item in items]
    if what in ("begin", "due"):
        return [Event(item, when) for item in items if (when := getattr(item, what)).text or when.year]
    found = _resolutions(engine)
    return [event for item in items for event in (Event(item, when, by) for when, by in found.get(item.iri, ()))]


def _resolutions(engine: Engine) -> Mapping[str, Sequence[tuple[Period, tuple[str, ...]]]]:
    """The resolutions of every item: when, and by whom."""
    texts = {
        name: {
            str(quad.subject): quad.object.value
            for quad in engine.quads(None, zg(name), None, _DEFAULT)
            if isinstance(quad.object, Literal)
        }
        for name in ("resolvedText", "resolvedFrom", "resolvedTo", "resolutionText")
    }
    by: dict[str, list[str]] = {}
    for quad in engine.quads(None, zg("decidedBy"), None, _DEFAULT):
        if isinstance(quad.object, NamedNode):
            by.setdefault(str(quad.subject), []).append(quad.object.value)
    found: dict[str, list[tuple[str, Period, tuple[str, ...]]]] = {}
    for quad in engine.quads(None, zg("resolvedBy"), None, _DEFAULT):
        if isinstance(quad.subject, NamedNode):
            node = str(quad.object)
            text = texts["resolvedText"].get(node) or texts["resolutionText"].get(node, "")
            when = Period(text, texts["resolvedFrom"].get(node, ""), texts["resolvedTo"].get(node, ""))
            found.setdefault(quad.subject.value, []).append((node, when, tuple(sorted(by.get(node, ())))))
    return {item: [(when, who) for _node, when, who in sorted(its)] for item, its in found.items()}


@dataclass(frozen=True, slots=True)
class Bar:
    """The events of one year or quarter: ``counts`` by status key, and how many of them are rough."""

    place: str
    counts: Mapping[str, int]
    rough: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


def bars(found: Sequence[Event], year: str = "") -> list[Bar]:
    """The events by year, empty years between them too; of one ``year`` by quarter. Last what has no date."""
    places = [event.quarter if year else event.year for event in found]
    dated = ["1", "2", "3", "4"] if year else _years(sorted(set(places) - {NONE}))
    return [
        Bar(place, Counter(e.item.status for e in its), sum(e.rough for e in its))
        for place in [*dated, *([NONE] if NONE in places else [])]
        for its in [[event for event, own in zip(found, places, strict=True) if own == place]]
    ]


def _years(known: list[str]) -> list[str]:
    found = known[:1]
    for before, after in pairwise(known):
        gap = int(after) - int(before)
        found += [f"{number:04}" for number in range(int(before) + 1, int(after))] if gap <= _GAP else []
        found.append(after)
    return found


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar in the drawing: its status, number and place."""

    status: str
    number: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A bar in the drawing."""

    bar: Bar
    x: float
    segments: tuple[Segment, ...]
    top: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars with their measurements, in units of the drawing."""

    columns: tuple[Column, ...]
    width: float
    height: float
    base: float


_STEP, _BAR, _TALL, _ABOVE, _BELOW = 64.0, 44.0, 220.0, 24.0, 30.0


def chart(found: Sequence[Bar], statuses: Sequence[str]) -> Chart:
    """A drawing of the bars, the statuses from below upwards in this order."""
    most = max((bar.total for bar in found), default=0) or 1
    columns = []
    for number, bar in enumerate(found):
        x, y = number * _STEP + (_STEP - _BAR) / 2, _ABOVE + _TALL
        segments = []
        for status in statuses:
            if count := bar.counts.get(status, 0):
                height = _TALL * count / most
                y -= height
                segments.append(Segment(status, count, x, round(y, 2), _BAR, round(height, 2)))
        columns.append(Column(bar, x + _BAR / 2, tuple(segments), round(y, 2)))
    return Chart(tuple(columns), max(len(found), 1) * _STEP, _ABOVE + _TALL + _BELOW, _ABOVE + _TALL)
