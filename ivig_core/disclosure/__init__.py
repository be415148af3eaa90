"""Share mode: results without small counts. One pure function from result to result, called in one place.

The names are listed in `__init__.pyi`.
"""

from ivig_core.lazy import attach

__getattr__, __dir__, __all__ = attach(__name__, __file__)
