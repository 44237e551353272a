"""The lane for programs: lookups at ``/sparql`` are answered on the event loop, without ASGI, WSGI and threads.

The same objects decide as on the way through the threads: :class:`Admission` who may come in, :class:`Endpoint` what is
answered, :class:`Observe` what is noted. Whatever needs a page, a file or patience goes that way from the start, or is
finished in a thread.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from functools import lru_cache, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import HTTPException

from zielgraph.web.admission import CALLER, Admission
from zielgraph.web.dressing import dress, refusal_headers
from zielgraph.web.endpoint import Answer, Endpoint
from zielgraph.web.gateway import BadRequestError, to_environ
from zielgraph.web.negotiate import prefers_html
from zielgraph.web.observe import LOG, Observe
from zielgraph.web.protocol import RefusedError
from zielgraph.web.shortcut import PATH, failure, request_with
from zielgraph.web.steps import Evaluation, Step, Steps, finished
from zielgraph.workers import Pool, Reply
from zielgraph.workers.asking import Asking

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from uvicorn._types import HTTPScope

Respond = Callable[[bytes, bytes], None]
Submit = Callable[[Callable[[], None]], None]
RAW_PATH = PATH.encode("ascii")
_ITS_OWN = ("ETag", "Content-Length")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Lane:
    """What answers a request on the loop, or says that it does not. ``submit`` has a function called in a thread."""

    def __init__(self, observe: Observe, admission: Admission, endpoint: Endpoint, pool: Pool, submit: Submit) -> None:
        self._observe, self._admission, self._endpoint = observe, admission, endpoint
        self._pool, self._submit = pool, submit
        self._asking: Asking | None = None

    def asking(self) -> Asking:
        """The pool for the loop that runs just now."""
        loop = asyncio.get_running_loop()
        if self._asking is None or self._asking.loop is not loop:
            self._asking = Asking(self._pool, loop)
        return self._asking

    def take(self, scope: HTTPScope, body: bytes, respond: Respond) -> bool:
        """Take a whole request for ``PATH``. False: it needs the other way, and nothing has happened.

        ``respond`` is called in the loop, at once or later, with status line and headers, without the empty line, and
        the body.
        """
        begin = time.perf_counter()
        try:
            environ = to_environ(scope)
            self._admission.prepare(environ)
            if not self._admission.at_hand(environ) or prefers_html(environ.get("HTTP_ACCEPT", "")):
                return False
            request = request_with(environ, body)
            asked = self._endpoint.read(request)
        except (BadRequestError, HTTPException, RefusedError):
            return False
        if asked.html or asked.query is None:
            return False
        log = environ[LOG] = {}
        call = _Call(self, environ, begin, respond)
        if problem := self._admission.refused(environ):
            document = problem.document()
            call.finish(Answer(problem.status, refusal_headers(problem, problem.content_type, len(document)), document))
        else:
            call.go_on(self._endpoint.responding(request, environ[CALLER], log, asked))
        return True

    def _finish(self, environ: WSGIEnvironment, begin: float, answer: Answer, respond: Respond) -> None:
        method = environ["REQUEST_METHOD"]
        body = b"" if method == "HEAD" else answer.body
        own = "".join(f"{name.lower()}: {value}\r\n" for name, value in answer.headers if name in _ITS_OWN)
        usual = tuple(header for header in answer.headers if header[0] not in _ITS_OWN)
        https, private = environ["wsgi.url_scheme"] == "https", self._admission.private(environ)
        head = _head(answer.status, usual, https, private) + own.encode("latin-1")
        self._observe.note(environ, method, PATH, answer.status, time.perf_counter() - begin, len(body))
        respond(head, body)


class _Call:
    """A request on its way through the steps of its answer."""

    __slots__ = ("_begin", "_environ", "_lane", "_respond", "_steps")

    def __init__(self, lane: Lane, environ: WSGIEnvironment, begin: float, respond: Respond) -> None:
        self._lane, self._environ, self._begin, self._respond = lane, environ, begin, respond

    def go_on(self, steps: Steps[Answer | None], value: Any = None) -> None:
        """Take the next step, or be done."""
        self._steps = steps
        try:
            step = steps.send(value)
        except StopIteration as end:
            self.finish(end.value)
        except Exception:
            self.finish(self._failed())
        else:
            if isinstance(step, Evaluation):
                self._lane.asking().ask(
                    step.job, client=step.client, seconds=step.seconds, done=self._go_on_with, rest=self._rest
                )
            else:
                self._rest(step)

    def _go_on_with(self, reply: Reply) -> None:
        self.go_on(self._steps, reply)

    def _rest(self, step: Step) -> None:
        """All that is left, in a thread."""

        soon = self._lane.asking().soon

        def work() -> None:
            try:
                answer = finished(self._steps, step)
            except Exception:
                answer = self._failed()
            soon(partial(self.finish, answer))

        self._lane._submit(work)

    def _failed(self) -> Answer:
        return failure(self._lane._endpoint, self._environ)

    def finish(self, answer: Answer | None) -> None:
        """Send the answer and note it."""
        if answer is None:
            raise RuntimeError("the lane has no pages")
        self._lane._finish(self._environ, self._begin, answer, self._respond)


@lru_cache(maxsize=256)
def _head(status: int, headers: tuple[tuple[str, str], ...], https: bool, private: bool) -> bytes:
    """Status line and headers, dressed; few differ."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    lines += [f"{name.lower()}: {value}" for name, value in dress(status, headers, https=https, private=private)]
    if any(map(_CONTROL.search, lines)):
        raise ValueError("a control character in a header")
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")
