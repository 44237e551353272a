"""Editions: the state of the graph at a day, and what changed from one edition to the next."""
