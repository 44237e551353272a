"""Deciding: what people decided, kept as RDF, read from forms and tables, and applied to the current state."""
