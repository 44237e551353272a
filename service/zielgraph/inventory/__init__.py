"""What pages list, read from the store in one pass over its indexes, once for each state."""
