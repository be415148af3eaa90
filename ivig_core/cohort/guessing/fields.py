"""Which columns of a table become which columns of a kind of fact, and what has to be asked."""

from __future__ import annotations

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.names import Meaning
from ivig_core.cohort.guessing.values import translated
from ivig_core.cohort.mapping.mapping import Block, Field

# What an attribute of a kind of fact is called in our file.
_TARGETS: dict[str, dict[str, str]] = {
    "ivig": {"": "start", "day": "start", "start": "start", "end": "end", "interval": "interval_days", "route": "route"},
    "infection": {
        "day": "start", "start": "start", "end": "end", "grade": "grade", "pathogen": "pathogen", "organism": "organism",
        "site": "site", "hospitalized": "hospitalized", "hospital_days": "hospital_days",
    },
    "phase": {"day": "start", "start": "start", "end": "end", "": "phase", "value": "phase"},
    "therapy": {"day": "start", "start": "start", "end": "end", "": "drug", "value": "drug"},
    "lab": {"day": "start", "start": "start", "value": "value", "unit": "unit", "trough": "trough"},
}  # fmt: skip
ONLY = {"grade": "infection", "organism": "infection", "pathogen": "infection", "site": "infection",
         "hospitalized": "infection", "hospital_days": "infection", "interval": "ivig", "dose": "ivig", "route": "ivig",
         "trough": "lab"}  # fmt: skip


def fields_of_kind(draft: Draft, named: dict[str, Meaning], kind: str, *, alone: bool = False) -> dict[str, Field]:
    """The fields of one kind of fact from columns that say it themselves or could belong to any kind."""
    fields: dict[str, Field] = {}
    for name, what in with_bare_units(draft, named, alone).items():
        target = target_of(draft, name, what, kind)
        if target is None or target in fields or kind not in BY_NAME[target].records:
            continue
        fields[target] = draft.field(name, target, unit=what.unit)
        exact = name == target
        draft.guess(name, f"{kind}: {target}", "our own name" if exact else "by its name and what it holds",
                    "exact" if exact else "likely")  # fmt: skip
    if kind == "lab" and "unit" not in fields and "value" in fields:
        unit_of_lab(draft, fields)
    return fields


def with_bare_units(draft: Draft, named: dict[str, Meaning], alone: bool) -> dict[str, Meaning]:
    """On a sheet of one kind a column that is called after its unit alone (`g`) is the dose."""
    bare = {name: Meaning("", "dose", 0, name) for name in draft.head.names if alone and name in ("g", "g/kg")}
    return bare | named


def target_of(draft: Draft, name: str, what: Meaning, kind: str) -> str | None:
    """The column of ours that a header means on rows of a kind, None where it means none."""
    if what.attribute in BY_NAME and what.kind == kind and what.attribute not in ("start", "end"):
        return what.attribute
    if kind == "patient":
        if what.kind == "patient":
            return what.attribute if what.attribute in BY_NAME else None
        return {"day": "start", "start": "start", "end": "end"}.get(what.attribute) if not what.kind else None
    if what.kind not in ("", kind):
        days = what.kind == "patient" and what.attribute in ("start", "end")
        return what.attribute if days else None
    if what.attribute == "dose" and kind == "ivig":
        return dose(draft, name, what.unit)
    target = _TARGETS[kind].get(what.attribute)
    if target == "organism" or target == "pathogen":
        return pathogen_or_organism(draft, name)
    if target == "start" and not draft.is_dated(name):
        return None
    return target


def dose(draft: Draft, name: str, unit: str) -> str | None:
    if unit in ("g/kg", "mg/kg"):
        return "dose_g_per_kg"
    if unit in ("g", "mg"):
        return "dose_g"
    draft.ask(
        name, "The dose has no unit.", "Say in the mapping whether it is dose_g or dose_g_per_kg, or leave it out."
    )
    return None


def pathogen_or_organism(draft: Draft, name: str) -> str:
    _, open_ = translated(BY_NAME["pathogen"], draft.head.texts(name))
    known = len(draft.head.texts(name)) - len(open_)
    return "pathogen" if known >= len(open_) and known else "organism"


def unit_of_lab(draft: Draft, fields: dict[str, Field]) -> None:
    draft.ask(
        fields["value"].column or "", "The laboratory value has no unit.",
        "Add a column for the unit, or say it in the mapping as constant of unit.",
    )  # fmt: skip


def need_days(draft: Draft, kind: str, fields: dict[str, Field]) -> None:
    """Ask for what no fact can be without."""
    for target in ("start", "end"):
        if kind in BY_NAME[target].required and target not in fields:
            ask_day(draft, kind, target)
    if kind == "infection" and "grade" not in fields:
        draft.ask("", "No column was recognised as the grade of infections.",
                  'Name it in the mapping as grade; where grades are not known, set the constant "unknown".')  # fmt: skip


def ask_day(draft: Draft, kind: str, target: str) -> None:
    what = {
        ("patient", "start"): "first day at risk (the start of follow-up)",
        ("patient", "end"): "last day at risk (the end of follow-up)",
    }.get((kind, target), f"day of {kind} rows")
    remedy = f"Name it in the mapping as {target} of {kind}"
    if (kind, target) == ("patient", "end"):
        remedy += ", or give one day for all as its constant. It is never taken from the last event: who had none would look short"
    draft.ask("", f"No column was recognised as the {what}.", f"{remedy}.")


def lab_blocks(
    draft: Draft, who: Field, labs: dict[str, Meaning], day: str | None, when: dict[str, tuple[str, ...]]
) -> None:
    """A block for each column of laboratory values: on the day of its row, else of the start of follow-up."""
    patient = next((block for block in draft.blocks if block.record == "patient"), None)
    for name, what in labs.items():
        if not draft.is_numeric(name):
            continue
        start = draft.field(day, "start") if day else patient.fields.get("start") if patient else None
        if start is None:
            continue
        unit = what.unit if what.unit in BY_NAME["unit"].allowed else ""
        if not unit:
            draft.ask(name, f"The unit of {what.analyte} is not in the header.",
                      "Say it in the mapping as constant of unit (igg: mg/dL or g/L).")  # fmt: skip
        value = draft.field(name, "value")
        fields = {
            "patient_id": who, "start": start, "analyte": Field(constant=what.analyte), "value": value,
            "unit": Field(constant=unit or None),
        }  # fmt: skip
        needs = when if set(when.values()) != {("*",)} else {}
        draft.blocks.append(Block("lab", fields, needs, needs=("value",)))
        where = f"on the day in {day}" if day else f"on the day in {start.column}: no date of its own"
        draft.guess(name, f"lab: {what.analyte}", f"by its name; {where}")


def shared_day(draft: Draft, named: dict[str, Meaning]) -> str | None:
    """The one column of days that every kind of row shares."""
    days = [name for name, what in named.items()
            if what.attribute in ("day", "start") and what.kind in ("", "patient") and draft.is_dated(name)]  # fmt: skip
    return days[0] if days else None
