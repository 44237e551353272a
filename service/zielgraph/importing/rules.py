"""What decides how a table is read, in one fingerprint: when it changes, kept editions can be read anew."""

from __future__ import annotations

import hashlib
from pathlib import Path

from zielgraph import __version__, resources
from zielgraph.engine import Literal, parse_file
from zielgraph.vocabulary import DCTERMS


def fingerprint(data: Path, city: str, own_profile: bytes = b"") -> str:
    """Fingerprint of program, vocabulary, profiles, registers and ontology as they concern one city."""
    digest = hashlib.sha256(__version__.encode() + own_profile)
    folders = [data / "vocabulary", data / "profiles", data / "register" / "common", data / "register" / city]
    files = [path for folder in folders for path in sorted(folder.glob("*"))]
    for path in [*files, data / "register" / "typical-units.ttl", *sorted(resources.ontology().glob("*.ttl"))]:
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:20]


def jurisdiction(data: Path, city: str) -> str:
    """AGS IRI of the city from its register file; empty when there is none."""
    path = data / "register" / city / "city.ttl"
    if not path.is_file():
        return ""
    codes = [
        quad.object.value
        for quad in parse_file(path)
        if quad.predicate.value == DCTERMS + "identifier" and isinstance(quad.object, Literal)
    ]
    return f"http://dcat-ap.de/def/politicalGeocoding/municipalityKey/{codes[0]}" if codes else ""
