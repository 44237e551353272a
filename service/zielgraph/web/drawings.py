"""Layouts and centralities, computed in processes of their own and kept.

What is computed depends on nothing but the network itself, so that is the key: a commit or a filter that changes
nothing in it changes nothing here. Of several requests for the same one computes and the others wait.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from concurrent.futures import Future
from threading import Lock
from typing import Any

from flask import Flask, current_app

from zielgraph.drawing.model import Graph, Place
from zielgraph.workers import Pool

LAYOUT = "zielgraph.drawing.layout:layout"
BETWEENNESS = "zielgraph.drawing.centrality:betweenness"
_SECONDS = 60.0
_MEMORY_MB = 1024  # numerical libraries reserve far more than they use
_KEPT = 64
_AT_ONCE = 1500  # edges up to which a centrality takes a moment that a reader can wait
_NAME = "zielgraph.drawings"

_log = logging.getLogger(__name__)


class Drawings:
    """Results of functions of ``zielgraph.drawing``, the last ones asked for. Safe in several threads."""

    def __init__(self, pool: Pool, kept: int = _KEPT) -> None:
        self._pool, self._kept = pool, kept
        self._lock = Lock()
        self._found: OrderedDict[tuple[str, bytes], Future[Any]] = OrderedDict()

    def places(self, graph: Graph) -> list[Place]:
        """Where the nodes stand. Raises what :meth:`Pool.call` raises."""
        found: list[Place] = self._result(LAYOUT, graph).result()
        return found

    def betweenness(self, graph: Graph) -> list[float] | None:
        """How much each node stands between the others; None while that is still computed for a large network.

        Raises what :meth:`Pool.call` raises.
        """
        if len(graph.edges) <= _AT_ONCE:
            found: list[float] = self._result(BETWEENNESS, graph).result()
            return found
        there = self._known(BETWEENNESS, graph)
        if there is None:
            threading.Thread(target=self._quietly, args=(BETWEENNESS, graph), daemon=True).start()
            return None
        return there.result() if there.done() else None

    def _quietly(self, function: str, graph: Graph) -> None:
        try:
            self._result(function, graph)
        except Exception as error:  # whoever asks next tries again
            _log.warning("%s: %s", function, error)

    def _known(self, function: str, graph: Graph) -> Future[Any] | None:
        with self._lock:
            return self._found.get((function, graph.digest))

    def _result(self, function: str, graph: Graph) -> Future[Any]:
        """The future of a result, computed here unless somebody else does; errors are passed on and not kept."""
        key = function, graph.digest
        with self._lock:
            future = self._found.get(key)
            leads = future is None
            if future is None:
                future = Future()
            self._found[key] = future
            self._found.move_to_end(key)
            while len(self._found) > self._kept:
                self._found.popitem(last=False)
        if leads:
            try:
                sent = Graph(graph.nodes, graph.edges)  # without what is kept beside it
                future.set_result(self._pool.call(function, sent, seconds=_SECONDS, files=True, memory_mb=_MEMORY_MB))
            except BaseException as error:
                with self._lock:
                    self._found.pop(key, None)
                future.set_exception(error)
                raise
        return future


def drawings() -> Drawings:
    """Those of the running application."""
    found: Drawings = current_app.extensions[_NAME]
    return found


def register(app: Flask) -> None:
    """Have drawings in an application that has a pool already."""
    app.extensions[_NAME] = Drawings(app.extensions["zielgraph.pool"])
