"""Rows of rate ratios as models fill them in."""

from __future__ import annotations

import numpy as np

from ivig_core.estimate.cells import Cells
from ivig_core.estimate.contrast import Screen
from ivig_core.estimate.result import RatioRow


def blank(data: Cells, model: str, term: str, status: str, note: str, screened: Screen | None = None) -> RatioRow:
    """The row of a term without its estimate, with the counts of what entered the model."""
    # Those without an infection never enter cells.
    patients = int(np.count_nonzero(np.bincount(data.cluster)))
    return RatioRow(
        model=model,
        term=term,
        status=status,
        patients=patients,
        patients_with_infection=patients,
        informative_patients=screened.informative[term] if screened else 0,
        infections=int(data.infections.sum()),
        note=note,
    )


def filled(row: RatioRow, **changes: object) -> RatioRow:
    """The row with some of its fields changed, numbers as plain ones."""
    values = {name: float(value) if isinstance(value, np.floating) else value for name, value in changes.items()}
    return RatioRow(**{**row.__dict__, **values})
