"""Runs: a run's folder, its place in the index, the process that works on it, and how it ends."""
