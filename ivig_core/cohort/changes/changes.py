"""What a second version of a cohort changed: patients who came or are gone, facts added, removed and changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.cohort.changes.listing import COLUMNS, changed, facts_of, joined, lone, patients_alone
from ivig_core.cohort.changes.matching import match, stacked
from ivig_core.cohort.cohort import RECORDS, Cohort
from ivig_core.cohort.writing import first_days, patient_frame
from ivig_core.numbers import counted

PLACE = {"lab": ("patient", "start", "analyte")}
"""By what a changed fact is known as the same one, besides its kind; for the other kinds patient and first day."""
KINDS = {"patient": "patient rows", "ivig": "doses", "infection": "infections", "lab": "lab values",
         "phase": "phases", "therapy": "therapies"}  # fmt: skip
"""What the facts of each kind are called; a course counts as one dose row."""
ONLY_DAYS = (
    "One of the two files has dates and the other has study days: days are compared as counted from each patient's "
    "first day at risk."
)
ONLY_MONTH = (
    "Only one of the two files has index_month, the month of study day 0: seasons are known from that one alone."
)


@dataclass(frozen=True, eq=False)
class Changes:
    """The later cohort against the earlier one.

    `kinds`: one row per kind of record (`patient` and `RECORDS`) with `record`, `before`, `gone` (with patients who are
    gone), `removed`, `changed`, `added`, `come` (with patients who came), `after`; before − gone − removed + added +
    come = after, and of what stayed `changed` have another content.
    `facts`: one row per difference, columns `COLUMNS`; a fact in which several columns changed has a row for each.
    `shared`: patients in both. `columns_added`, `columns_gone`: own baseline columns that only one of the files has.
    """

    kinds: pd.DataFrame
    facts: pd.DataFrame
    shared: int
    columns_added: tuple[str, ...] = ()
    columns_gone: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether the two cohorts are the same."""
        return self.facts.empty and not self.columns_added and not self.columns_gone

    def number(self, record: str, what: str) -> int:
        """A number of `kinds`."""
        return int(self.kinds.loc[self.kinds["record"] == record, what].iloc[0])


def changes(before: Cohort, after: Cohort) -> Changes:
    """Compare two versions of a cohort by `patient_id`, kind, first day and content, in time linear in their facts.

    A fact is the same where every value is (numbers to 6 decimals). Where one fact of a patient, kind and first day (of
    a lab value also the analyte) is left on either side, it was changed; a fact that moved to another day was removed
    and added. Days are those of the file; in a file of study days without `index_month` they are counted from the
    first day at risk, so that a later first day moves every fact.
    """
    notes: tuple[str, ...] = ()
    if before.calendar != after.calendar:
        notes = (ONLY_DAYS if "dates" in (before.calendar, after.calendar) else ONLY_MONTH,)
        before, after = replace(before, calendar="none"), replace(after, calendar="none")
    ids = [cohort.patients["patient_id"].astype("str") for cohort in (before, after)]
    both = [one.isin(other).to_numpy(bool) for one, other in (ids, ids[::-1])]
    people = [_rows(cohort, stays) for cohort, stays in ((before, both[0]), (after, both[1]))]
    rows, listed = [], []
    for kind in ("patient", *RECORDS):
        (first, first_stays), (last, last_stays) = people[0][kind], people[1][kind]
        found, counts = _compared(kind, first[first_stays], last[last_stays], before.calendar == "dates")
        listed.append(found)
        gone, come = int((~first_stays).sum()), int((~last_stays).sum())
        rows.append({"record": kind, "before": len(first), "gone": gone, **counts, "come": come, "after": len(last)})
    for what, cohort, stays in (("patient gone", before, both[0]), ("patient added", after, both[1])):
        listed.append(patients_alone(what, cohort, ~stays))
    facts = joined(listed)
    order = np.lexsort((facts["order"], facts["record"].map(list(KINDS).index), facts["patient_id"]))
    return Changes(
        kinds=pd.DataFrame(rows)[["record", "before", "gone", "removed", "changed", "added", "come", "after"]],
        facts=facts.iloc[order].reset_index(drop=True)[list(COLUMNS)],
        shared=int(both[0].sum()),
        columns_added=tuple(name for name in after.own_baseline if name not in before.own_baseline),
        columns_gone=tuple(name for name in before.own_baseline if name not in after.own_baseline),
        notes=notes,
    )


