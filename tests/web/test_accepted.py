"""A finding that somebody accepted is on no page's list and in no page's count."""

from __future__ import annotations

import re
from pathlib import Path

from zielgraph import settings
from zielgraph.engine import NamedNode, Quad
from zielgraph.importing import data_folder
from zielgraph.lifting.iris import findings_graph
from zielgraph.vocabulary import SH, ZG
from zielgraph.web import create_app


def test_accepted_findings_do_not_count(tmp_path: Path) -> None:
    here = settings.load({}, data=tmp_path / "var")
    graph = findings_graph(here.base)
    open_one, accepted = (NamedNode(f"{here.base}finding/{name}") for name in ("a", "b"))
    focus = NamedNode(f"{here.base}koeln/integration/measure/1")
    with data_folder(here).write() as draft:
        for finding in (open_one, accepted):
            draft.engine.add(
                [
                    Quad(finding, NamedNode(SH + "resultSeverity"), NamedNode(SH + "Warning"), graph),
                    Quad(finding, NamedNode(SH + "focusNode"), focus, graph),
                ]
            )
        draft.action = "findings"

    def listed() -> int:
        page = create_app(here).test_client().get("/de/qualitaet").text
        number = re.search(r'data-total="(\d+)"', page)
        assert number
        assert page.count('<span class="severity severity-Warning') >= int(number[1])
        return int(number[1])

    before = listed()
    with data_folder(here).write() as draft:
        decision = NamedNode(f"{here.base}decision/x")
        draft.engine.add([Quad(accepted, NamedNode(ZG + "acceptedBy"), decision, graph)])
        draft.action = "accept"
    assert (before, listed()) == (2, 1)
