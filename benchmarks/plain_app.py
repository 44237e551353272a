"""The smallest Flask application under waitress, for comparison: ``python benchmarks/plain_app.py PORT``."""

from __future__ import annotations

import sys

import waitress
from flask import Flask

app = Flask("plain")


@app.get("/health")
def health() -> dict[str, str]:
    """Always well."""
    return {"status": "ok"}


if __name__ == "__main__":
    waitress.serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=8, _quiet=True)
