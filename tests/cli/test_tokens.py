"""``zielgraph token`` and ``serve --public``: what they say, keep and refuse."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from zielgraph.access import Tokens

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def refused(done: subprocess.CompletedProcess[str], *words: str) -> None:
    """It ended with 2 and one sentence."""
    assert done.returncode == 2, done.stdout
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    for word in words:
        assert word in done.stderr


@pytest.mark.parametrize("scope", ["read", "write", "publish"])
def test_the_token_is_the_last_word(zielgraph: Run, tmp_path: Path, scope: str) -> None:
    done = zielgraph("token", "new", "Frau Muster", "--scope", scope, data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "nur einmal" in done.stderr
    assert len(done.stdout.split()) == 1
    found = Tokens(tmp_path).verify(done.stdout.split()[-1])
    assert found
    assert (found.name, found.scope, found.expires) == ("Frau Muster", scope, None)


def test_list_and_revoke(zielgraph: Run, tmp_path: Path) -> None:
    assert "noch kein Token" in zielgraph("token", "list", data=tmp_path).stdout
    assert not any(tmp_path.iterdir())
    secret = zielgraph("token", "new", "eins", "--scope", "write", "--days", "30", data=tmp_path).stdout.split()[-1]
    zielgraph("token", "new", "zwei", "--scope", "read", data=tmp_path)
    head, first, second = zielgraph("token", "list", data=tmp_path).stdout.splitlines()
    assert head.split() == ["Name", "Recht", "angelegt", "gültig", "bis", "Zustand"]
    assert first.startswith("eins  write")
    assert first.endswith("gültig")
    assert "auf Widerruf" in second
    assert zielgraph("token", "revoke", "eins", data=tmp_path).stdout == "Token „eins“ ist widerrufen.\n"
    assert Tokens(tmp_path).verify(secret) is None
    listed = zielgraph("token", "list", data=tmp_path)
    assert "widerrufen am" in listed.stdout.splitlines()[1]
    assert secret not in listed.stdout + listed.stderr


def test_refusals(zielgraph: Run, tmp_path: Path) -> None:
    zielgraph("token", "new", "eins", "--scope", "read", data=tmp_path)
    refused(zielgraph("token", "new", "eins", "--scope", "read", data=tmp_path), "eins", "gibt es schon")
    refused(zielgraph("token", "new", "a/b", "--scope", "read", data=tmp_path), "a/b", "taugt nicht")
    refused(zielgraph("token", "new", "zwei", "--scope", "read", "--days", "0", data=tmp_path), "Tage")
    refused(zielgraph("token", "revoke", "zwei", data=tmp_path), "zwei", "eins")
    assert zielgraph("token", "new", "zwei", data=tmp_path).returncode == 2
    assert zielgraph("token", "new", "zwei", "--scope", "admin", data=tmp_path).returncode == 2
    assert [token.name for token in Tokens(tmp_path).all()] == ["eins"]


def test_a_damaged_file(zielgraph: Run, tmp_path: Path) -> None:
    (tmp_path / "tokens.json").write_text("kaputt", "utf-8")
    (tmp_path / "tokens.json").chmod(0o600)
    for command in (["list"], ["new", "a", "--scope", "read"], ["revoke", "a"]):
        refused(zielgraph("token", *command, data=tmp_path), "tokens.json", "beschädigt")
    assert (tmp_path / "tokens.json").read_text("utf-8") == "kaputt"


def test_backups_hold_neither_tokens_nor_keys(zielgraph: Run, filled: Path, tmp_path: Path) -> None:
    zielgraph("token", "new", "geheimer Name", "--scope", "write", data=filled)
    (filled / "session.key").write_bytes(b"s" * 32)
    (filled / "sessions-ended.json").write_text("{}", "utf-8")
    done = zielgraph("backup", tmp_path / "b.tar.gz", data=filled)
    assert done.returncode == 0, done.stderr
    with tarfile.open(tmp_path / "b.tar.gz") as archive:
        members = {member.name: archive.extractfile(member) for member in archive if member.isfile()}
        assert any(name.endswith("snapshot.json") for name in members)
        assert not any("token" in name or "session" in name for name in members)
        for member in members.values():
            assert member
            data = member.read()
            assert b"geheimer Name" not in data
            assert b"s" * 32 not in data
    done = zielgraph("restore", tmp_path / "b.tar.gz", "--yes", data=tmp_path / "neu")
    assert done.returncode == 0, done.stderr
    assert Tokens(tmp_path / "neu").all() == ()


def test_writing_leaves_the_tokens_alone(zielgraph: Run, filled: Path, small: Path) -> None:
    secret = zielgraph("token", "new", "a", "--scope", "read", data=filled).stdout.split()[-1]
    assert zielgraph("import", small, "--edition", "2020-12-31", data=filled).returncode == 0
    assert zielgraph("undo", data=filled).returncode == 0
    assert Tokens(filled).verify(secret)


def test_serve_public_shows_nothing_internal(zielgraph: Run, filled: Path) -> None:
    refused(zielgraph("serve", "--public", "--port", "0", data=filled), "public", "noch nichts veröffentlicht")
    (filled / "public").symlink_to(filled)
    refused(zielgraph("serve", "--public", "--port", "0", data=filled), "Verknüpfungen")
