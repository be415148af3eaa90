"""Cohorts with known truth, analysed and calibrated: by the models of `simulate`, and by a generator of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ivig_core.estimate.whatif.null.calibrate import calibrated
from ivig_core.estimate.whatif.null.process import Histories
from ivig_core.estimate.whatif.null.tally import Rule
from ivig_core.simulate.arms import Arm
from ivig_core.simulate.arms import Histories as Drawn
from ivig_core.simulate.draw import Streams
from ivig_core.simulate.generator import BLOCK, _draw_arm
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.populations.daratumumab import ARMS
from tests.core.estimate.whatif.daily import daily

COHORTS, SIMULATIONS, SEED = 500, 200, 20261128
"""Cohorts of a cell; simulations behind each calibrated ratio (page: up to 2,000); seed, set before the first run."""
RULES = {"all": Rule(0, False), "without 30 before": Rule(30, False), "from the first dose": Rule(0, True)}
WINDOW = 30


class Cell(NamedTuple):
    """Which cohorts: `starts` "triggered" (preset `daratumumab`, its patients on IVIG), "random" (`known_truth` without
    the window before the first dose, all treated) or "tripled" (`daily`), patients in a cohort, true rate ratio, and
    the days that are analysed, one of `RULES`."""

    starts: str
    patients: int
    truth: float
    days: str = "all"


ASKED = [Cell(starts, size, truth) for starts in ("triggered", "random") for size in (43, 143) for truth in (1.0, 0.6)]
BESIDE = [
    *(Cell("triggered", 43, truth, days) for days in list(RULES)[1:] for truth in (1.0, 0.6)),
    *(Cell("tripled", 43, truth) for truth in (1.0, 0.6)),
]
"""Other days, and starts that depend on infections less, so that the bias is small: reported, nothing asked of them."""


class Found(NamedTuple):
    """One cohort: log rate ratio and standard error as analysed, then calibrated with its limits."""

    estimate: float
    error: float
    centre: float
    low: float
    high: float


def analyse(cell: Cell, cohorts: int = COHORTS) -> list[Found]:
    """Every cohort of a cell as analysed (nothing adjusted for) and calibrated."""
    found = []
    for number, histories in enumerate(drawn(cell, cohorts)):
        estimate, error, free = calibrated(histories, RULES[cell.days], SIMULATIONS, seed=number)
        found.append(Found(estimate, error, free.log_ratio, free.low, free.high))
    return found


def drawn(cell: Cell, cohorts: int) -> Iterator[Histories]:
    """Consecutive cohorts of one simulation; patients who were never on IVIG say nothing of the ratio."""
    people = cell.patients * cohorts
    if cell.starts == "tripled":
        everybody = daily(people, cell.truth, 3.0, seed=int(1000 + 10 * cell.truth + cell.patients))
    else:
        everybody = _join([_recorded(_draw_arm(_arm(cell), Streams(SEED + cell.patients, block), min(BLOCK, left)))
                           for block, left in enumerate(range(people, 0, -BLOCK))])  # fmt: skip
    yield from _cut(everybody, cell.patients if cell.starts != "tripled" else len(everybody) // cohorts, cohorts)


def _arm(cell: Cell) -> Arm:
    effect = {"irr_on_all": cell.truth, "irr_on_grade_3_plus": cell.truth}
    if cell.starts == "triggered":
        return replace(ARMS[0], model=replace(ARMS[0].model, **effect))
    model = SimulationModel(irr_before_first_dose=1.0, share_never_ivig=0.0, **effect)
    return Arm("all", cell.patients, model)


def _recorded(histories: Drawn) -> Histories:
    """What the file would have: doses given elsewhere are not in it."""
    doses, last = histories.doses, histories.people.last
    who, column = np.nonzero(doses.recorded & (doses.day <= last[:, None]))
    infections = histories.infections
    order = np.lexsort((infections.day, infections.patient))
    return Histories(
        last + 1, infections.patient[order], infections.day[order], who, doses.day[who, column], WINDOW
    )  # fmt: skip


def _join(parts: list[Histories]) -> Histories:
    before = np.cumsum([0, *(len(part) for part in parts[:-1])])
    return Histories(
        np.concatenate([part.days for part in parts]),
        np.concatenate([part.infection_patient + first for part, first in zip(parts, before, strict=True)]),
        np.concatenate([part.infection_day for part in parts]),
        np.concatenate([part.dose_patient + first for part, first in zip(parts, before, strict=True)]),
        np.concatenate([part.dose_day for part in parts]),
        WINDOW,
    )  # fmt: skip


def _cut(whole: Histories, patients: int, cohorts: int) -> Iterator[Histories]:
    """Patients of consecutive cohorts, without those who have no day on IVIG."""
    exposed = np.zeros(len(whole), bool)
    exposed[whole.dose_patient[whole.dose_day + WINDOW >= 0]] = True
    for number in range(cohorts):
        mine = np.zeros(len(whole), bool)
        mine[number * patients : (number + 1) * patients] = True
        mine &= exposed
        code = np.cumsum(mine) - 1
        infections, doses = mine[whole.infection_patient], mine[whole.dose_patient]
        yield Histories(
            whole.days[mine], code[whole.infection_patient[infections]], whole.infection_day[infections],
            code[whole.dose_patient[doses]], whole.dose_day[doses], WINDOW,
        )  # fmt: skip
