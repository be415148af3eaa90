"""Figures: tables in, a plotly `Figure` out. Nothing here fits, reads a file or knows of the page it is shown on."""

from ivig_core.figures.around_first_dose import around_first_dose
from ivig_core.figures.competing import competing
from ivig_core.figures.cox_forest import cox_forest
from ivig_core.figures.density import density
from ivig_core.figures.dose_gaps import dose_gaps
from ivig_core.figures.exposure_over_time import exposure_over_time
from ivig_core.figures.forest import forest
from ivig_core.figures.forest_compact import forest_compact
from ivig_core.figures.igg_course import igg_course
from ivig_core.figures.igg_share import igg_share
from ivig_core.figures.mean_cumulative import mean_cumulative
from ivig_core.figures.rates import rates
from ivig_core.figures.rates_by import rates_by
from ivig_core.figures.schoenfeld import schoenfeld
from ivig_core.figures.sensitivity import sensitivity
from ivig_core.figures.side_by_side import side_by_side
from ivig_core.figures.start_strategies import start_strategies
from ivig_core.figures.survival import survival
from ivig_core.figures.swimmer import swimmer
from ivig_core.figures.swimmer_preview import swimmer_preview
from ivig_core.figures.theme import CONFIG, alt_text, config, finding, stamp
from ivig_core.figures.timeline import timeline
from ivig_core.figures.timing import timing
from ivig_core.figures.waning import waning

__all__ = [
    "CONFIG",
    "alt_text",
    "around_first_dose",
    "competing",
    "config",
    "cox_forest",
    "density",
    "dose_gaps",
    "exposure_over_time",
    "finding",
    "forest",
    "forest_compact",
    "igg_course",
    "igg_share",
    "mean_cumulative",
    "rates",
    "rates_by",
    "schoenfeld",
    "sensitivity",
    "side_by_side",
    "stamp",
    "start_strategies",
    "survival",
    "swimmer",
    "swimmer_preview",
    "timeline",
    "timing",
    "waning",
]
