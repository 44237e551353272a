"""Matching: which row of a new edition is which measure or goal of the earlier ones. Plain values, no RDF."""
