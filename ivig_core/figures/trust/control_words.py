"""Negative controls in words: their table, and what a calibration by them says."""

from __future__ import annotations

import math

import pandas as pd

from ivig_core.export import rows_of
from ivig_core.figures.words import ABSENT, count, estimate, interval, p_phrase, p_value, percent, ratio
from ivig_core.study.trust.calibration import Calibration

CALIBRATED = (
    "Schuemie and others (2014, 2018): the error of the controls is taken to be normal, with mean and standard "
    "deviation by maximum likelihood, and the same for the headline. The published interval takes both as known and is "
    "too narrow with few controls: with five it held the truth in 77 to 91 % of simulations. Read the wider one. If "
    "IVIG does prevent infections chosen as controls, calibrating takes part of its effect away."
)


def control_table(rows: pd.DataFrame) -> pd.DataFrame:
    """One line a control."""
    records = rows_of(rows)
    return pd.DataFrame(
        {
            "Infections": [_capital(row["control"]) for row in records],
            "Patients": [count(row["patients"]) for row in records],
            "On / off IVIG": [f"{count(row['infections_on'])} / {count(row['infections_off'])}" for row in records],
            "Rate ratio (95 % interval)": [
                estimate(row["status"], row["irr"], row["ci_low"], row["ci_high"]) or ABSENT for row in records
            ],
            "p": [p_value(row["p_value"]) for row in records],
            "Verdict": [_capital(row["word"]) for row in records],
        }
    )


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def calibration_table(found: Calibration) -> pd.DataFrame:
    """The headline as it is, calibrated as published, and with the wider interval; empty where there is none."""
    own = found.calibrated
    if own is None:
        return pd.DataFrame()
    return pd.DataFrame(
        {
            "Headline": ["As it is", "Calibrated, wider interval", "Calibrated as published"],
            "Rate ratio (95 % interval)": [
                f"{ratio(found.irr)} {interval(found.ci_low, found.ci_high)}",
                f"{ratio(own.ratio)} {interval(own.wide_low, own.wide_high)}",
                f"{ratio(own.ratio)} {interval(own.low, own.high)}",
            ],
            "p": [p_value(found.p_value), p_value(own.wide_p), p_value(own.p_value)],
        }
    )


def calibration_sentence(found: Calibration) -> str:
    """The calibrated ratio, the error of the controls and the infections in both; or why there is none."""
    error, own = found.error, found.calibrated
    if error is None or own is None:
        return found.reason
    said = (
        f"Calibrated by {error.controls} controls the ratio is {ratio(own.ratio)} "
        f"{interval(own.wide_low, own.wide_high)}, {p_phrase(own.wide_p)}: their error is a factor of "
        f"{_factor(error.mean)}, and varies by a factor of {_factor(error.sd)} (one standard deviation)."
    )
    if not found.counted:
        return said
    share = percent(found.counted / found.infections)
    return f"{said} {share} of the headline's infections are of these kinds: set it to count others only."


def _factor(log: float) -> str:
    return ratio(math.exp(log))
