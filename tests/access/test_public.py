"""The settings of the public service: nothing leads back to the internal one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from zielgraph import settings
from zielgraph.access import public_settings
from zielgraph.errors import UsageError


def published(folder: Path) -> None:
    (folder / "snapshots" / "000001").mkdir(parents=True)
    (folder / "CURRENT").write_text("000001\n", "ascii")


def test_only_the_published_store_and_no_secrets(tmp_path: Path) -> None:
    published(tmp_path / "public")
    internal = settings.load(
        {
            "ZIELGRAPH_ENGINE": "https://internal.example/sparql",
            "ZIELGRAPH_ENGINE_PASSWORD": "geheim",
            "ZIELGRAPH_PROXY_USER_HEADER": "X-Remote-User",
        },
        data=tmp_path,
    )
    public = public_settings(internal)
    assert public.public
    assert public.data == tmp_path / "public"
    assert public.cors_origin == "*"
    told = repr(public)
    assert not any(each in told for each in ("internal.example", "geheim", "X-Remote-User"))


def test_a_chosen_origin_stays(tmp_path: Path) -> None:
    published(tmp_path / "public")
    internal = settings.load({"ZIELGRAPH_CORS_ORIGIN": "https://stadt.example"}, data=tmp_path)
    assert public_settings(internal).cors_origin == "https://stadt.example"


@pytest.mark.parametrize("made", [False, True])
def test_nothing_published_is_said(tmp_path: Path, made: bool) -> None:
    published(tmp_path)  # the internal store
    if made:
        (tmp_path / "public").mkdir()
    with pytest.raises(UsageError, match="noch nichts veröffentlicht"):
        public_settings(settings.load({}, data=tmp_path))


@pytest.mark.parametrize("link", ["", "CURRENT", "snapshots", "snapshots/000001", "sources"])
def test_links_to_what_is_internal_are_refused(tmp_path: Path, link: str) -> None:
    published(tmp_path)
    (tmp_path / "sources").mkdir()
    public = tmp_path / "public"
    if not link:
        public.symlink_to(tmp_path)
    else:
        published(public)
        (public / link).rename(tmp_path / "weg") if (public / link).exists() else None
        os.symlink(tmp_path / link, public / link)
    with pytest.raises(UsageError, match="Verknüpfungen"):
        public_settings(settings.load({}, data=tmp_path))
