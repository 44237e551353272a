"""Where Chromium is; run as a program it gets one, or says loudly that there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REQUIRED = "ZIELGRAPH_REQUIRE_BROWSER"
MISSING = (
    "Es fehlt ein Browser für die Prüfungen der Seiten. Bitte Chromium installieren: apt install chromium "
    "(oder: .venv/bin/playwright install chromium). Ohne ihn wird hier nicht geprüft, ob die Seiten barrierefrei sind."
)


def system_browser() -> str | None:
    """Path of an installed Chromium, None when there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def own_browser() -> str | None:
    """Path of the Chromium that Playwright has installed for itself, None when there is none."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if os.path.exists(path) else None


def main() -> int:
    """Exit code 1 when there is no browser and the environment demands one."""
    if system_browser() or own_browser():
        return 0
    try:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=True, timeout=600)
    except (OSError, subprocess.SubprocessError):
        line = "!" * 100
        print(f"{line}\n{MISSING}\n{line}", file=sys.stderr)
        return 1 if os.environ.get(REQUIRED) else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
