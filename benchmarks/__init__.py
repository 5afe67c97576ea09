"""Where the time goes: `python -m benchmarks` (or `make bench`)."""

from planner.runs.pace import run_lean

run_lean()  # as the commands and the workers of the pages do
