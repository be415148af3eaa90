"""An empty cohort file to fill in: the header and one made-up patient who shows every kind of record."""

from __future__ import annotations

import csv
import io

from ivig_core.cohort.checks.whole import EXAMPLE_ID
from ivig_core.cohort.columns import COLUMNS

EXAMPLE: tuple[dict[str, str], ...] = (
    {
        "record": "patient",
        "start": "2023-01-16",
        "end": "2024-12-31",
        "age": "67",
        "sex": "female",
        "index_therapy": "daratumumab",
        "years_since_diagnosis": "3.5",
        "lines_of_therapy": "2",
        "infections_prior_year": "1",
        "heavy_chain": "IgG",
        "light_chain": "kappa",
        "iss": "II",
        "r_iss": "II",
        "high_risk_cytogenetics": "no",
        "extramedullary_disease": "no",
        "weight_kg": "72",
    },
    {"record": "lab", "start": "2023-01-16", "analyte": "igg", "value": "310", "unit": "mg/dL", "trough": "no"},
    {
        "record": "infection",
        "start": "2023-02-20",
        "end": "2023-03-01",
        "grade": "3",
        "pathogen": "bacterial",
        "organism": "S. pneumoniae",
        "site": "lower_respiratory",
        "hospitalized": "yes",
        "hospital_days": "6",
        "anc": "2.1",
        "alc": "0.7",
    },
    {"record": "ivig", "start": "2023-03-15", "dose_g_per_kg": "0.4", "route": "iv"},
    {
        "record": "ivig",
        "start": "2023-04-12",
        "end": "2023-12-20",
        "interval_days": "28",
        "dose_g": "30",
        "route": "iv",
    },
    {"record": "infection", "start": "2023-09-04", "grade": "unknown", "site": "upper_respiratory"},
    {"record": "phase", "start": "2024-05-06", "end": "2024-08-11", "phase": "progressive"},
    {"record": "therapy", "start": "2023-01-16", "drug": "aciclovir", "category": "antiviral_prophylaxis"},
)


def template_rows() -> list[list[str]]:
    """Header and example rows, every column of the scheme in order."""
    names = [column.name for column in COLUMNS]
    return [names, *([{"patient_id": EXAMPLE_ID, **fact}.get(name, "") for name in names] for fact in EXAMPLE)]


def template_csv() -> bytes:
    """The template as CSV, readable by `read_cohort` as it is."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(template_rows())
    return out.getvalue().encode("utf-8")
