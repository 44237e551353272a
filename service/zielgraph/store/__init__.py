"""The data folder: immutable snapshots, a pointer to the current one, one writer at a time."""

from zielgraph.store.folder import DataFolder, Draft, EditionInfo, Snapshot, SnapshotInfo, newest

__all__ = ["DataFolder", "Draft", "EditionInfo", "Snapshot", "SnapshotInfo", "newest"]
