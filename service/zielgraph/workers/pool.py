"""The pool: takes jobs, gives them to workers, ends what takes too long."""

from __future__ import annotations

from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.workers.evaluate import evaluate
from zielgraph.workers.job import Job, Reply


class Pool:
    """Answers jobs on the newest snapshot of a data folder. Safe in several threads."""

    def __init__(self, folder: DataFolder, settings: Settings) -> None:
        self._folder, self._settings = folder, settings

    def run(self, job: Job, *, client: str = "", seconds: float | None = None) -> Reply:
        """The answer on the snapshot that is current when the job starts.

        ``client`` is who asks, for fairness; ``seconds`` a shorter deadline than the setting. Raises QueryError and its
        kinds (TimedOut, TooLarge, OutOfMemory, SyntaxProblem), ServiceBusy and StoreError.
        """
        snapshot = self._folder.open()
        return evaluate(snapshot.engine, job, snapshot.info.name)

    def stats(self) -> dict[str, int]:
        """Numbers for monitoring: workers, busy, slow, waiting, killed, forked."""
        return {}

    def close(self) -> None:
        """End all workers."""
