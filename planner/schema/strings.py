"""How tables keep words, in every process that makes or reads some."""

from __future__ import annotations

import pandas as pd


def as_python_does() -> None:
    """Keep words as Python's own strings: in Arrow's, which pandas prefers, merges take a third longer."""
    pd.options.mode.string_storage = "python"
