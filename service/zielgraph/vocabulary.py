"""IRIs: the ontology's terms, the vocabularies it leans on, and how data IRIs are built."""

from __future__ import annotations

import re
import unicodedata

ZG = "https://w3id.org/zielgraph/ontology#"
STATUS = "https://w3id.org/zielgraph/ontology/status/"
DISPOSITION = "https://w3id.org/zielgraph/ontology/disposition/"
ROLE = "https://w3id.org/zielgraph/ontology/role/"
SHAPES = "https://w3id.org/zielgraph/shapes#"
DEFAULT_BASE = "https://w3id.org/zielgraph/id/"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PROV = "http://www.w3.org/ns/prov#"
CSVW = "http://www.w3.org/ns/csvw#"
SH = "http://www.w3.org/ns/shacl#"
SCHEMA = "https://schema.org/"
DCTERMS = "http://purl.org/dc/terms/"
DCAT = "http://www.w3.org/ns/dcat#"
FOAF = "http://xmlns.com/foaf/0.1/"
VCARD = "http://www.w3.org/2006/vcard/ns#"
ORG = "http://www.w3.org/ns/org#"

PREFIXES: dict[str, str] = {
    "csvw": CSVW,
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sh": SH,
    "skos": SKOS,
    "xsd": XSD,
    "zg": ZG,
    "status": STATUS,
    "disposition": DISPOSITION,
    "role": ROLE,
}

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def slug(text: str, limit: int = 80) -> str:
    """A path segment from a name: ASCII, lower case, words joined by hyphens; never empty."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).translate(_UMLAUTS))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower().replace("'", ""))
    return "-".join(words)[:limit].strip("-") or "ohne-namen"


def shorten(iri: str, base: str = DEFAULT_BASE) -> str:
    """The IRI as prefixed name where a known prefix fits, else relative to the base, else as it is."""
    if iri.startswith(base):
        return iri[len(base) :]
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and "/" not in iri[len(namespace) :]:
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
