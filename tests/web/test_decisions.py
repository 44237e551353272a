"""Deciding at the browser: forms, the list of decisions, tables of them."""

from __future__ import annotations

import csv
import fcntl
import io
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from flask import Flask
from office import HTML, ITEM, TABLE, Person

from zielgraph import settings
from zielgraph.deciding import Decision, decisions_of
from zielgraph.engine import QuerySolutions
from zielgraph.importing import import_table
from zielgraph.store import DataFolder
from zielgraph.vocabulary import DEFAULT_BASE, DISPOSITION, ROLE
from zielgraph.web import create_app
from zielgraph.web.languages import SLUGS

LIST = "/de/entscheidungen"
ACTOR = DEFAULT_BASE + "koeln/actor/jugendamt"


def form(number: int) -> str:
    """The page to decide about a measure."""
    return f"/de/entscheiden?item={ITEM}{number}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the table, checked once; decisions are not checked again, so that findings stay or go."""
    root = tmp_path_factory.mktemp("entscheiden")
    (root / "klein.tsv").write_text(TABLE, "utf-8")
    where = settings.load({}, data=root / "data")
    import_table(where, root / "klein.tsv", city="koeln", system="klein", edition=date(2019, 12, 31))
    return root / "data"


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[Flask]:
    quick = {"ZIELGRAPH_RATE": "0", "ZIELGRAPH_VALIDATE_ROWS": "0"}
    made = create_app(settings.load(quick, data=folder))
    yield made
    made.extensions["zielgraph.pool"].close()


@pytest.fixture(scope="module")
def erika(app: Flask, folder: Path) -> Person:
    return Person(app, folder)


@pytest.fixture(autouse=True)
def undone(folder: Path) -> Iterator[None]:
    """Every test begins with no decisions."""
    where = DataFolder(folder, base=DEFAULT_BASE)
    before = where.current_name()
    yield
    if where.current_name() != before:
        where.undo(before)


def kept(folder: Path) -> list[Decision]:
    snapshot = DataFolder(folder, base=DEFAULT_BASE).open()
    return decisions_of(snapshot.engine, DEFAULT_BASE)


def ask(folder: Path, text: str) -> bool:
    prefixes = f"PREFIX zg: <https://w3id.org/zielgraph/ontology#> PREFIX m: <{ITEM}> "
    return bool(DataFolder(folder, base=DEFAULT_BASE).open().engine.query(f"{prefixes} ASK {{ {text} }}"))


def test_the_course_of_a_measure(erika: Person, folder: Path) -> None:
    back = "/de/massnahmen?theme=x&sort=-line"
    done = erika.post(form(1), what="course", item=f"{ITEM}1", action="stop", reason="Beschluss", back=back)
    assert (done.status_code, done.location) == (303, f"{back}&done=decided")
    (one,) = kept(folder)
    assert (one.subject, one.action, one.reason, one.name) == (f"{ITEM}1", "stop", "Beschluss", "Erika Muster")
    assert one.day == date.today()
    assert ask(folder, 'm:1 zg:course "stop"')
    page = erika.get(f"{form(1)}&done=decided").text
    assert "Die Entscheidung ist eingetragen" in page
    assert "<bdi>Beschluss</bdi>" in page
    assert "Die Entscheidung ist eingetragen" not in erika.get(f"{form(1)}&done=<script>").text


def test_the_forms_of_a_measure_lead_back_to_it(erika: Person) -> None:
    own = ITEM.removeprefix(DEFAULT_BASE)
    page = f"/de/{own}1?from=status%3Dopen"
    ways = {unescape(way) for way in re.findall(r'name="back" value="([^"]+)"', erika.get(page).text)}
    assert ways == {f"{page}#entscheiden"}
    fields = {"what": "course", "item": f"{ITEM}1", "action": "stop", "reason": "Beschluss", "back": ways.pop()}
    done = erika.post(form(1), **fields)
    assert done.location == f"{page}&done=decided#entscheiden"
    assert "Die Entscheidung ist eingetragen" in erika.get(done.location.partition("#")[0]).text


