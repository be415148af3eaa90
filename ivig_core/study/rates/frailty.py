"""How much patients' own rates of infection differ beyond chance."""

from __future__ import annotations

from ivig_core.estimate.rates.frailty import Frailty
from ivig_core.estimate.rates.frailty import frailty as fit_frailty
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study


def frailty(study: Study, spec: AnalysisSpec) -> Frailty:
    """Variance of patients' rates over all patients, with one window on IVIG; see `estimate.rates.frailty`."""
    spec = spec.change(window_cuts=())
    return study.once(
        "frailty", spec.selection, spec.exposure, spec.endpoint, make=lambda: fit_frailty(study.time(spec))
    )  # fmt: skip
