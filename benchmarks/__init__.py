"""What zielgraph costs, as ratios to a baseline measured in the same run: ``python -m benchmarks``."""