def test_who_decides_meanwhile_is_named_and_not_overruled_by_accident(erika: Person, app: Flask, folder: Path) -> None:
    other = Person(app, folder, "Otto Beispiel")
    fields = {"what": "course", "item": f"{ITEM}1", "action": "continue", "reason": "Bedarf"}
    assert 'name="latest" value=""' in other.get(form(1)).text
    assert erika.post(form(1), **fields | {"action": "stop", "reason": "kein Geld"}).status_code == 303
    refused = other.post(form(1), **fields, latest="")
    assert refused.status_code == 400
    text = unescape(refused.text)
    assert "Inzwischen ist hier entschieden worden: „einstellen“ von Erika Muster (kein Geld)" in text
    assert ">Bedarf</textarea>" in text
    assert len(kept(folder)) == 1
    latest = re.search(r'name="latest" value="([^"]+)"', text)
    assert latest
    assert other.post(form(1), **fields, latest=latest[1]).status_code == 303
    assert ask(folder, 'm:1 zg:course "continue"')


def test_a_double_click_decides_once(erika: Person, folder: Path) -> None:
    token = erika.token(form(1))
    fields = {"form-token": token, "what": "course", "item": f"{ITEM}1", "action": "continue", "reason": "Bedarf"}
    fields["latest"] = ""
    headers = HTML | {"Sec-Fetch-Site": "same-origin"}

    def send(_: int) -> tuple[int, str]:
        browser = erika.client.application.test_client()
        cookie = erika.client.get_cookie("zielgraph")
        assert cookie
        browser.set_cookie("zielgraph", cookie.value)
        answer = browser.post(form(1), data=fields, headers=headers)
        return answer.status_code, answer.location.rpartition("done=")[2]

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(send, range(2)))
    assert answers == [(303, "decided"), (303, "known")]
    assert len(kept(folder)) == 1


def test_an_actor_a_theme_and_a_disposition(erika: Person, folder: Path) -> None:
    page = erika.get(form(1)).text
    found = re.search(rf'<option value="({re.escape(ACTOR)} [^"]+)">([^<]+)', page)
    assert found, "the office that the wording names can be chosen"
    assert ask(folder, f"m:1 zg:names <{ACTOR}>")
    link = {"what": "link", "item": f"{ITEM}1", "reason": "x"}
    assert erika.post(form(1), **link, action="reject", part=found[1]).status_code == 303
    assert not ask(folder, f"m:1 zg:names <{ACTOR}>")
    assert erika.post(form(1), **link, action="set", other="Jugendamt", role=ROLE + "lead").status_code == 303
    assert ask(
        folder, f'm:1 zg:involvement ?i . ?i zg:actor <{ACTOR}> ; zg:role <{ROLE}lead> ; zg:reviewState "confirmed"'
    )
    theme = re.search(r'<select id="theme".*?<option value="([^"]+)"', page, re.DOTALL)
    assert theme
    assert erika.post(
        form(2), what="theme", item=f"{ITEM}2", action="set", theme=unescape(theme[1]), reason="x"
    ).status_code == 303  # fmt: skip
    assert ask(folder, f"m:2 zg:theme <{theme[1]}>")
    dropped = DISPOSITION + "dropped"
    assert erika.post(
        form(2), what="disposition", item=f"{ITEM}2", action="set", disposition=dropped, reason="x"
    ).status_code == 303  # fmt: skip
    assert ask(folder, f"m:2 zg:disposition <{dropped}>")
    assert len(kept(folder)) == 4


