"""The emptiest Streamlit app: what every redraw costs before anything is shown."""

from __future__ import annotations

import streamlit as st

st.title("Empty")
