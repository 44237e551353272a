"""Tokens: what is kept of them, who gets in with one, and what happens to a file that cannot be trusted."""

from __future__ import annotations

import hmac
import json
import os
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from zielgraph.access import Tokens
from zielgraph.errors import NotFound, StoreError, UsageError


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(tmp_path / "daten")


def stored(tokens: Tokens, folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "daten" / "tokens.json").read_text("utf-8"))
    return told


def test_the_secret_is_long_random_and_not_kept(tokens: Tokens, tmp_path: Path) -> None:
    first, second = tokens.create("eins", "read"), tokens.create("zwei", "read")
    assert first != second
    assert re.fullmatch(r"zg_[A-Za-z0-9_-]{43}", first)
    written = "".join(path.read_text("utf-8") for path in (tmp_path / "daten").iterdir())
    assert "eins" in written
    assert not any(secret[at : at + 4] in written for secret in (first, second) for at in range(3, 43, 4))


@pytest.mark.parametrize(
    ("scope", "scopes"),
    [("read", {"read"}), ("write", {"read", "write"}), ("publish", {"read", "publish"})],
)
def test_scopes(tokens: Tokens, scope: str, scopes: set[str]) -> None:
    found = tokens.verify(tokens.create("jemand", scope))
    assert found
    assert found.scopes == scopes


@pytest.mark.parametrize("wrong", ["", "zg_", "zg_" + "A" * 43, "\udcff", "zg_" + "x" * 100_000])
def test_other_secrets_are_nobodys(tokens: Tokens, wrong: str) -> None:
    secret = tokens.create("jemand", "read")
    assert tokens.verify(wrong) is None
    assert tokens.verify(secret[:-1]) is None
    assert tokens.verify(secret + "A") is None
    assert tokens.verify(secret)


