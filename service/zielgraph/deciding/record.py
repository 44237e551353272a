"""From what a person wrote to a decision: who and what is meant, and whether it makes sense."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from zielgraph.deciding.apply import wording_of
from zielgraph.deciding.items import Items
from zielgraph.deciding.model import COURSES, DISPOSITION, INVOLVEMENT, THEME, VALUE_ACTIONS, Decision
from zielgraph.deciding.words import Words, load_words
from zielgraph.engine import DefaultGraph, Engine, NamedNode
from zielgraph.errors import NotFound, UsageError
from zielgraph.lifting.writer import zg
from zielgraph.register.lookup import find_named
from zielgraph.vocabulary import ZG


@dataclass(frozen=True)
class Wish:
    """What a person asked for, in their own words. ``action`` is one of ACTIONS; without ``day`` it is today."""

    action: str
    subject: str = ""
    actor: str = ""
    role: str = ""
    theme: str = ""
    disposition: str = ""
    finding: str = ""
    reason: str = ""
    name: str = ""
    day: date | None = None


class Misfit(UsageError):
    """A wish that cannot be carried out. ``field`` is the part of the wish that is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@contextmanager
def _part(field: str) -> Iterator[None]:
    try:
        yield
    except UsageError as error:
        raise Misfit(field, str(error)) from error


