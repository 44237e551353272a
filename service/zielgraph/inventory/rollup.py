"""How a goal stands: the light that follows from the statuses below it, by rules that are data.

The report has no target values, so a light says no more than the statuses do.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from zielgraph import resources
from zielgraph.errors import InputError
from zielgraph.inventory.model import Inventory, Item

Texts = Mapping[str, str]
_UNKNOWN = "unknown"
_KEYS = {"key", "light", "text", "status", "count", "share", "without", "because"}


@dataclass(frozen=True, slots=True)
class Light:
    """What a goal may be: a key ("on-track") and its name by language."""

    key: str
    label: Texts


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: enough items with one of the statuses, and none with one of ``without``. The data file explains it."""

    key: str
    light: str
    text: Texts
    status: frozenset[str]
    count: int
    share: float
    without: frozenset[str]
    because: frozenset[str]

    def holds(self, counts: Mapping[str, int]) -> bool:
        """Whether the rule applies to so many items of each status."""
        every = sum(counts.values())
        having = sum(n for status, n in counts.items() if not self.status or status in self.status)
        return (
            having >= self.count
            and having >= self.share * every - 1e-9  # a third of three is one
            and not any(counts.get(status) for status in self.without)
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """All of ``data/vocabulary/rollup.toml``: the lights, best first, and the rules in the order of asking.

    ``counted`` says what is counted, for one and for several: "measure", "row" (a goal row with a status of its own)
    and the word between them, "and"; a file without it gets numbers alone.
    """

    lights: tuple[Light, ...]
    rules: tuple[Rule, ...]
    counted: Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class RollUp:
    """How a goal stands.

    ``light`` and ``reason`` (key of the rule) as in the data file; ``counts`` by status, in the order of the ontology,
    only those there are; ``items`` are all at and below the goal, ``rows`` how many of them are goal rows with a status
    of their own and no measures; ``because`` those that made the light.
    """

    goal: str
    light: Light
    reason: str
    text: Texts
    counts: Mapping[str, int]
    items: tuple[str, ...]
    rows: int
    counted: Mapping[str, Mapping[str, Sequence[str]]]
    because: tuple[str, ...]

    def sentence(self, lang: str) -> str:
        """The rule's sentence with the numbers put in; German where the language is missing."""
        template = self.text.get(lang) or self.text["de"]
        return template.replace("{n}", str(len(self.because))).replace("{all}", self._all(lang))

    def _all(self, lang: str) -> str:
        """What was counted: "9 Maßnahmen", "46 (44 Maßnahmen und 2 Zielzeilen mit eigenem Status)"."""
        if not self.counted:
            return str(len(self.items))
        numbers = {"measure": len(self.items) - self.rows, "row": self.rows}
        words = {name: texts.get(lang) or texts["de"] for name, texts in self.counted.items()}
        measures, rows = (words[name][n != 1].replace("{n}", str(n)) for name, n in numbers.items())
        if numbers["measure"] and numbers["row"]:
            return f"{len(self.items)} ({measures} {words['and'][0]} {rows})"
        return rows if numbers["row"] else measures


_KNOWN: WeakKeyDictionary[Inventory, dict[str, RollUp]] = WeakKeyDictionary()


def roll_up(inventory: Inventory, goal: str, rules: Rules | None = None) -> RollUp:
    """How the goal with this IRI stands. One that the inventory does not know has nothing below it."""
    if rules is not None:
        return _rolled(inventory, goal, rules)
    known = _KNOWN.setdefault(inventory, {})
    if goal not in known:
        found = _rolled(inventory, goal, load_rules())
        if goal not in inventory.by_goal:
            return found  # anybody can make such names up
        known[goal] = found
    return known[goal]


def _rolled(inventory: Inventory, goal: str, found: Rules) -> RollUp:
    iris = inventory.by_goal.get(goal, ())
    items = [inventory.items[iri] for iri in iris]
    counts = _counts(inventory, items)
    rule = next(each for each in found.rules if each.holds(counts))
    wanted = rule.because or rule.status
    because = tuple(item.iri for item in items if not wanted or _status(item) in wanted)
    light = next(each for each in found.lights if each.key == rule.light)
    rows = sum(not item.measure for item in items)
    return RollUp(goal, light, rule.key, rule.text, counts, iris, rows, found.counted, because)


def _status(item: Item) -> str:
    return item.status or _UNKNOWN


def _counts(inventory: Inventory, items: Iterable[Item]) -> dict[str, int]:
    found = Counter(map(_status, items))
    known = [status.key for status in inventory.statuses]
    return {key: found[key] for key in (*known, *sorted(found.keys() - set(known))) if found[key]}


@cache
def load_rules(path: Path | None = None) -> Rules:
    """The rules of a file, else those that come with the program. Raises InputError for what is no such file."""
    file = path or resources.data() / "vocabulary" / "rollup.toml"
    try:
        data = tomllib.loads(file.read_text("utf-8"))
        lights = tuple(Light(each["key"], each["label"]) for each in data["light"])
        rules = tuple(_rule(each, {light.key for light in lights}) for each in data["rule"])
        counted = data.get("counted", {})
        if counted and not all("de" in counted.get(name, ()) for name in ("measure", "row", "and")):
            raise ValueError("[counted] braucht measure, row und and, jeweils deutsch")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"die Regeln der Ampeln sind nicht lesbar ({error})", file=str(file)) from None
    if not rules or rules[-1].status or rules[-1].without or rules[-1].count > 1:
        raise InputError(
            "die letzte Regel muss für alle übrigen Ziele gelten, also ohne Bedingung sein", file=str(file)
        )
    if not any(rule.holds({}) for rule in rules):
        raise InputError("es fehlt eine Regel für Ziele ohne Maßnahme (count = 0)", file=str(file))
    return Rules(lights, rules, counted)


def _rule(data: Mapping[str, Any], lights: set[str]) -> Rule:
    if unknown := data.keys() - _KEYS:
        raise ValueError(f"unbekannte Angabe {', '.join(sorted(unknown))}")
    if data["light"] not in lights:
        raise ValueError(f"die Ampel {data['light']} gibt es nicht")
    text: Texts = data["text"]
    return Rule(
        key=data["key"],
        light=data["light"],
        text={"de": text["de"], **text},
        status=frozenset(data.get("status", ())),
        count=int(data.get("count", 1)),
        share=float(data.get("share", 0)),
        without=frozenset(data.get("without", ())),
        because=frozenset(data.get("because", ())),
    )
