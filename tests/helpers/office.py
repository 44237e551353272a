"""A person at a browser who changes something: signed in, with the tokens of the forms they see."""

from __future__ import annotations

import io
import re
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from zielgraph.access import Tokens

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
OURS = HTML | {"Sec-Fetch-Site": "same-origin"}
TABLE = """Grundsatzziel: Gut leben
Rahmenziel\tErgebnisziel\tAktivitäten / Beschreibung\tSachstand\tStatus\terstmalige Nennung\tGremium
Wohnen Der Markt ist offen\tWohnungen werden gefunden\tBeratung durch das Jugendamt\tEs gibt sie.\tlaufend\t2018\tAG 1
\t\tLotsen im Quartier begleiten Familien\tDas Projekt ist beendet.\terledigt\t01.02.2019\tAG 1
\t\tEine Wohnungsbörse wird eingerichtet\t\tgeplant\t01.03.2019\tAG 1
\t\t=HYPERLINK("https://evil.example")\tAm Tisch: <script>alert(1)</script>\tlaufend\t01.04.2019\tAG 1
\t\tDas Jobcenter schult seine Beschäftigten\tLäuft gut.\tlaufend\t01.05.2019\tAG 1
"""
ITEM = "https://w3id.org/zielgraph/id/koeln/klein/measure/"


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, app: Flask, data: Path, name: str = "Erika Muster", scope: str = "write") -> None:
        self.client: FlaskClient = app.test_client()
        self.name = name
        self.secret = Tokens(data).create(name, scope)
        signed = self.client.post("/de/anmelden", data={"token": self.secret}, headers=OURS)
        assert signed.status_code == 303

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers=HTML)

    def token(self, path: str) -> str:
        """The token of the first form on a page that has one."""
        found = re.search(r'name="form-token" value="([^"]+)"', self.get(path).text)
        assert found, path
        return found[1]

    def post(self, path: str, *, seen: str = "", **fields: str) -> TestResponse:
        """Send a form that the person sees on a page, which is the same one unless ``seen`` names another."""
        return self.client.post(path, data={"form-token": self.token(seen or path), **fields}, headers=OURS)

    def upload(self, path: str, data: bytes | str, name: str = "klein.tsv", **fields: str) -> TestResponse:
        """Send a file."""
        raw = data.encode() if isinstance(data, str) else data
        sent = {"form-token": self.token(path), "file": (io.BytesIO(raw), name), **fields}
        return self.client.post(path, data=sent, headers=OURS)
