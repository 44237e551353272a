"""Putting a briefing together from the inventory, the differences between editions, and the decisions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from zielgraph.editions.diff import Comparison
from zielgraph.editions.facts import Facts
from zielgraph.editions.names import Names, last_part
from zielgraph.editions.properties import KINDS, load_changes, pick
from zielgraph.editions.report import Report
from zielgraph.engine import Engine
from zielgraph.exporting.briefing.decided import Decided, decided
from zielgraph.exporting.briefing.details import details
from zielgraph.exporting.briefing.model import (
    PARTS,
    ActorRow,
    Briefing,
    Changed,
    Changes,
    Findings,
    GoalNode,
    Name,
    OpenItem,
    Overview,
    Standing,
)
from zielgraph.exporting.briefing.source import Source
from zielgraph.inventory import model
from zielgraph.inventory.findings import responsible
from zielgraph.inventory.model import Goal, Inventory, Item
from zielgraph.inventory.rollup import roll_up
from zielgraph.vocabulary import ZG

__all__ = ["PARTS", "Briefing", "compose"]


def compose(
    engine: Engine,
    inventory: Inventory,
    comparisons: Sequence[Comparison] = (),
    *,
    decisions_in: Engine | None = None,
    lang: str = "de",
    parts: Sequence[str] = PARTS,
    titled: str = "title",
    city: str = "",
    theme: str = "",
    system: str = "",
    until: str = "",
) -> Briefing:
    """A briefing with these parts. ``theme`` and ``system`` are IRIs of the only ones it is about.

    ``city`` is whose they are, where that is not to be the register's name for it.
    ``comparisons`` are the differences that its part "changes" tells; ``until`` leaves out decisions of later days.
    ``engine`` holds the state, ``decisions_in`` the decisions and editions where that is another one.
    The same state gives the same briefing.
    """
    found = _Composing(decisions_in or engine, inventory, lang, theme, system)
    wanted = tuple(part for part in PARTS if part in parts)
    briefing = Briefing(
        lang, titled, city or found.city(), found.standing(), found.name(theme) if theme else None, wanted
    )
    made: dict[str, Callable[[], object]] = {
        "overview": found.overview,
        "goals": found.goals,
        "changes": lambda: found.changes(comparisons),
        "open": found.open,
        "decisions": lambda: found.decisions(until),
        "findings": found.findings,
        "measures": lambda: details(engine, found),
        "actors": found.actors,
    }
    return replace(briefing, **{part: made[part]() for part in wanted})  # type: ignore[arg-type]


class _Composing(Source):
    """One briefing while it is being put together."""

    def __init__(self, engine: Engine, inventory: Inventory, lang: str, theme: str, system: str) -> None:
        super().__init__(inventory, lang, theme, system)
        self.engine = engine

    def standing(self) -> list[Standing]:
        """The editions that the state rests on: of every goal system the newest."""
        newest: dict[str, Standing] = {}
        for each in sorted(self.inventory.editions, key=lambda edition: edition.day):
            if self.system in ("", each.system):
                newest[each.system] = Standing(self.name(each.system), each.day, each.estimated)
        return [newest[system] for system in self.inventory.systems if system in newest]

    def overview(self) -> Overview:
        """The numbers at the beginning."""
        statuses = self.counted(self.measures)
        themes: list[tuple[Name | None, Sequence[int]]] = []
        for theme in (*self.inventory.themes, ""):
            own = [item for item in self.measures if (theme in item.themes if theme else not item.themes)]
            if own and self.theme in ("", theme):
                counts = Counter(self.state(item.status) for item in own)
                themes.append((self.name(theme) if theme else None, [counts[state] for state, _ in statuses]))
        chosen = [goal for goal in self.inventory.goals.values() if self._concerns(goal.iri)]
        numbers = {
            "measures_total": len(self.measures),
            "measures_open": sum(item.open for item in self.measures),
            "goals_total": len(chosen),
            "actors_total": len(self._by_actor()),
            "findings_total": len(self._open_findings()),
        }
        return Overview(numbers, len(self.items) - len(self.measures), statuses, themes)

    def goals(self) -> list[GoalNode]:
        """The goal tree with its lights."""
        goals = self.inventory.goals
        tops = [goal for goal in goals.values() if not goal.above and self._concerns(goal.iri)]
        return [self._goal(goal, frozenset()) for goal in tops]

    def _goal(self, goal: Goal, seen: frozenset[str]) -> GoalNode:
        rolled = roll_up(self.inventory, goal.iri)
        inner = seen | {goal.iri}
        below = [iri for iri in goal.below if iri not in inner and self._concerns(iri)]
        return GoalNode(
            name=self.name(goal.iri),
            kind=self.word(ZG + goal.kind),
            order=goal.order,
            light=rolled.light.key,
            word=pick(rolled.light.label, self.lang),
            reason=rolled.sentence(self.lang),
            counts=[(self.state(key), number) for key, number in rolled.counts.items()],
            below=[self._goal(self.inventory.goals[iri], inner) for iri in below],
        )

    def _concerns(self, iri: str) -> bool:
        """Whether a goal belongs to the theme and goal system: itself, by what it serves, or by what serves it."""
        goal = self.inventory.goals[iri]
        return self.system in ("", goal.system) and (not self.theme or iri in self._of_theme)

    @cached_property
    def _of_theme(self) -> set[str]:
        """The goals with the theme or with an item of it, all above them, and all below those of the theme."""
        goals = self.inventory.goals
        found = {iri for iri, goal in goals.items() if self.theme in goal.themes}
        todo = [lower for iri in found for lower in goals[iri].below]
        while todo:
            if (iri := todo.pop()) not in found:
                found.add(iri)
                todo += goals[iri].below
        todo = [*found, *(iri for item in self.items for iri in (*item.goals, item.iri) if iri in goals)]
        reached: set[str] = set()
        while todo:
            if (iri := todo.pop()) not in reached:
                reached.add(iri)
                todo += goals[iri].above
        return found | reached

    def changes(self, comparisons: Iterable[Comparison]) -> list[Changes]:
        """What each of the comparisons says, of the theme and goal system."""
        return [self._compared(each) for each in comparisons if self._root(each) in ("", self.system)]

    def _root(self, comparison: Comparison) -> str:
        return "" if not self.system else f"{comparison.after.iri.partition('/edition/')[0]}/system"

    def _compared(self, comparison: Comparison) -> Changes:
        vocabulary = load_changes()
        report = Report(comparison, Names(self.engine), self.lang, vocabulary)
        shown = [each for each in comparison.entries if not each.part and self._has_theme(each.before, each.after)]
        entries = []
        for each in shown:
            sentences = [report.headline(each), *(report.phrase(each, change) for change in each.changes)]
            kind = pick(vocabulary.kinds[each.kind].label, self.lang)
            name = Name(each.iri, each.facts.label, "de")
            entries.append(Changed(name, each.path, kind, [sentence for sentence in sentences if sentence]))
        counted = Counter((each.kind, each.is_goal) for each in shown)
        return Changes(
            system=self.name(f"{comparison.after.iri.partition('/edition/')[0]}/system"),
            before=comparison.before.day,
            after=comparison.after.day,
            counts=[
                (pick(vocabulary.kinds[kind].label, self.lang), counted[kind, False], counted[kind, True])
                for kind in KINDS
                if counted[kind, False] or counted[kind, True]
            ],
            entries=entries,
            same_rules="" if comparison.same_rules else vocabulary.word("other_rules", self.lang),
        )

    def _has_theme(self, *both: Facts | None) -> bool:
        if not self.theme:
            return True
        return any(value == self.theme for facts in both if facts for value, _ in facts.values.get("theme", ()))

    def open(self) -> list[tuple[Name | None, Sequence[OpenItem]]]:
        """Open measures by who should see to them, who has most first; those of nobody last."""
        groups: dict[str, list[OpenItem]] = {}
        for item in self.items:
            if item.open:
                entry = OpenItem(
                    name=self.name(item.iri),
                    status=self.state(item.status),
                    themes=self.names(item.themes),
                    due=item.due.text,
                    line=item.line,
                    goal=not item.measure,
                )
                groups.setdefault(responsible(item, self.inventory.actors), []).append(entry)
        order = {iri: number for number, iri in enumerate(self.inventory.actors)}
        ranked = sorted(groups, key=lambda iri: (not iri, -len(groups[iri]), order.get(iri, 0)))
        return [(self.name(iri) if iri else None, groups[iri]) for iri in ranked]

    def decisions(self, until: str) -> list[Decided]:
        """Decisions since the newest edition of each goal system."""
        found: list[Decided] = []
        for each in self.standing():
            root = each.system.iri.removesuffix("system")
            found += decided(
                self.engine, self.inventory.base, self.words, self.word, after=each.day, until=until, root=root
            )
        chosen = {item.iri for item in self.items} | {iri for iri in self.inventory.goals if self._concerns(iri)}
        return [each for each in found if not self.theme or each.about in chosen]

    def findings(self) -> list[Findings]:
        """The open findings, the gravest first, those that say the same together."""
        groups: dict[tuple[str, str], list[model.Finding]] = {}
        for each in self._open_findings():
            message = each.message.get(self.lang) or each.message.get("de") or each.rule
            groups.setdefault((each.severity, message), []).append(each)
        found = []
        for (severity, message), its in groups.items():
            who = Counter(each.responsible for each in its).most_common()
            lines = sorted({each.line for each in its if each.line})
            names = [(self.name(iri) if iri else None, number) for iri, number in who]
            found.append(Findings(severity, message, len(its), names, lines))
        return found

    def _open_findings(self) -> list[model.Finding]:
        chosen = {item.iri for item in self.items}
        whole = not (self.theme or self.system)
        return [
            each for each in self.inventory.findings.values() if not each.accepted and (whole or each.item in chosen)
        ]

    def actors(self) -> list[ActorRow]:
        """The actors that measures name, who is in most first."""
        rows = []
        for iri, items in self._by_actor().items():
            actor = self.inventory.actors.get(iri)
            roles = Counter(part.role for item in items for part in item.parts if part.actor == iri)
            played = [(role, roles[last_part(role)]) for role in self.inventory.roles if roles[last_part(role)]]
            rows.append(
                ActorRow(
                    name=self.name(iri),
                    kind=self.word(ZG + actor.kind) if actor else "",
                    codes=", ".join(actor.codes) if actor else "",
                    roles=[(self.word(role), number) for role, number in played],
                    measures=len(items),
                    open=sum(item.open for item in items),
                )
            )
        return sorted(rows, key=lambda row: -row.measures)

    def _by_actor(self) -> Mapping[str, Sequence[Item]]:
        found: dict[str, list[Item]] = {}
        for item in self.items:
            for iri in dict.fromkeys((*(part.actor for part in item.parts), *item.named)):
                found.setdefault(iri, []).append(item)
        return {iri: found[iri] for iri in self.inventory.actors if iri in found}
