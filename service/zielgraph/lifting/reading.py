"""What is read out of a table: :func:`read_meaning` lets linking and assessing look at every text once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zielgraph.assessing import Assessment, assess_all, load_dispositions
from zielgraph.assessing.resolutions import TextResolution, text_resolutions
from zielgraph.assessing.themes import GoalTheme, ThemeFinder
from zielgraph.lifting.iris import Iris
from zielgraph.lifting.memberwords import load_network_words
from zielgraph.linking import Linker, load_vocabulary
from zielgraph.linking.model import Mention
from zielgraph.register import Actor, Label, Register, Theme
from zielgraph.table import Table
from zielgraph.vocabulary import slug


@dataclass
class Reading:
    """What was read out of a table; lists run parallel to ``table.items`` or ``table.goals``.

    ``mentions`` are keyed by (row index, role of the cell). ``bodies``, ``leads`` and ``partners`` hold the actors
    of the explicit columns as (IRI, words of the cell). ``new_scheme``: nothing describes the city's themes as a whole.
    """

    mentions: dict[tuple[int, str], list[Mention]] = field(default_factory=dict)
    bodies: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    leads: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    partners: list[tuple[tuple[str, str], ...]] = field(default_factory=list)
    dispositions: list[Assessment] = field(default_factory=list)
    resolutions: list[list[TextResolution]] = field(default_factory=list)
    goal_themes: list[GoalTheme | None] = field(default_factory=list)
    item_themes: list[GoalTheme | None] = field(default_factory=list)
    abbreviation_actors: list[str | None] = field(default_factory=list)
    extra_codes: dict[str, list[str]] = field(default_factory=dict)
    provisional_actors: Sequence[Actor] = ()
    provisional_themes: Sequence[Theme] = ()
    new_scheme: bool = False


def read_meaning(table: Table, register: Register, iris: Iris, vocabulary: Path) -> Reading:
    """Everything derived from the table's texts: mentions, bodies, themes, dispositions, resolutions."""
    linker = Linker(
        register,
        load_vocabulary(vocabulary),
        day=iris.day,
        abbreviations=[(entry.code, entry.name) for entry in table.abbreviations],
        city_actor_base=iris.actor_base(),
    )
    reading = Reading()
    extra: dict[str, Actor] = {}
    words = load_network_words(vocabulary / "networks.toml")

    def explicit(names: tuple[str, ...], kind: str) -> tuple[tuple[str, str], ...]:
        found: list[tuple[str, str]] = []
        for name in words.names(names):
            if known := linker.label_actors(name):
                found += [(iri, name) for iri in known]
            elif words.person.match(name):
                # a person is no actor; a known office beside the name is ("Frau Muster, Jugendamt")
                found += [(mention.actor, name) for mention in linker.link(name) if mention.actor]
            elif not words.unnamed.match(name):  # "alle Ämter" are many and none of them by name
                iri = iris.actor_base() + slug(name)
                # "Amt für …" among the partners is a department; what stands in the body column is a body
                told = kind if kind == "Body" else linker.kind_of(name) or kind
                extra.setdefault(iri, Actor(iri, told, (Label(name),), provisional=True))
                found.append((iri, name))
        return tuple(found)

    cells = [(goal.row, goal.role) for goal in table.goals if goal.row is not None]
    cells += [
        (row, role) for item in table.items for row in (item.row, *item.more_rows) for role in ("activity", "progress")
    ]
    for row_index, role in cells:
        row = table.rows[row_index]
        if role in row.roles and (row_index, role) not in reading.mentions:
            mentions = linker.link(row.raw(role))
            if mentions:
                reading.mentions[row_index, role] = mentions
    themes = ThemeFinder(register.themes, f"{iris.city_root}theme/")
    reading.goal_themes = themes.of_goals(table.goals)
    for item in table.items:
        reading.bodies.append(explicit(item.bodies, "Body"))
        reading.leads.append(explicit(item.leads, "Organisation"))
        reading.partners.append(explicit(item.partners, "Organisation"))
        found = reading.mentions.get((item.row, "progress"), [])
        reading.resolutions.append(text_resolutions(table.rows[item.row].raw("progress"), found) if found else [])
        theme: GoalTheme | None = None
        if item.theme_text:
            theme = themes.named(item.theme_text, "column")
        elif item.goal is not None:
            theme = reading.goal_themes[item.goal]
        reading.item_themes.append(theme)
    rules = load_dispositions(vocabulary / "disposition.toml")
    reading.dispositions = assess_all([(item.text, item.progress) for item in table.items], rules)
    reading.abbreviation_actors = [linker.label_actor(entry.code) for entry in table.abbreviations]
    reading.extra_codes = linker.extra_codes
    reading.provisional_actors = [actor for _, actor in sorted((extra | linker.provisional).items())]
    reading.provisional_themes = [theme for _, theme in sorted(themes.provisional.items())]
    reading.new_scheme = themes.new_scheme
    return reading
