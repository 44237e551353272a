"""What the command line says after an import."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from zielgraph.importing import ImportReport
from zielgraph.importing.report import Differences
from zielgraph.table.repairs import REPAIR_TEXTS

_DONE = {
    "unchanged": "Nichts geändert: Diese Datei ist schon als Ausgabe vom {day} gespeichert.",
    "new": "Gespeichert: {where}, Stand {day}.",
    "replaced": "Ersetzt: {where}, Stand {day}. Die alte Fassung bleibt als Revision erhalten.",
    "reread": "Neu gelesen: {where}, Stand {day}. Regeln, Register oder Zuordnungen haben sich seither geändert.",
}
_KINDS = {
    "unchanged": "mit gleichem Wortlaut",
    "reworded": "umformuliert",
    "moved": "verschoben",
    "split": "aus geteilten",
    "merged": "aus zusammengelegten",
    "new": "neu",
    "returned": "wieder aufgenommen",
    "gone": "entfallen",
}
_SHOWN = 8


def import_json(report: ImportReport, *, repairs: bool) -> bytes:
    """The report for programs."""
    return json.dumps(report.as_json(repairs=repairs), ensure_ascii=False, indent=2).encode() + b"\n"


def import_text(report: ImportReport, *, dry_run: bool, all_repairs: bool) -> str:
    """Summary of an import: what was stored, recognised, repaired and found. A dry run says more."""
    plan = report.plan
    day, where = f"{plan.day:%d.%m.%Y}", f"{plan.iris.city}/{plan.iris.system}"
    lines = [_DONE[report.action].format(day=day, where=where)]
    if dry_run and report.changed:
        lines = [f"Probelauf, nichts gespeichert: {where}, Stand {day}."]
    if report.action == "unchanged" and not all_repairs and not dry_run:
        return lines[0]
    counts = report.counts
    if dry_run:
        lines += _columns(report)
    if "networks" in counts:
        lines.append(
            f"  {counts['rows']} Zeilen: {counts['networks']} Netzwerke und Gremien, "
            f"{counts['members']} Mitgliedschaften"
        )
    else:
        lines.append(
            f"  {counts['rows']} Zeilen: {counts['measures']} Maßnahmen, {counts['goals']} Ziele; "
            f"{counts['mentions']} Nennungen von Akteuren, {counts['candidates']} zur Durchsicht"
        )
    if counts["provisional"] and plan.reading:
        provisional = sorted(actor.name for actor in plan.reading.provisional_actors)
        names = ", ".join(provisional[:_SHOWN]) + (" …" if len(provisional) > _SHOWN else "")
        lines.append(f"  {counts['provisional']} vorläufige Akteure (noch nicht im Register): {names}")
    kinds = Counter(repair.rule for repair in plan.table.repairs)
    if kinds:
        lines.append(f"  {counts['repairs']} Reparaturen:")
        lines += [f"    {number:4}  {REPAIR_TEXTS[rule][0]}" for rule, number in kinds.most_common()]
    if all_repairs:
        lines += [
            f"    {f'Blatt „{r.sheet}“, ' if r.sheet else ''}Zeile {r.line}, {r.column or '–'}: {r.rule}: "
            f"„{_short(r.before)}“ → „{_short(r.after)}“"
            for r in plan.table.repairs
        ]
    if plan.table.unknown_status:
        words = ", ".join(f"„{word}“ ({len(rows)})" for word, rows in plan.table.unknown_status.items())
        lines.append(f"  Unbekannte Statuswörter, sie gelten als offen: {words}")
    if dry_run and (candidates := report.candidates()):
        lines.append("  Vielleicht Akteure, nicht im Register:")
        lines += [f"    „{_short(name)}“ (Zeile {', '.join(rows[:5])})" for name, rows in candidates[:_SHOWN]]
    if report.differences is not None:
        lines += _differences(report.differences)
        lines += [f"    {line}" if line else "" for line in report.changes_text().splitlines()]
    if report.findings is not None:
        lines.append(
            "  Prüfung: {Violation} Verstöße, {Warning} Warnungen, {Info} Hinweise (zielgraph validate)".format(
                **report.findings
            )
        )
    elif report.changed and not dry_run:
        lines.append("  Noch nicht geprüft, das tut: zielgraph validate")
    return "\n".join(lines)


def _columns(report: ImportReport) -> Iterator[str]:
    yield f"  Profil {report.plan.profile.name}; Spalten:"
    for column in report.plan.table.columns:
        place = f"{column.sheet}, " if column.sheet else ""
        yield f"    {place}{column.number}  „{_short(column.heading)}“ → {column.role or '–'} ({column.filled} gefüllt)"


def _differences(found: Differences) -> Iterator[str]:
    yield f"  Gegenüber {found.compared_with}: Maßnahmen {_counted(found.measures)}; Ziele {_counted(found.goals)}"
    if found.comparison is None:
        yield "    Was sich in ihnen geändert hat: zielgraph diff vorige neueste"
    if found.doubts:
        yield "  Unsicher, ob dasselbe (--matches DATEI schreibt die Liste, --accept DATEI liest sie entschieden):"
        for doubt in found.doubts[:_SHOWN]:
            pair = f"„{_short(doubt.old)}“ → Zeile {doubt.row} „{_short(doubt.new)}“"
            yield f"    {doubt.likeness:.2f}  {pair} ({doubt.reason})"
        if len(found.doubts) > _SHOWN:
            yield f"    … und {len(found.doubts) - _SHOWN} weitere"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {_KINDS[kind]}" for kind, number in counts.items() if number) or "keine"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
