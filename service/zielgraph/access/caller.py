"""Who sent a request."""

from __future__ import annotations

from dataclasses import dataclass

SCOPES = ("read", "write", "publish")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request and what they may do.

    ``name`` is the token's or the person's, empty where nobody signed in. ``key`` tells clients apart for limits and
    fairness and goes into no log. ``bearer``: the rights came with the request itself, not from a cookie or proxy, so
    no other site can have caused it. ``program`` is what the client calls itself.
    """

    name: str
    key: str
    scopes: frozenset[str]
    bearer: bool = False
    program: str = ""

    @property
    def line(self) -> str:
        """In whose place a query waits: the client, and which of its programs, in two lines."""
        return f"{self.key}\n{self.program}"

    def may(self, scope: str) -> bool:
        """Whether the caller has a right."""
        return scope in self.scopes
