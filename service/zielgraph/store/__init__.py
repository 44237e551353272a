"""The data folder: immutable snapshots, a pointer to the current one, one writer at a time."""

from zielgraph.store.folder import DataFolder
from zielgraph.store.model import Draft, EditionInfo, Snapshot, SnapshotInfo, newest
from zielgraph.store.redactions import Redactions

__all__ = ["DataFolder", "Draft", "EditionInfo", "Redactions", "Snapshot", "SnapshotInfo", "newest"]
