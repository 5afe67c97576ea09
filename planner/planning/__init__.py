"""A case becomes an audited plan: built, solved, read out of the solver's numbers, indicators and ledger filled in."""
