"""The dashboard. `streamlit run app.py`."""

from __future__ import annotations

from pages.components.frame import main

main()
