"""Kept answers to questions: one question is asked once for a snapshot, and never shown for another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from zielgraph.engine import Literal
from zielgraph.questions import Answer, Question, load_catalogue, run_question
from zielgraph.web.answers import Answers
from zielgraph.web.pages import questions

QUESTION: Question = load_catalogue()["open-measures"]


class Asked:
    """Answers of so many rows from a snapshot, counted."""

    def __init__(self, snapshot: str, rows: int = 1) -> None:
        self.snapshot, self.rows, self.times = snapshot, rows, 0

    def __call__(self) -> tuple[Answer, str]:
        self.times += 1
        return Answer(QUESTION, {}, [], [[Literal(str(n))] for n in range(self.rows)], ""), self.snapshot


def test_a_question_is_asked_once_for_a_snapshot() -> None:
    kept, asked = Answers(), Asked("one")
    first = kept.get("one", "a", asked)
    assert kept.get("one", "a", asked) is first
    assert asked.times == 1
    kept.get("one", "b", asked)
    assert asked.times == 2
    later = Asked("two")
    assert kept.get("two", "a", later) is not first
    assert later.times == 1


def test_an_answer_of_another_snapshot_is_not_kept() -> None:
    kept, newer = Answers(), Asked("two")
    kept.get("one", "a", newer)
    kept.get("one", "a", newer)
    assert newer.times == 2


def test_only_so_many_rows_are_kept_and_the_last_asked_stay() -> None:
    kept, one, two, large = Answers(rows=5), Asked("s", 2), Asked("s", 2), Asked("s", 6)
    for name, asked in [("one", one), ("two", two), ("large", large), ("large", large), ("one", one)]:
        kept.get("s", name, asked)
    assert (one.times, two.times, large.times) == (1, 1, 2)
    kept.get("s", "three", Asked("s", 2))
    kept.get("s", "one", one)
    kept.get("s", "two", two)
    assert (one.times, two.times) == (1, 2)


def test_sorting_and_downloading_ask_nothing_again(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    run: Callable[..., Answer] = run_question
    asked: list[str] = []

    def counted(*given: object) -> Answer:
        asked.append(QUESTION.name)
        return run(*given)

    monkeypatch.setattr(questions, "run_question", counted)
    monkeypatch.setitem(app.extensions, "zielgraph.answers", Answers())  # other tests have asked, too
    for query in ("", "?sort=label", "?size=25", "?format=csv", "?theme=Wohnen", "?theme=Wohnen&page=1"):
        assert client.get(f"/de/fragen/open-measures{query}", headers={"Accept": "text/html"}).status_code == 200
    assert len(asked) == 2


def test_a_question_gives_its_example(client: FlaskClient) -> None:
    assert "theme=Wohnen" in client.get("/de/fragen/actors-in-open-measures", headers={"Accept": "text/html"}).text
