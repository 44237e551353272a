"""Who may do what: tokens, sessions, and how often."""

from zielgraph.access.caller import Caller

__all__ = ["Caller"]
