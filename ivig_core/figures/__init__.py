"""Figures: tables in, a plotly `Figure` out. Nothing here fits, reads a file or knows of the page it is shown on."""

from ivig_core.figures.density import density
from ivig_core.figures.forest import forest
from ivig_core.figures.forest_compact import forest_compact
from ivig_core.figures.rates import rates
from ivig_core.figures.survival import survival
from ivig_core.figures.swimmer import swimmer
from ivig_core.figures.swimmer_preview import swimmer_preview
from ivig_core.figures.theme import CONFIG, alt_text, config, finding, stamp
from ivig_core.figures.timeline import timeline

__all__ = [
    "CONFIG",
    "alt_text",
    "config",
    "density",
    "finding",
    "forest",
    "forest_compact",
    "rates",
    "stamp",
    "survival",
    "swimmer",
    "swimmer_preview",
    "timeline",
]
