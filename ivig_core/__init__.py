"""Statistics of infections on and off IVIG: cohort file in, tidy tables and figures out. No user interface.

What a notebook needs is named here, and only that: see `docs/api.md`. The names are listed in `__init__.pyi`, each is
loaded when it is first used; figures are in `ivig_core.figures`.
"""

from ivig_core.lazy import attach

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = attach(__name__, __file__)
