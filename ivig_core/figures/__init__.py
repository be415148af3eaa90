"""Figures: tables in, a plotly `Figure` out. Nothing here fits, reads a file or knows of the page it is shown on."""

from ivig_core.figures.cox.forest import cox_forest
from ivig_core.figures.cox.schoenfeld import schoenfeld
from ivig_core.figures.igg.course import igg_course
from ivig_core.figures.igg.share import igg_share
from ivig_core.figures.overview.forest import forest_compact
from ivig_core.figures.overview.swimmer import swimmer_preview
from ivig_core.figures.patients.density import density
from ivig_core.figures.patients.swimmer import swimmer
from ivig_core.figures.patients.timeline.figure import timeline
from ivig_core.figures.rates.by_period import rates
from ivig_core.figures.rates.by_type import rates_by
from ivig_core.figures.rates.forest import forest
from ivig_core.figures.rates.mean_cumulative import mean_cumulative
from ivig_core.figures.rates.waning import waning
from ivig_core.figures.survival.competing import competing
from ivig_core.figures.survival.kaplan_meier import survival
from ivig_core.figures.survival.side_by_side import side_by_side
from ivig_core.figures.survival.start_strategies import start_strategies
from ivig_core.figures.survival.timing import timing
from ivig_core.figures.theme import CONFIG, alt_text, config, finding, stamp
from ivig_core.figures.trust.around_first_dose import around_first_dose
from ivig_core.figures.trust.dose_gaps import dose_gaps
from ivig_core.figures.trust.exposure_over_time import exposure_over_time
from ivig_core.figures.trust.sensitivity import sensitivity

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
