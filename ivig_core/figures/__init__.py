"""Figures: tables in, a plotly `Figure` out. Nothing here fits, reads a file or knows of the page it is shown on.

The names are listed in `__init__.pyi`; each is loaded when it is first used, `figures.forest` without any other figure.
"""

from ivig_core.lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
