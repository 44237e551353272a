"""Browser sessions: a signed value that names a token and the time. The service keeps no list of them."""

from __future__ import annotations

import secrets
from hashlib import sha256
from pathlib import Path
from threading import Lock

from itsdangerous import BadData, URLSafeTimedSerializer

from zielgraph.access.private import locked, read_private, write_private
from zielgraph.access.tokens import Token, Tokens
from zielgraph.errors import StoreError

FILE = "session.key"
LIFETIME = 12 * 3600
_KEY_BYTES = 32


class Sessions:
    """Sessions over the tokens of a data folder. A session has the rights of its token and ends with it."""

    def __init__(self, folder: Path, tokens: Tokens, lifetime: int = LIFETIME) -> None:
        self._folder, self._tokens, self._lifetime = folder, tokens, lifetime
        self._lock = Lock()
        self._signer: URLSafeTimedSerializer | None = None

    def start(self, token: Token) -> str:
        """The value of a new session's cookie. Raises StoreError when there is no key and none can be kept."""
        return str(self._signed().dumps([token.id, secrets.token_hex(8)]))

    def find(self, value: str) -> tuple[Token, str] | None:
        """The token of a session and what tells this session from others; None when it is forged, over or ended.

        Raises StoreError when key or tokens are damaged: then nobody gets in.
        """
        try:
            token_id, session = self._signed().loads(value, max_age=self._lifetime)
        except (BadData, TypeError, ValueError):
            return None
        token = self._tokens.by_id(token_id)
        return (token, session) if token else None

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
