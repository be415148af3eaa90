"""Patients with their follow-up, and their records on days since its first day."""

from __future__ import annotations

from ivig_core.cohort.reading.build import MID_MONTH
from ivig_core.cohort.reading.dates import Written
from ivig_core.lazy import library
from ivig_core.registry.intake.tables import Records
from ivig_core.registry.table import Table, Value

ibis = library("ibis")


def followed(patient: Records, written: Written, more: dict[str, Value]) -> Table:
    """One row a patient: `id`, `start` (as written), `days`, `day0` (days since 1970-01-01, null where not known) and
    `more` columns of the table."""
    start, end = patient.cells["start"].value, patient.cells["end"].value
    day0 = start if written == "dates" else _middle(patient.cells["index_month"].value) + start
    return patient.raw.select(
        id=patient.cells["patient_id"].value, start=start, days=end - start + 1, day0=day0.cast("int64"), **more
    )


def on_days(rows: Table, patients: Table) -> Table:
    """Records of some patients with `day` (and `last`, where they have an end) since the first day of follow-up, and
    `days`, its length."""
    both = rows.join(patients.select("id", "days", first="start"), "id")
    columns = {"day": both.start - both["first"]}
    if "end" in rows.columns:
        columns["last"] = both.end - both["first"]
    kept = [name for name in rows.columns if name not in ("id", "start", "end")]
    return both.select("id", "days", *kept, **columns)


def _middle(month: Value) -> Value:
    """The day that study day 0 is taken as, of its month."""
    return ibis.cases(*((month == number, int(day)) for number, day in enumerate(MID_MONTH, start=1)))
