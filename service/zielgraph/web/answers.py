"""The last answers to questions, so that sorting, turning a page and downloading ask nothing again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from flask import Flask, current_app

from zielgraph.questions import Answer

_NAME = "zielgraph.answers"
_ROWS = 20_000  # that are kept, about 1 kB each


class Answers:
    """Answers of the snapshot that was asked last. Safe in several threads; what is kept is not to be changed."""

    def __init__(self, rows: int = _ROWS) -> None:
        self._rows, self._lock = rows, Lock()
        self._snapshot = ""
        self._kept: OrderedDict[Hashable, Answer] = OrderedDict()

    def get(self, snapshot: str, asked: Hashable, ask: Callable[[], tuple[Answer, str]]) -> Answer:
        """What was kept, else what ``ask`` gives: an answer and the snapshot that gave it.

        ``asked`` is all that the answer depends on besides the snapshot. Raises what ``ask`` raises.
        """
        with self._lock:
            if snapshot != self._snapshot:
                self._snapshot = snapshot
                self._kept.clear()
            if found := self._kept.get(asked):
                self._kept.move_to_end(asked)
                return found
        answer, of = ask()
        with self._lock:
            if of == self._snapshot and len(answer.rows) <= self._rows:
                self._kept[asked] = answer
                while sum(len(each.rows) for each in self._kept.values()) > self._rows:
                    self._kept.popitem(last=False)
        return answer


def answers() -> Answers:
    """Those of the running application."""
    found: Answers = current_app.extensions[_NAME]
    return found


def register(app: Flask) -> None:
    """Keep answers in an application."""
    app.extensions[_NAME] = Answers()
