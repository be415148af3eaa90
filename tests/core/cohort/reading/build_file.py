"""Small cohort files for the tests, written as dictionaries."""

from __future__ import annotations

import csv
import io

from ivig_core.cohort.intake import Intake
from ivig_core.cohort.read import read_cohort

FOLLOWED = {"patient_id": "P1", "record": "patient", "start": "2020-01-01", "end": "2021-12-31"}


def fact(record: str, start: str, patient_id: str = "P1", **more: str) -> dict[str, str]:
    """One row of a cohort file."""
    return {"patient_id": patient_id, "record": record, "start": start, **more}


def csv_bytes(rows: list[dict[str, str]], separator: str = ",") -> bytes:
    """The rows as a CSV file whose header has every column that any row uses."""
    names = ["patient_id", "record", "start", "end"]
    names += [name for row in rows for name in row if name not in names]
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(names)), restval="", delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def read(*rows: dict[str, str], **options: object) -> Intake:
    """The intake of a file with these rows after one patient row of P1, followed 2020-01-01 to 2021-12-31."""
    return read_cohort(csv_bytes([FOLLOWED, *rows]), **options)  # type: ignore[arg-type]


def kinds(intake: Intake) -> dict[str, int]:
    """True number of problems by kind."""
    return {kind: count for (_, kind), count in intake.counts.items()}
