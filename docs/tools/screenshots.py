"""Take the pictures of the README and the guides: ``python docs/tools/screenshots.py [NAME …]``.

Imports the Cologne report and its networks into a folder of its own, serves it on a free port and photographs it in
Chromium. What is taken stands in ``screenshots.toml``.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "docs" / "screenshots"
PICTURES = Path(__file__).with_suffix(".toml")
SOURCES = ("koeln-zielsystem.tsv", "koeln-netzwerke.csv")
WIDTH = 1280
sys.path.append(str(ROOT / "tests" / "helpers"))


@contextmanager
def service() -> Iterator[str]:
    """Address of a service with the example; it ends with the block."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "zielgraph", "--data", folder]
        for name in SOURCES:
            path = ROOT / "data" / "source" / name
            subprocess.run([*command, "import", str(path), "--edition", "2019-12-31"], check=True, capture_output=True)
        process = subprocess.Popen(
            [*command, "serve", "--port", "0"], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL
        )
        try:
            line = process.stderr.readline().decode() if process.stderr else ""
            found = re.search(r"http://[^/\s]+", line)
            if not found:
                raise SystemExit(line)
            yield found[0]
        finally:
            process.terminate()
            process.wait(60)


def take(page: Page, address: str, picture: dict[str, Any]) -> None:
    """One picture."""
    page.set_viewport_size({"width": WIDTH, "height": picture["height"]})
    page.goto(address + picture["path"])
    if "wait" in picture:
        page.locator(picture["wait"]).first.wait_for()
    page.wait_for_load_state("networkidle")
    target = TARGET / f"{picture['name']}.png"
    if "part" in picture:
        page.locator(picture["part"]).first.screenshot(path=target)
    else:
        page.screenshot(path=target)


def main(names: list[str]) -> None:
    """Those named, or all."""
    from browsers import MISSING, own_browser, system_browser

    path = system_browser() or own_browser()
    if path is None:
        raise SystemExit(MISSING)
    pictures = tomllib.loads(PICTURES.read_text("utf-8"))["picture"]
    if unknown := set(names) - {picture["name"] for picture in pictures}:
        raise SystemExit(f"not in {PICTURES.name}: {', '.join(sorted(unknown))}")
    with service() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(locale="de-DE", color_scheme="light", reduced_motion="reduce")
        page = context.new_page()
        for picture in pictures:
            if not names or picture["name"] in names:
                take(page, address, picture)
                print(picture["name"])
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
