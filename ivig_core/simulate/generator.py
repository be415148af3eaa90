"""Synthetic cohorts with known truth, in blocks of patients, the same bytes for the same seed.

Order of drawing: patients with frailty and follow-up → progressive periods, native IgG → IVIG doses and infections →
labs, therapies. A model says in one of two ways how doses and infections go together.

Without `starts`, doses come first and do not depend on infections. The excess of infections before the first dose is a
window with a higher rate conditional on the date of that dose, so the self-controlled case series with that window as a
level of its own (`pre_exposure_days=30`) is the right model and its true value is the parameter. Two consequences of
conditioning on that date: a patient who is to be treated does not die of an infection before the first dose (a grade 5
drawn there becomes grade 4), and the first dose lies within follow-up. A later grade 5 (2 in 1000 infections) does end
follow-up, which the conditional likelihood ignores: it moves the all-grade log rate ratio by less than 0.005.

With `starts` (`sequence.py`), infections bring courses on, as they do in reality. The parameter is the causal effect.

A cohort has one or more arms (`arms.py`), each taken by what happened to its patients, as a retrospective study takes
them. Adding a cohort: one entry in `presets.py`; what no parameter covers becomes a parameter of `SimulationModel`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from ivig_core.errors import SpecError
from ivig_core.simulate import rows
from ivig_core.simulate.arms import Arm, Histories, arm_of, as_arms, join
from ivig_core.simulate.baseline import draw_people
from ivig_core.simulate.draw import Streams
from ivig_core.simulate.history import draw_doses, draw_periods
from ivig_core.simulate.igg import draw_igg
from ivig_core.simulate.infections import Surroundings, draw_infections
from ivig_core.simulate.labs import draw_labs
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.sequence import draw_sequence
from ivig_core.simulate.therapies import draw_therapies
from ivig_core.simulate.truth import Truth, block_counts, describe

BLOCK = 1000
"""Patients drawn together. Part of the definition of a seed: another value gives other patients."""
MOST_BATCHES = 50
"""Batches of candidates drawn for an arm in a block before giving up."""

Model = SimulationModel | tuple[Arm, ...]
"""One model, or the arms of a cohort."""


@dataclass(frozen=True)
class Simulated:
    """A simulated cohort: `rows` in cohort file format 1 (all text), `truth` ready for JSON."""

    rows: pd.DataFrame
    truth: Truth


def simulate(model: Model, patients: int, seed: int, preset: str | None = None) -> Simulated:
    """A cohort of `patients` drawn from `model`; the first n patients are the same whatever `patients` is."""
    counts: Counter[str] = Counter()
    frames = list(simulate_blocks(model, patients, seed, counts))
    frame = pd.concat(frames, ignore_index=True)
    return Simulated(frame, describe(as_arms(model), patients, seed, preset, counts))


def simulate_blocks(
    model: Model, patients: int, seed: int, counts: Counter[str] | None = None
) -> Iterator[pd.DataFrame]:
    """The rows of `simulate` in frames of at most 1000 patients; `counts` gathers the realised counts on the way."""
    return map(_frame, record_blocks(model, patients, seed, counts))


def record_blocks(
    model: Model, patients: int, seed: int, counts: Counter[str] | None = None
) -> Iterator[list[rows.Records]]:
    """What `simulate_blocks` gives, before it becomes text: the records of each arm, a block of patients at a time."""
    if patients < 1:
        raise SpecError("patients", patients, "a whole number of at least 1")
    if seed < 0:
        raise SpecError("seed", seed, "a whole number of at least 0")
    return _blocks(as_arms(model), patients, seed, Counter() if counts is None else counts)


def _blocks(arms: tuple[Arm, ...], patients: int, seed: int, counts: Counter[str]) -> Iterator[list[rows.Records]]:
    for block in range((patients + BLOCK - 1) // BLOCK):
        yield _block(arms, seed, block, min(BLOCK, patients - block * BLOCK), counts)


def _block(arms: tuple[Arm, ...], seed: int, block: int, n: int, counts: Counter[str]) -> list[rows.Records]:
    """The first `n` patients of block number `block`. A whole block is always drawn: no patient depends on `n`."""
    ids = rows.patient_ids(block * BLOCK + 1, BLOCK)
    member = arm_of(arms, block * BLOCK + np.arange(BLOCK))
    parts = []
    for number, arm in enumerate(arms):
        mine = np.flatnonzero(member == number)
        streams = Streams(seed, block, number)
        place = mine[mine < n]
        parts.append(_records(arm, streams, _draw_arm(arm, streams, len(mine)), place, ids, counts))
    return parts


def _frame(parts: list[rows.Records]) -> pd.DataFrame:
    """A block as rows of the file, its patients in their order whatever their arm."""
    frames = [rows.assemble(part) for part in parts]
    if len(frames) == 1:
        return frames[0]
    frame = pd.concat(frames, ignore_index=True)
    order = np.argsort(pd.Index(parts[0].ids).get_indexer(frame["patient_id"]), kind="stable")
    return frame.iloc[order].reset_index(drop=True)


def _draw_arm(arm: Arm, streams: Streams, n: int) -> Histories:
    """`n` admitted patients of one arm, drawn a batch of candidates after another until there are enough."""
    parts: list[Histories] = []
    found = 0
    for batch in range(MOST_BATCHES):
        drawn = _draw_batch(arm.model, replace(streams, batch=batch))
        who = np.flatnonzero(drawn.admitted(arm))[: n - found]
        parts.append(drawn.take(who))
        found += len(who)
        if found == n:
            return join(parts)
    raise SpecError("admit", arm.admit, f"a model in which more of the patients are {arm.admit}")


def _draw_batch(model: SimulationModel, streams: Streams) -> Histories:
    """A batch of candidates: everything but labs and therapies."""
    people = draw_people(streams.of("baseline"), model, BLOCK)
    periods = draw_periods(streams.of("phase"), model, people)
    around = Surroundings(periods, draw_igg(streams.of("igg"), model, people))
    if model.starts is None:
        doses = draw_doses(streams.of("ivig"), model, people)
        infections = draw_infections(streams.of("infection"), model, people, around, doses)
        doses = doses.until(people.last)
    else:
        doses, infections = draw_sequence(
            streams.of("ivig"), streams.of("infection"), model, model.starts, people, around
        )
    return Histories(people, around, doses, infections)


def _records(
    arm: Arm, streams: Streams, drawn: Histories, place: np.ndarray, ids: np.ndarray, counts: Counter[str]
) -> rows.Records:
    """The records of the first patients of one arm in a block, as many as there are in `place`."""
    people, doses, infections, periods = drawn.people, drawn.doses, drawn.infections, drawn.around.periods
    tables = {
        "patient": rows.patient_rows(people, periods),
        "ivig": rows.ivig_rows(streams.of("dose"), people, doses),
        "infection": rows.infection_rows(infections),
        "lab": draw_labs(streams.of("lab"), arm.model, people, periods, drawn.around.igg, doses),
        "phase": rows.phase_rows(people, periods),
        "therapy": draw_therapies(streams.of("therapy"), arm.model, people, periods, infections),
    }
    records = rows.Records(rows.first_patients(tables, len(place)), people.day0, place, ids)
    counts.update(block_counts(arm.model, people, doses, infections, len(place), records.number_of_rows()))
    return records
