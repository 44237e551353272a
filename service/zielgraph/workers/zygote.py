"""A process with one thread that forks the others; the web process has threads and must not fork.

``python -m zielgraph.workers.zygote FD`` is started by :class:`zielgraph.workers.forks.ForkServer`. It reads orders
from the socket with that number: fork a child and give it a socket, end a child, lower its priority. It ends, and all
children with it, as soon as the other end of the socket is closed, however the web process came to its end.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

from zielgraph.engine import EmbeddedEngine
from zielgraph.errors import ZielgraphError
from zielgraph.workers import child
from zielgraph.workers.channel import READY, REPLY, receive_fd, send


def serve(control: socket.socket, engine: EmbeddedEngine | None = None) -> None:
    """Carry out orders until the other side ends. ``engine`` is a store in memory that the children share."""
    children: dict[int, int] = {}
    gc.collect()
    gc.freeze()  # the collector shall not touch, and so copy, pages that parent and children share
    try:
        send(control, READY)
        while True:
            frame, fd = receive_fd(control)
            if frame is None:
                return
            order = json.loads(frame.head)
            match order["do"]:
                case "fork" if fd is not None:
                    with suppress(OSError):  # no more processes: the other side sees that its socket was closed
                        children[order["child"]] = _fork(control, engine, order, fd)
                    os.close(fd)
                case "nice":
                    with suppress(OSError, KeyError):
                        os.setpriority(os.PRIO_PROCESS, children[order["child"]], child.NICE)
                case "kill":
                    with suppress(OSError, KeyError):
                        os.kill(children[order["child"]], signal.SIGKILL)
                case "end":
                    status = _end(children.pop(order["child"], None))
                    send(control, REPLY, json.dumps(status).encode())
    except OSError:
        return
    finally:
        for pid in children.values():
            _end(pid)


def _end(pid: int | None) -> int | None:
    """Kill a child unless it has ended by itself. Its exit code, negative for a signal; None when it never was."""
    if pid is None:
        return None
    with suppress(OSError):
        os.kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return None


def _fork(control: socket.socket, engine: EmbeddedEngine | None, order: dict[str, Any], fd: int) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        child.leave_with(parent)
        control.close()
        with socket.socket(fileno=fd) as sock:
            match order["role"]:
                case "call":
                    child.call(sock, order)
                case "query":
                    child.query(sock, order, engine)
                case "hold":
                    child.quiet()
                    loaded = child.load(order)
                    if loaded is not None:
                        serve(sock, loaded)
    except (OSError, ZielgraphError):
        os._exit(1)
    finally:
        os._exit(0)


def _warm_up() -> None:
    """Import what every child needs, so that it has it at once and can do without files."""
    from zielgraph.sparql import check_query
    from zielgraph.workers import applying, evaluate  # noqa: F401

    check_query('SELECT ?service { ?s ?p "load" }')


def main(number: int) -> None:
    """Serve the socket with this number."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # the end comes from the web process, after the running answers
    with socket.socket(fileno=number) as control:
        _warm_up()
        serve(control)


if __name__ == "__main__":
    main(int(sys.argv[1]))
