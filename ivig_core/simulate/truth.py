"""What is true of a simulated cohort: the model's parameters and what was realised."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict
from typing import Any

import numpy as np

from ivig_core.simulate.arms import ADMISSIONS, Arm
from ivig_core.simulate.baseline import People
from ivig_core.simulate.details import shares_on_ivig
from ivig_core.simulate.history import FAR, Doses
from ivig_core.simulate.infections import Infections
from ivig_core.simulate.model import SimulationModel

GENERATOR_VERSION = 2
"""Raised by one whenever the same seed gives different bytes than before."""
SCHEDULED = "dose dates do not depend on infections: the case series with its window before the first dose is true"
TRIGGERED = "infections bring courses on: the true effects are causal, and no case series is the generating model"
Truth = dict[str, Any]
"""What `describe` gives: JSON, so the type of a value depends on its name."""


def true_effects(model: SimulationModel) -> dict[str, dict[str, dict[str, float]]]:
    """True within-patient rate ratios and their logarithms: by endpoint, then by the name of the model's term.

    Only `on_ivig` differs between endpoints. It holds on every day on IVIG, or, with `only_in_calm_hgg`, on
    nonprogressive days with a native IgG below 700 mg/dL, and is 1 (`on_ivig_elsewhere`) on all others. `time_band_k`
    is against the first band, band number k of `trend_band_days` days, the last one open-ended. `pre_ivig` is there
    only where dose dates ignore infections.
    """
    shared = {"progressive": model.irr_progressive, "fall_winter": model.irr_fall_winter}
    if model.starts is None:
        shared = {"pre_ivig": model.irr_before_first_dose} | shared
    if model.only_in_calm_hgg:
        shared = {"on_ivig_elsewhere": 1.0} | shared
    shared |= {f"time_band_{band}": model.trend**band for band in range(1, model.trend_last_band + 1)}
    on = {
        "all_grades": model.irr_on_all,
        "grade_3_plus": model.irr_on_grade_3_plus,
        "grades_1_2": model.irr_on_grade_1_2,
    }
    if model.kinds.bacterial_on_ivig != 1:
        usual, then = model.kinds.pathogen, shares_on_ivig(model.kinds)
        total = sum(usual.values())
        on |= {kind: model.irr_on_all * then[kind] * total / usual[kind] for kind in ("bacterial", "viral")}
    return {
        endpoint: {
            term: {"irr": round(irr, 12), "log_irr": round(math.log(irr), 12)}
            for term, irr in ({"on_ivig": factor} | shared).items()
        }
        for endpoint, factor in on.items()
    }


def block_counts(
    model: SimulationModel, people: People, doses: Doses, infections: Infections, n: int, rows: Counter[str]
) -> Counter[str]:
    """Realised counts of the first `n` patients of an arm in a block; counts of blocks and arms add up.

    `by_state` counts true exposure: doses given elsewhere protect, although the file does not have them.
    """
    mine = infections.patient < n
    patient, state = infections.patient[mine], infections.state[mine]
    written = infections.column["grade"][mine]
    severe = np.isin(written, ["3", "4", "5"])
    on, before = person_days(model, people, doses)
    exposed = on > 0
    total = people.last + 1
    state = np.where((state == "off") & ~exposed[patient], "reference", state)
    days = {
        "on_ivig": on[:n].sum(),
        "pre_ivig": before[:n].sum(),
        "observation": (total - on - before)[:n][exposed[:n]].sum(),
        "reference": (total - on - before)[:n][~exposed[:n]].sum(),
    }
    label = {"on_ivig": "on", "pre_ivig": "before", "observation": "off", "reference": "reference"}
    counts: Counter[str] = Counter({f"rows/{kind}": number for kind, number in rows.items()})
    counts["patients"] = n
    counts["patients_exposed"] = int(exposed[:n].sum())
    counts["patients_with_infection"] = len(np.unique(patient))
    counts["person_days"] = int(total[:n].sum())
    counts["infections"] = len(patient)
    counts["doses"] = int((doses.day[:n] < FAR).sum())
    counts["doses_given_elsewhere"] = int(((doses.day < FAR) & doses.elsewhere)[:n].sum())
    for name, short in label.items():
        counts[f"by_state/{name}/person_days"] = int(days[name])
        counts[f"by_state/{name}/infections"] = int((state == short).sum())
        counts[f"by_state/{name}/infections_grade_3_plus"] = int((severe & (state == short)).sum())
    for grade in ("1", "2", "3", "4", "5", "unknown"):
        counts[f"by_grade/{grade}"] = int((written == grade).sum())
    for cause in ("infection", "myeloma", "other", "unknown"):
        counts[f"deaths/{cause}"] = int((people.death_cause[:n] == cause).sum())
    return counts


def person_days(model: SimulationModel, people: People, doses: Doses) -> tuple[np.ndarray, np.ndarray]:
    """Days on IVIG and days of the window before the first dose, within follow-up, per patient."""
    day, last = doses.day, people.last[:, None]
    following = np.concatenate([day[:, 1:], np.full((len(day), 1), FAR)], axis=1)
    closes = np.minimum(np.minimum(day + model.on_days, following - 1), last)
    on = np.where(day < FAR, np.maximum(closes - np.maximum(day, 0) + 1, 0), 0).sum(axis=1)
    opens = np.maximum(doses.first - model.before_days, 0)
    before = np.where(doses.first < FAR, np.maximum(doses.first - opens, 0), 0)
    return on, before


def describe(arms: tuple[Arm, ...], patients: int, seed: int, preset: str | None, counts: Counter[str]) -> Truth:
    """The truth beside a file, ready for JSON. `true_effects` are those of the first arm, which has IVIG."""
    realised: dict[str, Any] = {}
    for path, number in counts.items():
        *parents, leaf = path.split("/")
        at = realised
        for parent in parents:
            at = at.setdefault(parent, {})
        at[leaf] = number
    model = arms[0].model
    return {
        "synthetic": True,
        "generator_version": GENERATOR_VERSION,
        "file_format": 1,
        "preset": preset,
        "seed": seed,
        "patients": patients,
        "ivig_starts": SCHEDULED if model.starts is None else TRIGGERED,
        "true_effects": true_effects(model),
        "arms": [
            {
                "name": arm.name,
                "weight": arm.patients,
                "admit": ADMISSIONS[arm.admit],
                "least_days": arm.least_days,
                "model": asdict(arm.model) | {"irr_on_grade_1_2": round(arm.model.irr_on_grade_1_2, 12)},
            }
            for arm in arms
        ],
        "realised": realised,
    }
