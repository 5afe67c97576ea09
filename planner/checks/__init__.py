"""Checks of a case, in five levels: cell, row, key and reference, cross-sheet, plausibility."""