def share_patients(before: Cohort, after: Cohort) -> bool:
    """Whether any patient of one is in the other."""
    return bool(before.patients["patient_id"].isin(after.patients["patient_id"]).any())


def sentence(found: Changes) -> str:
    """What changed, in one sentence for each of patients and facts."""
    if found.nothing:
        return "Nothing changed: the same patients with the same facts."
    people = [f"{counted(found.shared, 'patient')} in both"]
    people += [f"{number:,} {what}" for what, name in (("added", "come"), ("gone", "gone"))
               if (number := found.number("patient", name))]  # fmt: skip
    kinds = [text for row in found.kinds.itertuples() if (text := _of_kind(row))]
    said = [f"{', '.join(people)}."]
    said.append(f"In these: {'; '.join(kinds)}." if kinds else "In these no fact changed.")
    said.append(f"{_then_now(found, 'infection', 'Infections')}, {_then_now(found, 'ivig', 'dose rows')}.")
    for words, names in (("New columns", found.columns_added), ("Columns gone", found.columns_gone)):
        said += [f"{words}: {', '.join(names)}."] if names else []
    return " ".join(said)


def _then_now(found: Changes, record: str, words: str) -> str:
    return f"{words} {found.number(record, 'before'):,} → {found.number(record, 'after'):,}"


def _of_kind(row: Any) -> str:
    """What was done to facts of one kind; empty where nothing was."""
    numbers = [(int(getattr(row, what)), what) for what in ("added", "removed", "changed")]
    left = [f"{number:,} {what}" for number, what in numbers if number]
    return f"{KINDS[row.record]} {', '.join(left)}" if left else ""


def _rows(cohort: Cohort, stays: np.ndarray) -> dict[str, tuple[pd.DataFrame, np.ndarray]]:
    """By kind: its rows with the id in `patient` and days as the file has them, and which are of patients in both."""
    start, _ = first_days(cohort)
    ids = cohort.patients["patient_id"].astype("str").to_numpy(object)
    people = patient_frame(cohort).rename(columns={"patient_id": "patient"})
    found = {"patient": (people, stays)}
    for kind in RECORDS:
        frame: pd.DataFrame = getattr(cohort, kind)
        code = frame["patient"].to_numpy(np.int64)
        found[kind] = (facts_of(frame, code, ids, start), stays[code])
    return found


def _compared(kind: str, before: pd.DataFrame, after: pd.DataFrame, dates: bool) -> tuple[pd.DataFrame, dict[str, int]]:
    """The differences between facts of patients in both, one row each, and how many facts they are."""
    before, after = (part.reset_index(drop=True) for part in (before, after))
    shared = [name for name in before.columns if name in after.columns]
    before, after = before[shared], after[shared]
    if kind == "patient":
        before, after = (part.sort_values("patient").reset_index(drop=True) for part in (before, after))
        other = np.zeros(len(before), bool)
        for name in shared:
            code = stacked(before[name], after[name])
            other |= code[: len(before)] != code[len(before) :]
        at = np.flatnonzero(other)
        listed = changed(kind, before.iloc[at], after.iloc[at], dates)
        return listed, {"removed": 0, "changed": len(at), "added": 0}
    found = match(before, after, PLACE.get(kind, ("patient", "start")))
    parts = [
        lone(kind, "removed", before.iloc[found.removed], dates),
        changed(kind, before.iloc[found.was], after.iloc[found.now], dates),
        lone(kind, "added", after.iloc[found.added], dates),
    ]
    return joined(parts), {"removed": len(found.removed), "changed": len(found.was), "added": len(found.added)}
