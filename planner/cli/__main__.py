"""`python -m planner.cli`: the command line where no script `ree-planner` is installed."""

from planner.cli.start import main

main()
