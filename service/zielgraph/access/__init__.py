"""Who may do what: tokens, sessions, and how often. Knows nothing of HTTP."""

from zielgraph.access.caller import SCOPES, Caller
from zielgraph.access.limits import Limiter
from zielgraph.access.public import public_settings
from zielgraph.access.sessions import Sessions
from zielgraph.access.tokens import Token, Tokens

__all__ = ["SCOPES", "Caller", "Limiter", "Sessions", "Token", "Tokens", "public_settings"]
