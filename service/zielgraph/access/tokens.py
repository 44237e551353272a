"""Tokens: long random secrets of which the data folder keeps only a hash.

``tokens.json`` is no part of backups: whoever restores one elsewhere makes new tokens there.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from zielgraph.access.caller import SCOPES
from zielgraph.access.private import Signature, locked, read_private, signature, write_private
from zielgraph.errors import NotFound, StoreError, UsageError

FILE = "tokens.json"
_FORMAT = 1
_PREFIX = "zg_"  # lets people and scanners of repositories recognise a leaked one
_NAME = re.compile(r"\w(?:[\w .@+-]{0,62}[\w.])?")
_HASH = re.compile(r"[0-9a-f]{64}")
_MAX_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept. ``id`` is random and never used again; of the secret there is nothing but the hash."""

    id: str
    name: str
    scope: str
    sha256: str
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None

    @property
    def scopes(self) -> frozenset[str]:
        """The rights: whoever may write or publish may read too."""
        return frozenset({"read", self.scope})

    def active(self, now: datetime | None = None) -> bool:
        """Whether it is valid now."""
        return self.revoked is None and (self.expires is None or (now or datetime.now(UTC)) < self.expires)


class Tokens:
    """The tokens of a data folder. The file is read again whenever it changed, so that a running service follows."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._path = folder, folder / FILE
        self._read: tuple[Signature | None, tuple[Token, ...]] = (None, ())

    def all(self) -> tuple[Token, ...]:
        """Every token that was ever made, oldest first. Raises StoreError when the file is damaged."""
        seen, known = self._read
        if signature(self._path) == seen:
            return known
        found = read_private(self._path)
        # One assignment: other threads see the old pair or the new one. Until the next stat nothing is stale, because
        # the signature is that of the very file that was read.
        self._read = (found[0], _parse(found[1])) if found else (None, ())
        return self._read[1]

    def at_hand(self) -> bool:
        """Whether :meth:`all` would not read the file now."""
        try:
            return signature(self._path) == self._read[0]
        except StoreError:
            return False

    def create(self, name: str, scope: str, days: int | None = None) -> str:
        """Make a token and return its secret, which is told only now.

        Raises UsageError for a bad or taken name, a scope that does not exist or an impossible number of days, and
        StoreError when the file is damaged or cannot be written.
        """
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"„{name}“ taugt nicht als Name eines Tokens: bitte höchstens 64 Buchstaben, Ziffern, Leerzeichen oder "
                "Zeichen aus . _ - + @, am Anfang ein Buchstabe oder eine Ziffer."
            )
        if scope not in SCOPES:
            raise UsageError(f"Das Recht „{scope}“ gibt es nicht. Möglich sind: {', '.join(SCOPES)}.")
        if days is not None and not 1 <= days <= _MAX_DAYS:
            raise UsageError(f"Ein Token kann 1 bis {_MAX_DAYS} Tage gelten, nicht {days}.")
        secret = _PREFIX + secrets.token_urlsafe(32)
        with locked(self._folder):
            known, now = self.all(), datetime.now(UTC).replace(microsecond=0)
            if any(token.name == name and token.active(now) for token in known):
                raise UsageError(
                    f"Ein gültiges Token „{name}“ gibt es schon. Bitte anders nennen oder erst widerrufen: "
                    f'zielgraph token revoke "{name}".'
                )
            expires = now + timedelta(days=days) if days else None
            self._write([*known, Token(secrets.token_hex(8), name, scope, _hash(secret), now, expires)])
        return secret

    def revoke(self, name: str) -> Token:
        """End a token at once, wherever it is used. Raises NotFound when no valid token has the name, StoreError."""
        with locked(self._folder):
            known, now = self.all(), datetime.now(UTC).replace(microsecond=0)
            found = next((token for token in known if token.name == name and token.active(now)), None)
            if found is None:
                others = tuple(sorted({token.name for token in known if token.active(now)}))
                raise NotFound(
                    f"Ein gültiges Token „{name}“ gibt es nicht. Gültig sind: {', '.join(others) or 'keine'}."
                )
            ended = replace(found, revoked=now)
            self._write([ended if token is found else token for token in known])
        return ended

    def verify(self, secret: str) -> Token | None:
        """The valid token of this secret, or None. Raises StoreError when the file is damaged: then nobody gets in.

        Every stored hash is compared, each in constant time and without stopping at a hit, so that the duration says
        neither how much of a hash is right nor which token it was.
        """
        asked, now, found = _hash(secret), datetime.now(UTC), None
        for token in self.all():
            if hmac.compare_digest(token.sha256, asked) and token.active(now):
                found = token
        return found

    def by_id(self, token_id: str) -> Token | None:
        """The valid token of this id, or None. Raises StoreError when the file is damaged."""
        return next((token for token in self.all() if token.id == token_id and token.active()), None)

    def _write(self, tokens: Sequence[Token]) -> None:
        rows = [asdict(token) for token in tokens]
        told = {"zielgraph-tokens": _FORMAT, "tokens": rows}
        write_private(self._path, json.dumps(told, ensure_ascii=False, indent=1, default=datetime.isoformat).encode())


def _hash(secret: str) -> str:
    # A fast hash is enough: 256 random bits cannot be guessed, unlike passwords.
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _parse(data: bytes) -> tuple[Token, ...]:
    try:
        told = json.loads(data)
        if told["zielgraph-tokens"] != _FORMAT:
            raise ValueError("format")
        return tuple(map(_token, told["tokens"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise StoreError(
            f"Die Datei {FILE} im Datenordner ist beschädigt; bis dahin gilt kein Token. "
            "Bitte die Datei löschen und die Tokens neu anlegen."
        ) from None


def _token(row: dict[str, str | None]) -> Token:
    id_, name, scope, sha256 = (row[key] for key in ("id", "name", "scope", "sha256"))
    created, expires, revoked = (_moment(row[key]) for key in ("created", "expires", "revoked"))
    if not (id_ and name and scope in SCOPES and sha256 and _HASH.fullmatch(sha256) and created):
        raise ValueError("row")
    return Token(id_, name, scope, sha256, created, expires, revoked)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("zone")
    return moment
