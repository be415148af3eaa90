"""Tables with one row per visit: what a row holds says what it is."""

from __future__ import annotations

from dataclasses import replace

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.fields import ONLY, ask_day, lab_blocks, need_days, shared_day, target_of
from ivig_core.cohort.guessing.names import Meaning
from ivig_core.cohort.guessing.values import translated
from ivig_core.cohort.guessing.wide import patient_block
from ivig_core.cohort.mapping.mapping import Block, Field


def visits(draft: Draft, who: Field, named: dict[str, Meaning]) -> None:
    """One row per visit: what a row holds says what it is."""
    day = shared_day(draft, named)
    if day is None:
        draft.ask("", "No column was recognised as the day of each row.", "Name it in the mapping as start.")
        return
    when_day = draft.field(day, "start")
    draft.guess(day, "start", "the day of each row")
    patients = {
        name: what for name, what in named.items() if what.kind == "patient" and what.attribute not in ("start", "end")
    }
    patient_block(draft, who, patients, once=True)
    (patient,) = draft.blocks
    draft.blocks[0] = replace(patient, fields={**patient.fields, "start": when_day})
    draft.guess(day, "patient: start", "the first row of each patient is taken as the first day at risk", "unsure")
    ask_day(draft, "patient", "end")
    for kind in ("ivig", "infection", "phase", "therapy"):
        members = {
            name: what
            for name, what in named.items()
            if name != day and (what.kind or ONLY.get(what.attribute, "")) == kind
        }
        if members:
            visit_facts(draft, who, when_day, kind, members)
    labs = {name: what for name, what in named.items() if what.kind == "lab" and what.attribute == "value"}
    lab_blocks(draft, who, labs, day, {})


def visit_facts(draft: Draft, who: Field, day: Field, kind: str, members: dict[str, Meaning]) -> None:
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
        target = target_of(draft, name, replace(what, kind=kind), kind)
        if target and target not in fields:
            fields[target] = draft.field(name, target, unit=what.unit)
            draft.guess(name, f"{kind}: {target}", "by its name and what it holds")
    needs = tuple(name for name in fields if name not in ("patient_id", "start")) or ("start",)
    draft.blocks.append(Block(kind, fields, when, needs=needs))
    if kind == "infection" and "grade" not in fields:
        need_days(draft, kind, fields)
