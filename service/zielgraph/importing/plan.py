"""The first half of an import: a file is read and understood. Nothing is written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from zielgraph import resources
from zielgraph.errors import StoreError, UsageError
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
    own_profile: bytes = b""

    @property
    def profile_key(self) -> str:
        """What must be known to read the file again: nothing, a profile's name, or ``name@sha256`` of one's own."""
        if not self.own_profile:
            return self.order.profile or ""
        return f"{self.profile.name}@{hashlib.sha256(self.own_profile).hexdigest()}"

    def files(self) -> dict[str, bytes]:
        """The file, and a profile of one's own, by their hashes, to be kept."""
        found = {self.table.sha256: self.order.path.read_bytes()}
        return found | ({kept_name(self.profile_key): self.own_profile} if self.own_profile else {})

    @property
    def day(self) -> date:
        """The edition's day."""
        return self.iris.day

    @property
    def estimated(self) -> bool:
        """Whether the file itself does not state this very day."""
        return self.table.stated_month or self.table.stated_date != self.day

    def edition(self, revision: int) -> Edition:
        """What lifting must know of the edition besides the table; ``revision`` is the one it replaces, 0 for none."""
        iris = self.iris
        return Edition(
            label=_system_label(self.profile, iris.city, iris.system),
            estimated=self.estimated,
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
    wanted, own_profile = _wanted(settings, profiles, order.profile)
    profile = find_profile(source, profiles, wanted, order.sheet)
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
    rules = fingerprint(data, register.city, own_profile)
    return Plan(order, source, table, profile, register, iris, reading, rules, own_profile)


def limits_of(settings: Settings) -> Limits:
    """The limits of tables that the settings say."""
    return Limits(settings.max_table_rows, settings.max_table_bytes, settings.max_cell_chars)


def kept_name(profile_key: str) -> str:
    """Name among the kept sources of a profile of one's own; empty for one that the program brings along."""
    return profile_key.partition("@")[2]


def own_profile_of(settings: Settings, profile_key: str) -> bytes:
    """The kept profile that an edition was read with; empty when it was none of one's own."""
    kept = kept_name(profile_key)
    try:
        return (settings.data / "sources" / kept).read_bytes() if kept else b""
    except OSError:
        raise StoreError(f"Das Profil {profile_key.partition('@')[0]} fehlt im Datenordner.") from None


def _wanted(settings: Settings, profiles: Mapping[str, Profile], name: str | None) -> tuple[Profile | None, bytes]:
    """The profile that was asked for, and its text if it is one's own: by name, path of a file, or kept."""
    if name is None:
        return None, b""
    if kept := kept_name(name):
        data = own_profile_of(settings, name)
        return replace(load_profile(settings.data / "sources" / kept), name=name.partition("@")[0]), data
    if name.endswith(".toml"):
        return load_profile(Path(name)), Path(name).read_bytes()
    return named_profile(profiles, name), b""


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
