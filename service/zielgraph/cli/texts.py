"""What the command line says after an import."""

from __future__ import annotations

from collections import Counter

from zielgraph.importing import ImportReport
from zielgraph.table.repairs import REPAIR_TEXTS

_DONE = {
    "unchanged": "Nichts geändert: Diese Datei ist schon als Ausgabe vom {day} gespeichert.",
    "new": "Gespeichert: {where}, Stand {day}.",
    "replaced": "Ersetzt: {where}, Stand {day}. Die alte Fassung bleibt als Revision erhalten.",
    "reread": "Neu gelesen: {where}, Stand {day}. Regeln oder Register haben sich seit dem letzten Import geändert.",
}


def import_text(report: ImportReport, *, dry_run: bool, all_repairs: bool) -> str:
    """Summary of an import: what was stored, recognised, repaired and found."""
    day, where = f"{report.day:%d.%m.%Y}", f"{report.city}/{report.system}"
    lines = [_DONE[report.action].format(day=day, where=where)]
    if dry_run and report.changed:
        lines = [f"Probelauf, nichts gespeichert: {where}, Stand {day}."]
    if report.action == "unchanged" and not all_repairs:
        return lines[0]
    counts = report.counts
    lines.append(
        f"  {counts['rows']} Zeilen: {counts['measures']} Maßnahmen, {counts['goals']} Ziele; "
        f"{counts['mentions']} Nennungen von Akteuren, {counts['candidates']} zur Durchsicht"
    )
    if counts["provisional"]:
        names = ", ".join(sorted(actor.name for actor in report.reading.provisional_actors)[:8])
        lines.append(f"  {counts['provisional']} vorläufige Akteure (noch nicht im Register): {names}")
    kinds = Counter(repair.rule for repair in report.table.repairs)
    if kinds:
        lines.append(f"  {counts['repairs']} Reparaturen:")
        lines += [f"    {number:4}  {REPAIR_TEXTS[rule][0]}" for rule, number in kinds.most_common()]
    if all_repairs:
        lines += [
            f"    Zeile {r.line}, {r.column or '–'}: {r.rule}: „{_short(r.before)}“ → „{_short(r.after)}“"
            for r in report.table.repairs
        ]
    if report.findings is not None:
        lines.append(
            "  Prüfung: {Violation} Verstöße, {Warning} Warnungen, {Info} Hinweise (zielgraph validate)".format(
                **report.findings
            )
        )
    elif report.changed and not dry_run:
        lines.append("  Noch nicht geprüft, weil die Tabelle groß ist: zielgraph validate")
    return "\n".join(lines)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"
