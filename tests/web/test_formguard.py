"""Forms that change something: what must be there, from whom and from where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from office import HTML, OURS, Person

from zielgraph import settings
from zielgraph.access import Caller
from zielgraph.errors import AccessDenied
from zielgraph.web import create_app, formguard
from zielgraph.web.admission import CALLER

IMPORT, DECIDE = "/de/import", "/de/entscheidungen"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formulare")


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[Flask]:
    made = create_app(settings.load({"ZIELGRAPH_RATE": "0"}, data=folder))
    yield made
    made.extensions["zielgraph.pool"].close()


@pytest.fixture(scope="module")
def erika(app: Flask, folder: Path) -> Person:
    return Person(app, folder)


@pytest.fixture(scope="module")
def max_(app: Flask, folder: Path) -> Person:
    return Person(app, folder, "Max")


def sent(person: Person, token: str, headers: dict[str, str] = OURS) -> int:
    """The status of an import form without a file: 400 says that it got through the guard."""
    return person.client.post(IMPORT, data={"form-token": token}, headers=headers).status_code


def test_with_its_token_a_form_comes_through(erika: Person) -> None:
    answer = erika.post(IMPORT)
    assert answer.status_code == 400
    assert "Bitte eine Datei auswählen." in answer.text


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ü" * 100, "x" * 60_000])
def test_without_it_none_does(erika: Person, token: str) -> None:
    answer = erika.client.post(IMPORT, data={"form-token": token} if token else {}, headers=OURS)
    assert answer.status_code == 403
    assert "Bitte noch einmal absenden." in answer.text
    assert 'name="form-token"' in answer.text, "with a fresh one"


def test_a_token_is_for_one_purpose(erika: Person) -> None:
    assert sent(erika, erika.token(DECIDE)) == 403
    assert sent(erika, erika.token(IMPORT)) == 400


def test_a_token_is_for_one_person_and_session(app: Flask, folder: Path, erika: Person, max_: Person) -> None:
    token = erika.token(IMPORT)
    assert sent(max_, token) == 403
    again = app.test_client()
    again.post("/de/anmelden", data={"token": erika.secret}, headers=OURS)
    assert again.post(IMPORT, data={"form-token": token}, headers=OURS).status_code == 403
    assert sent(erika, token) == 400


def test_a_token_grows_old(erika: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    token = erika.token(IMPORT)
    monkeypatch.setattr(formguard, "_LIFETIME", -1)
    assert sent(erika, token) == 403


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {}],
)
def test_other_sites_cannot_send_it(erika: Person, headers: dict[str, str]) -> None:
    assert sent(erika, erika.token(IMPORT), HTML | headers) == 403


def test_who_is_not_signed_in(app: Flask, erika: Person) -> None:
    stranger = app.test_client()
    answer = stranger.post(IMPORT, data={"form-token": erika.token(IMPORT)}, headers=OURS)
    assert answer.status_code == 401
    page = stranger.get(IMPORT, headers=HTML)
    assert page.status_code == 200
    assert "form-token" not in page.text
    assert 'type="file"' not in page.text


def test_who_may_only_read(app: Flask, folder: Path) -> None:
    reader = Person(app, folder, "Leserin", "read")
    assert sent(reader, "x") == 403
    assert "nur das Recht zu lesen" in reader.get(IMPORT).text
    assert reader.get(f"{IMPORT}/{'x' * 43}").status_code == 403


@pytest.mark.parametrize("address", [IMPORT, "/en/import?city=k%C3%B6ln&x=1%262", DECIDE])
def test_signing_in_leads_back(app: Flask, folder: Path, erika: Person, address: str) -> None:
    browser = app.test_client()
    found = re.search(r'href="(/(?:de/anmelden|en/sign-in)\?next=[^"]+)"', browser.get(address, headers=HTML).text)
    assert found
    answer = browser.post(found[1].replace("&amp;", "&"), data={"token": erika.secret}, headers=OURS)
    assert (answer.status_code, answer.location) == (303, address)


def test_a_page_for_writers_leads_to_the_sign_in_and_back(app: Flask) -> None:
    answer = app.test_client().get(f"{IMPORT}/{'x' * 43}", headers=HTML)
    assert answer.status_code == 303
    assert answer.location == f"/de/anmelden?next={IMPORT}/{'x' * 43}"


def test_a_bearer_token_needs_none(app: Flask, erika: Person, max_: Person) -> None:
    headers = HTML | {"Authorization": f"Bearer {erika.secret}"}
    assert app.test_client().post(IMPORT, headers=headers).status_code == 400


def test_the_person_at_the_proxy_is_bound_by_name(app: Flask) -> None:
    """None of them may write so far; the guard does not rely on it."""
    erika, max_ = (Caller(name, f"person:{name}", frozenset({"read", "write"})) for name in ("Erika", "Max"))
    with app.test_request_context(IMPORT):
        token = formguard.form_token(erika, "import")
    for person, allowed in ((erika, True), (max_, False)):
        environ = {CALLER: person, "HTTP_SEC_FETCH_SITE": "same-origin", "zielgraph.public": False}
        with app.test_request_context(IMPORT, method="POST", data={"form-token": token}, environ_overrides=environ):
            if allowed:
                assert formguard.check_form("import") is person
            else:
                with pytest.raises(AccessDenied):
                    formguard.check_form("import")


def test_reading_changes_nothing(app: Flask, folder: Path, erika: Person) -> None:
    """Whatever a link says: what a form would do is not done."""
    token = erika.token(IMPORT)
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file())
    fields = f"form-token={token}&action=discard&what=course&action=stop&reason=x&item=x&file=x"
    for path in (IMPORT, DECIDE, "/de/entscheiden", f"{IMPORT}/{'x' * 43}", f"{DECIDE}/{'x' * 43}"):
        assert erika.get(f"{path}?{fields}").status_code in (200, 404), path
    assert sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()) == before


def test_the_public_service_has_no_such_pages(folder: Path) -> None:
    made = create_app(replace(settings.load({}, data=folder), public=True))
    try:
        for path in (IMPORT, DECIDE, "/de/entscheiden", "/en/decisions/form"):
            assert made.test_client().get(path, headers=HTML).status_code == 404, path
            assert made.test_client().post(path, headers=OURS).status_code in (404, 405), path
    finally:
        made.extensions["zielgraph.pool"].close()
