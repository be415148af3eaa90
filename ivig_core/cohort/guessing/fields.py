"""Which columns of a table become which columns of a kind of fact, and what has to be asked."""

from __future__ import annotations

import numpy as np

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.guessing.amounts import unit_in_cells
from ivig_core.cohort.guessing.boxes import add_boxes, has_codes
from ivig_core.cohort.guessing.courses import course_in_words
from ivig_core.cohort.guessing.days import MISSING
from ivig_core.cohort.guessing.draft import TIMES, Draft
from ivig_core.cohort.guessing.names import Meaning
from ivig_core.cohort.guessing.organisms import pathogens_of
from ivig_core.cohort.guessing.values import translated
from ivig_core.cohort.mapping.cells import is_missing, number_text
from ivig_core.cohort.mapping.mapping import Field

# What an attribute of a kind of fact is called in our file.
_TARGETS: dict[str, dict[str, str]] = {
    "ivig": {
        "": "start", "day": "start", "start": "start", "end": "end", "interval": "interval_days", "route": "route",
    },
    "infection": {
        "": "start", "day": "start", "start": "start", "end": "end", "grade": "grade", "pathogen": "pathogen",
        "organism": "organism", "site": "site", "hospitalized": "hospitalized", "hospital_days": "hospital_days",
    },
    "phase": {"day": "start", "start": "start", "end": "end", "": "phase", "value": "phase"},
    "therapy": {"day": "start", "start": "start", "end": "end", "": "drug", "value": "drug"},
    "lab": {"day": "start", "start": "start", "value": "value", "unit": "unit", "trough": "trough",
        "analyte": "analyte",
    },
}  # fmt: skip
ONLY = {
    "grade": "infection", "organism": "infection", "pathogen": "infection", "site": "infection",
    "hospitalized": "infection", "hospital_days": "infection", "interval": "ivig", "dose": "ivig", "route": "ivig",
    "trough": "lab",
}  # fmt: skip
"""Attributes that one kind of fact alone has."""
_PAIRS = 4


def take(
    draft: Draft, fields: dict[str, Field], name: str, what: Meaning, kind: str, why: str = "",
    lines: np.ndarray | None = None,
) -> None:  # fmt: skip
    """Add the field that a header means on rows of a kind, if it means one that is not there yet."""
    if what.attribute == "dose" and kind == "ivig":
        dose(draft, fields, name, what.unit, lines)
        return
    target = target_of(draft, name, what, kind)
    if target is None or target in fields or kind not in BY_NAME[target].records:
        return
    if name in draft.boxes:
        add_boxes(draft, fields, name, target, kind, lines)
        return
    fields[target] = draft.field(name, target, unit=what.unit, record=kind, lines=lines)
    if target == "organism":
        _kind_of_organism(draft, fields, name, lines)
    exact = name == target or name in draft.certain
    means = f"{kind} {what.number}: {target}" if what.number else f"{kind}: {target}"
    draft.guess(name, means, "our own name" if exact else why or "by its name and what it holds",
                "exact" if exact else "likely")  # fmt: skip


def fields_of_kind(
    draft: Draft, named: dict[str, Meaning], kind: str, *, alone: bool = False, lines: np.ndarray | None = None
) -> dict[str, Field]:
    """The fields of one kind of fact from columns that say it themselves or could belong to any kind; only the cells of
    `lines` are looked at where they are given."""
    fields: dict[str, Field] = {}
    for name, what in _with_bare_units(draft, named, alone).items():
        take(draft, fields, name, what, kind, lines=lines)
    if kind == "lab" and "unit" not in fields and "value" in fields:
        draft.ask(
            fields["value"].column or "", "The laboratory value has no unit.",
            "Add a column for the unit, or say it in the mapping as constant of unit.", "lab", "unit",
        )  # fmt: skip
    if kind == "ivig":
        course_in_words(draft, fields, draft.head.data if lines is None else lines)
    return fields


def _with_bare_units(draft: Draft, named: dict[str, Meaning], alone: bool) -> dict[str, Meaning]:
    """On a sheet of one kind a column that is called after its unit alone (`g`) is the dose."""
    bare = {name: Meaning("", "dose", 0, name) for name in draft.head.names if alone and name in ("g", "g/kg")}
    return bare | named


def target_of(draft: Draft, name: str, what: Meaning, kind: str) -> str | None:
    """The column of ours that a header means on rows of a kind, None where it means none."""
    if what.attribute in BY_NAME and what.kind == kind and what.attribute not in ("start", "end"):
        words = what.attribute == "organism" and not draft.has_pathogens and name not in draft.certain
        if words and not has_codes(draft, name):
            return _pathogen_or_organism(draft, name)
        # “Type of infection” can be where it is.
        sites = what.attribute == "pathogen" and name not in draft.certain and not has_codes(draft, name)
        return "site" if sites and _pathogen_or_organism(draft, name) == "site" else what.attribute
    if kind == "patient":
        return _target_of_patient(what)
    if what.kind not in ("", kind):
        days = what.kind == "patient" and what.attribute in ("start", "end")
        return what.attribute if days else None
    target = _TARGETS[kind].get(what.attribute)
    if target in ("organism", "pathogen") and name not in draft.certain and not has_codes(draft, name):
        return _pathogen_or_organism(draft, name)
    # A column called only after its kind holds days if they are dates; one that speaks of days, numbers too.
    # A blank column of a group may be filled in the next file.
    blank = what.kind and not draft.head.filled(name)
    if target == "start" and not blank and not draft.is_dated(name, study_days=bool(what.attribute)):
        return None
    return target


