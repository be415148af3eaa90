"""The dashboard. `streamlit run app.py`."""

from __future__ import annotations

from pages.shell.frame import main

main()
