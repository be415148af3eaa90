"""How often infections come on IVIG, off it, and in the other periods of a spec."""

from __future__ import annotations

import pandas as pd

from ivig_core.estimate.rates.rates import rates
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study


def incidence_rates(study: Study, spec: AnalysisSpec) -> pd.DataFrame:
    """Incidence rates per patient-year by period, with intervals; see `estimate.rates.rates`."""
    return study.once(
        "rates", spec.selection, spec.exposure, spec.endpoint, spec.model.population, spec.model.rate_ci,
        make=lambda: rates(study.time(spec), spec.model.population, spec.model.rate_ci),
    )  # fmt: skip
