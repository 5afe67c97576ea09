"""What the server runs for each visitor and each click."""

from planner.pages.navigation import run

run()
