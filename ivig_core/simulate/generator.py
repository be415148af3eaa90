"""Synthetic cohorts with known truth, in blocks of patients, the same bytes for the same seed.

Order of drawing: patients with frailty and follow-up → progressive periods → IVIG doses → infections → labs, therapies.
Doses come before infections and do not depend on them, although in reality infections are why IVIG is started. The
excess of infections before the first dose is a window with a higher rate conditional on the date of that dose, so the
self-controlled case series with that window as a level of its own (`pre_exposure_days=30`) is the right model and its
true value is the parameter. Two consequences of conditioning on that date: a patient who is to be treated does not
die of an infection before the first dose (a grade 5 drawn there becomes grade 4), and the first dose lies within
follow-up. A later grade 5 (2 in 1000 infections) does end follow-up, which the conditional likelihood ignores: it moves
the all-grade log rate ratio by less than 0.005.

Adding a model: one entry in `presets.py`; what no parameter covers becomes a parameter of `SimulationModel`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from ivig_core.errors import SpecError
from ivig_core.simulate import rows
from ivig_core.simulate.baseline import draw_people
from ivig_core.simulate.draw import stream
from ivig_core.simulate.history import draw_doses, draw_periods
from ivig_core.simulate.infections import draw_infections
from ivig_core.simulate.labs import draw_labs
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.therapies import draw_therapies
from ivig_core.simulate.truth import block_counts, describe

BLOCK = 1000
"""Patients drawn together. Part of the definition of a seed: another value gives other patients."""


@dataclass(frozen=True)
class Simulated:
    """A simulated cohort: `rows` in cohort file format 1 (all text), `truth` ready for JSON."""

    rows: pd.DataFrame
    truth: dict


def simulate(model: SimulationModel, patients: int, seed: int, preset: str | None = None) -> Simulated:
    """A cohort of `patients` drawn from `model`; the first n patients are the same whatever `patients` is."""
    counts: Counter[str] = Counter()
    frames = list(simulate_blocks(model, patients, seed, counts))
    frame = pd.concat(frames, ignore_index=True)
    return Simulated(frame, describe(model, patients, seed, preset, counts))


def simulate_blocks(
    model: SimulationModel, patients: int, seed: int, counts: Counter[str] | None = None
) -> Iterator[pd.DataFrame]:
    """The rows of `simulate` in frames of at most 1000 patients; `counts` gathers the realised counts on the way."""
    if patients < 1:
        raise SpecError("patients", patients, "a whole number of at least 1")
    if seed < 0:
        raise SpecError("seed", seed, "a whole number of at least 0")
    return _blocks(model, patients, seed, Counter() if counts is None else counts)


def _blocks(model: SimulationModel, patients: int, seed: int, counts: Counter[str]) -> Iterator[pd.DataFrame]:
    for block in range((patients + BLOCK - 1) // BLOCK):
        yield _block(model, seed, block, min(BLOCK, patients - block * BLOCK), counts)


def _block(model: SimulationModel, seed: int, block: int, n: int, counts: Counter[str]) -> pd.DataFrame:
    """The first `n` patients of block number `block`. A whole block is always drawn: no patient depends on `n`."""
    people = draw_people(stream(seed, block, "baseline"), model, BLOCK)
    periods = draw_periods(stream(seed, block, "phase"), model, people)
    rng = stream(seed, block, "ivig")
    doses = draw_doses(rng, model, people)
    infections = draw_infections(stream(seed, block, "infection"), model, people, periods, doses)
    doses = doses.until(people.last)
    tables = {
        "patient": rows.patient_rows(people, periods),
        "ivig": rows.ivig_rows(rng, people, doses),
        "infection": rows.infection_rows(infections),
        "lab": draw_labs(stream(seed, block, "lab"), model, people, periods, doses),
        "phase": rows.phase_rows(people, periods),
        "therapy": draw_therapies(stream(seed, block, "therapy"), people, periods, infections),
    }
    frame = rows.assemble(tables, people.day0, rows.patient_ids(block * BLOCK + 1, n))
    written = Counter(frame["record"].tolist())
    counts.update(block_counts(model, people, doses, infections, n, written))
    return frame
