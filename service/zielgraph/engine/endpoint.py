"""The addresses of an external SPARQL service, and how the missing ones are found."""

from __future__ import annotations

import re
import tomllib
import urllib.parse
import urllib.request
from dataclasses import dataclass, field, replace
from pathlib import Path

from zielgraph.engine.transport import Transport, checked_address

_SERVERS = Path(__file__).with_name("servers.toml")


@dataclass(frozen=True)
class Endpoint:
    """Where an external engine is reached.

    ``query``, ``update`` and ``graphs`` (Graph Store Protocol) are addresses; the last two may be empty. ``user`` and
    ``password`` log in where the service asks for it. ``current_graph`` is the graph that holds there what is the
    default graph here. ``seconds`` bounds a query, ``send_seconds`` a block of data. ``unable`` are questions of the
    catalogue that the service answers wrongly or not at all.
    """

    query: str
    current_graph: str
    update: str = ""
    graphs: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = 15
    send_seconds: float = 600
    unable: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for what, address in (("--engine", self.query), ("Update", self.update), ("Graph Store", self.graphs)):
            if address:
                checked_address(address, what)


@dataclass(frozen=True)
class Server:
    """A row of ``servers.toml``."""

    name: str
    server: tuple[str, ...]
    query: str
    update: str
    graphs: str
    unable: tuple[str, ...]

    def fits(self, address: str, told: str) -> dict[str, str] | None:
        """The parts of the address, if it may be this server's; ``told`` is what it calls itself."""
        if self.server and not any(word.lower() in told.lower() for word in self.server):
            return None
        pattern = re.escape(self.query).replace(r"\*", r"(?P<name>[^/?#]+)")
        found = re.fullmatch(rf"(?P<root>https?://.+?){pattern}", address.rstrip("/"))
        return found.groupdict() if found else None


def known_servers(path: Path = _SERVERS) -> tuple[Server, ...]:
    """The servers whose addresses follow from that for queries."""
    rows = tomllib.loads(path.read_text("utf-8"))["server"]
    return tuple(
        Server(
            row["name"],
            tuple(row["server"]),
            row["query"],
            row["update"],
            row.get("graphs", ""),
            tuple(row.get("unable", ())),
        )
        for row in rows
    )


def complete(endpoint: Endpoint, transport: Transport) -> Endpoint:
    """The endpoint with the addresses that are missing, as far as the service says or shows what it is.

    Asks the service once. Raises what a query raises when it cannot be reached.
    """
    asked = f"{endpoint.query}?{urllib.parse.urlencode({'query': 'ASK {}'})}"
    request = urllib.request.Request(asked, headers={"Accept": "application/sparql-results+xml"})  # noqa: S310 - checked
    told = transport.send(request, endpoint.seconds, query=True).headers.get("server", "")
    for server in known_servers():
        if (parts := server.fits(endpoint.query, told)) is not None:
            return replace(
                endpoint,
                update=endpoint.update or server.update.format(**parts),
                graphs=endpoint.graphs or server.graphs.format(**parts),
                unable=server.unable,
            )
    # Many services take both at one address.
    return endpoint if endpoint.update else replace(endpoint, update=endpoint.query)
