"""Finds the header line and with it the profile; says what is missing when there is none."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from zielgraph.errors import InputError
from zielgraph.source import Source
from zielgraph.table.clean import tidy
from zielgraph.table.profile import Profile, heading_key


def find_header(
    source: Source, profiles: Mapping[str, Profile], wanted: Profile | None
) -> tuple[Profile, int, dict[int, str]]:
    """The profile, the index of the first header line and its columns. Near misses are named in the error."""
    candidates = [wanted] if wanted else list(profiles.values())
    best: tuple[tuple[bool, int], Profile, int, dict[int, str]] | None = None
    for index, line in enumerate(source.lines[:200]):
        for candidate in candidates:
            roles = candidate.recognised(line.cells)
            rank = (not candidate.missing(roles), len(roles))
            if len(roles) > 1 and (best is None or rank > best[0]):
                best = (rank, candidate, index, roles)
    if best is None:
        first = next(line for line in source.lines if any(cell.strip() for cell in line.cells))
        raise InputError(
            "keine Kopfzeile gefunden",
            file=source.file,
            row=first.number,
            advice="Erwartet werden Überschriften wie „Rahmenziel“, „Ergebnisziel“, „Aktivitäten“, „Status“; "
            "andere Überschriften gehören in ein Profil.",
        )
    _, found, index, roles = best
    for earlier in range(index):  # a damaged first header must not push the rows below it out of the table
        if looks_like_header(found, source.lines[earlier].cells):
            index, roles = earlier, found.recognised(source.lines[earlier].cells)
            break
    if missing := found.missing(roles):
        line = source.lines[index]
        unknown = [cell.strip() for i, cell in enumerate(line.cells) if i not in roles and cell.strip()]
        raise InputError(
            f"in der Kopfzeile fehlt {_missing(found, missing, unknown)}",
            file=source.file,
            row=line.number,
            advice="Bitte die Überschrift anpassen oder im Profil ergänzen.",
        )
    return found, index, roles


def looks_like_header(profile: Profile, cells: list[str]) -> bool:
    """Whether a line repeats the header: three headings or more, and little else."""
    known = len(profile.recognised(cells))
    return known >= 3 and known >= 0.6 * sum(1 for cell in cells if cell.strip())


def _missing(profile: Profile, missing: list[str], unknown: list[str]) -> str:
    parts = []
    for role in missing:
        names = [name for name, its in profile.headings.items() if its == role]
        near = [
            cell for cell in unknown if difflib.get_close_matches(heading_key(cell), names, n=1, cutoff=0.6)
        ] or unknown
        seen = f" (nicht erkannt: {', '.join(f'„{tidy(cell)[:40]}“' for cell in near)})" if near else ""
        parts.append(f"die Spalte „{profile.titles.get(role, role)}“{seen}")
    return ", ".join(parts)
