"""Work in steps: what has to be waited for is handed out, so that whoever runs the work decides how to wait.

A generator yields things to call that may take a while, is sent what they return or thrown what they raise, and
returns its result. :func:`finished` waits in a thread; the event loop (:mod:`zielgraph.web.lane`) knows better ways for
some of them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from zielgraph.workers import Job, Pool, Reply

_T = TypeVar("_T")
Step: TypeAlias = Callable[[], Any]
Steps: TypeAlias = Generator[Step, Any, _T]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The step that most work waits for: a query in a worker."""

    pool: Pool
    job: Job
    client: str
    seconds: float

    def __call__(self) -> Reply:
        """Wait for it. Raises what :meth:`Pool.run` does."""
        return self.pool.run(self.job, client=self.client, seconds=self.seconds)


def finished(steps: Steps[_T], first: Step | None = None) -> _T:
    """The result of the work, all of it in this thread; ``first`` is a step at which it stands already."""
    try:
        step = first or next(steps)
        while True:
            try:
                value = step()
            except Exception as error:
                step = steps.throw(error)
            else:
                step = steps.send(value)
    except StopIteration as end:
        result: _T = end.value
        return result