def _target_of_patient(what: Meaning) -> str | None:
    if what.kind == "patient":
        return what.attribute if what.attribute in BY_NAME else None
    return {"day": "start", "start": "start", "end": "end"}.get(what.attribute) if not what.kind else None


def dose(draft: Draft, fields: dict[str, Field], name: str, unit: str, lines: np.ndarray | None = None) -> None:
    """Add the dose of a column whose header or whose cells say the unit; ask where neither does."""
    texts = [text for text in draft.head.texts(name, lines) if not is_missing(text, MISSING)]
    in_cells, bare = unit_in_cells(texts)
    unit = in_cells or unit
    target = {"g/kg": "dose_g_per_kg", "mg/kg": "dose_g_per_kg", "g": "dose_g", "mg": "dose_g"}.get(unit)
    if target is None:
        if texts:
            draft.ask(name, "The dose has no unit.",
                      "Say in the mapping whether it is dose_g or dose_g_per_kg, or leave it out.",
                      "ivig", "dose_g")  # fmt: skip
        return
    if target in fields:
        return
    if in_cells:
        times = Field(times=TIMES.get((target, unit)))
        values = {text: number_text(number, times, None) for text, number in bare.items()}
        draft.used.add(name)
        fields[target] = Field(column=name, values=values)
    else:
        fields[target] = draft.field(name, target, unit=unit, record="ivig", lines=lines)
    draft.guess(name, f"ivig: {target}", f"by its name; in {unit}")


def _pathogen_or_organism(draft: Draft, name: str) -> str:
    texts = list(draft.boxes[name].values() if name in draft.boxes else draft.head.texts(name))
    texts = [draft.said(name, text) for text in texts if not is_missing(text, MISSING)]
    _, open_ = translated(BY_NAME["pathogen"], texts)
    known = len(texts) - len(open_)
    if texts and not known and not pathogens_of(texts) and not translated(BY_NAME["site"], texts)[1]:
        return "site"
    return "pathogen" if known >= len(open_) and known else "organism"


def _kind_of_organism(draft: Draft, fields: dict[str, Field], name: str, lines: np.ndarray | None) -> None:
    """The kind of pathogen from the names of organisms, where no column of the sheet tells it."""
    kinds = pathogens_of(text for text in draft.head.texts(name, lines) if not is_missing(text, MISSING))
    if not kinds or "pathogen" in fields or draft.has_pathogens:
        return
    fields["pathogen"] = Field(column=name, values=kinds | dict.fromkeys(draft.head.said_unknown & set(kinds), ""))
    told = ", ".join(f"“{text[:30]}” {kind}" for text, kind in list(kinds.items())[:_PAIRS] if kind)
    draft.guess(name, "infection: pathogen", f"by the names of organisms: {told}; blank where none is named")


def need_days(draft: Draft, kind: str, fields: dict[str, Field]) -> None:
    """Ask for what no fact can be without."""
    for target in ("start", "end"):
        if kind in BY_NAME[target].required and target not in fields:
            ask_day(draft, kind, target)
    if kind == "infection" and "grade" not in fields:
        draft.ask("", "No column was recognised as the grade of infections.",
                  'Name it in the mapping as grade; where none is known, set the constant "unknown".',
                  "infection", "grade")  # fmt: skip


def ask_day(draft: Draft, kind: str, target: str) -> None:
    """Ask for a day that no column was recognised as."""
    what = {
        ("patient", "start"): "first day at risk (the start of follow-up)",
        ("patient", "end"): "last day at risk (the end of follow-up)",
    }.get((kind, target), f"day of {kind} rows")
    remedy = f"Name it in the mapping as {target} of {kind}"
    if (kind, target) == ("patient", "end"):
        remedy += ", or give one day for all as its constant. It is never taken from the last event"
        remedy += ": who had none would look short"
    draft.ask("", f"No column was recognised as the {what}.", f"{remedy}.", kind, target)


def shared_day(draft: Draft, named: dict[str, Meaning]) -> str | None:
    """The one column of days that every kind of row shares; a patient's first day only where there is no other."""
    days = [
        name for name, what in named.items()
        if what.attribute in ("day", "start") and what.kind in ("", "patient")
        and draft.is_dated(name, study_days=True)
    ]  # fmt: skip
    if days:
        return min(days, key=lambda name: named[name].kind == "patient")
    # A header that says nothing (“Visit”), above days, where no other column has any.
    free = [name for name in draft.head.names if name not in named and name not in draft.used]
    silent = [name for name in free if draft.is_dated(name)]
    return silent[0] if len(silent) == 1 else None
