"""SERVICE and LOAD on hosts of the setting: those are asked, nobody else, wherever they point to."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import listening
import pytest

from zielgraph.errors import QueryError, TimedOut
from zielgraph.store import DataFolder
from zielgraph.vocabulary import DEFAULT_BASE as BASE
from zielgraph.workers import Job, Pool, networked
from zielgraph.workers.applying import write
from zielgraph.workers.change import Order, Outcome, UpdateText

ANSWER = {"head": {"vars": ["s"]}, "results": {"bindings": [{"s": {"type": "uri", "value": "http://remote/s"}}]}}


class _Remote(BaseHTTPRequestHandler):
    """``/ok`` answers, ``/301`` and so on point to the door, ``/500`` fails, ``/never`` takes its time,
    ``/context`` is JSON-LD with a context behind the door."""

    door: listening.Door
    asked: list[str]
    done: threading.Event

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked.append(self.path)
        name = self.path.strip("/")
        if name == "never":
            self.done.wait(30)
        body = json.dumps(ANSWER).encode() if self.command == "POST" else b"<http://remote/s> <http://p> 1 ."
        kind = "application/sparql-results+json" if self.command == "POST" else "text/turtle"
        if name == "context":
            body, kind = (
                json.dumps({"@context": self.door.address, "@id": "a:a", "n": 1}).encode(),
                "application/ld+json",
            )
        self.send_response(int(name) if name.isdecimal() else 200)
        self.send_header("Location", self.door.address)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


class Remote:
    """The allowed host: its address, what was asked of it, and the door that it points to."""

    def __init__(self, address: str, asked: list[str], door: listening.Door) -> None:
        self.address, self.asked, self.door = address, asked, door


@pytest.fixture
def remote() -> Iterator[Remote]:
    with listening.door() as door:
        asked: list[str] = []
        done = threading.Event()
        handler = type("Handler", (_Remote,), {"door": door, "asked": asked, "done": done})
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield Remote(f"127.0.0.1:{server.server_port}", asked, door)
        done.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def pool(remote: Remote, new_pool: object, koeln_folder: Path) -> Pool:
    return new_pool(koeln_folder, service_hosts=(remote.address,), query_seconds=20)  # type: ignore[operator, no-any-return]


def service(remote: Remote, path: str, silent: str = "") -> Job:
    return Job(f"SELECT ?s {{ SERVICE {silent} <http://{remote.address}/{path}> {{ ?s ?p ?o }} }}")


def test_an_allowed_host_is_asked_and_joined_with_the_store(pool: Pool, remote: Remote) -> None:
    reply = pool.run(service(remote, "ok"))
    assert json.loads(reply.body)["results"] == ANSWER["results"]
    asked = f"SERVICE <http://{remote.address}/ok> {{ ?s ?p ?o }}"
    text = f"SELECT (COUNT(*) AS ?n) {{ ?m a <https://w3id.org/zielgraph/ontology#Measure> {asked} }}"
    assert int(json.loads(pool.run(Job(text)).body)["results"]["bindings"][0]["n"]["value"]) > 0
    assert remote.asked == ["/ok", "/ok"]
    assert remote.door.visits() == 0


def test_other_hosts_are_not(pool: Pool, remote: Remote) -> None:
    one, other = f"http://{remote.address}/ok", remote.door.address
    text = f"SELECT * {{ SERVICE <{one}> {{ ?s ?p ?o }} SERVICE <{other}> {{ ?s ?p ?o }} }}"
    with pytest.raises(QueryError, match="nicht freigegeben"):
        pool.run(Job(text))
    assert remote.asked == []
    assert remote.door.visits() == 0


def test_without_the_setting_nobody_is(new_pool: object, remote: Remote, koeln_folder: Path) -> None:
    with pytest.raises(QueryError, match="abgeschaltet"):
        new_pool(koeln_folder).run(service(remote, "ok"))  # type: ignore[operator]
    assert remote.asked == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_end_the_query(status: int, pool: Pool, remote: Remote) -> None:
    with pytest.raises(QueryError, match=remote.address):
        pool.run(service(remote, str(status)))
    assert json.loads(pool.run(service(remote, str(status), "SILENT")).body)["results"]["bindings"] == [{}]
    assert remote.asked == [f"/{status}"] * 2
    assert remote.door.visits() == 0


def test_errors_of_the_host_are_named_without_its_words(pool: Pool, remote: Remote) -> None:
    with pytest.raises(QueryError, match=f"„{remote.address}“ antwortete mit dem Fehler 500") as caught:
        pool.run(service(remote, "500"))
    assert "remote/s" not in str(caught.value)
    assert json.loads(pool.run(service(remote, "500", "SILENT")).body)["results"]["bindings"] == [{}]


def test_a_host_that_is_not_there(new_pool: object, koeln_folder: Path) -> None:
    with listening.door() as door:
        host = door.address.removeprefix("http://").removesuffix("/x")
    pool = new_pool(koeln_folder, service_hosts=(host,))  # type: ignore[operator]
    with pytest.raises(QueryError, match=f"gefragt war der Rechner „{host}“"):
        pool.run(Job(f"SELECT * {{ SERVICE <http://{host}/> {{ ?s ?p ?o }} }}"))


def test_a_slow_host_meets_the_deadline(pool: Pool, remote: Remote) -> None:
    with pytest.raises(TimedOut):
        pool.run(service(remote, "never"), seconds=2)
    assert pool.run(Job("ASK {}")).kind == "boolean"


def load(remote: Remote, root: Path, text: str) -> Outcome:
    """Run an update with LOAD as the writing process does, with the one allowed host."""
    return write(
        Order(root, BASE, 10, (remote.address,), UpdateText(text.replace("HOST", remote.address), "http://h/"))
    )


def own(root: Path) -> set[str]:
    return {str(quad) for quad in DataFolder(root, base=BASE).open().engine.quads(None, None, None, None)}


def test_what_an_allowed_host_has_is_loaded(remote: Remote, tmp_path: Path) -> None:
    triple = '<http://remote/s> <http://p> "1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    load(remote, tmp_path, "PREFIX g: <urn:g:> LOAD <http://HOST/ok> INTO GRAPH g:a ; CREATE GRAPH <urn:b>")
    assert own(tmp_path) == {f"{triple} <urn:g:a>"}
    load(remote, tmp_path, "LOAD <http://HOST/ok>")
    assert own(tmp_path) == {f"{triple} <urn:g:a>", triple}
    assert remote.asked == ["/ok", "/ok"]


@pytest.mark.parametrize("path", ["301", "302", "303", "307", "308", "500", "context"])
def test_loading_goes_nowhere_else(path: str, remote: Remote, tmp_path: Path) -> None:
    with pytest.raises(QueryError):
        load(remote, tmp_path, f"LOAD <http://HOST/{path}> INTO GRAPH <urn:g>")
    load(remote, tmp_path, f"LOAD SILENT <http://HOST/{path}> INTO GRAPH <urn:g> ; INSERT DATA {{ <a:a> <a:b> <a:c> }}")
    assert own(tmp_path) == {"<a:a> <a:b> <a:c>"}
    assert remote.asked == [f"/{path}"] * 2
    assert remote.door.visits() == 0


def test_other_errors_stay_as_they_are(pool: Pool, remote: Remote) -> None:
    with pytest.raises(QueryError, match=r"Zeile 1, Spalte 8"):
        pool.run(Job(f"SELECT nothing {{ SERVICE <http://{remote.address}/ok> {{ }} }}"))


def test_the_answer_of_an_empty_folder(remote: Remote) -> None:
    reply = networked.answer(networked.Request(service(remote, "ok"), "", "", (remote.address,)))
    assert reply.rows == 1


def test_the_likely_cause_needs_no_files(new_pool: object, koeln_folder: Path) -> None:
    """It runs in a process that can open none, so everything it imports is there before."""
    pool = new_pool(koeln_folder)  # type: ignore[operator]
    cause = pool.call("zielgraph.sparql.explain:likely_cause", "SELECT * { ?a a ?b . ?c a ?d }", seconds=20)
    assert "Zwischen ?a und ?c" in cause
