"""The register: actors, bodies, themes and usual municipal units that people keep as Turtle files."""

from zielgraph.register.model import Actor, Label, Register, Theme, UnitType

__all__ = ["Actor", "Label", "Register", "Theme", "UnitType"]
