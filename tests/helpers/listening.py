"""A door on this machine that counts who knocks."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator


class Door:
    """An address that takes every connection, counts it and hangs up."""

    def __init__(self, server: socket.socket) -> None:
        self._server, self._count = server, 0
        self._mine = threading.Event()
        self.address = f"http://127.0.0.1:{server.getsockname()[1]}/x"

    def listen(self) -> None:
        """Count until the socket is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                with connection:
                    if self._first(connection) == b"mine":
                        self._mine.set()
                    else:
                        self._count += 1

    @staticmethod
    def _first(connection: socket.socket) -> bytes:
        try:
            return connection.recv(4)
        except OSError:
            return b""

    def visits(self) -> int:
        """How many connections came before now: they are taken in their order, so one of our own closes the count."""
        self._mine.clear()
        with socket.create_connection(self._server.getsockname()) as connection:
            connection.sendall(b"mine")
            assert self._mine.wait(10)
        return self._count


@contextlib.contextmanager
def door() -> Iterator[Door]:
    """A door that is open for the block."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        opened = Door(server)
        thread = threading.Thread(target=opened.listen)
        thread.start()
        yield opened
        server.shutdown(socket.SHUT_RDWR)
    thread.join()
