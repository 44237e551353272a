"""Where the words stand that prove something."""

from __future__ import annotations

from zielgraph.web.evidence import Mark, marks, near, segments
from zielgraph.web.records import Cell, Derived, Mention, Role
from zielgraph.web.view import Link, Text

TEXT = "Mit dem Jobcenter abgestimmt, an das Wohnungsamt zur Prüfung weitergegeben."


def link(name: str) -> Link:
    return Link(f"urn:{name}", Text(name), f"/{name}")


def mention(quote: str, role_quote: str, start: int, actor: Link | None) -> Mention:
    return Mention("urn:cell", start, start + len(quote), quote, role_quote, actor, "")


def test_words_of_a_role_are_those_nearest_to_the_name() -> None:
    start = TEXT.index("Jobcenter")
    assert near(TEXT, "Mit", start, start + 9) == [(0, 3)]
    start = TEXT.index("Wohnungsamt")
    found = near(TEXT, "an … weitergegeben", start, start + len("Wohnungsamt"))
    assert [TEXT[left:right] for left, right in found] == ["an", "weitergegeben"]
    assert near(TEXT, "gibtesnicht", 0, 3) == []
    assert near("für A und für B", "für", 14, 15) == [(10, 13)]
    assert near("fürs Amt", "für", 5, 8) == []  # whole words only


def test_marks_move_along_from_the_raw_cell() -> None:
    raw = f"- {TEXT}\n"
    jobcenter = link("jobcenter")
    role = Role(jobcenter, link("partner"), [("Jobcenter", "Mit")], "0.9", "proposed", "urn:part")
    cell = Cell(5, "Sachstand", [], raw, [mention("Jobcenter", "Mit", raw.index("Jobcenter"), jobcenter)])
    derived = Derived(link("disposition"), Text("abgegeben"), "weitergegeben", "wording", "0.8")
    found = marks(TEXT, [cell], [role], [derived], {"urn:part": "#p", "urn:disposition": "#d"})
    assert [(TEXT[m.start : m.end], m.kind, m.url) for m in found] == [
        ("Jobcenter", "actor", "/jobcenter"),
        ("Mit", "role", "#p"),
        ("weitergegeben", "derived", "#d"),
    ]
    assert marks(TEXT, [cell], [], []) == []  # nobody has a part: a person rejected it
    assert marks("Anderer Text", [cell], [role], [derived]) == []


def test_marks_in_a_text_that_was_cleaned_are_found_by_their_words() -> None:
    jobcenter = link("jobcenter")
    role = Role(jobcenter, link("partner"), [], "0.9", "proposed")
    raw = TEXT.replace(" ", "  ")
    cell = Cell(5, "Sachstand", [], raw, [mention("Jobcenter", "", raw.index("Jobcenter"), jobcenter)])
    assert [TEXT[m.start : m.end] for m in marks(TEXT, [cell], [role], [])] == ["Jobcenter"]


def test_segments_give_back_the_text_and_lie_over_each_other() -> None:
    text = "Das <b>Amt</b> gibt ab"
    found = [
        Mark(0, len(text), "derived", "Verbleib", "#d"),
        Mark(7, 10, "actor", "Amt", "/a"),
        Mark(3, 99, "role", "x"),
    ]
    pieces = segments(text, found)
    assert "".join(piece.text for piece in pieces) == text
    inner = next(piece for piece in pieces if piece.text == "Amt")
    assert (inner.kinds, inner.url, inner.title) == (("actor", "derived"), "/a", "Amt; Verbleib")
    assert all(piece.kinds for piece in pieces)
    assert segments("", []) == []
