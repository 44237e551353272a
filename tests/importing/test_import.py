"""The whole way from file to store: idempotence, identity, several systems and cities, provenance."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from zielgraph import settings
from zielgraph.engine import BlankNode, DefaultGraph, Literal, NamedNode, Quad
from zielgraph.errors import Conflict, UsageError
from zielgraph.exporting import export
from zielgraph.importing import ImportReport, data_folder, import_table
from zielgraph.settings import Settings
from zielgraph.store import Snapshot
from zielgraph.vocabulary import PROV, RDF, RDFS, ZG

SMALL = Path(__file__).parent / "tables" / "small.tsv"
BASE = "https://w3id.org/zielgraph/id/"
DAY = date(2019, 12, 31)
TYPE = NamedNode(RDF + "type")
Import = Callable[..., ImportReport]


@pytest.fixture
def here(tmp_path: Path) -> Settings:
    return settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=tmp_path / "var")


def take(where: Settings, file: Path = SMALL, **more: object) -> ImportReport:
    given: dict[str, object] = {"edition": DAY, **more}
    return import_table(where, file, **given)  # type: ignore[arg-type]


def opened(where: Settings) -> Snapshot:
    return data_folder(where).open()


def edited(tmp_path: Path, change: Callable[[str], str], name: str = "edited.tsv") -> Path:
    path = tmp_path / name
    path.write_text(change(SMALL.read_text("utf-8")), "utf-8")
    return path


def named(snapshot: Snapshot, graph: str) -> list[str]:
    return sorted(str(q) for q in snapshot.engine.quads(None, None, None, NamedNode(BASE + graph)))


def label_to_iri(snapshot: Snapshot, kind: str) -> dict[str, str]:
    engine = snapshot.engine
    return {
        label.object.value: node.subject.value
        for node in engine.quads(None, TYPE, NamedNode(ZG + kind), DefaultGraph())
        if isinstance(node.subject, NamedNode)
        for label in engine.quads(node.subject, NamedNode(RDFS + "label"), None, DefaultGraph())
        if isinstance(label.object, Literal)
    }


def test_importing_twice_changes_nothing_and_says_so(here: Settings) -> None:
    assert take(here).action == "new"
    before, name = export(opened(here), "nq"), data_folder(here).current_name()
    again = take(here)
    assert (again.action, again.changed) == ("unchanged", False)
    assert data_folder(here).current_name() == name
    assert export(opened(here), "nq") == before


def test_two_empty_folders_give_the_same_bytes(here: Settings, tmp_path: Path) -> None:
    other = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0"}, data=tmp_path / "other")
    take(here)
    take(other)
    assert export(opened(here), "nq") == export(opened(other), "nq")


def test_other_content_of_the_same_day_is_refused_unless_replaced(here: Settings, tmp_path: Path) -> None:
    take(here)
    before = export(opened(here), "nq")
    changed = edited(tmp_path, lambda text: text.replace("laufend", "erledigt"))
    with pytest.raises(Conflict, match="--replace"):
        take(here, changed)
    assert export(opened(here), "nq") == before
    assert take(here, changed, replace=True).action == "replaced"
    snapshot = opened(here)
    edition = f"{BASE}koeln/integration/edition/2019-12-31"
    revised = list(snapshot.engine.quads(NamedNode(edition), NamedNode(PROV + "wasRevisionOf"), None, DefaultGraph()))
    assert [q.object for q in revised] == [NamedNode(f"{edition}/revision/1")]
    assert any("laufend" in line for line in named(snapshot, "koeln/integration/edition/2019-12-31/revision/1/source"))
    assert not any('"laufend"' in line for line in named(snapshot, "koeln/integration/edition/2019-12-31/source"))


def test_a_date_is_needed_and_the_files_own_date_is_taken(here: Settings, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--edition"):
        take(here, edition=None)
    dated = edited(tmp_path, lambda text: "Stand: 30.06.2020\n" + text)
    assert take(here, dated, edition=None).day == date(2020, 6, 30)
    estimated = NamedNode(ZG + "asOfEstimated")
    facts = {
        q.subject.value[-10:]: q.object.value
        for q in opened(here).engine.quads(None, estimated, None, DefaultGraph())
        if isinstance(q.subject, NamedNode) and isinstance(q.object, Literal)
    }
    assert facts == {"2020-06-30": "false"}
    take(here)
    assert named(opened(here), "koeln/integration/edition/2019-12-31/source")


def test_ids_survive_reordering_and_new_rows(here: Settings, tmp_path: Path) -> None:
    take(here)
    before = label_to_iri(opened(here), "Measure")

    def reorder(text: str) -> str:
        lines = text.split("\n")
        first, second = lines[3].split("\t"), lines[4].split("\t")
        first[2:], second[2:] = second[2:], first[2:]
        return "\n".join([*lines[:3], "\t".join(first), "\t".join(second), "\t\tc) Ganz neu" + "\t" * 5, *lines[5:]])

    take(here, edited(tmp_path, reorder), edition=date(2020, 12, 31))
    after = label_to_iri(opened(here), "Measure")
    assert {label: after[label] for label in before} == before
    assert after["Ganz neu"].endswith("/measure/3")


def test_a_measure_that_moves_to_another_goal_keeps_its_id(here: Settings, tmp_path: Path) -> None:
    take(here)
    before = label_to_iri(opened(here), "Measure")["Lotsen im Quartier"]
    moved = edited(tmp_path, lambda t: t.replace("\t\tb) Lotsen", "\tEin anderes Ziel\tb) Lotsen"))
    take(here, moved, edition=date(2020, 12, 31))
    assert label_to_iri(opened(here), "Measure")["Lotsen im Quartier"] == before


def test_the_newest_edition_is_the_current_state_whatever_the_order(here: Settings, tmp_path: Path) -> None:
    newer = edited(tmp_path, lambda text: text.replace("laufend", "erledigt"))
    take(here, newer, edition=date(2020, 12, 31))
    take(here)
    texts = {
        q.object.value
        for q in opened(here).engine.quads(None, NamedNode(ZG + "statusText"), None, DefaultGraph())
        if isinstance(q.object, Literal)
    }
    assert texts == {"erledigt"}
    assert named(opened(here), "koeln/integration/edition/2019-12-31/source")


def test_systems_and_cities_do_not_touch_each_other(here: Settings, tmp_path: Path) -> None:
    """The same words in another system or city: other ids, other actors, and the first edition untouched."""
    take(here)
    graphs = [f"koeln/integration/edition/2019-12-31/{kind}" for kind in ("source", "derived")]
    before = [named(opened(here), graph) for graph in graphs]
    take(here, system="klima")
    take(here, city="bonn", system="integration")
    snapshot = opened(here)
    assert [named(snapshot, graph) for graph in graphs] == before
    systems = {
        q.object.value.removeprefix(BASE)
        for q in snapshot.engine.quads(None, NamedNode(ZG + "inGoalSystem"), None, DefaultGraph())
        if isinstance(q.object, NamedNode)
    }
    assert systems == {"koeln/integration/system", "koeln/klima/system", "bonn/integration/system"}
    measures = list(snapshot.engine.quads(None, TYPE, NamedNode(ZG + "Measure"), DefaultGraph()))
    assert len(measures) == 6
    names = NamedNode(ZG + "names")
    for quad in snapshot.engine.quads(None, names, None, DefaultGraph()):
        assert isinstance(quad.subject, NamedNode)
        assert isinstance(quad.object, NamedNode)
        city = quad.subject.value.removeprefix(BASE).split("/")[0]
        assert quad.object.value.removeprefix(BASE).split("/")[0] in (city, "common")
    # 56 is a code of Cologne's register; for Bonn it comes from the list at the end of its own report
    bonn = {
        str(q.object) for q in snapshot.engine.quads(None, names, None, DefaultGraph()) if "/bonn/" in str(q.subject)
    }
    assert f"<{BASE}bonn/actor/amt-fuer-wohnungswesen>" in bonn


def test_reimporting_one_system_leaves_the_others_alone(here: Settings, tmp_path: Path) -> None:
    take(here)
    take(here, city="bonn", system="klima")
    before = named(opened(here), "bonn/klima/edition/2019-12-31/source")
    current = [q for q in opened(here).engine.quads(None, None, None, DefaultGraph()) if "/bonn/" in str(q.subject)]
    take(here, edited(tmp_path, lambda t: t.replace("laufend", "erledigt")), replace=True)
    assert named(opened(here), "bonn/klima/edition/2019-12-31/source") == before
    after = [q for q in opened(here).engine.quads(None, None, None, DefaultGraph()) if "/bonn/" in str(q.subject)]
    assert sorted(map(str, after)) == sorted(map(str, current))


def test_a_dry_run_stores_nothing(here: Settings) -> None:
    report = take(here, dry_run=True)
    assert report.counts["measures"] == 2
    assert not here.data.exists()


def test_no_blank_nodes_and_no_file_of_this_machine(koeln_settings: Settings) -> None:
    quads = list(opened(koeln_settings).engine.quads())
    assert len(quads) > 10_000
    assert not any(isinstance(t, BlankNode) for q in quads for t in (q.subject, q.object, q.graph_name))
    assert not any("file:" in str(q) or str(koeln_settings.data) in str(q) for q in quads)


def test_the_default_graph_is_the_union_of_its_parts(koeln_settings: Settings) -> None:
    engine = opened(koeln_settings).engine
    parts = ["graph/register", "graph/ontology"]
    parts += [f"koeln/integration/edition/2019-12-31/{kind}" for kind in ("source", "derived")]
    union = {
        Quad(q.subject, q.predicate, q.object, DefaultGraph())
        for part in parts
        for q in engine.quads(None, None, None, NamedNode(BASE + part))
    }
    assert set(engine.quads(None, None, None, DefaultGraph())) == union
    assert engine.graph_names() == sorted(BASE + name for name in [*parts, "graph/findings", "graph/catalogue"])


def test_superclasses_need_no_reasoning(koeln_settings: Settings) -> None:
    engine = opened(koeln_settings).engine

    def count(kind: str) -> int:
        return len({q.subject for q in engine.quads(None, TYPE, NamedNode(ZG + kind), DefaultGraph())})

    assert count("Measure") == 44
    assert count("ReportItem") == 46
    assert [count(k) for k in ("PrincipleGoal", "FrameworkGoal", "OutcomeGoal", "Goal")] == [1, 9, 25, 35]
    assert count("Actor") == sum(count(k) for k in ("Department", "Organisation", "Network", "Body", "ActorGroup"))


def test_another_base_is_used_everywhere(tmp_path: Path) -> None:
    base = "https://stadt.example/daten/"
    here = settings.load({"ZIELGRAPH_VALIDATE_ROWS": "0", "ZIELGRAPH_BASE": base}, data=tmp_path / "var")
    take(here)
    assert BASE not in export(opened(here), "nq").decode()
    assert f"<{base}koeln/actor/jobcenter>" in export(opened(here), "nq").decode()


def test_the_file_is_kept_as_it_was(here: Settings) -> None:
    report = take(here)
    assert (here.data / "sources" / report.table.sha256).read_bytes() == SMALL.read_bytes()


def test_changed_rules_read_the_same_file_anew(here: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person edits the register; importing the same file again applies it, ids stay."""
    from zielgraph import resources

    take(here)
    data = tmp_path / "data"
    shutil.copytree(resources.data(), data)
    register = data / "register" / "koeln" / "actors.ttl"
    extra = (
        "\n<https://w3id.org/zielgraph/id/koeln/actor/lotsen> a <https://w3id.org/zielgraph/ontology#ActorGroup> ;"
        '\n    <http://www.w3.org/2000/01/rdf-schema#label> "Lotsen"@de .\n'
    )
    register.write_text(register.read_text("utf-8") + extra, "utf-8")
    monkeypatch.setattr(resources, "data", lambda: data)
    assert take(here).action == "reread"
    assert f"{BASE}koeln/actor/lotsen" in export(opened(here), "nq").decode()
    assert label_to_iri(opened(here), "Measure")["Lotsen im Quartier"].endswith("/measure/2")
