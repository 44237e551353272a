"""Sources: from the bytes of a file to sheets of raw cells. Knows formats and limits, nothing of content.

One public function, :func:`read_source`.
"""

from zielgraph.source.model import Limits, Line, Sheet, Source
from zielgraph.source.read import read_source

__all__ = ["Limits", "Line", "Sheet", "Source", "read_source"]
