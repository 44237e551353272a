"""Front-end parts of others: what is committed is what the manifest says, unchanged, with its licence."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from zielgraph import web

ROOT = Path(__file__).parents[2]
STATIC = Path(web.__file__).parent / "static"
VENDOR = STATIC / "vendor"
FILES: list[dict[str, Any]] = tomllib.loads((VENDOR / "manifest.toml").read_text("utf-8"))["file"]


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["path"])
def test_file_is_the_one_that_was_vendored(entry: dict[str, Any]) -> None:
    content = (VENDOR / entry["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert len(content) == entry["bytes"]
    assert entry["packages"]
    assert entry["licences"]
    assert entry["used_in"]
    assert len((VENDOR / entry["licence_text"]).read_text("utf-8")) > 500


def test_nothing_else_is_in_the_folder() -> None:
    known = {"manifest.toml", *(entry["path"] for entry in FILES), *(entry["licence_text"] for entry in FILES)}
    assert {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()} == known


def test_versions_are_those_of_the_lock_file_which_names_no_registry() -> None:
    text = (ROOT / "assets" / "package-lock.json").read_text("utf-8")
    assert "://" not in text
    assert "resolved" not in text
    packages = json.loads(text)["packages"].items()
    locked = {name.removeprefix("node_modules/"): each.get("version") for name, each in packages}
    for entry in FILES:
        for package in entry["packages"]:
            name, version = package.rsplit(" ", 1)
            assert locked[name] == version


def test_no_stylesheet_asks_another_server() -> None:
    asks = re.compile(r"@import|url\(\s*[\"']?(https?:)?//")
    assert asks.search('a { background: url("https://x.example/a.png") }')
    for path in STATIC.rglob("*.css"):
        assert not asks.search(path.read_text("utf-8")), path
