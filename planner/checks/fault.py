"""How a single value is refused."""

from __future__ import annotations


class CellFault(Exception):
    """One cell cannot be used: the code, what belongs there and what to do."""

    def __init__(self, code: str, message: str, fix: str, found: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.fix, self.found = code, message, fix, found
