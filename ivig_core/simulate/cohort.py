"""A simulated cohort in memory, as if its file had been read."""

from __future__ import annotations

from dataclasses import replace

from ivig_core.cohort.cohort import Cohort
from ivig_core.cohort.read import COMMAND_LIMITS, read_cohort
from ivig_core.simulate.generator import simulate
from ivig_core.simulate.presets import get_preset


def simulate_cohort(preset: str, patients: int | None = None, seed: int | None = None) -> Cohort:
    """A synthetic cohort drawn from the model of a preset, which `ivig simulate --help` lists.

    `patients` and `seed` are those of the preset where they are not given; the same seed gives the same patients.
    Raises `SpecError` for a preset that does not exist or a number that is not allowed.
    """
    chosen = get_preset(preset)
    drawn = simulate(
        chosen.model, chosen.patients if patients is None else patients, chosen.seed if seed is None else seed
    )
    text = drawn.rows.to_csv(index=False, lineterminator="\n").encode()
    return replace(read_cohort(text, COMMAND_LIMITS, name=chosen.title).checked(), synthetic=True)
