"""What is compared and how a change is called: the reader of ``data/vocabulary/changes.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from zielgraph import resources
from zielgraph.errors import InputError
from zielgraph.vocabulary import PREFIXES

Texts = Mapping[str, str]
FORMS = ("text", "value", "thing", "things")
KINDS = ("new", "returned", "gone", "split", "merged", "moved", "reworded", "changed", "unchanged")


@dataclass(frozen=True)
class Property:
    """A property that is compared; ``term``, ``through`` and ``qualifier`` are IRIs. The data file explains them."""

    name: str
    term: str
    form: str
    label: Texts
    through: str = ""
    qualifier: str = ""
    words: str = ""
    unless: str = ""
    kind: str = "changed"
    phrases: Mapping[str, Texts] = field(default_factory=dict)
    goal_phrases: Mapping[str, Texts] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """A kind of change with its mark for lists; ``measure``, ``goal`` and ``part`` are phrases or empty."""

    label: Texts
    mark: str
    measure: Texts = field(default_factory=dict)
    goal: Texts = field(default_factory=dict)
    part: Texts = field(default_factory=dict)


@dataclass(frozen=True)
class Vocabulary:
    """All of the data file. ``properties`` in the order in which changes are told."""

    properties: tuple[Property, ...]
    phrases: Mapping[str, Texts]
    kinds: Mapping[str, Kind]
    columns: Mapping[str, Texts]
    words: Mapping[str, Texts]

    def named(self, name: str) -> Property:
        """The property of that name."""
        return next(each for each in self.properties if each.name == name)

    def word(self, name: str, lang: str, **values: object) -> str:
        """A word or sentence of the report."""
        return pick(self.words[name], lang).format(**values)


def pick(texts: Texts, lang: str) -> str:
    """The text in that language, else in German."""
    return texts.get(lang) or texts.get("de", "")


@cache
def load_changes(path: Path | None = None) -> Vocabulary:
    """Read the data file. Raises InputError where something is missing or not known."""
    file = path or resources.data() / "vocabulary" / "changes.toml"
    try:
        data: dict[str, Any] = tomllib.loads(file.read_text("utf-8"))
        properties = tuple(_property(entry) for entry in data["property"])
        kinds = {name: Kind(**data["kinds"][name]) for name in KINDS}
        vocabulary = Vocabulary(properties, data["phrases"], kinds, data["columns"], data["words"])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError) as error:
        raise InputError(f"nicht lesbar ({error})", file=str(file)) from None
    except KeyError as error:
        raise InputError(f"es fehlt {error}", file=str(file)) from None
    except ValueError as error:
        raise InputError(str(error), file=str(file)) from None
    names = {each.name for each in properties}
    for each in properties:
        unknown = {each.words, each.unless} - names - {""}
        if unknown:
            raise InputError(f"„{each.name}“ verweist auf „{min(unknown)}“, das es nicht gibt", file=str(file))
    return vocabulary


def _property(entry: dict[str, Any]) -> Property:
    name = entry["name"]
    if entry["form"] not in FORMS:
        raise ValueError(f"„{name}“: form „{entry['form']}“ gibt es nicht. Möglich: {', '.join(FORMS)}")
    if entry.get("kind", "changed") not in KINDS:
        raise ValueError(f"„{name}“: kind „{entry['kind']}“ gibt es nicht. Möglich: {', '.join(KINDS)}")
    terms: dict[str, Any] = {key: _iri(entry[key], name) for key in ("term", "through", "qualifier") if key in entry}
    return Property(**(entry | terms))


def _iri(term: str, name: str) -> str:
    prefix, _, local = term.partition(":")
    if local.startswith("//"):
        return term
    if prefix not in PREFIXES:
        raise ValueError(f"„{name}“: das Präfix „{prefix}“ ist nicht bekannt")
    return PREFIXES[prefix] + local
