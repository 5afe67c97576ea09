"""The pages in a browser: `ree-planner app`, or `streamlit run app_streamlit.py`."""

from planner.pages.navigation import run

run()
