"""What the data folder knows of itself: which snapshots are kept, and what made them when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from zielgraph.errors import StoreError
from zielgraph.settings import Settings
from zielgraph.store import DataFolder
from zielgraph.web.wording import course_words


@dataclass(frozen=True, slots=True)
class Event:
    """A kept snapshot: its name, when it was made (UTC), what made it in words, and what that was about."""

    name: str
    when: str
    words: str
    about: str
    current: bool


def history(settings: Settings) -> list[Event]:
    """The kept snapshots, the newest first; none where the folder cannot be read."""
    folder = DataFolder(settings.data, base=settings.base, keep=settings.keep_snapshots)
    try:
        kept, current = folder.kept(), folder.current_name()
    except StoreError:
        return []
    words = _words()
    return [Event(each.name, each.created, *_told(each.action, words), each.name == current) for each in reversed(kept)]


def _told(action: str, words: Mapping[str, str]) -> tuple[str, str]:
    """An action in words, and its rest."""
    verb, _blank, rest = action.partition(" ")
    if verb == "undo" and rest and not rest.startswith("--to"):
        inner, about = _told(rest, words)
        return f"{words['undo']}: {inner}", about
    if verb == "decide":
        return words[verb], ", ".join(words.get(each, each) for each in rest.split())
    return words.get(verb, verb), rest.removeprefix("--to ")


def _words() -> dict[str, str]:
    return {
        "import": _("Import"),
        "undo": _("Rückgängig gemacht"),
        "decide": _("Entscheidung"),
        "update": _("Eigene Graphen geändert"),
        "upgrade": _("Mit neuem Programmstand gelesen"),
        "validate": _("Prüfung"),
        "redact": _("Worte entfernt"),
        "restore": _("Sicherung eingespielt"),
        "withdraw": _("zurückgenommen"),
        **course_words(),
        "confirm": _("bestätigen"),
        "reject": _("verwerfen"),
        "set": _("festlegen"),
        "accept": _("Befund hinnehmen"),
    }
