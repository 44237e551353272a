"""zielgraph: from a city's strategy table to a knowledge graph that answers questions.

The packages stand in the order of the data flow; imports point only backwards along it:
``table`` → ``register`` → ``linking``, ``assessing`` → ``lifting`` → ``store`` → ``validation``,
``questions`` → ``importing``, ``exporting`` → ``web`` → ``cli``.
"""

__version__ = "0.1.0"
