"""Finding the actors of a report: names, abbreviations and department codes in German text, with roles.

Knows no RDF and no city. What it knows of German and of administrations stands in
``data/vocabulary/linking-*.toml``; what it knows of a city is a :class:`~zielgraph.register.model.Register`.
"""

from zielgraph.linking.linker import Linker
from zielgraph.linking.model import Mention
from zielgraph.linking.vocabulary import Vocabulary, load_vocabulary

__all__ = ["Linker", "Mention", "Vocabulary", "load_vocabulary"]
