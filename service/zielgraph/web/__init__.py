"""The web service: SPARQL endpoint, question API, linked data, pages. The only package that knows Flask."""

from zielgraph.web.app import create_app
from zielgraph.web.server import serve

__all__ = ["create_app", "serve"]
