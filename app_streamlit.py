"""The pages in a browser: `ree-planner app`, or `python app_streamlit.py`."""

import sys

from planner.cli.start import main

if __name__ == "__main__":
    main(["app", *sys.argv[1:]])
