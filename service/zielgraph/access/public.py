"""The public service: the same program over a folder of its own, which only publishing fills."""

from __future__ import annotations

from dataclasses import replace

from zielgraph.errors import UsageError
from zielgraph.settings import Settings

FOLDER = "public"
_HOW = "Zuerst veröffentlichen, dann den öffentlichen Dienst starten."


def public_settings(settings: Settings) -> Settings:
    """Settings of the public service beside the internal one whose settings these are.

    Nothing of the internal service is reachable from there: not its store, not its external engine, not the people
    its proxy names. Raises UsageError when nothing is published yet, because an empty page would look like a loss of
    data, and when the published folder leads back to what is internal.
    """
    folder = settings.data / FOLDER
    if not (folder / "CURRENT").is_file():
        raise UsageError(f"In {folder} ist noch nichts veröffentlicht. {_HOW}")
    inside = folder.resolve()
    parts = [*(folder / name for name in ("CURRENT", "snapshots", "sources")), *folder.glob("snapshots/*")]
    if inside != settings.data.resolve() / FOLDER or any(not part.resolve().is_relative_to(inside) for part in parts):
        raise UsageError(
            f"{folder} enthält Verknüpfungen auf andere Ordner. Der öffentliche Dienst zeigt nur, was wirklich darin "
            "liegt; bitte die Verknüpfungen entfernen."
        )
    return replace(
        settings,
        data=folder,
        public=True,
        cors_origin=settings.cors_origin or "*",
        proxy_user_header="",
        engine="",
        engine_update="",
        engine_graphs="",
        engine_user="",
        engine_password="",
    )
