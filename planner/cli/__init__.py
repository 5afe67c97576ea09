"""Commands: what is typed on the terminal, its options, its progress and its answers."""
