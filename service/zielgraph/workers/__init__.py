"""Queries and updates in processes of their own, which can be stopped.

The engine cannot stop a query that it has begun, so whoever answers requests never evaluates one itself: it hands a
:class:`Job` to the :class:`Pool` and gets a finished :class:`Reply`, or an error.
"""

from zielgraph.workers.job import Job, Reply
from zielgraph.workers.pool import Pool

__all__ = ["Job", "Pool", "Reply"]
