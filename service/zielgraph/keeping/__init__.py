"""Keeping: backup, restore, undo, redaction and the upgrade of kept editions."""
