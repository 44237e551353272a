"""A small drawing: one in the middle, the others around it."""

from __future__ import annotations

from math import cos, pi, sin

from zielgraph.drawing.model import Place


def star(count: int, width: float, height: float) -> list[Place]:
    """Places on an ellipse around (0, 0), clockwise; nobody stands right above the middle.

    Names stand beside the places, to the left of the left ones, so that the sides must differ.
    """
    step = 2 * pi / max(count, 1)
    return [
        Place(round(width * sin(step * (index + 0.5)), 1), round(-height * cos(step * (index + 0.5)), 1))
        for index in range(count)
    ]
