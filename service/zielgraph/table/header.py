"""Which profile fits a file, and where in its sheets the headers stand; says what is missing when none fits."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zielgraph.errors import InputError, NotFound
from zielgraph.source import Line, Sheet, Source
from zielgraph.table.clean import tidy
from zielgraph.table.headings import Header, filled, header_at, looks_like_header
from zielgraph.table.profile import SHARED_ROLES, Profile, heading_key

__all__ = [
    "Header",
    "find_profile",
    "header_at",
    "headers_of",
    "holds_table",
    "looks_like",
    "looks_like_header",
    "sheets_to_read",
]

_FIRST_LINES = 200  # a header is looked for in these
_NEAR = 4  # headings that make a table look like the one a profile describes


def sheets_to_read(source: Source, name: str | None) -> tuple[list[Sheet], list[Sheet]]:
    """The sheets that may hold the table, and the hidden ones that are left out.

    With a name only that sheet, hidden or not. Raises NotFound with the names there are.
    """
    if name is None:
        return [each for each in source.sheets if not each.hidden], [each for each in source.sheets if each.hidden]
    wanted = name.strip().casefold()
    found = [each for each in source.sheets if each.name.strip().casefold() == wanted]
    if not found:
        names = tuple(each.name for each in source.sheets if each.name)
        raise NotFound(f"{source.file} hat kein Blatt „{name}“.", names)
    return found[:1], []


def find_profile(
    source: Source, profiles: Mapping[str, Profile], wanted: Profile | None = None, sheet: str | None = None
) -> Profile:
    """The profile that fits a file best. Raises InputError like :func:`headers_of`."""
    return headers_of(source, profiles, wanted, sheet)[0]


def headers_of(
    source: Source, profiles: Mapping[str, Profile], wanted: Profile | None = None, sheet: str | None = None
) -> tuple[Profile, dict[int, Header]]:
    """The profile that fits best, and the headers by index into the sheets to read.

    Raises InputError with sheet, row and column when no profile fits, or when one fits but for a single column.
    """
    sheets, hidden = sheets_to_read(source, sheet)
    candidates = [wanted] if wanted else list(profiles.values())
    try:
        if not sheets:
            raise InputError("alle Blätter sind ausgeblendet", file=source.file)
        return _find_headers(source, sheets, candidates, chosen=wanted is not None)
    except InputError:
        names = [each.name for each in hidden if any(holds_table(one, each) for one in candidates)]
        if not names:
            raise
        raise InputError(
            f"nur das ausgeblendete Blatt „{names[0]}“ enthält eine Tabelle",
            file=source.file,
            advice=f"Mit --sheet „{names[0]}“ wird es gelesen.",
        ) from None


@dataclass(frozen=True, slots=True)
class _Fit:
    """How a profile fits a sheet: the first line that is hardly anything but its header, else the best."""

    profile: Profile
    sheet: Sheet
    header: Header

    @property
    def missing(self) -> list[str]:
        return self.profile.missing(self.header.roles)

    @property
    def near(self) -> bool:
        """One needed column short of being the table that the profile describes."""
        return len(self.missing) == 1 and len(self.header.roles) >= _NEAR and self.header.likely


def _fit(profile: Profile, sheet: Sheet) -> _Fit | None:
    best: tuple[tuple[bool, int], Header] | None = None
    first: Header | None = None
    for index, line in enumerate(sheet.lines[:_FIRST_LINES]):
        if filled(line) < 2:
            continue
        header = header_at(profile, sheet.lines, index)
        rank = (not profile.missing(header.roles), len(header.roles))
        if len(header.roles) > 1 and (best is None or rank > best[0]):
            best = rank, header
        if first is None and header.likely:
            first = header
    if best is None:
        return None
    # a damaged first header must not push the rows below it out of the table
    return _Fit(profile, sheet, first if first and first.index < best[1].index else best[1])


def _find_headers(
    source: Source, sheets: Sequence[Sheet], profiles: Sequence[Profile], *, chosen: bool
) -> tuple[Profile, dict[int, Header]]:
    candidates = sorted(profiles, key=lambda each: (each.general, each.name))
    fits = {each.name: [_fit(each, sheet) for sheet in sheets] for each in candidates}
    best = {name: fit for name, found in fits.items() if (fit := _best(found))}
    if not best:
        raise _no_header(source, sheets, candidates)
    general = max((len(f.header.roles) for f in best.values() if f.profile.general and not f.missing), default=0)
    special = [f for f in best.values() if not f.profile.general and not _outdone(f, general)]
    complete = [f for f in special if not f.missing]
    near = [f for f in special if f.near]
    rest = [f for f in best.values() if f.profile.general] or list(best.values())
    winner = max(complete or near or rest, key=lambda fit: (not fit.missing, len(fit.header.roles)))
    if winner.missing:
        raise _incomplete(source, winner, advice="" if chosen or not general else "general")
    headers: dict[int, Header] = {}
    for index, fit in enumerate(fits[winner.profile.name]):
        if fit is None:
            continue
        if not fit.missing:
            headers[index] = fit.header
        elif fit.near and _lookalikes(fit.profile, fit.missing[0], _unknown(fit.header)):
            raise _incomplete(source, fit, advice="sheet")
    return winner.profile, headers


def holds_table(profile: Profile, sheet: Sheet) -> bool:
    """Whether a sheet has a header with every column that the profile needs."""
    fit = _fit(profile, sheet)
    return fit is not None and not fit.missing


def _best(fits: Sequence[_Fit | None]) -> _Fit | None:
    found = [fit for fit in fits if fit]
    return max(found, key=lambda fit: (not fit.missing, len(fit.header.roles))) if found else None


def _outdone(fit: _Fit, general: int) -> bool:
    """Whether the general profile recognises clearly more headings."""
    return general >= len(fit.header.roles) + 2 and general >= 1.3 * len(fit.header.roles)


def _no_header(source: Source, sheets: Sequence[Sheet], profiles: Sequence[Profile]) -> InputError:
    sheet, first = next(
        ((sheet, line) for sheet in sheets for line in sheet.lines if filled(line)), (sheets[0], Line(1, []))
    )
    titles = [profile.titles.get(role, role) for profile in profiles[:1] for role in profile.required]
    return InputError(
        "keine Kopfzeile gefunden",
        file=source.file,
        sheet=sheet.name,
        row=first.number,
        advice=f"Erwartet werden Überschriften wie {', '.join(f'„{title}“' for title in titles[:5])}; "
        "andere Überschriften gehören in ein Profil (zielgraph profile suggest).",
    )


def _incomplete(source: Source, fit: _Fit, *, advice: str) -> InputError:
    line = fit.sheet.lines[fit.header.index]
    further = {
        "general": " Oder mit --profile allgemein ohne diese Spalte lesen.",
        "sheet": " Oder mit --sheet nur ein anderes Blatt lesen.",
        "": "",
    }
    return InputError(
        f"in der Kopfzeile fehlt {_named(fit)}",
        file=source.file,
        sheet=fit.sheet.name,
        row=line.number,
        advice=f"Bitte die Überschrift anpassen oder im Profil ergänzen.{further[advice]}",
    )


def _unknown(header: Header) -> list[str]:
    return [heading for i, heading in enumerate(header.headings) if heading and i not in header.roles]


def _lookalikes(profile: Profile, role: str, headings: Sequence[str]) -> list[str]:
    """Unknown headings that look like a misspelled heading of the role."""
    names = [name for name, roles in profile.headings.items() if role in roles]
    return [each for each in headings if difflib.get_close_matches(heading_key(each), names, n=1, cutoff=0.6)]


def _named(fit: _Fit) -> str:
    unknown = _unknown(fit.header)
    parts = []
    for role in fit.missing:
        near = _lookalikes(fit.profile, role, unknown) or unknown
        seen = f" (nicht erkannt: {', '.join(f'„{tidy(cell)[:40]}“' for cell in near)})" if near else ""
        parts.append(f"die Spalte „{fit.profile.titles.get(role, role)}“{seen}")
    return ", ".join(parts)


def looks_like(profile: Profile, heading: str, taken: Sequence[str]) -> str:
    """The known heading that an unknown one seems to misspell, as the profile's title writes it; empty if none."""
    free = [
        name
        for name, roles in profile.headings.items()
        if len(name) > 4 and any(role in SHARED_ROLES or role not in taken for role in roles)
    ]
    near = difflib.get_close_matches(heading_key(heading), free, n=1, cutoff=0.8)
    return profile.titles.get(profile.headings[near[0]][0], "") if near else ""
