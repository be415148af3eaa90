"""Tables as people keep them: one row per patient, one row per fact, a sheet per kind of fact, one row per visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.names import Meaning, meaning, words_of
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
_ONLY = {"grade": "infection", "organism": "infection", "pathogen": "infection", "site": "infection",
         "hospitalized": "infection", "hospital_days": "infection", "interval": "ivig", "dose": "ivig", "route": "ivig",
         "trough": "lab"}  # fmt: skip
_KIND_WORDS = "which column it is: one of " + ", ".join(KINDS)
_FREE_TEXT = 60


def guess_table(draft: Draft) -> None:
    """Blocks of one sheet, by its headers and what stands below them."""
    ours = _own_names(draft)
    named: dict[str, Meaning] = {name: found for name in draft.head.names if (found := ours.get(name) or meaning(name))}
    identity = _identity(draft, named)
    if identity is None:
        draft.ask("", "No column was recognised as the patient's study id.", "Name it in the mapping as patient_id.")
        return
    named = {name: found for name, found in named.items() if found.attribute != "patient_id"}
    fill_down = _fills_down(draft, identity)
    draft.guess(
        identity, "patient_id", _id_reason(fill_down), "likely" if fill_down or identity not in BY_NAME else "exact"
    )
    who = draft.field(identity, "patient_id", fill_down=fill_down)
    event = next((name for name, found in named.items() if found.attribute == "event"), None)
    kinds = _event_kinds(draft, event)
    if event and kinds:
        _long(draft, who, named, event, kinds)
        return
    kind = _sheet_kind(draft, named)
    if kind:
        _one_kind(draft, who, named, kind)
    elif _unique(draft, identity):
        _wide(draft, who, named)
    else:
        _visits(draft, who, named)


def _own_names(draft: Draft) -> dict[str, Meaning]:
    """Our own column names where the sheet uses them: they mean what they say."""
    found = {}
    for name in draft.head.names:
        column = BY_NAME.get(name.strip().lower())
        if column is None or name in ("patient_id", "record"):
            continue
        if column.records == ("patient",):
            found[name] = Meaning("patient", column.name)
        elif len(column.records) == 1:
            found[name] = Meaning(column.records[0], column.name)
    return found


def _identity(draft: Draft, named: dict[str, Meaning]) -> str | None:
    found = [name for name, what in named.items() if what.attribute == "patient_id"]
    # Of several the one that comes in most rows; the first of equals.
    return max(found, key=lambda name: (name == "patient_id", draft.head.filled(name)), default=None)


def _fills_down(draft: Draft, identity: str) -> bool:
    """Whether the id stands only in the first row of each patient."""
    column = draft.head.grid.columns[draft.head.names.index(identity)]
    filled = column.filled()[draft.head.data]
    return bool(len(filled) and filled[0] and not filled.all() and filled.mean() < 0.9)


def _id_reason(fill_down: bool) -> str:
    return "by its name; a blank cell is the patient above" if fill_down else "by its name"


def _unique(draft: Draft, identity: str) -> bool:
    """Whether no patient has two rows."""
    column = draft.head.grid.columns[draft.head.names.index(identity)]
    codes = column.codes[draft.head.data][column.filled()[draft.head.data]]
    return len(codes) == len(np.unique(codes))


def _event_kinds(draft: Draft, event: str | None) -> dict[str, tuple[str, ...]]:
    """The texts of the column of kinds by what they mean; empty where none of them is a kind of fact."""
    if event is None:
        return {}
    found, open_ = translated(BY_NAME["record"], draft.head.texts(event))
    texts = {text: found.get(text, text) for text in draft.head.texts(event) if text not in open_}
    if not texts:
        return {}
    for text in open_:
        draft.ask(
            event, f"“{text[:40]}”: what kind of fact is it?", "Say it in the mapping under when, or leave it out."
        )
    return {
        kind: tuple(text for text, means in texts.items() if means == kind) for kind in KINDS if kind in texts.values()
    }


def _sheet_kind(draft: Draft, named: dict[str, Meaning]) -> str:
    """The one kind of fact of a sheet: its name says it, or all its columns."""
    words = words_of(draft.head.grid.name)
    found, _ = translated(BY_NAME["record"], ["".join(words), *words])
    by_name = set(found.values()) | {word for word in words if word in KINDS}
    if len(by_name) == 1 and len(draft.head.names) > 1:
        (kind,) = by_name
        groups = {what.number for what in named.values()} - {0}
        if len(groups) < 2:
            return kind
    kinds = {what.kind or _ONLY.get(what.attribute, "") for what in named.values()} - {""}
    numbers = {what.number for what in named.values()}
    return kinds.pop() if len(kinds) == 1 and "patient" not in kinds and numbers == {0} else ""


def _long(draft: Draft, who: Field, named: dict[str, Meaning], event: str, kinds: dict[str, tuple[str, ...]]) -> None:
    """One row per fact: a block for each kind, of the columns that its rows fill."""
    certain = event == "record" and all(texts == (kind,) for kind, texts in kinds.items())
    draft.guess(event, "record", "the kind of fact of each row", "exact" if certain else "likely")
    for kind, texts in kinds.items():
        fields = {"patient_id": who} | _fields_of_kind(draft, named, kind)
        draft.blocks.append(
            Block(kind, fields, {event: texts}, needs=tuple(name for name in fields if name != "patient_id"))
        )
        _need_days(draft, kind, fields)
    labs = {
        name: what for name, what in named.items() if what.kind == "lab" and what.attribute == "value" and what.analyte
    }
    if "lab" not in kinds:
        _labs(draft, who, labs, _shared_day(draft, named), {event: ("*",)})


def _one_kind(draft: Draft, who: Field, named: dict[str, Meaning], kind: str) -> None:
    """A sheet of one kind of fact."""
    fields = {"patient_id": who} | _fields_of_kind(draft, named, kind, alone=True)
    draft.blocks.append(Block(kind, fields, needs=tuple(name for name in fields if name != "patient_id")))
    _need_days(draft, kind, fields)
    if kind == "patient":
        _own_variables(draft)


def _fields_of_kind(draft: Draft, named: dict[str, Meaning], kind: str, *, alone: bool = False) -> dict[str, Field]:
    """The fields of one kind of fact from columns that say it themselves or could belong to any kind."""
    fields: dict[str, Field] = {}
    for name, what in _with_bare_units(draft, named, alone).items():
        target = _target(draft, name, what, kind)
        if target is None or target in fields or kind not in BY_NAME[target].records:
            continue
        fields[target] = draft.field(name, target, unit=what.unit)
        exact = name == target
        draft.guess(name, f"{kind}: {target}", "our own name" if exact else "by its name and what it holds",
                    "exact" if exact else "likely")  # fmt: skip
    if kind == "lab" and "unit" not in fields and "value" in fields:
        _unit_of_lab(draft, fields)
    return fields


def _with_bare_units(draft: Draft, named: dict[str, Meaning], alone: bool) -> dict[str, Meaning]:
    """On a sheet of one kind a column that is called after its unit alone (`g`) is the dose."""
    bare = {name: Meaning("", "dose", 0, name) for name in draft.head.names if alone and name in ("g", "g/kg")}
    return bare | named


def _target(draft: Draft, name: str, what: Meaning, kind: str) -> str | None:
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
        return _dose(draft, name, what.unit)
    target = _TARGETS[kind].get(what.attribute)
    if target == "organism" or target == "pathogen":
        return _pathogen_or_organism(draft, name)
    if target == "start" and not draft.is_dated(name):
        return None
    return target


def _dose(draft: Draft, name: str, unit: str) -> str | None:
    if unit in ("g/kg", "mg/kg"):
        return "dose_g_per_kg"
    if unit in ("g", "mg"):
        return "dose_g"
    draft.ask(
        name, "The dose has no unit.", "Say in the mapping whether it is dose_g or dose_g_per_kg, or leave it out."
    )
    return None


def _pathogen_or_organism(draft: Draft, name: str) -> str:
    _, open_ = translated(BY_NAME["pathogen"], draft.head.texts(name))
    known = len(draft.head.texts(name)) - len(open_)
    return "pathogen" if known >= len(open_) and known else "organism"


def _unit_of_lab(draft: Draft, fields: dict[str, Field]) -> None:
    draft.ask(
        fields["value"].column or "", "The laboratory value has no unit.",
        "Add a column for the unit, or say it in the mapping as constant of unit.",
    )  # fmt: skip


def _need_days(draft: Draft, kind: str, fields: dict[str, Field]) -> None:
    """Ask for what no fact can be without."""
    for target in ("start", "end"):
        if kind in BY_NAME[target].required and target not in fields:
            _ask_day(draft, kind, target)
    if kind == "infection" and "grade" not in fields:
        draft.ask("", "No column was recognised as the grade of infections.",
                  'Name it in the mapping as grade; where grades are not known, set the constant "unknown".')  # fmt: skip


def _ask_day(draft: Draft, kind: str, target: str) -> None:
    what = {
        ("patient", "start"): "first day at risk (the start of follow-up)",
        ("patient", "end"): "last day at risk (the end of follow-up)",
    }.get((kind, target), f"day of {kind} rows")
    remedy = f"Name it in the mapping as {target} of {kind}"
    if (kind, target) == ("patient", "end"):
        remedy += ", or give one day for all as its constant. It is never taken from the last event: who had none would look short"
    draft.ask("", f"No column was recognised as the {what}.", f"{remedy}.")


def _wide(draft: Draft, who: Field, named: dict[str, Meaning]) -> None:
    """One row per patient with repeated groups."""
    _patient_block(draft, who, named)
    groups = _groups(draft, named)
    for (kind, number), members in groups.items():
        fields: dict[str, Field] = {"patient_id": who}
        for name, what in members.items():
            target = _target(draft, name, replace(what, kind=kind), kind)
            if target and target not in fields:
                fields[target] = draft.field(name, target, unit=what.unit)
                draft.guess(
                    name, f"{kind} {number or ''}".strip() + f": {target}", "by its name and the group it stands in"
                )
        if "start" not in fields:
            for name in members:
                draft.used.discard(name)
            continue
        draft.blocks.append(Block(kind, fields, needs=tuple(name for name in fields if name != "patient_id")))
        if kind == "infection" and "grade" not in fields:
            _need_days(draft, kind, fields)
    labs = {name: what for name, what in named.items() if what.kind == "lab" and what.attribute != "day"}
    _labs(draft, who, labs, None, {})
    _own_variables(draft)


def _patient_block(draft: Draft, who: Field, named: dict[str, Meaning], *, once: bool = False) -> None:
    fields: dict[str, Field] = {"patient_id": who}
    start = next((name for name, what in named.items() if what == Meaning("patient", "start", 0, what.unit)), None)
    for name, what in named.items():
        if what.kind == "patient" and what.attribute == "diagnosis" and start:
            fields["years_since_diagnosis"] = replace(draft.field(name, "start"), years_until=start)
            draft.guess(name, "patient: years_since_diagnosis", f"the years from it to {start}")
            continue
        target = (
            _target(draft, name, what, "patient")
            if what.kind == "patient" or what.attribute in ("start", "end")
            else None
        )
        if target and target not in fields and not what.number:
            fields[target] = draft.field(name, target, unit=what.unit)
            exact = name == target
            draft.guess(name, f"patient: {target}", "our own name" if exact else "by its name and what it holds",
                        "exact" if exact else "likely")  # fmt: skip
    draft.blocks.append(Block("patient", fields, needs=("patient_id",), once=once))
    if not once:
        _need_days(draft, "patient", fields)


def _groups(draft: Draft, named: dict[str, Meaning]) -> dict[tuple[str, int], dict[str, Meaning]]:
    """The columns of each repeated group. A column that does not say its kind belongs to the group before it."""
    groups: dict[tuple[str, int], dict[str, Meaning]] = {}
    before: tuple[str, int] | None = None
    for name in draft.head.names:
        what = named.get(name)
        if what is None or what.kind in ("patient", "lab"):
            before = None if what is not None else before
            continue
        kind = what.kind or _ONLY.get(what.attribute, "")
        if not what.kind and before and (not kind or kind == before[0]) and what.number in (0, before[1]):
            kind, number = before
        else:
            number = what.number
        if not kind:
            continue
        before = (kind, number)
        groups.setdefault(before, {})[name] = what
    return groups


def _labs(
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


def _shared_day(draft: Draft, named: dict[str, Meaning]) -> str | None:
    """The one column of days that every kind of row shares."""
    days = [name for name, what in named.items()
            if what.attribute in ("day", "start") and what.kind in ("", "patient") and draft.is_dated(name)]  # fmt: skip
    return days[0] if days else None


def _visits(draft: Draft, who: Field, named: dict[str, Meaning]) -> None:
    """One row per visit: what a row holds says what it is."""
    day = _shared_day(draft, named)
    if day is None:
        draft.ask("", "No column was recognised as the day of each row.", "Name it in the mapping as start.")
        return
    when_day = draft.field(day, "start")
    draft.guess(day, "start", "the day of each row")
    patients = {
        name: what for name, what in named.items() if what.kind == "patient" and what.attribute not in ("start", "end")
    }
    _patient_block(draft, who, patients, once=True)
    (patient,) = draft.blocks
    draft.blocks[0] = replace(patient, fields={**patient.fields, "start": when_day})
    draft.guess(day, "patient: start", "the first row of each patient is taken as the first day at risk", "unsure")
    _ask_day(draft, "patient", "end")
    for kind in ("ivig", "infection", "phase", "therapy"):
        members = {
            name: what
            for name, what in named.items()
            if name != day and (what.kind or _ONLY.get(what.attribute, "")) == kind
        }
        if members:
            _visit_facts(draft, who, when_day, kind, members)
    labs = {name: what for name, what in named.items() if what.kind == "lab" and what.attribute == "value"}
    _labs(draft, who, labs, day, {})


def _visit_facts(draft: Draft, who: Field, day: Field, kind: str, members: dict[str, Meaning]) -> None:
    fields: dict[str, Field] = {"patient_id": who, "start": day}
    when: dict[str, tuple[str, ...]] = {}
    for name, what in members.items():
        texts = draft.head.texts(name)
        yes, open_ = translated(BY_NAME["hospitalized"], texts)
        if texts and not open_ and kind in ("ivig", "infection") and what.attribute in ("", "day"):
            means = tuple(text for text in texts if yes.get(text, text) == "yes")
            when[name] = means
            draft.guess(name, f"{kind}: a row where it says {', '.join(means)}", "it holds yes and no")
            continue
        target = _target(draft, name, replace(what, kind=kind), kind)
        if target and target not in fields:
            fields[target] = draft.field(name, target, unit=what.unit)
            draft.guess(name, f"{kind}: {target}", "by its name and what it holds")
    needs = tuple(name for name in fields if name not in ("patient_id", "start")) or ("start",)
    draft.blocks.append(Block(kind, fields, when, needs=needs))
    if kind == "infection" and "grade" not in fields:
        _need_days(draft, kind, fields)


def _own_variables(draft: Draft) -> None:
    """Columns of the patients' sheet that mean nothing of ours stay as variables of the user's own."""
    patient = next((at for at, block in enumerate(draft.blocks) if block.record == "patient"), None)
    if patient is None:
        return
    block = draft.blocks[patient]
    fields = dict(block.fields)
    for name in _kept_as_own(draft):
        fields[name] = Field(column=name)
        draft.guess(name, "a variable of your own", "its name means nothing that the file format has")
    draft.blocks[patient] = replace(block, fields=fields)


def _kept_as_own(draft: Draft) -> Sequence[str]:
    kept = []
    for name in draft.head.names:
        texts = draft.head.texts(name)
        plain = not name.startswith("column ") and texts and max(map(len, texts)) <= _FREE_TEXT
        if name not in draft.used and plain and not draft.is_dated(name):
            kept.append(name)
    return kept
