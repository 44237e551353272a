"""The ontology is complete, says what the contract says, and every check on it can fail.

A check is a query in ``ontology/checks`` that selects ``?offender``; nothing selected means good.
Its counterexample ``offenders/{check}.ttl`` names in a ``#+`` head the offenders which that check, and no
other, returns when the file is loaded beside the ontology.
"""

import tomllib
from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, Triple

ONTOLOGY = Path(__file__).resolve().parents[2] / "ontology"
OFFENDERS = Path(__file__).resolve().parent / "offenders"
SOURCES = sorted(ONTOLOGY.glob("*.ttl"))
CHECKS = sorted(path.stem for path in (ONTOLOGY / "checks").glob("*.rq"))

ZG = "https://w3id.org/zielgraph/ontology#"
CONCEPTS = "https://w3id.org/zielgraph/ontology/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = {
    "besluit": "http://data.vlaanderen.be/ns/besluit#",
    "cids": "https://ontology.commonapproach.org/cids#",
    "csvw": "http://www.w3.org/ns/csvw#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
    "skos": SKOS,
    "stratml": "urn:ISO:std:iso:17469:tech:xsd:stratml_core#",
    "zg": ZG,
}

# Contract section 2 and docs/decisions/0001-model.md.
CLASSES = """
    GoalSystem Goal PrincipleGoal FrameworkGoal OutcomeGoal ReportItem Measure ProgressNote Resolution
    Actor Department Organisation Network Body NetworkRegister ActorGroup Involvement Mention Assessment Decision
    Edition SourceRow Cell Repair Abbreviation EndedItem PlainLine UnitType Theme Status Disposition Role
    Indicator Observation
"""
OBJECT_PROPERTIES = """
    inGoalSystem jurisdiction contributesTo theme status disposition assessment property value
    discussedIn resolvedBy decidedBy progressNote names involves involvement actor role mention member
    unitOf successorOf edition cell repair headerCell unitKind
    subject acceptedBy lastEdition splitFrom mergedFrom continuedIn sameAsBefore listedIn leadActor contactOffice
"""
DATATYPE_PROPERTIES = """
    level order number goalWording statusText bodyText progressText resolutionText leadText partnersText
    resourcesText text firstMentioned firstMentionedText firstMentionedFrom firstMentionedTo
    startText startFrom startTo due dueText dueFrom dueTo resolvedText resolvedFrom resolvedTo
    validFrom validTo provisional method confidence quote reviewState start end candidateLabel
    asOf asOfEstimated file sheet sha256 sourceLine column heading rule before after
    isOpen takesPart stillRunning themeText profile columnRole roleQuote firstAbbreviated
    action reason decidedByName decidedOn wording entry inForce needsReview withdrawnByName withdrawalReason course
    networkKind membersText rhythm contactText
"""
STATUS_IS_OPEN = {
    "ongoing": ("laufend", True),
    "planned": ("geplant", True),
    "done": ("erledigt", False),
    "postponed": ("zurückgestellt", False),
    "stopped": ("eingestellt", False),
    "unknown": ("unbekannt", True),
}
DISPOSITION_STILL_RUNNING = {
    "implemented": False,
    "permanent": False,
    "handed-over": False,
    "solved-differently": False,
    "declined-by-third-party": False,
    "reported-upward": False,
    "dropped": False,
    "in-progress": True,
    "planned": True,
    "unknown": False,
}
ROLE_TAKES_PART = {
    "lead": ("Federführung", True),
    "partner": ("Mitwirkung", True),
    "addressee": ("angesprochen oder informiert", True),
    "decision-maker": ("entscheidet", True),
    "declined": ("lehnt ab oder nicht weiterverfolgt", False),
    "mentioned": ("nur genannt", False),
}
SUPERCLASSES = """
    PrincipleGoal zg:Goal | FrameworkGoal zg:Goal | OutcomeGoal zg:Goal | Measure zg:ReportItem
    | Department zg:Actor | Organisation zg:Actor | Network zg:Actor | Body zg:Actor | ActorGroup zg:Actor
    | GoalSystem prov:Plan | ReportItem prov:Plan | Measure prov:Plan | ProgressNote prov:Entity
    | Resolution prov:Entity | Assessment prov:Entity | Decision prov:Entity | EndedItem prov:Entity
    | Edition prov:Entity
    | SourceRow prov:Entity | SourceRow csvw:Row | Actor foaf:Agent | ActorGroup foaf:Group
    | Department org:Organization | Organisation org:Organization | Network org:Organization
    | Body org:Organization | Department org:OrganizationalUnit | Network org:OrganizationalCollaboration
    | Theme skos:Concept | Status skos:Concept | Disposition skos:Concept | Role skos:Concept
"""
CLOSE_MATCHES = """
    Goal skos:Concept | PrincipleGoal stratml:Mission | FrameworkGoal stratml:Goal
    | OutcomeGoal stratml:Objective | OutcomeGoal cids:Outcome | Resolution besluit:Besluit
    | Mention oa:Annotation
"""
SUPERPROPERTIES = "involves zg:names | names schema:mentions"


