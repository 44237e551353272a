"""Everyone a report of one city may name: its register, the file's own abbreviation list, usual units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from zielgraph.linking.names import NameIndex
from zielgraph.linking.vocabulary import Vocabulary
from zielgraph.register.model import Actor, Label, Register, UnitType
from zielgraph.vocabulary import slug

_UNIT = "unit:"
_REVIEW = "review:"
_BRACKETS = re.compile(r"^(?P<name>[^()]+?)\s*\((?P<other>[^()]+)\)$")


class World:
    """Names and codes of one city at one day, and the provisional actors made on the way."""

    def __init__(
        self,
        register: Register,
        vocabulary: Vocabulary,
        day: date | None,
        abbreviations: Sequence[tuple[str, str]],
        base: str,
    ) -> None:
        self.names = NameIndex(vocabulary)
        self.codes: dict[str, str] = {}
        self.extra_codes: dict[str, list[str]] = {}
        self.provisional: dict[str, Actor] = {}
        self._vocabulary = vocabulary
        self._base = base
        self._register = register
        self._units: dict[str, UnitType] = {}
        self._unit_names: dict[str, str] = {}  # unit type → the name the file's own list gives it
        heads = sorted({head for some in vocabulary.heads.values() for head in some if len(head) > 2})
        self._linking_s = re.compile(rf"(?<=\w{{4}})s({'|'.join(map(re.escape, heads))})$")
        legal = "|".join(map(re.escape, sorted(vocabulary.candidates.lists["legal_forms"])))
        self._legal = re.compile(rf"[\s,]+(?:{legal})$", re.I)
        self._of_city = vocabulary.names.of_city
        units = "|".join(map(re.escape, sorted(vocabulary.codes.lists["heads"], key=len, reverse=True)))
        head = rf"(?:(?i:{units})\s+)?"
        self._department = re.compile(rf"^{head}(?P<code>[\w./-]+)$")
        self._several = re.compile(rf"^{head}(?P<codes>\d{{1,3}}(?:\s?/\s?\d{{1,3}})+)$")
        self._code_name = re.compile(rf"^{head}(?P<code>\d{{1,3}}(?:[/.-]\d{{1,3}})?)\s*[-–:=]?\s+(?P<name>\D.+)$")
        self._endings = {
            kind: tuple(head for head in some if len(head) > 3 or head in vocabulary.words["ending_heads"])
            for kind, some in vocabulary.heads.items()
        }
        # the city's own before the shared ones, those that exist on the day before the others
        ordered = sorted(register.actors, key=lambda a: (not a.iri.startswith(base), not a.valid_at(day)))
        for kind in ("label", "alt", "hidden"):
            for actor in ordered:
                for label in actor.labels:
                    if label.kind == kind and label.language != "en":
                        self._name(label.text, actor.iri)
        for actor in ordered:
            if actor.valid_at(day):
                for code in actor.codes:
                    self._code(code, actor.iri)
        self._add_units(register)
        for code, name in abbreviations:
            self._abbreviation(code.strip(), name.strip())
        for word in vocabulary.names.general:
            self.names.add(word, _REVIEW + word)

    def _name(self, text: str, target: str) -> None:
        self.names.add(text, target)
        if (short := self._legal.sub("", text)) != text and " " in short:
            self.names.add(short, target)
        for tail in self._vocabulary.names.optional_tails:
            if (short := tail.sub("", text)) != text and " " in short:
                self.names.add(short, target)
        if " " not in text and (match := self._linking_s.search(text)):
            self.names.add(text[: match.start()] + match.group(1), target)  # "Gesundheitamt"

    def _code(self, code: str, target: str) -> None:
        if any(letter.isdigit() for letter in code):
            self.codes.setdefault(code, target)
        else:
            self.names.add(code, target)

    def _add_units(self, register: Register) -> None:
        """Unit types stand behind the register; one the city has under any of its names means the city's."""
        for unit in register.unit_types:
            labels = [label for label in unit.labels if label.language != "en"]
            known = [self.names.lookup(label.text) for label in labels]
            target = next((iri for iri in known if iri and iri.startswith(self._base)), None)
            target = target or (known[0] if known and known[0] else None)
            if target is None or target.startswith(_UNIT):
                target = _UNIT + unit.slug
                self._units[unit.slug] = unit
            for label in labels:
                self._name(label.text, target)

    def _abbreviation(self, code: str, name: str) -> None:
        """Take in one entry of the file's own list."""
        digits = any(letter.isdigit() for letter in code)
        target = self.names.lookup(name) or self.names.lookup(self._of_city.sub("", name))
        if target is None and digits:
            target = self.codes.get(code)
        if target is None:
            target = None if digits else self.names.lookup(code)
            if target is not None and target.startswith(_UNIT):
                target = None
        if target is None:
            kind = "Department" if digits else self.kind_of(name)
            if kind is None:
                return
            target = self._mint(name, kind, (code,))
        if self.is_unit(target):
            self._unit_names.setdefault(target, self._of_city.sub("", name))
        target = self.resolve(target)
        self._name(name, target)
        if (short := self._of_city.sub("", name)) != name:
            self._name(short, target)
        self._overrule(code, target)

    def _overrule(self, code: str, target: str) -> None:
        """The file's own list is nearer than the register: its code means what it says."""
        known = self._register.by_iri.get(target)
        if known is not None and code in known.codes:
            return
        names = {label.text for label in known.labels} if known is not None else set()
        if any(letter.isdigit() for letter in code):
            self.codes[code] = target
        else:
            self.names.replace(code, target)
        if known is not None and code not in names:
            codes = self.extra_codes.setdefault(target, [])
            if code not in codes:
                codes.append(code)
        elif known is None and (made := self.provisional.get(target)) and code not in made.codes:
            self.provisional[target] = Actor(made.iri, made.kind, made.labels, (*made.codes, code), provisional=True)

    def kind_of(self, name: str) -> str | None:
        """The class of actor a name tells by its words, None if it names no actor."""
        words = [word.lower().strip('„“"(),') for word in re.split(r"[\s/-]+", name) if word]
        for kind, heads in self._vocabulary.heads.items():
            for word in words[:1] + words[-1:] + words[1:-1]:
                if word in heads or word.endswith(self._endings[kind]):
                    return kind
        return None

    def _mint(self, name: str, kind: str, codes: tuple[str, ...] = ()) -> str:
        iri = self._base + slug(name)
        if iri not in self._register.by_iri and iri not in self.provisional:
            self.provisional[iri] = Actor(iri, kind, (Label(name),), codes, provisional=True)
        return iri

    def resolve(self, target: str) -> str:
        """The actor's IRI; a unit type becomes a provisional actor of the city the first time it is named.

        A word that only asks for review stays as it is, see :meth:`is_review`.
        """
        if not target.startswith(_UNIT):
            return target
        unit = self._units[target[len(_UNIT) :]]
        name = self._unit_names.get(target)
        iri = self._base + (slug(name) if name else unit.slug)
        if iri not in self.provisional and iri not in self._register.by_iri:
            self.provisional[iri] = Actor(iri, unit.kind, _named(unit.labels, name), provisional=True)
        return iri

    @staticmethod
    def is_unit(target: str) -> bool:
        """Whether a name was found among the usual municipal units only."""
        return target.startswith(_UNIT)

    @staticmethod
    def is_review(target: str) -> bool:
        """Whether a name means an actor that only a person can tell ("das Land", of an unknown state)."""
        return target.startswith(_REVIEW)

    def kind(self, iri: str | None) -> str:
        """The actor's class, empty for a candidate."""
        actor = (self._register.by_iri.get(iri) or self.provisional.get(iri)) if iri else None
        return actor.kind if actor else ""

    def label_actor(self, text: str) -> str | None:
        """The actor a whole cell names: by name, code, "Amt 50", "56 Wohnungsamt" or "Jobcenter (JC)"."""
        text = " ".join(text.split()).strip(" .,;:")
        if not text:
            return None
        if (target := self.names.lookup(text)) and not self.is_review(target):
            return self.resolve(target)
        if text in self.codes:
            return self.codes[text]
        if match := self._department.match(text):
            return self.codes.get(match["code"])
        if match := _BRACKETS.match(text):
            return self.label_actor(match["name"]) or self.label_actor(match["other"])
        if match := self._code_name.match(text):
            return self.label_actor(match["name"]) or self.codes.get(match["code"])
        return None

    def label_actors(self, text: str) -> list[str]:
        """The actors a whole cell names: one as :meth:`label_actor` says, or several codes ("Amt 50/51"), all known."""
        if whole := self.label_actor(text):
            return [whole]
        match = self._several.match(" ".join(text.split()).strip(" .,;:"))
        found = [self.codes.get(code.strip()) for code in match["codes"].split("/")] if match else []
        return [iri for iri in found if iri] if all(found) else []


def _named(labels: tuple[Label, ...], name: str | None) -> tuple[Label, ...]:
    """The labels with this name first and the usual German one among the others."""
    if name is None or any(label.text == name and label.kind == "label" for label in labels):
        return labels
    others = (
        Label(each.text, "alt" if each.kind == "label" and each.language == "de" else each.kind, each.language)
        for each in labels
        if each.text != name
    )
    return (Label(name), *others)
