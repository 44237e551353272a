"""Browser sessions: forged, foreign, over and ended ones."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from itsdangerous import URLSafeTimedSerializer

from zielgraph.access import Sessions, Token, Tokens
from zielgraph.errors import StoreError


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(tmp_path)


@pytest.fixture
def token(tokens: Tokens) -> Token:
    found = tokens.verify(tokens.create("jemand", "write"))
    assert found
    return found


def test_a_session_is_its_token_and_outlives_a_restart(tokens: Tokens, token: Token, tmp_path: Path) -> None:
    sessions = Sessions(tmp_path, tokens)
    first, second = sessions.start(token), sessions.start(token)
    found, other = Sessions(tmp_path, Tokens(tmp_path)).find(first), sessions.find(second)
    assert found
    assert other
    assert found[0] == other[0] == token
    assert found[1] != other[1]  # two browsers are two clients
    assert token.sha256[:8] not in first


def test_revoking_the_token_ends_it(tokens: Tokens, token: Token, tmp_path: Path) -> None:
    sessions = Sessions(tmp_path, tokens)
    value = sessions.start(token)
    tokens.revoke("jemand")
    assert sessions.find(value) is None
    tokens.create("jemand", "write")  # the same name is not the same token
    assert sessions.find(value) is None


def test_it_ends_by_itself(tokens: Tokens, token: Token, tmp_path: Path) -> None:
    assert Sessions(tmp_path, tokens).find(Sessions(tmp_path, tokens).start(token))
    over = Sessions(tmp_path, tokens, lifetime=-1)
    assert over.find(over.start(token)) is None


def test_every_changed_character_is_noticed(tokens: Tokens, token: Token, tmp_path: Path) -> None:
    sessions = Sessions(tmp_path, tokens)
    value = sessions.start(token)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for at, letter in enumerate(value):
        other = "A" if letter not in letters else letters[(letters.index(letter) + 32) % 64]  # its highest bit
        assert sessions.find(value[:at] + other + value[at + 1 :]) is None, at
    assert sessions.find(value)


@pytest.mark.parametrize("value", ["", ".", "..", "a.b.c", "\udcff", "é" * 50, "A" * 100_000])
def test_nonsense(tokens: Tokens, token: Token, tmp_path: Path, value: str) -> None:
    assert Sessions(tmp_path, tokens).find(value) is None


@pytest.mark.parametrize("content", [[], ["a"], {"a": 1}, None, 5, ["a", "b", "c"], [["x"], {}]])
def test_signed_nonsense(tokens: Tokens, token: Token, tmp_path: Path, content: object) -> None:
    sessions = Sessions(tmp_path, tokens)
    value = sessions._signed().dumps(content)
    assert sessions.find(str(value)) is None


def test_another_key_signs_for_nobody(tokens: Tokens, token: Token, tmp_path: Path) -> None:
    sessions = Sessions(tmp_path, tokens)
    sessions.start(token)
    for key in (b"", bytes(32), b"secret"):
        forged = URLSafeTimedSerializer(key, salt="zielgraph.session").dumps([token.id, "x"])
        assert sessions.find(str(forged)) is None


def test_the_key_is_the_owners_alone(tokens: Tokens, token: Token, tmp_path: Path) -> None:
    Sessions(tmp_path, tokens).start(token)
    path = tmp_path / "session.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert len(path.read_bytes()) == 32
    path.chmod(0o644)
    with pytest.raises(StoreError, match="chmod 600"):
        Sessions(tmp_path, tokens).start(token)


@pytest.mark.parametrize("key", [b"", b"kurz", bytes(33)])
def test_a_damaged_key_lets_nobody_in(tokens: Tokens, token: Token, tmp_path: Path, key: bytes) -> None:
    value = Sessions(tmp_path, tokens).start(token)
    (tmp_path / "session.key").write_bytes(key)
    with pytest.raises(StoreError, match=r"session\.key im Datenordner ist beschädigt"):
        Sessions(tmp_path, tokens).find(value)


def test_damaged_tokens_end_sessions_too(tokens: Tokens, token: Token, tmp_path: Path) -> None:
    sessions = Sessions(tmp_path, tokens)
    value = sessions.start(token)
    (tmp_path / "tokens.json").write_text("{", "utf-8")
    with pytest.raises(StoreError, match="beschädigt"):
        sessions.find(value)


def test_an_ended_session_is_over_for_every_copy(tokens: Tokens, token: Token, tmp_path: Path) -> None:
    sessions, elsewhere = Sessions(tmp_path, tokens), Sessions(tmp_path, Tokens(tmp_path))
    value, other = sessions.start(token), sessions.start(token)
    assert elsewhere.find(value)
    sessions.end(value)
    sessions.end(value)
    assert sessions.find(value) is None
    assert elsewhere.find(value) is None  # a process that runs already
    assert Sessions(tmp_path, tokens).find(value) is None  # a restart
    assert sessions.find(other)
    assert (tmp_path / "sessions-ended.json").stat().st_mode & 0o777 == 0o600
    assert value not in (tmp_path / "sessions-ended.json").read_text("utf-8")


@pytest.mark.parametrize("value", ["", "a.b.c", "\udcff", "A" * 100_000])
def test_what_is_no_session_leaves_no_trace(tokens: Tokens, token: Token, tmp_path: Path, value: str) -> None:
    Sessions(tmp_path, tokens).end(value)
    assert not (tmp_path / "sessions-ended.json").exists()


def test_the_list_is_not_read_again_while_it_is_the_same(
    tokens: Tokens, token: Token, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = Sessions(tmp_path, tokens)
    value, other = sessions.start(token), sessions.start(token)
    sessions.end(value)
    assert sessions.find(value) is None
    read: list[Path] = []
    monkeypatch.setattr("zielgraph.access.sessions.read_private", lambda path: read.append(path))
    assert sessions.find(value) is None
    assert sessions.find(other)
    assert read == []


def test_sessions_that_are_over_leave_the_list(
    tokens: Tokens, token: Token, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions, now = Sessions(tmp_path, tokens, lifetime=100), time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    first = sessions.start(token)
    sessions.end(first)
    monkeypatch.setattr(time, "time", lambda: now + 90)
    second = sessions.start(token)
    monkeypatch.setattr(time, "time", lambda: now + 150)
    sessions.end(second)
    assert len(json.loads((tmp_path / "sessions-ended.json").read_text("utf-8"))["sessions"]) == 1
    assert sessions.find(first) is None
    assert sessions.find(second) is None


def test_the_list_has_an_end_and_forgets_nobody(
    tokens: Tokens, token: Token, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zielgraph.access.sessions._MOST_ENDED", 10)
    sessions, now = Sessions(tmp_path, tokens), time.time()
    ended = []
    for second in range(25):
        monkeypatch.setattr(time, "time", lambda second=second: now + second)
        ended.append(sessions.start(token))
        sessions.end(ended[-1])
        assert len(json.loads((tmp_path / "sessions-ended.json").read_text("utf-8"))["sessions"]) <= 10
    assert all(sessions.find(value) is None for value in ended)
    assert sessions.find(sessions.start(token))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"zielgraph-sessions-ended": 1, "sessions": [], "until": 0}'])
def test_a_damaged_list_lets_nobody_in(tokens: Tokens, token: Token, tmp_path: Path, content: str) -> None:
    sessions = Sessions(tmp_path, tokens)
    value = sessions.start(token)
    path = tmp_path / "sessions-ended.json"
    path.write_text(content, "utf-8")
    path.chmod(0o600)
    for use in (sessions.find, sessions.end):
        with pytest.raises(StoreError, match=r"sessions-ended\.json im Datenordner ist beschädigt"):
            use(value)
    assert path.read_text("utf-8") == content
