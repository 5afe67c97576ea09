"""Excel and CSV as files: what may be opened, how it is read, how ours are written, filled in and marked."""
