"""Where things stand in a drawing: plain nodes and edges go in, positions come out. No RDF, no HTTP."""
