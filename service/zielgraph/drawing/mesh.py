"""A large connected network in the plane: a first guess from distances, then forces.

Neighbours attract, everything else repels in proportion to its edges (the forces of ForceAtlas2). Repulsion is computed
on a mesh: nodes are spread onto its points, one convolution gives the force everywhere, and each node reads it where it
stands. A round so costs no more than the nodes, the edges and the mesh, instead of every pair of nodes.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import rustworkx as rx
from numpy.typing import NDArray

Places: TypeAlias = NDArray[np.float64]
"""A row per node: x, y."""
Numbers: TypeAlias = NDArray[np.float64]

_ROUNDS = 150
_PIVOTS = 50
_MESH = 128  # points a side
_SOFT = 0.25  # square of the distance below which nodes repel no more strongly
_GRAVITY = 0.02  # keeps loosely linked parts from drifting away


def spread(network: rx.PyGraph[int, None], seed: int) -> Places:
    """Places of a connected network; the same seed gives the same."""
    count = network.num_nodes()
    start = pivots(network)
    shaken = np.random.default_rng(seed).normal(0, 0.02, start.shape)  # twins would never part
    extent = float(np.sqrt(count))
    places: Places = (start / (float(start.std()) or 1.0) + shaken) * extent / 4
    first, second = np.array(network.edge_list(), dtype=np.int64).T
    weight: Numbers = np.bincount(np.concatenate([first, second]), minlength=count).astype(np.float64) + 1.0
    for turn in range(_ROUNDS):
        apart = places[first] - places[second]
        pull = np.stack(
            [np.bincount(second, d, minlength=count) - np.bincount(first, d, minlength=count) for d in apart.T], axis=1
        )
        force = pull / weight[:, None] + _repulsion(places, weight) - _GRAVITY * places
        strength = np.linalg.norm(force, axis=1, keepdims=True) + 1e-9
        longest = extent / 10 * (1 - turn / _ROUNDS) ** 1.5 + 0.01  # steps get shorter, so that it comes to rest
        places = places + force / strength * np.minimum(strength, longest)
    return places


def pivots(network: rx.PyGraph[int, None]) -> Places:
    """A first guess: classical scaling of the distances to a few nodes that lie far from each other (pivot MDS)."""
    count = network.num_nodes()
    near: Numbers = np.full(count, np.inf)
    rows: list[Numbers] = []
    pivot = max(range(count), key=lambda node: (network.degree(node), -node))
    while len(rows) < _PIVOTS and near[pivot] > 0:
        row: Numbers = np.zeros(count)
        for node, steps in rx.dijkstra_shortest_path_lengths(network, pivot, lambda _: 1.0).items():
            row[node] = steps
        rows.append(row)
        near = np.minimum(near, row)
        pivot = int(near.argmax())
    square: Numbers = np.array(rows) ** 2
    centred = square.mean(axis=0) + square.mean(axis=1, keepdims=True) - square - square.mean()
    _, axes = np.linalg.eigh(centred @ centred.T)
    best: Places = centred.T @ axes[:, -2:]
    return best if best.shape[1] == 2 else np.column_stack([best[:, 0], np.zeros(count)])


def _repulsion(places: Places, weight: Numbers) -> Places:
    """The force on each node, by its own weight: towards it from every other, falling with the distance."""
    low = places.min(axis=0)
    step = float((places.max(axis=0) - low).max() or 1.0) * 1.02 / (_MESH - 2)
    at = (places - low) / step + 0.5
    corner = np.floor(at).astype(np.int64)
    part = at - corner
    size = 2 * _MESH  # twice the mesh, for the convolution is circular
    shares = [
        (
            (corner[:, 0] + dx) * size + corner[:, 1] + dy,
            np.abs(1 - dx - part[:, 0]) * np.abs(1 - dy - part[:, 1]),
        )
        for dx in (0, 1)
        for dy in (0, 1)
    ]
    mass = sum(np.bincount(point, share * weight, minlength=size * size) for point, share in shares)
    spectrum = np.fft.rfft2(np.reshape(mass, (size, size)))
    offset = ((np.arange(size) + _MESH) % size - _MESH) * step
    square = offset[:, None] ** 2 + offset[None, :] ** 2 + _SOFT
    forces = []
    for direction in (offset[:, None], offset[None, :]):
        field = np.fft.irfft2(spectrum * np.fft.rfft2(direction / square), s=(size, size)).ravel()
        forces.append(sum(share * field[point] for point, share in shares))
    return np.stack(forces, axis=1)
