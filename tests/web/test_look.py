"""A city's own look: what the file may say, and what it must not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from zielgraph import settings, web
from zielgraph.errors import InputError
from zielgraph.web import create_app
from zielgraph.web.look import COLOURS, CONTRAST, FILE, SURFACES, contrast, load

SVG = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>'
CITY = """
name = "Stadt <b>Musterstadt</b>"
logo = "wappen.svg"
[title]
de = "Unsere Ziele"
[contact]
office = "Amt für Strategie"
mail = "ziele@musterstadt.example"
phone = "0123 456"
[colours.light]
primary = "#9B1B30"
[colours.dark]
primary = "#ff9aa8"
on_primary = "#2a0a10"
[legal.imprint]
de = '''
# Herausgeberin
Stadt Musterstadt
https://www.musterstadt.example/

- <script>alert(1)</script>
- javascript:alert(1)
'''
"""


@pytest.fixture
def city(tmp_path: Path) -> Iterator[FlaskClient]:
    (tmp_path / FILE).write_text(CITY, "utf-8")
    (tmp_path / "wappen.svg").write_text(SVG, "utf-8")
    app = create_app(settings.load({}, data=tmp_path))
    yield app.test_client()
    app.extensions["zielgraph.close"]()


def test_name_title_logo_contact_on_every_page(city: FlaskClient) -> None:
    for path, title in (("/de/", "Unsere Ziele"), ("/en/help", "Unsere Ziele")):
        text = city.get(path).text
        assert "Stadt &lt;b&gt;Musterstadt&lt;/b&gt;" in text
        assert f"– {title}</title>" in text
        assert 'href="mailto:ziele@musterstadt.example"' in text
        assert "zielgraph</" not in text
    assert '<span lang="de">' in city.get("/en/help").text  # the title has no English words


def test_colours_and_logo_come_from_here_and_may_be_kept(city: FlaskClient) -> None:
    text = city.get("/de/hilfe").text
    style = re.search(r'href="(/static/look/\w+/look\.css)"', text)
    image = re.search(r'src="(/static/look/\w+/logo\.svg)"', text)
    assert style
    assert image
    sheet = city.get(style[1])
    assert (
        sheet.text
        == ":root { --city-primary: #9b1b30; --city-primary-dark: #ff9aa8; --city-on-primary-dark: #2a0a10; }\n"
    )
    assert sheet.content_type.startswith("text/css")
    logo = city.get(image[1])
    assert (logo.text, logo.content_type) == (SVG, "image/svg+xml")
    for answer in (sheet, logo):
        assert "immutable" in answer.headers["Cache-Control"]
    assert city.get("/static/look/0/look.css").headers["Cache-Control"] == "no-cache"
    assert city.get(image[1].replace(".svg", ".png")).status_code == 404


def test_legal_text_is_text(city: FlaskClient) -> None:
    text = city.get("/de/impressum").text
    assert "<h2>Herausgeberin</h2>" in text
    assert "&lt;script&gt;alert(1)" in text
    assert "<li>javascript:alert(1)</li>" in text
    assert 'href="https://www.musterstadt.example/"' in text
    assert "fehlen noch" not in text
    assert '<div class="prose" lang="de">' in city.get("/en/imprint").text
    assert "fehlen noch" in city.get("/de/datenschutz").text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ('name = "', "kein gültiges TOML"),
        ("nam = 'x'", "„nam“ gibt es nicht"),
        ("[colours.light]\nprimry = '#000000'", "„colours.light.primry“ gibt es nicht"),
        ("name = 5", "„name“ muss ein Text"),
        ("title = 'x'", "„title“ muss eine Tabelle"),
        ("[contact]\nmail = ['x']", "„contact.mail“ muss ein Text"),
        ("logo = '../x.svg'", "neben dieser Datei"),
        ("logo = 'x.gif'", "neben dieser Datei"),
        ("logo = 'fehlt.svg'", "lässt sich nicht lesen"),
        ("logo = 'falsch.png'", "kein PNG-Bild"),
        ("logo = 'groß.svg'", "größer als 200 kB"),
        ("[colours.light]\nprimary = 'red; } body { display: none'", "keine Farbe der Form"),
        ("[colours.light]\nprimary = '#999999'", r"colours.light.primary #999999 hat auf #f3f4f7 .* 2,59 : 1"),
        ("[colours.dark]\naccent = '#444444'", r"colours.dark.accent #444444 hat auf #1f2338"),
        ("[colours.light]\nprimary = '#17456b'\non_primary = '#17456c'", "colours.light.on_primary .* 1,0"),
    ],
)
def test_what_is_wrong_is_one_sentence_that_names_the_file(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / FILE).write_text(content, "utf-8")
    (tmp_path / "falsch.png").write_text(SVG, "utf-8")
    (tmp_path / "groß.svg").write_text(SVG + " " * 200_000, "utf-8")
    with pytest.raises(InputError, match=sentence) as caught:
        create_app(settings.load({}, data=tmp_path))
    assert FILE in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_named_file_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gibt es nicht"):
        load(settings.load({"ZIELGRAPH_LOOK": str(tmp_path / "anders.toml")}, data=tmp_path))
    (tmp_path / "binär.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="UTF-8"):
        load(settings.load({"ZIELGRAPH_LOOK": str(tmp_path / "binär.toml")}, data=tmp_path))


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.01)


def test_own_colours_are_those_of_the_stylesheet_and_are_readable() -> None:
    sheet = (Path(web.__file__).parent / "static" / "style.css").read_text("utf-8")
    light, dark = sheet.split("@media (prefers-color-scheme: dark)")
    for scheme, text, ending in (("light", light, ""), ("dark", dark.split("@media print")[0], "-dark")):
        for name, value in COLOURS[scheme].items():
            assert f"var(--city-{name.replace('_', '-')}{ending}, {value})" in text
        assert re.findall(r"--surface(?:-tinted)?: (#\w+);", text) == list(SURFACES[scheme])
        assert min(contrast(COLOURS[scheme]["primary"], ground) for ground in SURFACES[scheme]) >= CONTRAST
        assert contrast(COLOURS[scheme]["primary"], COLOURS[scheme]["on_primary"]) >= CONTRAST


def test_no_city_stands_in_the_code() -> None:
    folder = Path(web.__file__).parent
    allowed = {"empty.html"}  # names the example that `make serve` loads
    for path in [*folder.rglob("*.py"), *folder.rglob("*.html"), *folder.glob("static/**/*.css")]:
        assert path.name in allowed or not re.search(r"köln|koeln|cologne", path.read_text("utf-8"), re.IGNORECASE), (
            path
        )


def test_the_example_of_the_guide_is_valid(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "betrieb.md").read_text("utf-8")
    example = next(block for block in re.findall(r"```toml\n(.*?)```", guide, re.DOTALL) if "[legal.imprint]" in block)
    (tmp_path / FILE).write_text(example, "utf-8")
    (tmp_path / "wappen.svg").write_text(SVG, "utf-8")
    look = load(settings.load({}, data=tmp_path))
    assert (look.name, look.title["en"]) == ("Stadt Musterstadt", "Strategic goals")
    assert "--city-accent-dark: #f0b269" in look.css