def test_every_hash_is_compared_in_constant_time(tokens: Tokens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hits and misses take the same comparisons, none of them by ==."""
    secrets = [tokens.create(f"t{number}", "read") for number in range(3)]
    compared: list[tuple[str, str]] = []
    real = hmac.compare_digest

    def counted(left: str, right: str) -> bool:
        compared.append((left, right))
        return real(left, right)

    monkeypatch.setattr("zielgraph.access.tokens.hmac.compare_digest", counted)
    for asked in (secrets[0], secrets[2], "zg_falsch"):
        compared.clear()
        tokens.verify(asked)
        assert [left for left, _ in compared] == [token.sha256 for token in tokens.all()]


def test_revoked_at_once_in_another_process_view(tokens: Tokens, tmp_path: Path) -> None:
    secret = tokens.create("jemand", "write")
    service = Tokens(tmp_path / "daten")
    assert service.verify(secret)
    assert tokens.revoke("jemand").revoked
    assert service.verify(secret) is None
    again = tokens.create("jemand", "read")
    found = service.verify(again)
    assert found
    assert found.scope == "read"
    assert service.verify(secret) is None


def test_expiry(tokens: Tokens) -> None:
    found = tokens.verify(tokens.create("kurz", "read", 3))
    assert found
    assert found.expires
    assert found.expires - found.created == timedelta(days=3)
    assert found.active(found.expires - timedelta(seconds=1))
    assert not found.active(found.expires)


def test_an_expired_token_is_refused_and_its_name_is_free(tokens: Tokens, tmp_path: Path) -> None:
    secret = tokens.create("kurz", "read", 1)
    told = stored(tokens, tmp_path)
    told["tokens"][0]["expires"] = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    path = tmp_path / "daten" / "tokens.json"
    path.write_text(json.dumps(told), "utf-8")
    assert tokens.verify(secret) is None
    with pytest.raises(NotFound):
        tokens.revoke("kurz")
    assert tokens.verify(tokens.create("kurz", "read"))


@pytest.mark.parametrize(
    "name", ["", " ", "a\nb", "a" * 65, " vorn", "hinten ", "-x", "a\tb", "<b>", "a/b", "\x1b[31m"]
)
def test_bad_names(tokens: Tokens, name: str) -> None:
    with pytest.raises(UsageError, match="taugt nicht"):
        tokens.create(name, "read")


@pytest.mark.parametrize("name", ["a", "Frau Müller", "ci.koeln", "x@stadt.de", "a" * 64])
def test_good_names(tokens: Tokens, name: str) -> None:
    found = tokens.verify(tokens.create(name, "read"))
    assert found
    assert found.name == name


def test_names_are_unique_among_the_valid(tokens: Tokens) -> None:
    tokens.create("eins", "read")
    with pytest.raises(UsageError, match="gibt es schon"):
        tokens.create("eins", "write")
    with pytest.raises(NotFound, match="Gültig sind: eins"):
        tokens.revoke("zwei")


@pytest.mark.parametrize("days", [0, -1, 100_000])
def test_impossible_days(tokens: Tokens, days: int) -> None:
    with pytest.raises(UsageError, match="Tage"):
        tokens.create("eins", "read", days)


def test_unknown_scope(tokens: Tokens) -> None:
    with pytest.raises(UsageError, match="admin"):
        tokens.create("eins", "admin")


def test_only_the_owner_can_read_the_file(tokens: Tokens, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        tokens.create("eins", "read")
        tokens.revoke("eins")
    finally:
        os.umask(before)
    for path in (tmp_path / "daten").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, path
    assert {path.name for path in (tmp_path / "daten").iterdir()} == {"tokens.json", "tokens.lock"}


@pytest.mark.parametrize("mode", [0o644, 0o602])
def test_a_file_that_strangers_can_touch_lets_nobody_in(tokens: Tokens, tmp_path: Path, mode: int) -> None:
    secret = tokens.create("eins", "read")
    path = tmp_path / "daten" / "tokens.json"
    os.utime(path, (0, 0))  # changed, as whoever writes into it would
    path.chmod(mode)
    with pytest.raises(StoreError, match="chmod 600"):
        tokens.verify(secret)
    path.chmod(0o600)
    assert tokens.verify(secret)


GOOD = {
    "id": "a",
    "name": "n",
    "scope": "read",
    "sha256": "0" * 64,
    "created": "2026-01-01T00:00:00+00:00",
    "expires": None,
    "revoked": None,
}
DAMAGED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"zielgraph-tokens": 2, "tokens": []}',
    b'{"zielgraph-tokens": 1, "tokens": {"a": 1}}',
    b'{"zielgraph-tokens": 1, "tokens": [[]]}',
    *(
        json.dumps({"zielgraph-tokens": 1, "tokens": [GOOD | change]}).encode()
        for change in (
            {"scope": "admin"},
            {"sha256": ""},
            {"sha256": None},
            {"created": None},
            {"created": "gestern"},
            {"expires": "2026-01-01"},
            {"expires": 5},
            {"id": ""},
        )
    ),
]


@pytest.mark.parametrize("data", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_lets_nobody_in_and_is_not_overwritten(tokens: Tokens, tmp_path: Path, data: bytes) -> None:
    secret = tokens.create("eins", "read")
    path = tmp_path / "daten" / "tokens.json"
    path.write_bytes(data)
    for action in (
        lambda: tokens.verify(secret),
        lambda: tokens.by_id("a"),
        lambda: tokens.create("zwei", "read"),
        lambda: tokens.revoke("eins"),
    ):
        with pytest.raises(StoreError, match=r"tokens\.json im Datenordner ist beschädigt"):
            action()
    assert path.read_bytes() == data


def test_the_examples_above_are_damaged_for_their_one_reason(tokens: Tokens, tmp_path: Path) -> None:
    path = tmp_path / "daten" / "tokens.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"zielgraph-tokens": 1, "tokens": [GOOD]}), "utf-8")
    path.chmod(0o600)
    assert [token.name for token in tokens.all()] == ["n"]


def test_a_folder_in_the_way_is_one_sentence(tokens: Tokens, tmp_path: Path) -> None:
    (tmp_path / "daten" / "tokens.json").mkdir(parents=True)
    with pytest.raises(StoreError, match="lässt sich nicht lesen"):
        tokens.verify("zg_x")


def test_deleting_the_file_ends_all_tokens(tokens: Tokens, tmp_path: Path) -> None:
    secret = tokens.create("eins", "read")
    (tmp_path / "daten" / "tokens.json").unlink()
    assert tokens.verify(secret) is None
    assert tokens.all() == ()


def test_many_at_once_lose_none(tmp_path: Path) -> None:
    def make(number: int) -> str:
        return Tokens(tmp_path).create(f"t{number}", "read")

    with ThreadPoolExecutor(8) as pool:
        secrets = list(pool.map(make, range(24)))
    found = [Tokens(tmp_path).verify(secret) for secret in secrets]
    assert [token and token.name for token in found] == [f"t{number}" for number in range(24)]


def test_revoked_while_others_ask(tokens: Tokens, tmp_path: Path) -> None:
    """Once revoke() has returned, no thread of the service gets another yes."""
    secret = tokens.create("jemand", "read")
    service, over = Tokens(tmp_path / "daten"), threading.Event()
    late: list[bool] = []

    def ask() -> int:
        asked = 0
        while True:
            ended = over.is_set()
            found = service.verify(secret)
            asked += 1
            if ended:
                late.append(found is not None)
                return asked

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(ask) for _ in range(4)]
        for number in range(5):
            tokens.create(f"anderes {number}", "read")
        tokens.revoke("jemand")
        over.set()
        assert all(each.result(30) >= 1 for each in running)
    assert late == [False] * 4


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_made_by_root_the_files_belong_to_whom_the_folder_belongs(tokens: Tokens, tmp_path: Path) -> None:
    (tmp_path / "daten").mkdir()
    os.chown(tmp_path / "daten", 4711, 4712)
    tokens.create("eins", "read")
    for path in (tmp_path / "daten").iterdir():
        told = path.stat()
        assert (told.st_uid, told.st_gid, told.st_mode & 0o777) == (4711, 4712, 0o600), path
