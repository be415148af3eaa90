"""CDISC ADaM (ADSL, ADEX, ADCM, ADAE, ADLB, ADTTE) → its mapping, by the names that the standard gives variables.

SDTM (DM, EX, CM, AE, LB) is read the same way as far as ADaM keeps its names.

A variable of the sponsor is used where its name or its SAS label is a column of ours.
Source: CDISC Analysis Data Model Implementation Guide 1.3, and the SDTM names that ADaM keeps.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.formats.grid import Book
from ivig_core.cohort.guessing.adam.events import (
    adverse_events,
    exposure,
    laboratory,
    medication,
    phases,
    times_to_event,
)
from ivig_core.cohort.guessing.adam.names import Adam, sponsor_fields
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.header import Head
from ivig_core.cohort.guessing.values import translated
from ivig_core.cohort.mapping.mapping import Block, Field

_STARTS = ("TRTSDT", "RANDDT", "ENRLDT", "RFICDT", "TRTSDTM", "RFSTDTC")
_ENDS = ("EOSDT", "LSTALVDT", "RFPENDTC", "RFENDTC")
_OFTEN_LAST_DOSE = "RFENDTC"
"""The standard leaves to the sponsor what it is: the end of the trial for a subject, or the last exposure."""
_BASELINE = {"AGE": "age", "SEX": "sex", "WEIGHTBL": "weight_kg", "DTHDT": "died_on", "DTHDTC": "died_on"}
_FAILED = {"scrnfail", "screen failure", "screen fail"}
_ARMS = ("TRT01A", "TRT01P", "ARM")


def recognise_adam(book: Book, heads: list[Head]) -> list[Draft] | None:
    """Drafts of the data sets of an ADaM package; None where the file is none."""
    known = [(Adam(Draft(head, shape="CDISC ADaM")), _kind(head)) for head in heads]
    subjects = [adam for adam, kind in known if kind == "subjects"]
    kinds = {kind for _, kind in known}
    if not subjects:
        alone = [adam for adam, kind in known if kind or _is_of_trial(adam.draft.head)]
        return [_without_subjects(adam) for adam in alone[:1]] or None
    # A package can have DM beside ADSL: both tell of the same subjects.
    chosen = next((adam for adam in subjects if adam.draft.head.grid.name.lower().endswith("adsl")), subjects[0])
    for adam, kind in known:
        if kind == "subjects" and adam is not chosen:
            continue
        if kind == "subjects":
            _subjects(adam, alone=kinds <= {"subjects", ""})
        elif kind == "exposure":
            exposure(adam)
        elif kind == "medication":
            medication(adam)
        elif kind == "events":
            adverse_events(adam)
        elif kind == "times":
            times_to_event(adam, died=chosen.has("DTHDT") or chosen.has("DTHDTC"))
        elif kind == "values":
            laboratory(adam)
            phases(adam)
    return [adam.draft for adam, _ in known]


def _kind(head: Head) -> str:
    """Which data set of the standard a table is, by its variables; empty where it is none that is used."""
    names = {name.upper() for name in head.names}
    if "USUBJID" not in names:
        return ""
    for kind, asked in (
        ("times", ({"PARAMCD"}, {"CNSR"})),
        ("values", ({"PARAMCD"}, {"AVAL", "AVALC"})),
        ("exposure", ({"EXTRT"},)),
        ("medication", ({"CMDECOD", "CMTRT"},)),
        ("events", ({"AEDECOD", "AETERM"},)),
        ("subjects", (set(_STARTS),)),
    ):
        if all(names & some for some in asked) and (kind != "subjects" or _once_each(head)):
            return kind
    return "subjects" if head.grid.name.lower() == "adsl" else ""


def _is_of_trial(head: Head) -> bool:
    """Whether a table has the two identifiers of every data set of the standard, and several rows a subject."""
    return {"STUDYID", "USUBJID"} <= {name.upper() for name in head.names} and not _once_each(head)


def _once_each(head: Head) -> bool:
    """Whether every subject has one row: other data sets repeat the days of the subjects in each of their rows."""
    name = next(name for name in head.names if name.upper() == "USUBJID")
    codes = head.column(name).codes[head.data]
    return len(np.unique(codes)) == len(codes)


def _without_subjects(adam: Adam) -> Draft:
    """A data set of events alone tells of nobody how long they were observed, nor who had none."""
    adam.draft.hopeless = True
    adam.draft.ask(
        "", f"“{adam.draft.head.grid.name}” is a CDISC data set without that of the subjects: nobody's first and last "
        "day at risk is known, nor who had no event.",
        "Put ADSL (or DM) beside it, in one folder or ZIP, with the data sets of doses and adverse events.",
    )  # fmt: skip
    return adam.draft


def _subjects(adam: Adam, *, alone: bool) -> None:
    """One patient a row. The end of follow-up is taken only where one variable can be it."""
    fields: dict[str, Field] = {"patient_id": adam.field("USUBJID", "patient_id", "the subject")}
    start = adam.first(_STARTS)
    if start:
        others = [name for name in _STARTS if name != start and adam.has(name)]
        why = "the first treatment" if start.upper().startswith("TRTS") else "the first of the days that can be it"
        fields["start"] = adam.field(
            start, "start", why + (f"; {', '.join(others)} could be it as well" if others else "")
        )
    else:
        adam.draft.ask("", "No variable was recognised as the first day at risk.", "Name it in the mapping as start.",
                       "patient", "start")  # fmt: skip
    _end(adam, fields)
    for name, target in _BASELINE.items():
        if adam.has(name) and target not in fields and _means_all(adam, name, target):
            fields[target] = adam.field(name, target, "by the name that ADaM gives it")
    if adam.has("DTHCAUS") and _means_all(adam, "DTHCAUS", "death_cause"):
        fields["death_cause"] = adam.field("DTHCAUS", "death_cause", "by the name that ADaM gives it")
    fields |= sponsor_fields(adam, "patient", fields)
    arm = adam.first(_ARMS)
    if arm and not alone:
        fields[arm] = Field(column=arm)
        adam.draft.guess(arm, "a variable of your own", "the arm of the trial")
    adam.draft.blocks.append(Block("patient", fields, _treated(adam), needs=("patient_id",), once=True))


def _treated(adam: Adam) -> dict[str, tuple[str, ...]]:
    """Subjects that failed the screening were never at risk: told by the arm, as the standard writes it."""
    for name in ("ARMCD", "ARM", "ACTARM", "TRT01P"):
        failed = [text for text in adam.texts(name) if text.casefold() in _FAILED] if adam.has(name) else []
        if failed:
            kept = tuple(text for text in adam.texts(name) if text not in failed)
            adam.draft.guess(adam.name(name), "patient", f"without “{failed[0]}”: never at risk")
            return {adam.name(name): kept}
    return {}


def _end(adam: Adam, fields: dict[str, Field]) -> None:
    ends = [name for name in _ENDS if adam.has(name)]
    remedy = (
        "Name it in the mapping as end of patient. Adverse events are often collected only until some days after the "
        "last dose: later days are not at risk of being recorded"
    )
    if not ends:
        adam.draft.ask("", "No variable was recognised as the last day at risk.", f"{remedy}.", "patient", "end")
        return
    if ends == [_OFTEN_LAST_DOSE]:
        adam.draft.ask(
            ends[0], f"{ends[0]}: is it the last day at risk? In many trials it is that of the last dose.",
            f"{remedy}; the mapping proposes it.", "patient", "end",
        )  # fmt: skip
    if len(ends) > 1:
        adam.draft.ask(
            ends[0], f"{' or '.join(ends)}: which of them is the last day at risk?",
            f"{remedy}; the mapping proposes {ends[0]}.", "patient", "end",
        )  # fmt: skip
    fields["end"] = adam.field(
        ends[0], "end", "the end of the study" if ends[0].upper() == "EOSDT" else "the last known day"
    )
    if "LSTALVDT" in ends[1:]:
        fields["last_contact"] = adam.field("LSTALVDT", "last_contact", "the last day known alive")


def _means_all(adam: Adam, name: str, target: str) -> bool:
    """Whether every text of a variable is one of the values that ours has: free text is not taken for a category."""
    ours = BY_NAME[target]
    return not ours.allowed or not _open(target, adam.texts(name))


def _open(target: str, texts: Iterable[str]) -> list[str]:
    return translated(BY_NAME[target], texts)[1]
