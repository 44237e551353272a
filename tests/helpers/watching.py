"""A tab of the browser, and whatever in it should not happen."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Dialog, Request
from playwright.sync_api import Page as Tab

_REPORT = "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"


@dataclass
class Watched:
    """A tab and what it complained of or asked of others."""

    tab: Tab
    root: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tab.add_init_script(_REPORT)
        self.tab.on("console", self._console)
        self.tab.on("pageerror", lambda error: self.faults.append(f"script failed: {error}"))
        self.tab.on("request", self._request)
        self.tab.on("dialog", self._dialog)

    def taken(self) -> list[str]:
        """The faults up to now, which are forgotten."""
        found, self.faults = self.faults, []
        return found

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.faults.append(f"a dialog opened: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.root, "data:", "blob:", "about:")):
            self.faults.append(f"asks {request.url}")
