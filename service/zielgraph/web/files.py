"""Static files under an address that holds a hash of all of them, so that browsers may keep them for good.

``/static/v-{hash}/css/base.css``: the hash stands in the path and not behind a question mark, so that what a
stylesheet or a module names by a relative address is found under the same hash.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, send_from_directory, url_for

# The look of every page, the weakest first: plain elements, KERN as it is shipped, what KERN lacks.
STYLES = (
    "css/base.css",
    "vendor/kern/kern.min.css",
    "style.css",
    "css/layout.css",
    "css/components.css",
    "css/drawing.css",
    "css/print.css",
)
_FOREVER = 31_536_000  # seconds

blueprint = Blueprint("files", __name__)


def version_of(folder: Path) -> str:
    """A hash of names and contents of all files below a folder."""
    found = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = path.read_bytes()
        found.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode() + content)
    return found.hexdigest()[:12]


@blueprint.get("/static/v-<version>/<path:filename>")
def versioned(version: str, filename: str) -> Response:
    """A static file; for good under the hash of today, else to be asked for again."""
    response = send_from_directory(str(current_app.static_folder), filename)
    if version == current_app.extensions["zielgraph.files"]:
        response.headers["Cache-Control"] = f"public, max-age={_FOREVER}, immutable"
    else:
        response.headers["Cache-Control"] = "no-cache"
    return response


def file_url(filename: str) -> str:
    """Address of a static file that may be kept for good."""
    return url_for("files.versioned", version=current_app.extensions["zielgraph.files"], filename=filename)


def register(app: Flask) -> None:
    """Hash what is there now, and offer :func:`file_url` and ``STYLES`` to templates."""
    app.extensions["zielgraph.files"] = version_of(Path(str(app.static_folder)))
    app.jinja_env.globals.update(file_url=file_url, styles=STYLES)
    app.register_blueprint(blueprint)
