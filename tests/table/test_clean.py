"""Plain text out of raw cells, and themes out of goals."""

from __future__ import annotations

import pytest

from zielgraph.table.clean import clean, mask_markup, theme_in_goal, tidy

# raw → (text, list letter, number, rules reported)
CELLS: dict[str, tuple[str, str, str, list[str]]] = {
    "Beratung": ("Beratung", "", "", []),
    "  Beratung ": ("Beratung", "", "", ["whitespace"]),
    "zwei\nZeilen\t und\u00a0mehr": ("zwei Zeilen und mehr", "", "", ["whitespace"]),
    "Öffnungs\u00adzeiten\u200b": ("Öffnungszeiten", "", "", ["whitespace"]),
    "\u202blaufend\u202c\u200f": ("laufend", "", "", ["whitespace"]),
    "\u2067laufend\u2069\u200e": ("laufend", "", "", ["whitespace"]),
    "A\u0308mter": ("Ämter", "", "", ["whitespace"]),
    "<p>a) Beratung</p>": ("Beratung", "a)", "", ["markup", "list-letter"]),
    "<P class='x'>Beratung</P >": ("Beratung", "", "", ["markup"]),
    "zwei<br/>Zeilen": ("zwei Zeilen", "", "", ["markup"]),
    "<b>Personal</b>book <i>neu</i>": ("Personalbook neu", "", "", ["markup"]),
    '<a href="https://x.de/?a=1&b=2">Link</a>': ("Link", "", "", ["markup"]),
    "<br>": ("", "", "", ["markup"]),
    "Soziales &amp; Arbeit": ("Soziales & Arbeit", "", "", ["markup"]),
    "&nbsp;&#228;&#xE4;&shy;": ("ää", "", "", ["markup"]),
    "&lt;b&gt;fett&lt;/b&gt;": ("<b>fett</b>", "", "", ["markup"]),
    # the author's own text, however it looks
    "<script>alert(1)</script>": ("<script>alert(1)</script>", "", "", []),
    "<img src=x onerror=alert(1)>": ("<img src=x onerror=alert(1)>", "", "", []),
    "3 < 5 > 2": ("3 < 5 > 2", "", "", []),
    "AT&T; R&D": ("AT&T; R&D", "", "", []),
    "=SUMME(A1)": ("=SUMME(A1)", "", "", []),
    # arrows and bullets
    "--> incl. Liste": ("incl. Liste", "", "", ["arrow"]),
    "→ a) Liste": ("Liste", "a)", "", ["arrow", "list-letter"]),
    "• Liste": ("Liste", "", "", ["arrow"]),
    "- Liste": ("Liste", "", "", ["arrow"]),
    "-5 Grad": ("-5 Grad", "", "", []),
    "a -> b": ("a -> b", "", "", []),
    # list letters and what only looks like one
    "b) Liste": ("Liste", "b)", "", ["list-letter"]),
    "(c) Liste": ("Liste", "(c)", "", ["list-letter"]),
    "1) Liste": ("Liste", "1)", "", ["list-letter"]),
    "a. Liste": ("Liste", "a.", "", ["list-letter"]),
    "z. B. Beratung": ("z. B. Beratung", "", "", []),
    "z.B. Beratung": ("z.B. Beratung", "", "", []),
    "i. d. R. Beratung": ("i. d. R. Beratung", "", "", []),
    "u. a. Beratung": ("u. a. Beratung", "", "", []),
    "e. V. gründen": ("e. V. gründen", "", "", []),
    "(Zunächst) ein Treffen": ("(Zunächst) ein Treffen", "", "", []),
    # numbers and what only looks like one
    "1.2 Beratung": ("Beratung", "", "1.2", ["list-letter"]),
    "3. Beratung": ("Beratung", "", "3", ["list-letter"]),
    "M 1.2: Beratung": ("Beratung", "", "M 1.2", ["list-letter"]),
    "HF2 Bildung": ("Bildung", "", "HF2", ["list-letter"]),
    "50 erhält Zugriff": ("50 erhält Zugriff", "", "", []),
    "56 Amt für Wohnungswesen": ("56 Amt für Wohnungswesen", "", "", []),
    "UAG 3 Wohnen tagt": ("UAG 3 Wohnen tagt", "", "", []),
    "SGB 2 Leistungen": ("SGB 2 Leistungen", "", "", []),
    "3. Oktober feiern": ("3. Oktober feiern", "", "", []),
    "§ 44 a AufenthG": ("§ 44 a AufenthG", "", "", []),
}


