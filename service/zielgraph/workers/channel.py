"""Messages between processes of the service: frames on socket pairs, and errors that cross with their attributes.

A frame is a kind, a short head and a body of raw bytes. Only the web process and its own children speak this.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from functools import lru_cache
from typing import Any, NamedTuple

from zielgraph import errors
from zielgraph.errors import ZielgraphError
from zielgraph.workers.job import Job, Reply

JOB, CALL, REPLY, ERROR, CRASH, GONE, ORDER, READY = b"J", b"F", b"R", b"E", b"C", b"G", b"O", b"Y"
"""Kinds of frames. ERROR carries one of zielgraph.errors, CRASH anything else: where it happened, for the log.
GONE: the snapshot is not there any more, another worker shall do the job."""

_HEAD = struct.Struct("!c?IQ")
_TIME = struct.Struct("@ll")
_FIRST = 1 << 16
_AT_ONCE = 1 << 14
_PATIENCE = 30.0
_SHORT = 500


class Frame(NamedTuple):
    """One message; ``last``: the sender ends after it."""

    kind: bytes
    head: bytes
    body: bytes
    last: bool


def limit_waiting(sock: socket.socket, seconds: float) -> None:
    """From now on the kernel lets whatever waits longer on the socket end in a TimeoutError.

    Python's own time-outs cost two more system calls for each message, after each of which all threads compete for the
    interpreter.
    """
    value = _TIME.pack(*divmod(max(int(seconds * 1_000_000), 1), 1_000_000))  # 0 would be no limit
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, value)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, value)


def send(
    sock: socket.socket,
    kind: bytes,
    head: bytes = b"",
    body: bytes = b"",
    *,
    last: bool = False,
    fd: int | None = None,
) -> None:
    """Send a frame, and with it a file descriptor. Raises OSError when nobody reads any more, as TimeoutError does."""
    start = _HEAD.pack(kind, last, len(head), len(body)) + head
    try:
        if fd is not None:
            socket.send_fds(sock, [start + body], [fd])
        elif len(body) < _FIRST:
            sock.sendall(start + body)
        else:
            sock.sendall(start)
            sock.sendall(body)
    except BlockingIOError:  # so the kernel's time-out arrives
        raise TimeoutError from None


def receive(sock: socket.socket) -> Frame | None:
    """The next frame; None when the other side has ended. Raises TimeoutError by the time-out of the socket.

    There is never a second frame on its way before the first was answered, so more than the frame is never read. Once
    it has begun, a frame is given time: it was finished before it was sent.
    """
    try:
        data = sock.recv(_FIRST)
    except BlockingIOError:
        raise TimeoutError from None
    return receive_rest(sock, data)


def receive_rest(sock: socket.socket, data: bytes) -> Frame | None:
    """As :func:`receive`, when the beginning of the frame was read already."""
    if sock.gettimeout() is not None:
        sock.settimeout(_PATIENCE)
    try:
        return _whole(sock, data)
    except TimeoutError:
        raise ConnectionError("the other side stopped in the middle of a frame") from None


def send_now(sock: socket.socket, kind: bytes, head: bytes, body: bytes) -> bool:
    """Send a frame if that can be done without waiting. False: nothing was sent. Raises OSError."""
    frame = _HEAD.pack(kind, False, len(head), len(body)) + head + body
    if len(frame) > _AT_ONCE:
        return False
    try:
        sock.send(frame, socket.MSG_DONTWAIT)  # whole, for nothing else is on its way and there is room for so much
    except BlockingIOError:
        return False
    return True


def receive_now(sock: socket.socket) -> tuple[Frame | None, bytes]:
    """The frame, if it is there as a whole, and the bytes that are there (none: the other side has ended).

    Raises BlockingIOError when nothing has come yet, and OSError.
    """
    data = sock.recv(_FIRST, socket.MSG_DONTWAIT)
    if len(data) >= _HEAD.size:
        kind, last, head, body = _HEAD.unpack_from(data)
        begin = _HEAD.size + head
        if len(data) == begin + body:
            return Frame(kind, data[_HEAD.size : begin], data[begin:], last), data
    return None, data


def receive_fd(sock: socket.socket) -> tuple[Frame | None, int | None]:
    """As :func:`receive`, with the file descriptor that came along; several frames may be on their way."""
    data, fds, _, _ = socket.recv_fds(sock, _HEAD.size, 1)
    if data:
        data += _exactly(sock, _HEAD.size - len(data))
        _, _, head, body = _HEAD.unpack(data)
        data += _exactly(sock, head + body)
    return _whole(sock, data), (fds[0] if fds else None)


def _whole(sock: socket.socket, data: bytes) -> Frame | None:
    if len(data) < _HEAD.size:
        if not data:
            return None
        data += _exactly(sock, _HEAD.size - len(data))
    kind, last, head, body = _HEAD.unpack_from(data)
    begin = _HEAD.size + head
    if len(data) < begin:
        data += _exactly(sock, begin - len(data))
    rest = begin + body - len(data)
    text = data[begin:] + _exactly(sock, rest) if rest else data[begin:]
    return Frame(kind, data[_HEAD.size : begin], text, last)


def _exactly(sock: socket.socket, size: int) -> bytes:
    parts, end = [], time.monotonic() + _PATIENCE
    while size:
        try:
            part = sock.recv(min(size, 1 << 20))
        except BlockingIOError:
            if time.monotonic() > end:
                raise TimeoutError from None
            continue
        if not part:
            raise ConnectionError("the other side ended in the middle of a frame")
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def pack_job(job: Job, seconds: float) -> tuple[bytes, bytes]:
    """Head and body of the frame for a job and the time that it has. Heads repeat, and are remembered."""
    pack = _job_head if job.default_graphs is None and job.named_graphs is None else _job_head.__wrapped__
    head = pack(
        job.rows_format, job.graph_format, job.default_graphs, job.named_graphs, job.base, job.max_rows, job.max_bytes,
        seconds,
    )  # fmt: skip
    return head, job.query.encode("utf-8", "surrogatepass")


@lru_cache(maxsize=64)
def _job_head(*fields: Any) -> bytes:
    return json.dumps(fields).encode()


def unpack_job(frame: Frame) -> tuple[Job, float]:
    """What :func:`pack_job` was given."""
    *fields, seconds = (_job_fields if len(frame.head) < _SHORT else _job_fields.__wrapped__)(frame.head)
    return Job(frame.body.decode("utf-8", "surrogatepass"), *fields), seconds


@lru_cache(maxsize=64)
def _job_fields(head: bytes) -> tuple[Any, ...]:
    return tuple(_tuples(each) for each in json.loads(head))


def pack_reply(reply: Reply) -> bytes:
    """The head of the frame for a reply; its body is the answer's."""
    return f"{reply.kind} {reply.format} {reply.rows} {reply.seconds:.6f}".encode("ascii")


def unpack_reply(frame: Frame, snapshot: str) -> Reply:
    """What :func:`pack_reply` was given, computed on a snapshot."""
    kind, format, rows, seconds = frame.head.decode("ascii").split(" ")
    return Reply(kind, format, frame.body, int(rows), snapshot, float(seconds))


def pack_error(error: ZielgraphError) -> bytes:
    """An error as the head of a frame: its class (or the nearest of zielgraph.errors), sentence and attributes."""
    kind = next(c.__name__ for c in type(error).__mro__ if getattr(errors, c.__name__, None) is c)
    attributes = {name: value for name, value in vars(error).items() if not name.startswith("_")}
    return json.dumps([kind, str(error), attributes], default=str).encode()


def unpack_error(head: bytes) -> ZielgraphError:
    """The error that :func:`pack_error` was given. Its constructor does not run: the sentence is finished."""
    kind, sentence, attributes = json.loads(head)
    found: type[ZielgraphError] = getattr(errors, kind)
    error = found.__new__(found, sentence)
    error.args = (sentence,)
    vars(error).update({name: _tuples(value) for name, value in attributes.items()})
    return error


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
