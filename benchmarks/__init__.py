"""Where the time goes: `python -m benchmarks` (or `make bench`)."""
