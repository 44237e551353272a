"""Loads the registers that people keep as Turtle under ``data/register``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from zielgraph.engine import Literal, NamedNode, Quad, parse_file
from zielgraph.errors import InputError
from zielgraph.register.model import Actor, Label, Register, Theme, UnitType
from zielgraph.vocabulary import DEFAULT_BASE, RDF, RDFS, SKOS, ZG

_TYPE = RDF + "type"
_NAMES = {
    RDFS + "label": "label",
    SKOS + "prefLabel": "label",
    SKOS + "altLabel": "alt",
    SKOS + "hiddenLabel": "hidden",
}
ACTOR_KINDS = ("Department", "Organisation", "Network", "Body", "ActorGroup")


def register_files(folder: Path, cities: Iterable[str]) -> list[Path]:
    """The files of the shared register and of the named cities, sorted."""
    return [path for name in ("common", *sorted(set(cities))) for path in sorted((folder / name).glob("*.ttl"))]


def register_quads(folder: Path, cities: Iterable[str], base: str) -> list[Quad]:
    """What ``graph/register`` holds: the shared register and the registers of these cities."""
    return [quad for path in register_files(folder, cities) for quad in rebased(parse_file(path), base)]


def rebased(quads: Iterable[Quad], base: str) -> Iterable[Quad]:
    """The quads with the default base of data IRIs exchanged for another one."""
    if base == DEFAULT_BASE:
        return quads

    def swap(term: NamedNode) -> NamedNode:
        value = term.value
        return NamedNode(base + value[len(DEFAULT_BASE) :]) if value.startswith(DEFAULT_BASE) else term

    def swap_any(term: object) -> object:
        if isinstance(term, NamedNode):
            return swap(term)
        if isinstance(term, Literal) and term.datatype.value.startswith(DEFAULT_BASE):
            return Literal(term.value, datatype=swap(term.datatype))
        return term

    return (
        Quad(swap_any(q.subject), swap(q.predicate), swap_any(q.object), q.graph_name)  # type: ignore[arg-type]
        for q in quads
    )


class _Facts:
    """Triples by subject, with the few look-ups that the register needs."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.by_subject: dict[str, list[tuple[str, NamedNode | Literal]]] = {}
        for quad in quads:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                self.by_subject.setdefault(quad.subject.value, []).append((quad.predicate.value, quad.object))

    def types(self, subject: str) -> set[str]:
        return {value.value for name, value in self.by_subject[subject] if name == _TYPE}

    def values(self, subject: str, name: str) -> list[str]:
        return [value.value for each, value in self.by_subject.get(subject, ()) if each == name]

    def labels(self, subject: str) -> tuple[Label, ...]:
        found = {
            Label(value.value, _NAMES[name], value.language or ""): None
            for name, value in self.by_subject.get(subject, ())
            if name in _NAMES and isinstance(value, Literal)
        }
        return tuple(found)

    def day(self, subject: str, name: str, path: Path) -> date | None:
        values = self.values(subject, name)
        try:
            return date.fromisoformat(values[0]) if values else None
        except ValueError:
            raise InputError(f"{subject}: „{values[0]}“ ist kein Datum (JJJJ-MM-TT)", file=str(path)) from None


def load_register(folder: Path, city: str, base: str, *, extra: Sequence[Path] = ()) -> Register:
    """The register of one city: its own files, ``extra`` files and the shared register; no other city's.

    Raises InputError where a file is no Turtle or a date is none.
    """
    paths = [*register_files(folder, [city] if city != "common" else []), *extra]
    facts = _Facts(quad for path in paths for quad in rebased(parse_file(path), base))
    actors: list[Actor] = []
    themes: list[Theme] = []
    for subject in sorted(facts.by_subject):
        types = facts.types(subject)
        kind = next((k for k in ACTOR_KINDS if ZG + k in types), None)
        if kind:
            actors.append(
                Actor(
                    iri=subject,
                    kind=kind,
                    labels=facts.labels(subject),
                    codes=tuple(sorted(facts.values(subject, SKOS + "notation"))),
                    unit_of=next(iter(facts.values(subject, ZG + "unitOf")), None),
                    valid_from=facts.day(subject, ZG + "validFrom", folder),
                    valid_to=facts.day(subject, ZG + "validTo", folder),
                )
            )
        elif ZG + "Theme" in types:
            themes.append(
                Theme(subject, facts.labels(subject), tuple(sorted(facts.values(subject, ZG + "goalWording"))))
            )
    return Register(city, tuple(actors), tuple(themes), _unit_types(folder / "typical-units.ttl"))


def _unit_types(path: Path) -> tuple[UnitType, ...]:
    if not path.is_file():
        return ()
    facts = _Facts(parse_file(path))
    return tuple(
        UnitType(
            slug=subject.rsplit("/", 1)[-1],
            kind=facts.values(subject, ZG + "unitKind")[0].removeprefix(ZG),
            labels=facts.labels(subject),
        )
        for subject in sorted(facts.by_subject)
        if ZG + "UnitType" in facts.types(subject)
    )
