"""Lifting an overview of networks: which actor a row is, who belongs to it, what it is about.

One public function, :func:`lift_networks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from zielgraph.assessing.themes import ThemeFinder
from zielgraph.engine import NamedNode, Quad
from zielgraph.lifting.derived import write_assessment, write_provisional
from zielgraph.lifting.iris import Iris
from zielgraph.lifting.lift import Edition
from zielgraph.lifting.memberwords import CLASSES, load_network_words
from zielgraph.lifting.ontology import Hierarchy
from zielgraph.lifting.reading import Reading
from zielgraph.lifting.source import DERIVED_FROM, row_iri, write_edition, write_row
from zielgraph.lifting.writer import TYPE, Writer, zg
from zielgraph.linking import Linker, load_vocabulary
from zielgraph.register import Actor, Label, Register
from zielgraph.table import Notice
from zielgraph.table.networks import Network, NetworkTable
from zielgraph.vocabulary import slug

#: Role of a column → property with its words.
_TEXTS = {
    "number": "number",
    "network-kind": "networkKind",
    "topics": "themeText",
    "members": "membersText",
    "lead": "leadText",
    "rhythm": "rhythm",
    "contact": "contactText",
}


@dataclass(frozen=True)
class LiftedNetworks:
    """The quads of an edition, each stream complete for its named graph.

    ``counts`` are figures for the report: rows, networks, members, topics, provisional actors, repairs.
    ``notices`` say what a person should look at.
    """

    source: Iterator[Quad]
    derived: Iterator[Quad]
    counts: Mapping[str, int]
    notices: tuple[Notice, ...]


def lift_networks(
    table: NetworkTable, register: Register, edition: Edition, iris: Iris, vocabulary: Path, hierarchy: Hierarchy
) -> LiftedNetworks:
    """Quads of the source graph and the derived graph of an overview of networks.

    ``vocabulary`` is the folder with the word lists. Raises InputError when one of them is damaged.
    """
    source = Writer(iris.source_graph)
    write_edition(source, table, edition, iris, "NetworkRegister")
    for row in table.rows:
        write_row(source, table, row, iris)
    reader = _NetworkReader(table, register, iris, vocabulary)
    for network in table.networks:
        reader.network(network)
    derived = reader.quads()
    counts = reader.counts | {"rows": len(table.rows), "repairs": len(table.repairs)}
    return LiftedNetworks(
        source=_once(hierarchy.materialise(source.quads)),
        derived=_once(hierarchy.materialise(derived)),
        counts=counts,
        notices=tuple(reader.notices),
    )


def _once(quads: Iterable[Quad]) -> Iterator[Quad]:
    return iter(dict.fromkeys(quads))


class _NetworkReader:
    """Finds the actors and themes of one overview and writes its derived graph."""

    def __init__(self, table: NetworkTable, register: Register, iris: Iris, vocabulary: Path) -> None:
        self.table, self.register, self.iris = table, register, iris
        self.words = load_network_words(vocabulary / "networks.toml")
        self.linker = Linker(register, load_vocabulary(vocabulary), day=iris.day, city_actor_base=iris.actor_base())
        self.themes = ThemeFinder(register.themes, f"{iris.city_root}theme/")
        self.out = Writer(iris.derived_graph)
        self.extra: dict[str, Actor] = {}
        self.notices: list[Notice] = []
        self.counts = {"networks": 0, "members": 0, "topics": 0, "provisional": 0}
        # All networks first: one may be a member of another that stands further down.
        self.nodes = {network.name: self.network_actor(network) for network in table.networks}

    def network_actor(self, network: Network) -> str:
        """IRI of the network: the actor that the register knows by this name, else a provisional one."""
        iri = self.linker.label_actor(network.name)
        if iri is None:
            iri = self.mint(network.name, self.kind(network))
        return iri

    def kind(self, network: Network) -> str:
        """Network or Body, by the kind column, else by the words of the name."""
        told = self.words.kind(network.texts.get("network-kind", ""))
        by_name = told or self.linker.kind_of(network.name)
        return by_name if by_name in CLASSES else "Network"

    def mint(self, name: str, kind: str) -> str:
        iri = self.iris.actor_base() + slug(name)
        known = self.linker.provisional.get(iri) or self.register.by_iri.get(iri)
        if known is None:
            self.extra.setdefault(iri, Actor(iri, kind, (Label(name),), provisional=True))
        return iri

    def actor(self, name: str) -> str:
        """IRI of a member: known by name, code or abbreviation, or a network of this overview, else provisional."""
        found = self.linker.label_actor(name)
        return found or self.mint(name, self.linker.kind_of(name) or "Organisation")

    def members(self, network: Network) -> list[str]:
        """The members as actors, each once. A person is none; what stands beside the person's name may be one."""
        found: list[str] = []
        for name in self.words.names(network.names.get("members", ())):
            if self.words.unnamed.match(name) and self.linker.label_actor(name) is None:
                continue  # "weitere Träger": the words stay in zg:membersText
            if not self.words.person.match(name):
                found.append(self.actor(name))
            elif offices := self.known([name]):
                found += offices
            else:
                line = self.table.rows[network.rows[0]].line
                self.notices.append(
                    Notice(
                        line, network.name, f"„{name}“ ist als Mitglied eine Person; der Name bleibt nur in der Quelle"
                    )
                )
        return list(dict.fromkeys(found))

    def known(self, texts: Iterable[str]) -> list[str]:
        """Actors that the parts of a cell name as a whole, or, failing that, that stand somewhere in them.

        Lead and contact cells hold names of persons too, so nothing is made an actor that is not known as one.
        """
        found: list[str] = []
        for text in texts:
            whole = self.linker.label_actor(text) or self.named_here(text)
            found += [whole] if whole else [m.actor for m in self.linker.link(text) if m.actor]
        return list(dict.fromkeys(found))

    def named_here(self, name: str) -> str | None:
        iri = self.iris.actor_base() + slug(name)
        return iri if iri in self.extra else None

    def network(self, network: Network) -> None:
        """Write what the overview says of one network."""
        node = NamedNode(self.nodes[network.name])
        rows = [row_iri(self.iris, self.table.rows[index]) for index in network.rows]
        self.counts["networks"] += 1
        self.out.add(node, TYPE, zg(self.class_of(network, node.value)))
        self.out.add(node, zg("listedIn"), self.iris.edition)
        for role, name in _TEXTS.items():
            self.out.text(node, zg(name), network.texts.get(role, ""))
        for member in self.members(network):
            if member != node.value:
                self.out.add(node, zg("member"), NamedNode(member))
                self.counts["members"] += 1
        for topic in network.names.get("topics", ()):
            self.topic(node, topic, rows[0])
        for lead in self.known(network.names.get("lead", ())):
            self.out.add(node, zg("leadActor"), NamedNode(lead))
        for office in self.known(network.names.get("contact", ())):
            self.out.add(node, zg("contactOffice"), NamedNode(office))
        self.out.add(node, DERIVED_FROM, *rows)

    def class_of(self, network: Network, iri: str) -> str:
        """The class to write: the one it has, or, where the register says it is something else, a further one."""
        actor = self.register.by_iri.get(iri) or self.linker.provisional.get(iri) or self.extra.get(iri)
        if actor is not None and actor.kind in CLASSES:
            return actor.kind
        line = self.table.rows[network.rows[0]].line
        self.notices.append(
            Notice(line, network.name, "Im Register ist das kein Netzwerk und kein Gremium; es gilt nun auch als eines")
        )
        return self.kind(network)

    def topic(self, node: NamedNode, topic: str, row: NamedNode) -> None:
        theme = self.themes.named(topic, "column")
        iri = NamedNode(theme.iri)
        self.out.add(node, zg("theme"), iri)
        key = f"theme-{theme.iri.rsplit('/', 1)[-1]}"
        write_assessment(self.out, node, "theme", iri, theme.method, theme.confidence, theme.quote, row, key)
        self.counts["topics"] += 1

    def quads(self) -> list[Quad]:
        """The derived graph: what is provisional, then the networks."""
        reading = Reading(
            provisional_actors=[actor for _, actor in sorted((self.extra | self.linker.provisional).items())],
            provisional_themes=[theme for _, theme in sorted(self.themes.provisional.items())],
            new_scheme=self.themes.new_scheme,
        )
        self.counts["provisional"] = len(reading.provisional_actors)
        out = Writer(self.iris.derived_graph)
        write_provisional(out, reading, self.iris)
        return out.quads + self.out.quads
