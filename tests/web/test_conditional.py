"""Pages that a browser has already are not made again."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from zielgraph import settings
from zielgraph.access import Tokens
from zielgraph.engine import Literal, NamedNode, Quad
from zielgraph.store import DataFolder
from zielgraph.web import create_app, view

ACCEPT = {"Accept": "text/html"}


def tag(client: FlaskClient, address: str, **more: str) -> str:
    return client.get(address, headers=ACCEPT | more).headers.get("ETag", "")


@pytest.mark.parametrize("address", ["/de/massnahmen", "/en/measures?status=open", "/de/koeln/integration/measure/19"])
@pytest.mark.parametrize("coding", ["", "br", "gzip"])
def test_what_is_known_is_not_sent_again(client: FlaskClient, address: str, coding: str) -> None:
    headers = ACCEPT | {"Accept-Encoding": coding}
    first = client.get(address, headers=headers)
    assert first.status_code == 200
    assert not first.headers["ETag"].startswith("W/")
    again = client.get(address, headers=headers | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert {"Accept-Encoding", "Cookie"} <= set(again.headers["Vary"].split(", "))
    assert again.headers["Content-Security-Policy"]
    # a proxy that compresses makes a strong tag weak
    weak = client.get(address, headers=headers | {"If-None-Match": f'"x", W/{first.headers["ETag"]}'})
    assert weak.status_code == 304


def test_it_is_answered_before_the_page_is_made(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    known = tag(client, "/de/massnahmen")

    def refuse(*given: object, **named: object) -> None:
        raise AssertionError("the page was made")

    monkeypatch.setattr(view.View, "__init__", refuse)
    assert client.get("/de/massnahmen", headers=ACCEPT | {"If-None-Match": known}).status_code == 304


def test_tags_differ_by_address_and_language(client: FlaskClient) -> None:
    addresses = ("/de/massnahmen", "/en/measures", "/de/massnahmen?q=a", "/de/massnahmen?q=b", "/de/ziele")
    tags = {tag(client, address) for address in addresses}
    assert len(tags) == len(addresses)
    assert "" not in tags


def test_another_start_has_other_tags(koeln_settings: settings.Settings, client: FlaskClient) -> None:
    assert tag(create_app(koeln_settings).test_client(), "/de/massnahmen") != tag(client, "/de/massnahmen")


@pytest.mark.parametrize("address", ["/de/gibt-es-nicht", "/de/massnahmen?theme=gibt-es-nicht", "/de/anmelden"])
def test_errors_and_secrets_have_no_tag(client: FlaskClient, address: str) -> None:
    assert tag(client, address) == ""


@pytest.fixture
def own(tmp_path: Path) -> Flask:
    return create_app(settings.load({"ZIELGRAPH_RATE": "0"}, data=tmp_path))


def test_a_commit_and_the_person_change_the_tag(own: Flask, tmp_path: Path) -> None:
    client, wanted = own.test_client(), own.extensions["zielgraph.settings"]

    def write() -> None:
        with DataFolder(tmp_path, base=wanted.base).write() as draft:
            draft.engine.add([Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal("x"))])
            draft.action = "test"

    write()
    first = tag(client, "/de/massnahmen")
    write()
    second = tag(client, "/de/massnahmen")
    assert second not in ("", first)
    assert client.get("/de/massnahmen", headers=ACCEPT | {"If-None-Match": first}).status_code == 200
    secret = Tokens(tmp_path).create("Ada", "read")
    signed_in = tag(client, "/de/massnahmen", Authorization=f"Bearer {secret}")
    assert signed_in not in ("", second)
