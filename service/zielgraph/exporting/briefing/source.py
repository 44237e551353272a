"""The inventory as a briefing sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property

from zielgraph.exporting.briefing.model import Name, State
from zielgraph.exporting.briefing.words import load_words
from zielgraph.inventory.model import Inventory, Item


class Source:
    """In one language, of one theme and goal system where these are given."""

    def __init__(self, inventory: Inventory, lang: str, theme: str = "", system: str = "") -> None:
        self.inventory, self.lang, self.theme, self.system = inventory, lang, theme, system
        self.words = load_words(lang)
        self._states = {
            each.key: State(each.key, inventory.label(each.iri, lang).value, each.open) for each in inventory.statuses
        }

    @cached_property
    def items(self) -> list[Item]:
        """Measures and goals with a status of their own, in the order of the report."""
        return [
            each
            for each in self.inventory.items.values()
            if (not self.theme or self.theme in each.themes) and self.system in ("", each.system)
        ]

    @cached_property
    def measures(self) -> list[Item]:
        """The measures alone."""
        return [each for each in self.items if each.measure]

    def name(self, iri: str) -> Name:
        """A thing by its label."""
        label = self.inventory.label(iri, self.lang)
        return Name(iri, label.value, label.lang)

    def names(self, iris: Iterable[str]) -> list[Name]:
        """Several things."""
        return [self.name(iri) for iri in iris]

    def word(self, iri: str) -> str:
        """The label alone."""
        return self.inventory.label(iri, self.lang).value

    def state(self, key: str) -> State:
        """The status with this key."""
        return self._states.get(key) or State("", self.words("no_status"), True)

    def counted(self, items: Iterable[Item]) -> list[tuple[State, int]]:
        """How many have which status, in the order of the ontology, those without any last."""
        counts = Counter(self.state(item.status) for item in items)
        return [(state, counts[state]) for state in (*self._states.values(), self.state("")) if counts[state]]

    def city(self) -> str:
        """Whose goal systems these are, by the register: "Stadt Köln"; empty where it does not say."""
        base, inventory = self.inventory.base, self.inventory
        cities = dict.fromkeys(base + system[len(base) :].partition("/")[0] for system in inventory.systems)
        named = [inventory.names.get(city) or inventory.labels.get(city, ()) for city in cities]
        found = [next((n for n in names if n.lang == self.lang), names[0]).value for names in named if names]
        return ", ".join(dict.fromkeys(found))
