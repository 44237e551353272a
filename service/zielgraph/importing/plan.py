"""The first half of an import: a file is read and understood. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from zielgraph import resources
from zielgraph.errors import UsageError
from zielgraph.importing.rules import fingerprint, jurisdiction
from zielgraph.lifting import Edition, Iris, Reading, read_meaning
from zielgraph.register import Register
from zielgraph.register.turtle import load_register
from zielgraph.settings import Settings
from zielgraph.source import Limits, Source, read_source
from zielgraph.table import Profile, Table, load_profile, load_profiles, load_status_words, read_table
from zielgraph.table.header import find_profile
from zielgraph.table.networks import NetworkTable, read_networks
from zielgraph.table.profile import named_profile
from zielgraph.vocabulary import slug


@dataclass(frozen=True)
class Order:
    """What the caller asks for: the file and what is known of it beforehand. None means: find out."""

    path: Path
    file: str | None = None
    city: str | None = None
    system: str | None = None
    day: date | None = None
    profile: str | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Plan:
    """A file, read and understood. ``reading`` is None for an overview of networks."""

    order: Order
    source: Source
    table: Table
    profile: Profile
    register: Register
    iris: Iris
    reading: Reading | None
    rules: str

    @property
    def day(self) -> date:
        """The edition's day."""
        return self.iris.day

    def edition(self, revision: int) -> Edition:
        """What lifting must know of the edition besides the table; ``revision`` is the one it replaces, 0 for none."""
        iris = self.iris
        return Edition(
            label=_system_label(self.profile, iris.city, iris.system),
            estimated=self.table.stated_date != iris.day,
            jurisdiction=jurisdiction(resources.data(), iris.city),
            revision_of=f"{iris.edition.value}/revision/{revision}" if revision else "",
        )


def make_plan(settings: Settings, order: Order) -> Plan:
    """Read a file and all that its texts mean.

    Raises InputError for a file that cannot be read, NotFound for an unknown profile, UsageError when no date is
    known or a name is none.
    """
    data = resources.data()
    profiles = load_profiles(data / "profiles")
    source = read_source(order.path, limits_of(settings))
    if order.file:
        source = replace(source, file=order.file)
    profile = find_profile(source, profiles, _wanted(profiles, order.profile), order.sheet)
    city, system = order.city or profile.city, order.system or profile.system
    for name, value in (("Stadt", city), ("Zielsystem", system)):
        if value != slug(value):
            raise UsageError(f"{name} „{value}“: bitte nur Kleinbuchstaben, Ziffern und Bindestriche ({slug(value)}).")
    register = load_register(data / "register", city, settings.base)
    table = _read(source, profile, register, data, order.sheet)
    day = order.day or table.stated_date
    if day is None:
        example = f"--edition {date.today().isoformat()}"
        raise UsageError(f"{table.file} nennt kein Datum. Bitte den Stand angeben, zum Beispiel {example}.")
    iris = Iris(settings.base, city, system, day)
    networks = isinstance(table, NetworkTable)
    reading = None if networks else read_meaning(table, register, iris, data / "vocabulary")
    return Plan(order, source, table, profile, register, iris, reading, fingerprint(data, register.city))


def limits_of(settings: Settings) -> Limits:
    """The limits of tables that the settings say."""
    return Limits(settings.max_table_rows, settings.max_table_bytes, settings.max_cell_chars)


def _wanted(profiles: Mapping[str, Profile], name: str | None) -> Profile | None:
    """The profile that was asked for: by its name, or by the path of a file of one's own."""
    if name is None:
        return None
    return load_profile(Path(name)) if name.endswith(".toml") else named_profile(profiles, name)


def _read(source: Source, profile: Profile, register: Register, data: Path, sheet: str | None) -> Table:
    themes = [label.text for theme in register.themes for label in theme.labels]
    actors = [label.text for actor in register.actors for label in actor.labels]
    if profile.kind == "networks":
        return read_networks(source, profile, sheet=sheet, theme_names=themes, actor_names=actors)
    words = load_status_words(data / "vocabulary" / "status.toml")
    return read_table(
        source, {profile.name: profile}, words, profile=profile, theme_names=themes, known_names=actors, sheet=sheet
    )


def _system_label(profile: Profile, city: str, system: str) -> Mapping[str, str]:
    if (city, system) == (profile.city, profile.system) and profile.label:
        return profile.label
    return {"de": f"{city.replace('-', ' ').title()}: {system.replace('-', ' ').title()}"}
