"""The mathematical program: sets, decisions, constraints, objective. Knows Pyomo and nothing else."""
