"""Reading: from the bytes of a table to clean rows, goals and report items. Knows no RDF and no city.

One public function, :func:`read_table`; every repair it makes is recorded and nothing is dropped.
"""

from zielgraph.table.model import (
    Abbreviation,
    Cell,
    Column,
    DateValue,
    Goal,
    Item,
    Notice,
    Repair,
    SourceRow,
    StrayLine,
    Table,
)
from zielgraph.table.profile import Profile, StatusWords, load_profile, load_profiles, load_status_words
from zielgraph.table.read import read_table

__all__ = [
    "Abbreviation",
    "Cell",
    "Column",
    "DateValue",
    "Goal",
    "Item",
    "Notice",
    "Profile",
    "Repair",
    "SourceRow",
    "StatusWords",
    "StrayLine",
    "Table",
    "load_profile",
    "load_profiles",
    "load_status_words",
    "read_table",
]
