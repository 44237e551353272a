"""``python -m zielgraph``."""

from zielgraph.cli.main import run

run()
