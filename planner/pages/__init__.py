"""The pages: widgets in, calls to planner, tables out. Nothing here computes."""