def test_accepting_a_finding_and_taking_that_back(erika: Person, folder: Path) -> None:
    work = "/de/qualitaet?rule=measure-progress"
    found = re.search(r'href="(/de/entscheiden\?finding=[^"]+)">entscheiden', erika.get(work).text)
    assert found
    address = unescape(found[1])
    iri = re.search(r'name="finding" value="([^"]+)"', erika.get(address).text)
    assert iri
    done = erika.post(address, what="accept", finding=iri[1], reason="Bleibt so", back=work)
    assert done.location == f"{work}&done=decided"
    assert iri[1] not in erika.get("/de/qualitaet?rule=measure-progress&format=csv").text
    assert iri[1] in erika.get("/de/qualitaet?accepted=yes&format=csv").text
    (one,) = kept(folder)
    page = f"/de/entscheiden?decision={one.local}"
    gone = erika.post(page, what="withdraw", decision=one.local, reason="Doch nicht", back=LIST)
    assert gone.location == f"{LIST}?done=withdrawn"
    listed = erika.get(gone.location).text
    assert "Die Entscheidung ist zurückgenommen" in listed
    assert "Doch nicht" in listed
    assert iri[1] in erika.get("/de/qualitaet?rule=measure-progress&format=csv").text
    again = erika.client.post(
        page,
        data={"form-token": erika.token(LIST), "what": "withdraw", "decision": one.local, "reason": "x"},
        headers=HTML | {"Sec-Fetch-Site": "same-origin"},
    )
    assert again.status_code == 400
    assert "schon zurückgenommen" in again.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"what": "course", "action": "", "reason": "Getippt & <b>"}, "Bitte auswählen, was entschieden wird."),
        ({"what": "course", "action": "stop", "reason": " "}, "Bitte eine Begründung angeben."),
        ({"what": "course", "action": "accept", "reason": "y"}, "Bitte auswählen, was entschieden wird."),
        ({"what": "nichts", "action": "set", "reason": "y"}, "Bitte auswählen, was entschieden wird."),
        ({"what": "link", "action": "confirm", "other": "Gibtesnicht", "reason": "y"}, "Gibtesnicht"),
        ({"what": "link", "action": "confirm", "reason": "y"}, "um welchen Akteur es geht"),
        ({"what": "link", "action": "set", "other": "Jugendamt", "reason": "y"}, "Es fehlt die Rolle"),
        ({"what": "theme", "action": "set", "theme": "urn:x", "reason": "y"}, "urn:x"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(erika: Person, folder: Path, fields: dict[str, str], said: str) -> None:
    answer = erika.post(form(1), **{"item": f"{ITEM}1", **fields})
    assert answer.status_code in (400, 404)
    assert said in unescape(answer.text)
    assert 'role="alert"' in answer.text
    if fields["what"] == "course" and not fields["action"]:
        assert ">Getippt &amp; &lt;b&gt;</textarea>" in answer.text
    assert kept(folder) == []


def test_a_long_and_hostile_reason(erika: Person, folder: Path) -> None:
    reason = "<script>alert(1)</script> javascript:alert(2) \u202e =1+1 " + "x" * 10_000
    assert erika.post(form(4), what="course", item=f"{ITEM}4", action="stop", reason=reason).status_code == 303
    assert kept(folder)[0].reason == reason
    for path in (LIST, form(4), "/de/koeln/klein/measure/4"):
        page = erika.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text
    book = openpyxl.load_workbook(io.BytesIO(erika.get(f"{LIST}?format=xlsx").data))
    assert not any(cell.data_type == "f" for row in book.worksheets[0].rows for cell in row)


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_way_back_leads_nowhere_else(erika: Person, address: str) -> None:
    done = erika.post(form(1), what="course", item=f"{ITEM}1", action="stop", reason="x", back=address)
    assert done.location.startswith("/de/entscheiden?item=")


def test_while_somebody_else_writes(app: Flask, erika: Person, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The form says so and keeps what was typed; nothing is half done."""
    writer = app.extensions["zielgraph.writer"]
    monkeypatch.setattr(writer, "_settings", settings.load({"ZIELGRAPH_WRITE_SECONDS": "1"}, data=folder))
    with open(folder / "LOCK", "a+", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        answer = erika.post(form(1), what="course", item=f"{ITEM}1", action="stop", reason="Nicht verloren")
    assert answer.status_code in (503, 504)
    assert ">Nicht verloren</textarea>" in answer.text
    assert kept(folder) == []


def test_without_signing_in_the_pages_say_what_could_be_done(app: Flask, erika: Person) -> None:
    browser = app.test_client()
    for path in (form(1), "/de/koeln/klein/measure/1", LIST):
        page = browser.get(path, headers=HTML).text
        assert "form-token" not in page
        links = re.findall(r'href="(/de/anmelden\?next=[^"]+)"', page)
        assert path in [parse_qs(urlsplit(unescape(each)).query)["next"][0] for each in links]
    assert browser.get(f"/en{form(1)[3:].replace('entscheiden', 'decide')}", headers=HTML).status_code == 200


def test_the_list_and_its_query_agree(erika: Person, folder: Path) -> None:
    for number, action in ((1, "stop"), (2, "continue"), (1, "restart")):
        erika.post(form(number), what="course", item=f"{ITEM}{number}", action=action, reason="x")
    for state, count in (("", 3), ("in-force", 2), ("overruled", 1), ("withdrawn", 0)):
        address = f"{LIST}?state={state}"
        page = unescape(erika.get(address).text)
        rows = list(csv.DictReader(io.StringIO(erika.get(f"{address}&format=csv").text)))
        assert len(rows) == count, state
        query = re.search(r"<pre class=\"code\"[^>]*><code>(.*?)</code>", page, re.DOTALL)
        assert query
        answer = DataFolder(folder, base=DEFAULT_BASE).open().engine.query(query[1])
        assert isinstance(answer, QuerySolutions)
        assert [row["decision"].value for row in answer] == [row["decision"] for row in rows]
    assert erika.get(f"{LIST}?state=gibtesnicht").status_code == 404


def test_a_table_of_decisions(erika: Person, folder: Path) -> None:
    template = erika.get(f"{LIST}/vorlage?format=csv")
    rows = list(csv.reader(io.StringIO(template.data.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 6
    action, reason, name = (rows[0].index(each) for each in ("Entscheidung", "Begründung", "Name"))
    rows[1][action], rows[1][reason] = "einstellen", "<i>Beschluss</i>"
    rows[2][action], rows[2][reason], rows[2][name] = "fortführen", "Bedarf", "Amt 50"
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=";").writerows(rows)
    sent = erika.upload(LIST, buffer.getvalue(), "../../<b>runde</b>.csv")
    assert sent.status_code == 303
    preview = erika.get(sent.location).text
    assert "2 Entscheidungen würden eingetragen" in preview
    assert "&lt;i&gt;Beschluss&lt;/i&gt;" in preview
    assert "<b>runde" not in preview
    assert kept(folder) == []
    done = erika.post(sent.location, action="store")
    assert done.location == f"{LIST}?done=table"
    assert sorted(each.name for each in kept(folder)) == ["Amt 50", "Erika Muster"]
    assert "ist eingetragen" in erika.get(sent.location).text


def test_a_table_that_does_not_fit(erika: Person, folder: Path) -> None:
    sent = erika.upload(LIST, "Kennung;Entscheidung;Begründung\n1;einstellen;x\n99;hüpfen;y\n1;einstellen;\n", "t.csv")
    page = unescape(erika.get(sent.location).text)
    assert "2 Zeilen passen nicht" in page
    assert "hüpfen" in page
    assert "Alle eintragen" not in page
    assert erika.post(sent.location, action="discard").location == f"{LIST}?done=discarded"
    assert erika.get(sent.location).status_code == 404
    assert kept(folder) == []


def test_the_template_as_workbook(erika: Person) -> None:
    book = openpyxl.load_workbook(io.BytesIO(erika.get("/en/decisions/form").data))
    assert book.worksheets[0].max_row == 6
    assert not any(cell.data_type == "f" for row in book.worksheets[0].rows for cell in row)
    assert erika.get(f"{LIST}/vorlage?format=pdf").status_code == 404
    assert SLUGS["decision_form"] == ("entscheidungen/vorlage", "decisions/form")


def test_another_persons_table(app: Flask, folder: Path, erika: Person) -> None:
    sent = erika.upload(LIST, "Kennung;Entscheidung;Begründung\n1;einstellen;x\n", "t.csv")
    other = Person(app, folder, "Max")
    assert other.get(sent.location).status_code == 404
    assert other.post(sent.location, seen=LIST, action="store").status_code == 404
    assert kept(folder) == []
    shutil.rmtree(folder / "waiting")
