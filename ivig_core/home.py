"""Where the dashboard and the samples are: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_INSIDE = Path(__file__).resolve().parent / "dashboard"
HOME = _INSIDE if _INSIDE.is_dir() else _INSIDE.parents[1]
"""The folder of `app.py`, `pages/` and `sample_data/`."""
