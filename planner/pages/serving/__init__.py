"""Serves the pages: `python -P -m planner.pages.serving`, which `ree-planner app` starts."""