def pairs(table: str) -> list[tuple[str, str]]:
    """Split ``"Measure zg:ReportItem | ..."`` into pairs of local name and prefixed name."""
    return [(term, other) for term, other in (row.split() for row in table.split("|"))]


def expand(name: str) -> NamedNode:
    prefix, local = name.split(":", 1)
    return NamedNode(PREFIXES[prefix] + local)


def head(path: Path) -> dict[str, object]:
    """The TOML in the ``#+`` lines at the beginning of a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return tomllib.loads("\n".join(line[2:].strip() for line in lines if line.startswith("#+")))


def load(*extra: Path) -> Store:
    store = Store()
    for path in [*SOURCES, *extra]:
        store.load(path=str(path), format=RdfFormat.TURTLE)
    return store


@cache
def ontology() -> Store:
    return load()


def offenders(check: str, store: Store) -> set[str]:
    query = (ONTOLOGY / "checks" / f"{check}.rq").read_text(encoding="utf-8")
    solutions = store.query(query)
    assert isinstance(solutions, QuerySolutions)
    found = set()
    for solution in solutions:
        offender = solution["offender"]
        assert isinstance(offender, NamedNode)
        found.add(offender.value)
    return found


def holds(subject: NamedNode, predicate: str, value: NamedNode | Literal) -> bool:
    return any(ontology().quads_for_pattern(subject, NamedNode(predicate), value))


def ancestors(term: NamedNode, predicate: str) -> set[NamedNode]:
    found: set[NamedNode] = set()
    waiting = [term]
    while waiting:
        for quad in ontology().quads_for_pattern(waiting.pop(), NamedNode(predicate), None):
            if isinstance(quad.object, NamedNode) and quad.object not in found:
                found.add(quad.object)
                waiting.append(quad.object)
    return found


def boolean(value: bool) -> Literal:
    return Literal(str(value).lower(), datatype=NamedNode(XSD + "boolean"))


def test_files_are_found() -> None:
    assert {path.name for path in SOURCES} >= {
        "zielgraph.ttl",
        "concepts.ttl",
        "alignments.ttl",
        "external.ttl",
    }
    assert len(CHECKS) >= 10


def test_every_check_has_a_counterexample() -> None:
    assert sorted(path.stem for path in OFFENDERS.glob("*.ttl")) == CHECKS


@pytest.mark.parametrize("check", CHECKS)
def test_check_has_a_head(check: str) -> None:
    described = head(ONTOLOGY / "checks" / f"{check}.rq")
    assert set(described) == {"title_de", "title_en", "description_en"}
    assert all(isinstance(text, str) and text for text in described.values())


@pytest.mark.parametrize("check", CHECKS)
def test_ontology_has_no_offender(check: str) -> None:
    assert offenders(check, ontology()) == set()


@pytest.mark.parametrize("check", CHECKS)
def test_counterexample_fails_its_check_only(check: str) -> None:
    path = OFFENDERS / f"{check}.ttl"
    named = head(path)["offenders"]
    assert isinstance(named, list)
    assert named
    store = load(path)
    found = {other: offenders(other, store) for other in CHECKS}
    assert {other: result for other, result in found.items() if result} == {check: set(named)}


@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, "Class") for name in CLASSES.split()]
    + [(name, "ObjectProperty") for name in OBJECT_PROPERTIES.split()]
    + [(name, "DatatypeProperty") for name in DATATYPE_PROPERTIES.split()],
)
def test_term_is_declared(name: str, kind: str) -> None:
    assert holds(NamedNode(ZG + name), RDF + "type", NamedNode(OWL + kind))


def test_no_term_is_missing_from_the_lists_above() -> None:
    kinds = [NamedNode(OWL + kind) for kind in ("Class", "ObjectProperty", "DatatypeProperty")]
    declared = {
        quad.subject.value.removeprefix(ZG)
        for kind in kinds
        for quad in ontology().quads_for_pattern(None, NamedNode(RDF + "type"), kind)
        if isinstance(quad.subject, NamedNode)
    }
    assert declared == {*CLASSES.split(), *OBJECT_PROPERTIES.split(), *DATATYPE_PROPERTIES.split()}


@pytest.mark.parametrize(("term", "superclass"), pairs(SUPERCLASSES))
def test_superclass_holds(term: str, superclass: str) -> None:
    assert expand(superclass) in ancestors(NamedNode(ZG + term), RDFS + "subClassOf")


@pytest.mark.parametrize(("term", "superproperty"), pairs(SUPERPROPERTIES))
def test_superproperty_holds(term: str, superproperty: str) -> None:
    assert expand(superproperty) in ancestors(NamedNode(ZG + term), RDFS + "subPropertyOf")


@pytest.mark.parametrize(("term", "match"), pairs(CLOSE_MATCHES))
def test_close_match_holds(term: str, match: str) -> None:
    assert holds(NamedNode(ZG + term), SKOS + "closeMatch", expand(match))


def test_core_states_its_own_hierarchy() -> None:
    """The importer writes superclasses out from the core alone, so none may hide in the alignments."""
    hierarchy = [NamedNode(RDFS + "subClassOf"), NamedNode(RDFS + "subPropertyOf")]
    core = Store()
    core.load(path=str(ONTOLOGY / "zielgraph.ttl"), format=RdfFormat.TURTLE)

    def inside(store: Store) -> set[Triple]:
        return {
            quad.triple
            for predicate in hierarchy
            for quad in store.quads_for_pattern(None, predicate, None)
            if isinstance(quad.object, NamedNode) and quad.object.value.startswith(ZG)
        }

    assert inside(core)
    assert inside(core) == inside(ontology())


@pytest.mark.parametrize(
    ("concept", "kind", "flag", "value"),
    [(f"status/{name}", "Status", "isOpen", value) for name, (_, value) in STATUS_IS_OPEN.items()]
    + [
        (f"disposition/{name}", "Disposition", "stillRunning", value)
        for name, value in DISPOSITION_STILL_RUNNING.items()
    ]
    + [(f"role/{name}", "Role", "takesPart", value) for name, (_, value) in ROLE_TAKES_PART.items()],
)
def test_concept_has_its_flag(concept: str, kind: str, flag: str, value: bool) -> None:
    node = NamedNode(CONCEPTS + concept)
    scheme = NamedNode(CONCEPTS + concept.split("/")[0])
    assert holds(node, RDF + "type", NamedNode(ZG + kind))
    assert holds(node, RDF + "type", NamedNode(SKOS + "Concept"))
    assert holds(node, ZG + flag, boolean(value))
    assert holds(node, SKOS + "inScheme", scheme)
    assert holds(node, SKOS + "topConceptOf", scheme)
    assert holds(scheme, SKOS + "hasTopConcept", node)


@pytest.mark.parametrize(
    ("concept", "label"),
    [(f"status/{name}", label) for name, (label, _) in STATUS_IS_OPEN.items()]
    + [(f"role/{name}", label) for name, (label, _) in ROLE_TAKES_PART.items()],
)
def test_concept_has_the_label_of_the_contract(concept: str, label: str) -> None:
    assert holds(NamedNode(CONCEPTS + concept), SKOS + "prefLabel", Literal(label, language="de"))


@pytest.mark.parametrize(
    ("scheme", "names"),
    [("status", STATUS_IS_OPEN), ("disposition", DISPOSITION_STILL_RUNNING), ("role", ROLE_TAKES_PART)],
)
def test_scheme_has_no_other_concept(scheme: str, names: dict[str, object]) -> None:
    node = NamedNode(CONCEPTS + scheme)
    members = ontology().quads_for_pattern(None, NamedNode(SKOS + "inScheme"), node)
    assert {str(quad.subject) for quad in members} == {f"<{CONCEPTS}{scheme}/{name}>" for name in names}


def test_no_blank_node_anywhere() -> None:
    def blank(quad: Quad) -> bool:
        return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)

    assert not any(blank(quad) for quad in ontology())
