"""Forty hostile requests, eight at a time, while an ordinary client keeps asking."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hostile import QUERIES
from serving import Answer, Service, serving

ORDINARY = "api/queries/actors-in-open-measures?theme=Wohnen&format=json"
LOOKUP = """PREFIX zg: <https://w3id.org/zielgraph/ontology#>
SELECT * { <https://w3id.org/zielgraph/id/koeln/integration/measure/%d> ?p ?o } # %d"""
REFUSALS = {400, 403, 413, 414, 429, 431, 503, 504}


class Client(threading.Thread):
    """An ordinary client: a question, a lookup, a page, ten times a second at most."""

    def __init__(self, service: Service) -> None:
        super().__init__(daemon=True)
        self._service, self._end = service, threading.Event()
        self.seconds: list[float] = []
        self.failed: list[tuple[int, bytes]] = []

    def run(self) -> None:
        number = 0
        while not self._end.wait(0.1):
            number += 1
            begin = time.monotonic()
            if number % 3:
                answer = self._service.select(LOOKUP % (1 + number % 40, number), User_Agent="Ordinary")
            else:
                answer = self._service.ask(ORDINARY if number % 2 else "de/massnahmen", User_Agent="Ordinary")
            self.seconds.append(time.monotonic() - begin)
            if answer.status != 200:
                self.failed.append((answer.status, answer.body[:300]))

    def stop(self) -> float:
        """End; the 99th percentile of its waiting times."""
        self._end.set()
        self.join(60)
        return sorted(self.seconds)[int(len(self.seconds) * 0.99) - 1] if self.seconds else float("inf")


@contextmanager
def slow_senders(service: Service, number: int) -> Iterator[None]:
    """Connections that send a body, or headers, one byte at a time and never finish."""
    end = threading.Event()
    place = urlsplit(service.address)
    kind = b"Content-Type: application/sparql-query\r\nContent-Length: 90000\r\n\r\n"
    heads = [
        b"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\n" + kind,
        b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ",
    ]
    connections = [socket.create_connection((place.hostname or "", place.port or 0)) for _ in range(number)]

    def drip() -> None:
        for index, connection in enumerate(connections):
            connection.sendall(heads[index % 2])
        while not end.wait(0.5):
            for connection in connections:
                try:
                    connection.sendall(b"x")
                except OSError:  # the service has had enough of it
                    continue

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join(10)
        for connection in connections:
            connection.close()


def judged(name: str, answer: Answer) -> str:
    """What is wrong with the answer to a hostile request; empty when nothing is."""
    if answer.status == 200:
        try:
            if "json" in answer.headers["Content-Type"]:
                json.loads(answer.body)
        except ValueError:
            return f"{name}: 200 with broken JSON"
        return ""
    if answer.status not in REFUSALS:
        return f"{name}: {answer.status} {answer.body[:200]!r}"
    if answer.status in (503, 429) and not answer.headers["Retry-After"]:
        return f"{name}: {answer.status} without Retry-After"
    if answer.headers["Content-Type"].startswith("application/problem+json"):
        return "" if answer.json()["detail"] else f"{name}: no detail"
    return "" if answer.status in (413, 431) else f"{name}: {answer.headers['Content-Type']}"


def attack(service: Service, deadline: float) -> list[str]:
    """All hostile requests, eight at a time; returns what was wrong with the answers."""

    def send(name: str) -> str:
        return judged(name, service.select(QUERIES[name]))

    with slow_senders(service, 16), ThreadPoolExecutor(8) as eight:
        return [fault for fault in eight.map(send, QUERIES, timeout=deadline * len(QUERIES)) if fault]


def settled(service: Service, limit: int, seconds: float) -> int:
    """Megabytes of memory once they are below a limit, or after so many seconds."""
    end = time.monotonic() + seconds
    while (now := service.memory()) > limit and time.monotonic() < end:
        time.sleep(0.5)
    return now


@pytest.mark.parametrize("deadline", [5, pytest.param(15, marks=pytest.mark.soak)])
def test_hostile_requests_harm_nobody(koeln_folder: Path, deadline: int) -> None:
    with serving(koeln_folder, ZIELGRAPH_QUERY_SECONDS=str(deadline), ZIELGRAPH_QUERY_MEMORY_MB="512") as service:
        for number in range(40):
            assert service.select(LOOKUP % (number, number)).status == 200
        before, processes = service.memory(), len(service.family())
        client = Client(service)
        client.start()
        faults = attack(service, deadline)
        slowest = client.stop()
        assert faults == []
        assert client.failed == []
        assert slowest < deadline
        assert settled(service, before + 100, 30) <= before + 100
        assert len(service.family()) <= processes + 4
        assert service.ask(ORDINARY).status == 200
