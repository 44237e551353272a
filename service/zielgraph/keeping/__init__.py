"""Safe keeping: backup and restore, and the removal of words. Undo is the data folder's own."""

from zielgraph.keeping.backup import Backup, backup, backups
from zielgraph.keeping.redaction import RedactReport, redact
from zielgraph.keeping.restore import Restored, restore
from zielgraph.keeping.upgrade import Upgrade, upgrade

__all__ = ["Backup", "RedactReport", "Restored", "Upgrade", "backup", "backups", "redact", "restore", "upgrade"]
