"""A small state made by hand: two measures, a goal, a measure that has gone, and the roles as the ontology has them."""

from __future__ import annotations

from datetime import date

from zielgraph.deciding import Decision
from zielgraph.engine import Literal, NamedNode, Quad, parse
from zielgraph.vocabulary import DEFAULT_BASE, PREFIXES, ROLE, ZG

PREFIX = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items()) + (
    f"@prefix k: <{DEFAULT_BASE}koeln/> . @prefix m: <{DEFAULT_BASE}koeln/integration/measure/> .\n"
    f"@prefix g: <{DEFAULT_BASE}koeln/integration/goal/> . @prefix b: <{DEFAULT_BASE}bonn/klima/measure/> .\n"
    f"@prefix c: <{DEFAULT_BASE}common/actor/> . @prefix a: <{DEFAULT_BASE}koeln/actor/> .\n"
    f"@prefix t: <{DEFAULT_BASE}koeln/theme/> . @prefix i: <{DEFAULT_BASE}koeln/integration/> .\n"
    f"@prefix f: <{DEFAULT_BASE}finding/> .\n"
)
STATE = """
a:jobcenter a zg:Actor, zg:Organisation ; rdfs:label "Jobcenter"@de, "Job centre"@en ; skos:notation "JC" .
a:amt a zg:Actor, zg:Department ; rdfs:label "Amt für Wohnungswesen"@de ; skos:notation "56" .
c:drk a zg:Actor, zg:Organisation ; rdfs:label "Deutsches Rotes Kreuz"@de ; skos:altLabel "DRK"@de .
<https://w3id.org/zielgraph/id/bonn/actor/amt> a zg:Actor, zg:Department ;
    rdfs:label "Umweltamt"@de ; skos:notation "56" .
t:wohnen a zg:Theme ; rdfs:label "Wohnen"@de, "Housing"@en .
t:sprache a zg:Theme ; rdfs:label "Sprache"@de, "Language"@en .
g:8 a zg:Goal, zg:FrameworkGoal ; rdfs:label "Geflüchtete finden Wohnraum"@de ; zg:names a:amt ; schema:mentions a:amt .
m:19 a zg:Measure, zg:ReportItem ; rdfs:label "Vordrucke überarbeiten"@de ; zg:progressText "Läuft bei  56." ;
    zg:theme t:wohnen ; zg:disposition disposition:in-progress ; zg:contributesTo g:8 ;
    zg:names a:amt, a:jobcenter ; schema:mentions a:amt, a:jobcenter ; zg:involves a:amt ;
    zg:involvement <https://w3id.org/zielgraph/id/koeln/integration/measure/19/involvement/koeln-amt/partner>,
        <https://w3id.org/zielgraph/id/koeln/integration/measure/19/involvement/koeln-amt/lead>,
        <https://w3id.org/zielgraph/id/koeln/integration/measure/19/involvement/koeln-jobcenter/mentioned> ;
    zg:assessment <https://w3id.org/zielgraph/id/koeln/integration/measure/19/assessment/theme> ;
    prov:wasDerivedFrom <https://w3id.org/zielgraph/id/koeln/integration/edition/2019-12-31/row/28> .
<https://w3id.org/zielgraph/id/koeln/integration/measure/19/involvement/koeln-amt/partner> a zg:Involvement ;
    zg:actor a:amt ; zg:role role:partner ; zg:method "wording" ; zg:confidence 0.7 ; zg:reviewState "proposed" .
<https://w3id.org/zielgraph/id/koeln/integration/measure/19/involvement/koeln-amt/lead> a zg:Involvement ;
    zg:actor a:amt ; zg:role role:lead ; zg:method "wording" ; zg:confidence 0.6 ; zg:reviewState "proposed" .
<https://w3id.org/zielgraph/id/koeln/integration/measure/19/involvement/koeln-jobcenter/mentioned> a zg:Involvement ;
    zg:actor a:jobcenter ; zg:role role:mentioned ; zg:method "wording" ; zg:confidence 0.9 ;
    zg:reviewState "proposed" .
<https://w3id.org/zielgraph/id/koeln/integration/measure/19/assessment/theme> a zg:Assessment ;
    zg:property zg:theme ; zg:value t:wohnen ; zg:method "goal-text" ; zg:confidence 0.95 .
<https://w3id.org/zielgraph/id/koeln/integration/edition/2019-12-31/row/28> a zg:SourceRow ; zg:sourceLine 28 .
m:2 a zg:Measure, zg:ReportItem ; rdfs:label "Flyer auflegen"@de ; zg:number "3.2" ;
    zg:disposition disposition:planned .
m:12 a zg:EndedItem ; rdfs:label "Wohnungsbörse einrichten"@de .
b:19 a zg:Measure, zg:ReportItem ; rdfs:label "Dächer begrünen"@de ; zg:number "19" .
"""
FINDINGS = """
f:aa11bb22cc a sh:ValidationResult ; sh:focusNode m:19 ; zg:rule "measure-date" ; sh:resultSeverity sh:Warning .
f:dd33ee44ff a sh:ValidationResult ; sh:focusNode m:2 ; zg:rule "measure-date" ; sh:resultSeverity sh:Warning .
"""
M19 = DEFAULT_BASE + "koeln/integration/measure/19"
M12 = DEFAULT_BASE + "koeln/integration/measure/12"
G8 = DEFAULT_BASE + "koeln/integration/goal/8"
AMT = DEFAULT_BASE + "koeln/actor/amt"
JOBCENTER = DEFAULT_BASE + "koeln/actor/jobcenter"
WORDING = "Vordrucke überarbeiten\nLäuft bei 56."


def turtle(text: str) -> list[Quad]:
    """The quads of a text in Turtle with the prefixes above."""
    return list(parse(PREFIX + text, "ttl"))


def decided(subject: str = M19, action: str = "reject", **more: object) -> Decision:
    """A decision with what every one needs."""
    filled: dict[str, object] = {"reason": "Weil es so ist", "name": "Erika Muster", "day": date(2020, 2, 3)}
    filled["wording"] = {M19: WORDING, M12: "Wohnungsbörse einrichten", G8: "Geflüchtete finden Wohnraum"}.get(
        subject, ""
    )
    return Decision(subject, action, **(filled | more))  # type: ignore[arg-type]


def role(name: str) -> str:
    """IRI of a role."""
    return ROLE + name


def values(quads: list[Quad], subject: str, name: str) -> set[str]:
    """Objects of a subject's ``zg:`` property (or of a full IRI), IRIs by what follows the base or the last slash."""
    iri = name if ":" in name else ZG + name
    return {
        quad.object.value.removeprefix(DEFAULT_BASE) if isinstance(quad.object, NamedNode) else str(value(quad.object))
        for quad in quads
        if quad.subject == NamedNode(subject) and quad.predicate.value == iri
    }


def value(term: object) -> str:
    """The text of a literal."""
    assert isinstance(term, Literal)
    return term.value
