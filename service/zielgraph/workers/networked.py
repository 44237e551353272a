"""Queries that may ask the hosts of the setting ``service_hosts``: one process for each, with files and sockets.

The guard decides whom they may ask. The engine follows no redirects, neither for SERVICE nor for LOAD, so an allowed
host cannot send it on to another; a test holds on to that. A name is looked up when it is asked, by the system: who
allows a host trusts its entry in the DNS.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from zielgraph.engine import EmbeddedEngine
from zielgraph.errors import QueryError
from zielgraph.sparql import addresses
from zielgraph.workers.evaluate import evaluate
from zielgraph.workers.job import Job, Reply

FUNCTION = f"{__name__}:answer"
_STATUS = re.compile(r"Error (\d{3}) ")


class Request(NamedTuple):
    """A job, the snapshot for it (an empty ``path``: there is none yet) and the hosts that are allowed."""

    job: Job
    snapshot: str
    path: str
    hosts: tuple[str, ...]


def answer(request: Request) -> Reply:
    """The finished answer; for a process that can be killed, as a remote host may take its time.

    Raises QueryError, with a sentence that names the hosts when one of them failed, and StoreError.
    """
    engine = EmbeddedEngine.read_only(Path(request.path)) if request.path else EmbeddedEngine.memory()
    try:
        return evaluate(engine, request.job, request.snapshot, request.hosts)
    except QueryError as error:
        raise _explained(error, request.job.query) from None


def _explained(error: QueryError, query: str) -> QueryError:
    asked = " oder ".join(f"„{host}“" for host in addresses(query))
    message = str(error)
    if "redirect" in message:
        return QueryError(f"Der Rechner {asked} verweist auf eine andere Adresse; Verweise werden nicht verfolgt.")
    if status := _STATUS.search(message):
        return QueryError(f"Der Rechner {asked} antwortete mit dem Fehler {status[1]}.")
    if type(error) is QueryError and message.startswith("Die Anfrage brach ab"):
        return QueryError(f"{message.removesuffix('.')}; gefragt war der Rechner {asked}.")
    return error
