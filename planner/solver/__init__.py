"""Arrays and HiGHS: a Pyomo program becomes arrays, is solved, watched, cut, relaxed; one file of it knows HiGHS."""
