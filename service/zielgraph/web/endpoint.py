"""The SPARQL endpoint as programs see it: what :mod:`protocol` read is answered through the cache and the workers.

Knows neither Flask nor WSGI; the page for people (:mod:`sparql`) and the short way (:mod:`shortcut`) both come here.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from zielgraph.access import Caller
from zielgraph.access.addresses import loopback
from zielgraph.errors import QueryError, StoreError, SyntaxProblem, TimedOut, TooLarge, UsageError, ZielgraphError
from zielgraph.settings import Settings
from zielgraph.sparql.explain import explain_syntax, limited, prefix_line
from zielgraph.sparql.words import depends_on_more_than_data
from zielgraph.store import DataFolder
from zielgraph.web import negotiate
from zielgraph.web.cache import Cache, Finished, entity_tag, is_known
from zielgraph.web.current import Pointer
from zielgraph.web.problems import Problem, problem_of
from zielgraph.web.protocol import METHODS, READING, UPDATE_HERE, Asked, Limits, RefusedError, Request, read
from zielgraph.web.steps import Evaluation, Steps, finished
from zielgraph.workers import Job, Pool, Reply

Log = dict[str, Any]
Describe = Callable[[str, str], Finished]
SHORT = 100
"""The LIMIT of the query that is offered instead of one that takes too long or gives too much."""
_UPDATE_WORDS = re.compile(
    r"(?:\s|#[^\n]*+\n|(?:PREFIX\s++[^\s<]*+\s*+|BASE\s*+)<[^>]*+>)*+(?:INSERT|DELETE|WITH|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD)\b",
    re.IGNORECASE,
)
_MAX_LINK = 4000
_LOG = logging.getLogger("zielgraph.web")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""


class Endpoint:
    """``/sparql`` over a pool of workers. Safe in several threads.

    ``describe`` gives the service description for an address in a format.
    """

    def __init__(self, settings: Settings, folder: DataFolder, pool: Pool, cache: Cache, describe: Describe) -> None:
        self._settings, self._pointer, self._pool, self._describe = settings, Pointer(folder), pool, describe
        self.cache = cache
        self._limits = Limits(settings.max_query_bytes, float(settings.query_seconds))
        # An internal service holds what is not published: no other site's page may read it unless that is set.
        origin = "*" if settings.public else settings.cors_origin
        self._cors = [("Access-Control-Allow-Origin", origin)] if origin else []
        self._exposed = [*self._cors, ("Access-Control-Expose-Headers", "Content-Type, ETag, Retry-After")]
        signs_in = not settings.public and bool(settings.proxy_user_header or not loopback(settings.host))
        self._vary = [("Vary", "Accept, Authorization, Cookie" if signs_in else "Accept")]

    def read(self, request: Request) -> Asked:
        """What a request asks. Raises RefusedError."""
        return read(request, self._limits)

    def respond(self, request: Request, caller: Caller | None, log: Log) -> Answer | None:
        """The answer for a program; None when the client wants a page. Errors are answers, too."""
        return finished(self.responding(request, caller, log))

    def responding(
        self, request: Request, caller: Caller | None, log: Log, asked: Asked | None = None
    ) -> Steps[Answer | None]:
        """:meth:`respond` in steps; ``asked`` is what :meth:`read` said of the request, if that was asked."""
        if request.method == "OPTIONS":
            return self.options()
        try:
            asked = asked or self.read(request)
            if asked.html:
                return None
            return self._answer(request, (yield from self._finishing(asked, caller, log)), caller)
        except RefusedError as error:
            return self.refused(error.problem, log)

    def answer(self, request: Request, asked: Asked, caller: Caller | None, log: Log) -> Answer:
        """The answer to what was asked. Raises RefusedError with the problem of whatever goes wrong."""
        return self._answer(request, self.finish(asked, caller, log), caller)

    def _answer(self, request: Request, finished: Finished, caller: Caller | None) -> Answer:
        headers = [
            ("Cache-Control", self._cache_control(finished, caller)),
            *self._vary,
            *(self._exposed if self._cors else ()),
        ]
        reading = request.method in READING
        if reading and finished.etag:
            headers.append(("ETag", finished.etag))
            if request.if_none_match and is_known(request.if_none_match, finished.etag):
                return Answer(304, headers)
        headers += [("Content-Type", finished.content_type), ("Content-Length", finished.length)]
        return Answer(200, headers, finished.body)

    def finish(self, asked: Asked, caller: Caller | None, log: Log) -> Finished:
        """The body of the answer, from the cache or computed. Raises RefusedError."""
        return finished(self._finishing(asked, caller, log))

    def _finishing(self, asked: Asked, caller: Caller | None, log: Log) -> Steps[Finished]:
        formats = tuple(each for each in (asked.rows_format, asked.graph_format) if each)
        try:
            if asked.query is None:
                described: tuple[Finished, str] = yield lambda: self._description(asked)
                finished, how = described
            else:
                log["query"] = asked.query
                if not formats:
                    raise RefusedError(_not_acceptable())
                finished, how = yield from self._evaluated(asked, asked.query, formats, caller, log)
        except ZielgraphError as error:
            raise RefusedError(self._problem(asked, error)) from None
        log["outcome"], log["cache"], log["rows"] = "cached" if how == "hit" else "ok", how, finished.rows
        return finished

    def refused(self, problem: Problem, log: Log) -> Answer:
        """A problem as an answer for programs."""
        log["outcome"] = problem.kind if problem.kind in _OUTCOMES else "refused"
        body = problem.document()
        headers = [
            ("Content-Type", problem.content_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            *self._vary,
            *problem.headers,
            *(self._exposed if self._cors else ()),
        ]
        return Answer(problem.status, headers, body)

    def options(self) -> Answer:
        """What may be sent here, and what another site's page may send."""
        headers = [("Allow", METHODS), ("Content-Length", "0")]
        if self._cors:
            headers += [
                *self._cors,
                ("Access-Control-Allow-Methods", METHODS),
                ("Access-Control-Allow-Headers", "Accept, Authorization, Content-Type, If-None-Match"),
                ("Access-Control-Max-Age", "86400"),
            ]
        return Answer(204, headers)

    def _description(self, asked: Asked) -> tuple[Finished, str]:
        format = asked.graph_format
        if format is None:
            raise RefusedError(_not_acceptable("graph"))
        address = asked.address
        return self.cache.answer(
            self._pointer.name(),
            ("description", address),
            (format,),
            lambda: self._describe(address, format),
            seconds=asked.seconds,
        )

    def _evaluated(
        self, asked: Asked, query: str, formats: tuple[str, ...], caller: Caller | None, log: Log
    ) -> Steps[tuple[Finished, str]]:
        snapshot = self._pointer.name()
        key = (query, asked.default_graphs, asked.named_graphs, asked.address)
        if kept := self.cache.find(snapshot, key, formats):
            return kept, "hit"
        job = Job(
            query,
            rows_format=asked.rows_format,
            graph_format=asked.graph_format,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            base=asked.address,
            max_rows=self._settings.max_rows,
            max_bytes=self._settings.max_answer_bytes,
        )

        def computed() -> Steps[Finished]:
            reply: Reply = yield Evaluation(self._pool, job, caller.line if caller else "", asked.seconds)
            log["seconds"] = reply.seconds
            return finished_of(reply)

        if depends_on_more_than_data(query):
            return replace((yield from computed()), etag=""), "none"
        return (yield from self.cache.answering(snapshot, key, formats, computed(), seconds=asked.seconds))

    def _cache_control(self, finished: Finished, caller: Caller | None) -> str:
        if not finished.etag:
            return "no-store"
        if self._settings.public:
            return "public, no-cache"  # kept by everybody, asked for again each time: a commit shows at once
        return "private, no-cache" if caller and caller.name else "no-cache"

    def _problem(self, asked: Asked, error: ZielgraphError) -> Problem:
        """How an error while answering is told."""
        query = asked.query or ""
        if isinstance(error, UsageError):  # of a job: no format of the kind that the answer has
            return replace(_not_acceptable(), detail=str(error))
        if isinstance(error, SyntaxProblem):
            if _UPDATE_WORDS.match(query):
                return problem_of(QueryError(UPDATE_HERE))
            explained = explain_syntax(query, error)
            line = prefix_line(explained.prefix)
            return problem_of(explained, **({"suggestion": line} if line else {}))
        if isinstance(error, TimedOut | TooLarge):
            short = self._shortened(asked, query, sooner=isinstance(error, TimedOut))
            return problem_of(error, **({"limited": short} if short else {}))
        if isinstance(error, StoreError):
            _LOG.error("/sparql: %s", error)
        return problem_of(error)

    def _shortened(self, asked: Asked, query: str, *, sooner: bool) -> str:
        """Address of the same query with a LIMIT; empty where there is none, or it would not end ``sooner``."""
        text = limited(query, SHORT, sooner=sooner)
        graphs = [("default-graph-uri", iri) for iri in asked.default_graphs or ()]
        graphs += [("named-graph-uri", iri) for iri in asked.named_graphs or ()]
        link = f"{asked.address}?{urlencode([('query', text), *graphs, *asked.given])}" if text else ""
        return link if len(link) <= _MAX_LINK else ""


_OUTCOMES = ("syntax", "timeout", "memory", "too-large", "busy")


def finished_of(reply: Reply) -> Finished:
    """A worker's reply with its media type and entity tag."""
    media = (negotiate.ALL_GRAPHS if reply.kind == "graph" else negotiate.ROWS)[reply.format]
    return Finished(
        reply.body,
        negotiate.content_type(media),
        entity_tag(reply.body, reply.format),
        reply.snapshot,
        reply.kind,
        reply.format,
        reply.rows,
    )


def _not_acceptable(kind: str = "") -> Problem:
    tables, graphs = ", ".join(negotiate.ROWS), ", ".join(negotiate.ALL_GRAPHS)
    known = f"Graphen als {graphs}" if kind else f"Tabellen als {tables}, Graphen als {graphs}"
    media = [*({} if kind else negotiate.ROWS).values(), *negotiate.ALL_GRAPHS.values()]
    return Problem(
        406, f"Keines der gewünschten Formate ist möglich. Es gibt {known} (format=…).", more={"formats": media}
    )
