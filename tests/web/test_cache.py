"""Finished answers: kept until a commit, computed once for many, never older than what was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from zielgraph import settings
from zielgraph.access import Caller
from zielgraph.engine import DefaultGraph, Literal, NamedNode, Quad
from zielgraph.errors import ServiceBusy, TimedOut
from zielgraph.settings import Settings
from zielgraph.sparql.words import depends_on_more_than_data
from zielgraph.store import DataFolder
from zielgraph.web import create_app
from zielgraph.web.cache import Cache, Finished, entity_tag, is_known
from zielgraph.web.endpoint import Endpoint
from zielgraph.web.protocol import Request
from zielgraph.workers import Job, Pool, Reply

QUERY = "SELECT ?o { <urn:s> <urn:p> ?o } ORDER BY ?o"
PATIENCE = 20.0


def finished(snapshot: str = "1", body: bytes = b"x", format: str = "json") -> Finished:
    return Finished(body, "text/plain", entity_tag(body, format), snapshot, "rows", format, 1)


def put(cache: Cache, key: str, answer: Finished, snapshot: str = "1") -> str:
    """How the cache answered."""
    return cache.answer(snapshot, key, ("json", "ttl"), lambda: answer, seconds=PATIENCE)[1]


# The cache by itself


def test_an_answer_is_computed_once_for_a_snapshot() -> None:
    cache = Cache(100_000)
    assert [put(cache, "a", finished()) for _ in range(3)] == ["miss", "hit", "hit"]
    assert put(cache, "b", finished()) == "miss"
    assert cache.find("1", "a", ("csv",)) is None  # in no format that this client takes
    assert cache.find("1", "a", ("csv", "json")) == finished()


def test_a_commit_drops_what_was_kept() -> None:
    cache = Cache(100_000)
    put(cache, "a", finished("1"))
    assert put(cache, "a", finished("2"), snapshot="2") == "miss"
    assert cache.stats()["entries"] == 1
    assert put(cache, "a", finished("2"), snapshot="2") == "hit"


def test_an_answer_of_another_snapshot_than_the_current_is_not_kept() -> None:
    """A commit between the look at the pointer and the evaluation, and a worker that was still on the old one."""
    for computed_on in ("2", "0"):
        cache = Cache(100_000)
        assert put(cache, "a", finished(computed_on), snapshot="1") == "miss"
        assert cache.stats()["entries"] == 0


def test_a_commit_while_an_answer_is_computed() -> None:
    cache = Cache(100_000)

    def compute() -> Finished:
        assert cache.find("2", "other", ("json",)) is None  # somebody else sees the new snapshot meanwhile
        return finished("1")

    assert cache.answer("1", "a", ("json",), compute, seconds=PATIENCE)[1] == "miss"
    assert cache.find("2", "a", ("json",)) is None


def test_memory_is_bounded_and_the_least_used_goes_first() -> None:
    cache = Cache(41_000)
    for name in "abcd":
        put(cache, name, finished(body=b"x" * 9_000))
    assert cache.find("1", "a", ("json",))
    put(cache, "e", finished(body=b"x" * 9_000))
    assert [name for name in "abcde" if cache.find("1", name, ("json",))] == ["a", "c", "d", "e"]
    put(cache, "e" * 30_000, finished())  # a long text counts, too
    assert cache.find("1", "e" * 30_000, ("json",)) is None
    for number in range(1000):
        put(cache, f"n{number}", finished(body=b"y" * 500))
        assert cache.stats()["bytes"] <= 41_000


def test_a_very_large_answer_is_not_kept() -> None:
    cache = Cache(40_000)
    assert [put(cache, "a", finished(body=b"x" * 10_000)) for _ in range(2)] == ["miss", "miss"]
    assert [put(Cache(0), "a", finished()) for _ in range(2)] == ["miss", "miss"]


def test_errors_are_not_kept() -> None:
    cache = Cache(100_000)

    def fail() -> Finished:
        raise TimedOut("zu lang")

    for _ in range(2):
        with pytest.raises(TimedOut):
            cache.answer("1", "a", ("json",), fail, seconds=PATIENCE)
    assert put(cache, "a", finished()) == "miss"


class Crowd:
    """Several threads that ask for the same while the first of them is held back."""

    def __init__(self, cache: Cache, outcome: Callable[[], Finished], number: int = 8) -> None:
        self.computed = 0
        self._started, self._go = threading.Event(), threading.Event()

        def compute() -> Finished:
            self.computed += 1
            self._started.set()
            assert self._go.wait(PATIENCE)
            return outcome()

        def ask() -> tuple[Finished, str] | Exception:
            try:
                return cache.answer("1", "a", ("json",), compute, seconds=PATIENCE)
            except (ServiceBusy, TimedOut) as error:
                return error

        with ThreadPoolExecutor(number) as threads:
            first = threads.submit(ask)
            assert self._started.wait(PATIENCE)
            others = [threads.submit(ask) for _ in range(number - 1)]
            while cache.stats()["shared"] < number - 1:
                threading.Event().wait(0.01)
            self._go.set()
            self.answers: list[Any] = [first.result(), *(other.result() for other in others)]


def test_a_stampede_computes_once() -> None:
    crowd = Crowd(Cache(100_000), finished)
    assert crowd.computed == 1
    assert [how for _, how in crowd.answers] == ["miss"] + ["shared"] * 7
    assert {answer for answer, _ in crowd.answers} == {finished()}


def test_an_error_is_shared_with_those_who_wait() -> None:
    def busy() -> Finished:
        raise ServiceBusy("voll")

    cache = Cache(100_000)
    crowd = Crowd(cache, busy)
    assert crowd.computed == 1
    assert all(isinstance(answer, ServiceBusy) for answer in crowd.answers)
    assert put(cache, "a", finished()) == "miss"


def test_nobody_waits_beyond_the_own_deadline() -> None:
    cache = Cache(100_000)
    started, go = threading.Event(), threading.Event()

    def compute() -> Finished:
        started.set()
        assert go.wait(PATIENCE)
        return finished()

    with ThreadPoolExecutor(1) as threads:
        leader = threads.submit(lambda: cache.answer("1", "a", ("json",), compute, seconds=0.05))
        assert started.wait(PATIENCE)
        with pytest.raises(TimedOut):
            cache.answer("1", "a", ("json",), compute, seconds=0.05)
        # one who has more time asks for themselves: the leader's deadline is not theirs
        assert cache.answer("1", "a", ("json",), finished, seconds=PATIENCE)[1] == "miss"
        go.set()
        assert leader.result()[1] == "miss"


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("{}", True),
        ("W/{}", True),
        ('"other", {}', True),
        ('W/"other" ,W/{},"third"', True),
        ("*", True),
        ('"other"', False),
        ("", False),
        ("{}x", False),
        ("unsinn", False),
    ],
)
def test_if_none_match(header: str, known: bool) -> None:
    tag = entity_tag(b"x", "json")
    assert is_known(header.format(tag), tag) is known
    assert not is_known(header.format(tag), "")


def test_tags_differ_by_content_and_format() -> None:
    assert len({entity_tag(body, format) for body in (b"x", b"y") for format in ("json", "csv")}) == 4


@pytest.mark.parametrize(
    ("query", "volatile"),
    [
        ("SELECT (NOW() AS ?x) {}", True),
        ("SELECT (now() AS ?x) {}", True),
        ("SELECT (N\\u004FW() AS ?x) {}", True),
        ("SELECT (\\U0000004eOW() AS ?x) {}", True),
        ("SELECT * {} ORDER BY RAND()", True),
        ("SELECT * {} ORDER BYRAND()", True),
        ("SELECT*{FILTER(?a<NOW()&&?c>?d)}", True),
        ("SELECT (UUID() AS ?x) {}", True),
        ("SELECT (STRUUID() AS ?x) {}", True),
        ("SELECT (RAND #\n () AS ?x) {}", True),
        ("SELECT * { SERVICE <http://a.example/> {} }", True),
        ("SELECT (BNODE() AS ?x) {}", False),
        ("SELECT * { ?a foaf:knows ?brand }", False),
        ('SELECT * { ?a <http://x.example/now> \'rand\', """now() "uuid" """ } # now()', False),
        ("SELECT * { ?a a <urn:x> }", False),
    ],
)
def test_what_depends_on_more_than_the_data(query: str, volatile: bool) -> None:
    assert depends_on_more_than_data(query) is volatile


# The cache in the service


def write(folder: DataFolder, text: str) -> None:
    with folder.write() as draft:
        draft.engine.clear(DefaultGraph())
        draft.engine.add([Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal(text))])
        draft.action = "test"


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    return settings.load({}, data=tmp_path / "var", access_log="", rate=0)


@pytest.fixture
def folder(own: Settings) -> DataFolder:
    folder = DataFolder(own.data, base=own.base)
    write(folder, "eins")
    return folder


class Noted(Flask):
    """An application that remembers what the last request noted for the log."""

    last: dict[str, Any]


def noting(settings: Settings) -> Noted:
    """The application, with the log of the last request as ``last``."""
    app = create_app(settings)
    app.__class__ = Noted
    assert isinstance(app, Noted)
    inner = app.wsgi_app

    def outer(environ: dict[str, Any], start_response: Any) -> Any:
        answer = inner(environ, start_response)
        app.last = environ["zielgraph.log"]
        return answer

    app.wsgi_app = outer  # type: ignore[method-assign]
    return app


@pytest.fixture
def app(own: Settings, folder: DataFolder) -> Iterator[Noted]:
    app = noting(own)
    yield app
    app.extensions["zielgraph.close"]()


@pytest.fixture
def client(app: Noted) -> FlaskClient:
    return app.test_client()


def get(client: FlaskClient, query: str = QUERY, **headers: str) -> tuple[Any, dict[str, Any]]:
    """The response and what was noted for the log."""
    response = client.get("/sparql", query_string={"query": query}, headers=headers)
    return response, client.application.last  # type: ignore[attr-defined]


def value(response: Any) -> str:
    return str(response.get_json(force=True)["results"]["bindings"][0]["o"]["value"])


def test_answers_are_kept_until_a_commit(client: FlaskClient, folder: DataFolder) -> None:
    (first, cold), (second, warm) = get(client), get(client)
    assert (cold["cache"], cold["outcome"], warm["cache"], warm["outcome"]) == ("miss", "ok", "hit", "cached")
    assert first.data == second.data
    assert dict(first.headers) == dict(second.headers)
    write(folder, "zwei")
    third, log = get(client)
    assert (value(third), log["cache"]) == ("zwei", "miss")
    assert third.headers["ETag"] != first.headers["ETag"]


def test_get_post_and_preferences_share_an_entry(app: Noted, client: FlaskClient) -> None:
    get(client, Accept="application/sparql-results+json")
    assert get(client)[1]["cache"] == "hit"
    assert get(client, Accept="text/turtle;q=0.1, application/json")[1]["cache"] == "hit"
    for arguments in (
        {"data": {"query": QUERY}},
        {"data": QUERY, "content_type": "application/sparql-query"},
    ):
        client.post("/sparql", **arguments)
        assert app.last["cache"] == "hit"
    assert get(client, Accept="text/csv")[1]["cache"] == "miss"


def test_a_known_answer_is_not_sent_again(client: FlaskClient, folder: DataFolder) -> None:
    full, _ = get(client)
    tag = full.headers["ETag"]
    for header in (tag, f'"x", W/{tag}', "*"):
        known, _ = get(client, **{"If-None-Match": header})
        assert (known.status_code, known.data) == (304, b"")
        assert known.headers["ETag"] == tag
        assert known.headers["Vary"] == full.headers["Vary"]
        assert known.headers["Cache-Control"] == full.headers["Cache-Control"]
    write(folder, "zwei")
    assert get(client, **{"If-None-Match": tag})[0].status_code == 200
    write(folder, "eins")  # equal bytes, equal tag, whatever was committed in between
    assert get(client, **{"If-None-Match": tag})[0].status_code == 304


def test_what_changes_by_itself_is_neither_kept_nor_tagged(client: FlaskClient) -> None:
    query = "SELECT (STRUUID() AS ?o) {}"
    (first, log), (second, _) = get(client, query), get(client, query)
    assert value(first) != value(second)
    assert log["cache"] == "none"
    assert "ETag" not in first.headers
    assert first.headers["Cache-Control"] == "no-store"


def test_errors_are_answered_anew(client: FlaskClient) -> None:
    for _ in range(2):
        response, log = get(client, "SELECT {")
        assert (response.status_code, log["outcome"]) == (400, "syntax")
        assert "cache" not in log
        assert response.headers["Cache-Control"] == "no-store"


class Committing(Pool):
    """A pool before which a commit comes in, after the request has looked at the pointer."""

    commit: Callable[[], None]

    def run(self, job: Job, *, client: str = "", seconds: float | None = None) -> Reply:
        self.commit()
        return super().run(job, client=client, seconds=seconds)


def test_a_commit_in_between_never_leaves_an_old_answer(own: Settings, folder: DataFolder) -> None:
    texts = iter(["zwei", "drei"])
    pool = Committing(folder, own)
    pool.commit = lambda: write(folder, next(texts))
    app = noting(own)
    endpoint: Endpoint = app.extensions["zielgraph.endpoint"]
    endpoint._pool = pool
    client = app.test_client()
    try:
        assert value(get(client)[0]) == "zwei"  # newer than the pointer said: may be given, not kept
        assert endpoint.cache.stats()["entries"] == 0
        pool.commit = lambda: None
        assert [(value(r), log["cache"]) for r, log in (get(client), get(client))] == [
            ("zwei", "miss"),
            ("zwei", "hit"),
        ]
        write(folder, "vier")
        assert value(get(client)[0]) == "vier"
    finally:
        pool.close()
        app.extensions["zielgraph.close"]()


def test_readers_during_commits_never_see_an_older_state(client: FlaskClient, app: Noted, folder: DataFolder) -> None:
    """Every reader sees the number rise, as the writer counts on."""
    stop = threading.Event()
    write(folder, "000")

    def follow() -> list[str]:
        mine, seen = app.test_client(), []
        while not stop.is_set():
            response, _ = get(mine)
            assert response.status_code == 200
            seen.append(value(response))
        return seen

    with ThreadPoolExecutor(3) as threads:
        readers = [threads.submit(follow) for _ in range(3)]
        try:
            for number in range(1, 13):
                write(folder, f"{number:03}")
                assert value(get(client)[0]) == f"{number:03}"  # who asks after a commit sees it
        finally:
            stop.set()
        for reader in readers:
            seen = reader.result()
            assert seen == sorted(seen)


@pytest.mark.parametrize(
    ("public", "host", "name", "control", "vary"),
    [
        (False, "127.0.0.1", "", "no-cache", {"Accept"}),
        (False, "127.0.0.1", "anna", "private, no-cache", {"Accept"}),
        (False, "0.0.0.0", "anna", "private, no-cache", {"Accept", "Authorization", "Cookie"}),  # noqa: S104
        (True, "0.0.0.0", "", "public, no-cache", {"Accept"}),  # noqa: S104
    ],
)
def test_who_may_keep_an_answer(
    own: Settings, app: Noted, public: bool, host: str, name: str, control: str, vary: set[str]
) -> None:
    inner: Endpoint = app.extensions["zielgraph.endpoint"]
    folder = DataFolder(own.data, base=own.base)
    endpoint = Endpoint(
        replace(own, public=public, host=host), folder, app.extensions["zielgraph.pool"], Cache(0), inner._describe
    )
    request = Request("GET", "http://localhost/sparql", b"query=ASK{}")
    answer = endpoint.respond(request, Caller(name, "k", frozenset({"read"})), {})
    assert answer
    assert answer.status == 200, answer.body
    headers = dict(answer.headers)
    assert headers["Cache-Control"] == control
    assert set(headers["Vary"].split(", ")) == vary
    assert headers.get("Access-Control-Allow-Origin") == ("*" if public else None)


def test_the_catalogue_is_kept_as_well(koeln_copy: Path) -> None:
    app = noting(settings.load({}, data=koeln_copy, access_log="", rate=0))
    client = app.test_client()
    address = "/api/queries/actors-in-open-measures?theme=Wohnen"

    def ask(url: str, **headers: str) -> tuple[Any, dict[str, Any]]:
        return client.get(url, headers=headers), app.last

    (first, cold), (second, warm) = ask(address), ask(address)
    assert (cold["cache"], warm["cache"]) == ("miss", "hit")
    assert first.data == second.data
    for other in (
        f"{address}&lang=en",
        f"{address}&format=csv",
        f"{address}&stand=2020-01-01",
        f"{address[:-6]}Sprache",
    ):
        assert ask(other)[1]["cache"] == "miss"
    assert ask(address, **{"If-None-Match": first.headers["ETag"]})[0].status_code == 304
    write(DataFolder(koeln_copy, base=settings.load({}).base), "leer")
    after, log = ask(address)
    assert (after.status_code, log.get("cache")) == (400, None)  # the theme is gone with the data
    app.extensions["zielgraph.close"]()
