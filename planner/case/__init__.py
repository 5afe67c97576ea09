"""A case: read, checked, converted from one kind of file to another, and taken from a stranger with care."""

from planner.case.read import Case, Checked, Overview, check_case, check_upload, read_case, read_upload

__all__ = ["Case", "Checked", "Overview", "check_case", "check_upload", "read_case", "read_upload"]
