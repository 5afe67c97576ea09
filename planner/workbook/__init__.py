"""Excel files: what may be opened, how it is read, and how ours are written. Nothing here knows what a sheet means."""
