"""What is measured of the core, by its public functions and without any memory of earlier results."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bench.clock import say
from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.read import COMMAND_LIMITS, read_cohort
from ivig_core.estimate.rates.sccs import sccs
from ivig_core.persontime.endpoint import counted_infections
from ivig_core.persontime.split import person_time
from ivig_core.simulate.files import write_simulated
from ivig_core.simulate.presets import get_preset
from ivig_core.spec import AnalysisSpec

PRESET = "known_truth"
SMALLER_PRESET = "bispecific"
"""With 27 rows per patient instead of 47: a million patients fit in the memory of a workstation."""
SEED = 1
CRUDE = AnalysisSpec()
FULL = CRUDE.change(pre_exposure_days=30, adjust_for="phase,season,time")


def person_time_and_sccs(cohort: Cohort, spec: AnalysisSpec) -> pd.DataFrame:
    """Follow-up cut, infections counted, model fitted: the rate ratios of a spec."""
    time = person_time(cohort, spec.exposure, spec.model.adjust_for)
    return sccs(time.count(counted_infections(cohort, spec.endpoint)), spec.model)


def simulate_file(path: Path, patients: int, preset: str = PRESET) -> None:
    """Write a simulated cohort of a preset."""
    write_simulated(get_preset(preset).model, patients, SEED, path)


def cohort_file(folder: Path, patients: int) -> Path:
    """A cohort file of this run, simulated by the first part that needs it."""
    path = folder / f"cohort_{patients}.csv"
    if not path.exists():
        say(f"  simulating {patients:,} patients")
        simulate_file(path, patients)
    return path


def read(path: Path) -> Cohort:
    """The cohort of a file that has no errors."""
    cohort = read_cohort(path, COMMAND_LIMITS).cohort
    if cohort is None:
        raise ValueError(f"{path.name} was refused")
    return cohort