@pytest.mark.parametrize(("raw", "expected"), CELLS.items(), ids=repr)
def test_clean(raw: str, expected: tuple[str, str, str, list[str]]) -> None:
    reports: list[tuple[str, str, str]] = []
    done = clean(raw, lambda *report: reports.append(report))
    assert (done.text, done.order, done.number, [rule for rule, _, _ in reports]) == expected
    if reports:  # one step begins where the one before ended
        assert reports[0][1] == raw
        assert [before for _, before, _ in reports[1:]] == [after for _, _, after in reports[:-1]]
        assert reports[-1][2] == done.text


def test_a_note_keeps_what_looks_like_a_list() -> None:
    done = clean("1. Quartal: a) gut", lambda *_: None, lists=False)
    assert (done.text, done.order, done.number) == ("1. Quartal: a) gut", "", "")


@pytest.mark.parametrize("raw", ["<p>Wohnen</p>", "<b>x</b> & <script>", "ohne", "<a href='y'>z</a>"])
def test_masked_markup_keeps_positions(raw: str) -> None:
    masked = mask_markup(raw)
    assert len(masked) == len(raw)
    assert all(new in (old, " ") for new, old in zip(masked, raw, strict=True))
    assert tidy(masked) == tidy(clean(raw, lambda *_: None, lists=False).text)


KNOWN = ("Sprache", "Wohnen", "Arbeit & Beruf")
THEMES: dict[str, tuple[str, str, str] | None] = {
    # with a known name, at either end
    "Sprache Sprachbarrieren sind abgebaut": ("Sprache", "Sprachbarrieren sind abgebaut", "known-theme"),
    "Arbeit & Beruf: Chancen sind gleich": ("Arbeit & Beruf", "Chancen sind gleich", "known-theme"),
    "Alle finden eine Wohnung (Wohnen).": ("Wohnen", "Alle finden eine Wohnung", "known-theme"),
    "Sprache ist der Schlüssel": None,
    "Sprachen Viele werden gefördert": None,
    "Sprache: Ja": None,  # nothing would remain of the goal
    # without
    "Gesundheit Die Versorgung ist sicher": ("Gesundheit", "Die Versorgung ist sicher", "noun-before-sentence"),
    "Kultur & Sport: Alle machen mit": ("Kultur & Sport", "Alle machen mit", "noun-before-sentence"),
    "Jugend und Kita Kinder wachsen gut auf": ("Jugend und Kita", "Kinder wachsen gut auf", "noun-before-sentence"),
    "Handlungsfeld Bildung: Schulen sind offen": ("Bildung", "Schulen sind offen", "theme-label"),
    "Thema: Bildung – Schulen sind offen": ("Bildung", "Schulen sind offen", "theme-label"),
    "Das Leben ist sicher (Existenzsicherung)": ("Existenzsicherung", "Das Leben ist sicher", "noun-in-brackets"),
    "Die Kinder lernen gern (Bildung)": ("Bildung", "Die Kinder lernen gern", "noun-in-brackets"),
    # what is no theme
    "Junge Menschen haben Zugang": None,
    "Neuzugewanderte Kinder und Jugendliche lernen": None,
    "Für Kinder gibt es Angebote": None,
    "Die Kinder haben gute Chancen": None,
    "Alle Die Kinder": None,
    "Die Beratung ist bekannt (BAMF)": None,
    "Die Hilfe kommt früh (möglichst vor dem Wechsel zu SGB II)": None,
    "(Existenzsicherung)": None,
    "Der Integrationsprozess wird unterstützt": None,
    "Bildung": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), THEMES.items(), ids=THEMES)
def test_theme_in_goal(text: str, expected: tuple[str, str, str] | None) -> None:
    found = theme_in_goal(text, KNOWN)
    assert (found and (found.theme, found.text, found.rule)) == expected


def test_the_longest_known_name_wins() -> None:
    found = theme_in_goal("Bildung und Arbeit Chancen sind gleich", ["Bildung", "Bildung und Arbeit"])
    assert found is not None
    assert (found.theme, found.text) == ("Bildung und Arbeit", "Chancen sind gleich")
