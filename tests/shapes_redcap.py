"""A cohort as REDCap would export it from a project made with our data dictionary: raw, or with labels."""

from __future__ import annotations

import csv
import io

import pandas as pd

from ivig_core.cohort.cohort import RECORDS, Cohort
from ivig_core.cohort.templates import redcap
from ivig_core.cohort.writing import record_frames

_ADDED = {
    "raw": ("redcap_repeat_instrument", "redcap_repeat_instance"),
    "labels": ("Repeat Instrument", "Repeat Instance"),
}
_STATUS = {"raw": "2", "labels": "Complete"}


def redcap_csv(cohort: Cohort, form: str = "raw") -> bytes:
    """The export as CSV; `form` is "raw" or "labels"."""
    labelled = form == "labels"
    instruments = ("patient", *RECORDS)
    frames = record_frames(cohort)
    columns = {kind: redcap.fields_of(kind) for kind in instruments}
    header = ["Study id" if labelled else redcap.RECORD_ID, *_ADDED[form]]
    for kind in instruments:
        header += [redcap.field_label(kind, column) if labelled else name for name, column in columns[kind]]
        header.append("Complete?" if labelled else f"{kind}_complete")
    lines = []
    blank = [[""] * (len(columns[kind]) + 1) for kind in instruments]
    for at, kind in enumerate(instruments):
        cells = _cells(frames[kind], kind, labelled)
        instance: dict[str, int] = {}
        for who, line in zip(frames[kind]["patient_id"], cells, strict=True):
            instance[who] = instance.get(who, 0) + 1
            name = "" if kind == "patient" else redcap.form_title(kind) if labelled else kind
            rest = [*blank[:at], [*line, _STATUS[form]], *blank[at + 1 :]]
            own = [who, name, "" if kind == "patient" else str(instance[who])]
            lines.append((who, at, [*own, *(text for part in rest for text in part)]))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *(line for *_, line in sorted(lines, key=lambda x: x[:2]))])
    return out.getvalue().encode("utf-8")


def _cells(frame: pd.DataFrame, kind: str, labelled: bool) -> list[list[str]]:
    columns = []
    for _, column in redcap.fields_of(kind):
        if column.name not in frame:
            columns.append([""] * len(frame))
            continue
        texts = ["" if pd.isna(value) else _text(value) for value in frame[column.name]]
        if column.allowed:
            says = redcap.choice_label if labelled else redcap.code
            texts = [says(text) if text else "" for text in texts]
        columns.append(texts)
    return [list(line) for line in zip(*columns, strict=True)]


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
