"""The web process's side of the processes that fork: start one, have children forked and ended."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from itertools import count
from typing import Any

from zielgraph.errors import ServiceBusy
from zielgraph.workers.channel import ORDER, READY, Frame, receive, send

_START_SECONDS = 60
_numbers = count()


class ForkServer:
    """A process that forks on demand. Safe in several threads; every method is quick."""

    def __init__(self, control: socket.socket, process: subprocess.Popen[bytes] | None = None) -> None:
        self._control, self._process = control, process
        self._lock = threading.Lock()
        self.dead = False
        self.children = 0

    @classmethod
    def start(cls) -> ForkServer:
        """A new one, a fresh Python. Raises ServiceBusy when it does not come up."""
        ours, theirs = socket.socketpair()
        path = os.pathsep.join(dict.fromkeys(os.path.abspath(each) for each in sys.path))
        with theirs:
            process = subprocess.Popen(  # noqa: S603 -- this Python, this program
                [sys.executable, "-P", "-m", "zielgraph.workers.zygote", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=os.environ | {"PYTHONPATH": path},
                start_new_session=True,  # Ctrl-C is for the web process, which lets answers finish
            )
        server = cls(ours, process)
        if not server.ready(_START_SECONDS):
            server.close()
            raise ServiceBusy("Der Hilfsprozess für Anfragen ließ sich nicht starten.", seconds=5)
        return server

    def ready(self, seconds: float = 0) -> bool:
        """Whether the process has said that it can fork by now; it may have ended instead."""
        with self._lock:
            self._control.settimeout(seconds)
            try:
                frame = receive(self._control)
            except (BlockingIOError, TimeoutError):
                return False
            except OSError:
                frame = None
            finally:
                self._control.settimeout(None)
            self.dead = frame is None or frame.kind != READY
            return not self.dead

    def look(self) -> None:
        """Find out whether the process is still there."""
        with self._lock:
            try:
                self.dead |= not self._control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
            except BlockingIOError:
                return
            except OSError:
                self.dead = True

    def fork(self, role: str, **options: Any) -> Child:
        """A new child, which begins by itself. Raises ServiceBusy when this process is gone."""
        number = next(_numbers)
        self.children += 1
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._order({"do": "fork", "child": number, "role": role, **options}, theirs.fileno())
            except OSError:
                ours.close()
                self.children -= 1
                raise ServiceBusy("Der Hilfsprozess für Anfragen wird gerade neu gestartet.") from None
        return Child(self, number, ours)

    def nice(self, number: int) -> None:
        """Lower the priority of a child."""
        with suppress(OSError):
            self._order({"do": "nice", "child": number})

    def kill(self, number: int) -> None:
        """Kill a child; :meth:`end` is still to come."""
        with suppress(OSError):
            self._order({"do": "kill", "child": number})

    def end(self, number: int) -> int | None:
        """Kill a child, unless it has ended, and see it buried. Its exit code, negative for a signal; None: unknown."""
        self.children -= 1
        try:
            reply = self._order({"do": "end", "child": number}, answer=True)
        except OSError:
            return None
        status: int | None = json.loads(reply.head) if reply else None
        return status

    def _order(self, order: dict[str, Any], fd: int | None = None, *, answer: bool = False) -> Frame | None:
        with self._lock:
            try:
                send(self._control, ORDER, json.dumps(order).encode(), fd=fd)
                reply = receive(self._control) if answer else None
            except OSError:
                self.dead = True
                raise
            if answer and reply is None:
                self.dead = True
        return reply

    def close(self) -> None:
        """End it and all its children."""
        self.dead = True
        self._control.close()
        if self._process:
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


class Child:
    """A forked process and the socket to it."""

    def __init__(self, server: ForkServer, number: int, sock: socket.socket) -> None:
        self.server, self.number, self.sock = server, number, sock

    def nice(self) -> None:
        """Lower its priority."""
        self.server.nice(self.number)

    def kill(self) -> None:
        """Kill it; :meth:`end` is still to come, better a little later: freeing much memory takes a while."""
        self.server.kill(self.number)

    def end(self) -> int | None:
        """End it. Its exit code, negative for a signal; None when nobody knows."""
        self.sock.close()
        return self.server.end(self.number)
