"""Studies on top of one plan: many solves of the same case with something held, lost, bounded or known."""
