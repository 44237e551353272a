"""Reading kept editions again after program, register or vocabulary have changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from zielgraph import resources
from zielgraph.editions.read import edition_name
from zielgraph.editions.state import rebuild
from zielgraph.errors import InputError, StoreError, UsageError
from zielgraph.importing import data_folder, reread
from zielgraph.importing.findings import refresh_findings
from zielgraph.importing.plan import own_profile_of
from zielgraph.importing.rules import fingerprint
from zielgraph.importing.run import shared_graphs
from zielgraph.settings import Settings
from zielgraph.store import EditionInfo


@dataclass
class Upgrade:
    """What was read again, what was up to date, and what could not be read and stays as it was, with the reason."""

    done: list[EditionInfo] = field(default_factory=list)
    current: list[EditionInfo] = field(default_factory=list)
    failed: list[tuple[EditionInfo, str]] = field(default_factory=list)
    findings: dict[str, int] | None = None


def upgrade(settings: Settings, *, everything: bool = False, progress: Callable[[str], None]) -> Upgrade:
    """Read every kept edition again whose rules have changed, or ``everything``, in the order of their days.

    Identifiers stay. An edition whose file is missing or cannot be read any more stays as it is. Raises StoreError
    when the folder cannot be written; then nothing has changed.
    """
    report = Upgrade()
    with data_folder(settings).write() as draft:
        for edition in sorted(draft.editions, key=lambda each: each.date):
            try:
                own = own_profile_of(settings, edition.profile)
                if not everything and edition.rules == fingerprint(resources.data(), edition.city, own):
                    report.current.append(edition)
                    continue
                progress(f"{edition_name(edition)} wird neu gelesen")
                reread(draft, settings, edition)
            except (InputError, UsageError, StoreError) as error:
                report.failed.append((edition, str(error)))
            else:
                report.done.append(edition)
        if report.done:
            progress("Der aktuelle Stand wird zusammengestellt")
            shared_graphs(draft, settings.base)
            rebuild(draft, settings.base)
            progress("Graph wird geprüft")
            report.findings = refresh_findings(draft, settings.base, settings.validate_rows)
            draft.action = "upgrade"
    return report
