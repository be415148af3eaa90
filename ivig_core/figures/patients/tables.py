"""Lanes as a table in words."""

from __future__ import annotations

import pandas as pd


def lanes_table(patients: pd.DataFrame) -> pd.DataFrame:
    """One row per patient of a page of lanes."""
    shown = {
        "Patient": patients["patient_id"],
        "Group": patients["group"],
        "Days": patients["days"],
        "On IVIG": patients["days_on"],
        "Infections": patients["infections"],
        "Died": ["yes" if died else "" for died in patients["died"]],
    }
    if patients["group"].isna().all():
        del shown["Group"]
    return pd.DataFrame(shown)