class Desk:
    """Reads wishes against the current state of a store. Looks it through once, for as many wishes as there are."""

    def __init__(self, engine: Engine, base: str, today: date, words: Words | None = None) -> None:
        self._engine, self._base, self._today = engine, base, today
        self.items = Items(engine, base, words or load_words())

    def decision(self, wish: Wish) -> Decision:
        """The decision that is meant. Raises Misfit (a UsageError), with near matches where a name is not known."""
        for field, title in (("reason", "eine Begründung"), ("name", "der Name dessen, der entschieden hat")):
            if not getattr(wish, field).strip():
                raise Misfit(field, f"Es fehlt {title}.")
        day = wish.day or self._today
        if day > self._today:
            raise Misfit("day", f"Der Tag der Entscheidung ({day:%d.%m.%Y}) liegt in der Zukunft.")
        self._only_what_belongs(wish)
        signed = Decision("", wish.action, " ".join(wish.reason.split()), " ".join(wish.name.split()), day)
        if wish.action == "accept":
            return self._accepted(wish, signed)
        with _part("subject"):
            if not wish.subject.strip():
                raise UsageError("Es fehlt, um welche Maßnahme oder welches Ziel es geht.")
            node = self.items.find(wish.subject)
        signed = replace(signed, subject=node.value, wording=self._wording(node))
        if wish.action in COURSES:
            if not self.items.kinds(node) & {"ReportItem", "EndedItem"}:
                raise Misfit("subject", f"{self.items.name(node)} ist ein Ziel; fortgeführt werden Maßnahmen.")
            return signed
        if "EndedItem" in self.items.kinds(node):
            raise Misfit(
                "subject",
                f"{self.items.name(node)} steht nicht mehr im Bericht. "
                "Möglich sind noch: fortführen, einstellen, neu starten.",
            )
        read = self._link if wish.actor else self._value
        said = {"prop": "", "actor": "", "role": "", "value": ""} | read(node, wish)
        return replace(signed, prop=said["prop"], actor=said["actor"], role=said["role"], value=said["value"])

    def describe(self, decision: Decision) -> str:
        """What a decision is about, as a message calls it."""
        terms = [NamedNode(term) for term in (decision.actor, decision.role, decision.value) if term]
        parts = [self.items.name(NamedNode(decision.about)), *map(self.items.label, terms), decision.rule]
        return ", ".join(part for part in parts if part)

    def _only_what_belongs(self, wish: Wish) -> None:
        """Refuse parts that the action does not use: nothing a person wrote may be passed over."""
        given = [field for field in ("actor", "theme", "disposition") if getattr(wish, field).strip()]
        if wish.action not in VALUE_ACTIONS:
            for field in (*given, *(["role"] if wish.role.strip() else [])):
                raise Misfit(field, "Diese Entscheidung gilt dem Ganzen; bitte die Angabe weglassen.")
        elif len(given) > 1:
            raise Misfit(given[1], "Bitte nur eines angeben: Akteur, Handlungsfeld oder Verbleib.")
        elif not given:
            raise Misfit("actor", "Es fehlt, was gemeint ist: Akteur, Handlungsfeld oder Verbleib.")
        elif wish.role.strip() and given != ["actor"]:
            raise Misfit("role", "Eine Rolle gehört zu einem Akteur; bitte den Akteur angeben.")
        if wish.finding.strip() and wish.action != "accept":
            raise Misfit("finding", "Ein Befund lässt sich nur hinnehmen.")

    def _accepted(self, wish: Wish, signed: Decision) -> Decision:
        with _part("subject"):
            item = self.items.find(wish.subject) if wish.subject.strip() else None
        with _part("finding"):
            if not wish.finding.strip():
                raise UsageError("Es fehlt, welcher Befund hingenommen wird.")
            node, focus, rule = self.items.finding(wish.finding, item)
        return replace(
            signed,
            subject=node.value,
            focus=focus.value if focus else "",
            rule=rule,
            wording=self._wording(focus) if focus else "",
        )

    def _link(self, node: NamedNode, wish: Wish) -> dict[str, str]:
        with _part("actor"):
            actor = self._one("Actor", wish.actor, "Akteur", node)
        role = ""
        if wish.role.strip():
            with _part("role"):
                role = self._one("Role", wish.role, "Rolle", None).value
        if wish.action == "set":
            if not role:
                raise Misfit("role", "Es fehlt die Rolle, die der Akteur haben soll.")
        elif not self._linked(node, actor, role):
            known = "in dieser Rolle nicht" if role and self._linked(node, actor, "") else "nicht"
            raise Misfit("actor", f"„{wish.actor}“ ist mit {self.items.name(node)} {known} verknüpft.")
        return {"prop": INVOLVEMENT, "actor": actor.value, "role": role}

    def _linked(self, node: NamedNode, actor: NamedNode, role: str) -> bool:
        default = DefaultGraph()
        nodes = (quad.object for quad in self._engine.quads(node, zg("involvement"), None, default))
        its = [each for each in nodes if isinstance(each, NamedNode)]
        its = [each for each in its if any(self._engine.quads(each, zg("actor"), actor, default))]
        if role:
            return any(any(self._engine.quads(each, zg("role"), NamedNode(role), default)) for each in its)
        return bool(its) or any(self._engine.quads(node, zg("names"), actor, default))

    def _value(self, node: NamedNode, wish: Wish) -> dict[str, str]:
        field, prop, kind, title = (
            ("theme", THEME, "Theme", "Handlungsfeld")
            if wish.theme.strip()
            else ("disposition", DISPOSITION, "Disposition", "Verbleib")
        )
        if prop == DISPOSITION and "ReportItem" not in self.items.kinds(node):
            raise Misfit(
                "subject", f"{self.items.name(node)} ist ein Ziel ohne eigene Berichtszeile und hat keinen Verbleib."
            )
        with _part(field):
            value = self._one(kind, getattr(wish, field), title, node if kind == "Theme" else None)
            if wish.action != "set" and not any(self._engine.quads(node, NamedNode(prop), value, DefaultGraph())):
                raise UsageError(f"{title} von {self.items.name(node)} ist nicht „{getattr(wish, field)}“.")
        return {"prop": prop, "value": value.value}

    def _one(self, kind: str, text: str, title: str, node: NamedNode | None) -> NamedNode:
        """The one resource of that kind, for an item only from the registers of its city and of the whole country."""
        city = node.value.removeprefix(self._base).split("/")[0] if node else ""
        within = (f"{self._base}{city}/", f"{self._base}common/") if city else ()
        hits = find_named(self._engine, ZG + kind, text.strip(), title, within=within)
        if len(hits) > 1:
            raise NotFound(f"„{text}“ ist mehrdeutig, bitte die IRI angeben", tuple(hit.value for hit in hits))
        return hits[0]

    def _wording(self, node: NamedNode) -> str:
        return wording_of((quad.triple for quad in self._engine.quads(node, None, None, DefaultGraph())), node)
