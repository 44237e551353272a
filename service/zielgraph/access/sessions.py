"""Browser sessions: a signed value that names a token and the time. Only those that were ended early are kept.

``sessions-ended.json`` is no part of backups: a restored data folder has another key, and no session is valid there.
"""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Lock

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from zielgraph.access.private import Signature, locked, read_private, signature, write_private
from zielgraph.access.tokens import Token, Tokens
from zielgraph.errors import StoreError

FILE, ENDED = "session.key", "sessions-ended.json"
LIFETIME = 12 * 3600
_KEY_BYTES = 32
_FORMAT = 1
_MOST_ENDED = 10_000


@dataclass(frozen=True, slots=True)
class _Ended:
    """The sessions that people ended: when each began, and a moment up to which all are over. Times in seconds."""

    sessions: dict[str, int] = field(default_factory=dict)
    until: int = 0

    def has(self, session: str, begun: int) -> bool:
        return begun <= self.until or session in self.sessions

    def plus(self, session: str, begun: int, oldest: int) -> _Ended:
        """With one more, and without those that began before ``oldest`` and are over by themselves.

        Where there are too many, the oldest sessions end for everybody: better to sign in again than to forget one.
        """
        kept = {each: when for each, when in {**self.sessions, session: begun}.items() if when >= oldest}
        if len(kept) <= _MOST_ENDED:
            return _Ended(kept, self.until)
        until = sorted(kept.values())[-(_MOST_ENDED // 2)]
        return _Ended({each: when for each, when in kept.items() if when > until}, max(until, self.until))


class Sessions:
    """Sessions over the tokens of a data folder. A session has the rights of its token and ends with it."""

    def __init__(self, folder: Path, tokens: Tokens, lifetime: int = LIFETIME) -> None:
        self._folder, self._tokens, self._lifetime = folder, tokens, lifetime
        self._lock = Lock()
        self._signer: URLSafeTimedSerializer | None = None
        self._read: tuple[Signature | None, _Ended] = (None, _Ended())

    def start(self, token: Token) -> str:
        """The value of a new session's cookie. Raises StoreError when there is no key and none can be kept."""
        return str(self._signed().dumps([token.id, secrets.token_hex(8)]))

    def find(self, value: str) -> tuple[Token, str] | None:
        """The token of a session and what tells this session from others; None when it is forged, over or ended.

        Raises StoreError when key, tokens or the list of ended sessions are damaged: then nobody gets in.
        """
        known = self._open(value)
        if known is None:
            return None
        token_id, session, begun = known
        token = self._tokens.by_id(token_id)
        return (token, session) if token and not self._ended().has(session, begun) else None

    def end(self, value: str) -> None:
        """End a session for every copy of its cookie, in all processes and after a restart. Any other text is nothing.

        Raises StoreError when that cannot be kept; then the session goes on.
        """
        if (known := self._open(value)) is None:
            return
        _, session, begun = known
        with locked(self._folder):
            ended = self._ended()
            if not ended.has(session, begun):
                ended = ended.plus(session, begun, int(time.time()) - self._lifetime)
                told = {"zielgraph-sessions-ended": _FORMAT, "until": ended.until, "sessions": ended.sessions}
                write_private(self._folder / ENDED, json.dumps(told).encode())

    def signer(self, purpose: str) -> TimestampSigner:
        """What signs values for another purpose with the same key; what one purpose signed, no other takes.

        Raises StoreError as :meth:`start` does.
        """
        return TimestampSigner(self._key(), salt=f"zielgraph.{purpose}", key_derivation="hmac", digest_method=sha256)

    def _open(self, value: str) -> tuple[str, str, int] | None:
        """Id of the token, the session and when it began; None when the value is forged or over."""
        try:
            told, moment = self._signed().loads(value, max_age=self._lifetime, return_timestamp=True)
            token_id, session = told
        except (BadData, TypeError, ValueError):
            return None
        return (token_id, session, int(moment.timestamp())) if isinstance(session, str) else None

    def _ended(self) -> _Ended:
        """The ended sessions. The file is read again only when it changed; another process may have written it."""
        path, (seen, known) = self._folder / ENDED, self._read
        if signature(path) == seen:
            return known
        found = read_private(path)
        self._read = (found[0], _parse(found[1])) if found else (None, _Ended())  # one assignment, for other threads
        return self._read[1]

    def _signed(self) -> URLSafeTimedSerializer:
        with self._lock:
            if self._signer is None:
                options = {"key_derivation": "hmac", "digest_method": sha256}
                self._signer = URLSafeTimedSerializer(self._key(), salt="zielgraph.session", signer_kwargs=options)
            return self._signer

    def _key(self) -> bytes:
        """The key in the data folder, so that sessions outlive a restart; made at the first sign-in."""
        path = self._folder / FILE
        found = read_private(path)
        if found is None:
            with locked(self._folder):
                found = read_private(path)
                if found is None:  # otherwise another process was faster
                    key = secrets.token_bytes(_KEY_BYTES)
                    write_private(path, key)
                    return key
        if len(found[1]) != _KEY_BYTES:  # a shortened key could be guessed
            raise StoreError(
                f"Die Datei {FILE} im Datenordner ist beschädigt; bis dahin gilt keine Anmeldung. "
                "Bitte löschen; danach melden sich alle neu an."
            )
        return found[1]


def _parse(data: bytes) -> _Ended:
    try:
        told = json.loads(data)
        if told["zielgraph-sessions-ended"] != _FORMAT:
            raise ValueError("format")
        return _Ended({str(each): int(when) for each, when in told["sessions"].items()}, int(told["until"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise StoreError(
            f"Die Datei {ENDED} im Datenordner ist beschädigt; bis dahin gilt keine Anmeldung im Browser. "
            f"Bitte sie und {FILE} löschen und den Dienst neu starten; danach melden sich alle neu an."
        ) from None
