"""Lines for the access log, written by a thread of its own: no request waits for a disk or a full pipe."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from queue import Empty, SimpleQueue

from zielgraph.errors import UsageError

_LOG = logging.getLogger("zielgraph.web")
_WAITING = 20_000  # lines; what comes beyond is dropped and counted
_GATHER = 0.05  # seconds in which lines are gathered to be written at once
_MODE = 0o640


class AccessLog:
    """Writes lines to ``target``: a file, ``-`` for standard output, or nothing when it is empty.

    A file is opened for each block of lines, so that whoever moves it away finds the next lines in a new one.
    ``dropped`` counts the lines that could not be written. Raises UsageError when the file cannot be written at all.
    """

    def __init__(self, target: str) -> None:
        self.target, self.dropped = target, 0
        self._lines: SimpleQueue[str | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._failed = False
        if target not in ("", "-"):
            try:
                os.close(self._open())
            except OSError as error:
                raise UsageError(
                    f"Das Zugriffsprotokoll {target} lässt sich nicht schreiben ({error.strerror or error}). "
                    "Bitte ZIELGRAPH_ACCESS_LOG ändern."
                ) from None

    def write(self, line: str) -> None:
        """Take a line without its end. Never fails and never waits."""
        if not self.target:
            return
        if self._lines.qsize() >= _WAITING:
            self.dropped += 1
            return
        self._lines.put(line)
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._work, daemon=True, name="access-log")
                    self._thread.start()

    def close(self) -> None:
        """Write what is still waiting, for two seconds at most."""
        if self._thread:
            self._lines.put(None)
            self._thread.join(2)
            self._thread = None

    def _work(self) -> None:
        while True:
            lines = [self._lines.get()]
            if lines[0] is not None:
                time.sleep(_GATHER)
            try:
                while lines[-1] is not None:
                    lines.append(self._lines.get_nowait())
            except Empty:
                pass
            self._put([line for line in lines if line is not None])
            if lines[-1] is None:
                return

    def _put(self, lines: list[str]) -> None:
        rest = memoryview("".join(f"{line}\n" for line in lines).encode())
        try:
            number = sys.stdout.fileno() if self.target == "-" else self._open()
            try:
                while rest:
                    rest = rest[os.write(number, rest) :]
            finally:
                if self.target != "-":
                    os.close(number)
            self._failed = False
        except (OSError, ValueError) as error:  # ValueError: standard output is closed, or no file
            self.dropped += len(lines)
            if not self._failed:  # said once, not with each line
                _LOG.error("Das Zugriffsprotokoll lässt sich nicht schreiben: %s", error)
            self._failed = True

    def _open(self) -> int:
        return os.open(self.target, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, _MODE)
