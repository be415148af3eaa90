"""The dashboard: `streamlit run app.py`, or `ivig app`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.scriptrunner import get_script_run_ctx

import ivig_core.one_thread  # noqa: F401 - before anything loads numpy
from pages.keep.door import Door
from pages.shell.navigation import main
from pages.shell.warm import warm_up

if get_script_run_ctx(suppress_warning=True) is None:
    # Streamlit finds `app` here and serves it; what it runs for each visit is the script that is named.
    script = Path(__file__).resolve().parent / "pages" / "shell" / "main.py"
    app = st.App(script, lifespan=warm_up, middleware=[Middleware(Door)])
else:
    main()
