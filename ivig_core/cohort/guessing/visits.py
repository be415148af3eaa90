"""Tables with one row per visit: what a row holds says what it is."""

from __future__ import annotations

from dataclasses import replace

from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.fields import ONLY, ask_day, need_days, shared_day, take
from ivig_core.cohort.guessing.labs import lab_blocks
from ivig_core.cohort.guessing.names import Meaning
from ivig_core.cohort.guessing.wide import patient_block
from ivig_core.cohort.mapping.mapping import Block, Field


def visits(draft: Draft, who: Field, named: dict[str, Meaning]) -> None:
    """One row per visit: what a row holds says what it is."""
    day = shared_day(draft, named)
    if day is None:
        draft.ask("", "No column was recognised as the day of each row.", "Name it in the mapping as start.")
        return
    draft.shape = "one row per visit"
    when_day = draft.field(day, "start")
    draft.guess(day, "start", "the day of each row")
    ends = [name for name, what in named.items() if what.kind == "patient" and what.attribute == "end"]
    patients = {name: what for name, what in named.items() if what.kind == "patient" and name != day}
    patient_block(draft, who, patients, once=True)
    (patient,) = draft.blocks
    if "start" not in patient.fields:
        draft.blocks[0] = replace(patient, fields={**patient.fields, "start": when_day})
        draft.guess(day, "patient: start", "the first row of each patient is taken as the first day at risk", "unsure")
    if not ends:
        ask_day(draft, "patient", "end")
    for kind in ("ivig", "infection", "phase", "therapy"):
        members = {
            name: what
            for name, what in named.items()
            if name != day and (what.kind or ONLY.get(what.attribute, "")) == kind
        }
        if members:
            _visit_facts(draft, who, when_day, kind, members)
    lab_blocks(draft, who, named, day, {})


def _visit_facts(draft: Draft, who: Field, day: Field, kind: str, members: dict[str, Meaning]) -> None:
    """What a row has of one kind of fact: a column of yes and no says whether it has any."""
    own_day = next((name for name, what in members.items()
                    if what.attribute in ("", "day", "start") and draft.is_dated(name)), None)  # fmt: skip
    fields: dict[str, Field] = {"patient_id": who}
    if own_day is None:
        fields["start"] = day
    when: dict[str, tuple[str, ...]] = {}
    for name, what in members.items():
        if kind in ("ivig", "infection") and what.attribute in ("", "day", "start", "end") and draft.is_yes_no(name):
            texts = draft.head.texts(name)
            when[name] = tuple(text for text in texts if draft.says_yes(name, text)) or ("yes",)
            draft.guess(name, f"{kind}: a row where it says {', '.join(when[name])}", "it holds yes and no")
            continue
        take(draft, fields, name, replace(what, kind=kind, number=0), kind)
    told = tuple(name for name in fields if name != "patient_id" and (name != "start" or own_day))
    if not told and not when:
        return
    draft.blocks.append(Block(kind, fields, when, needs=told if told and not when else ("start",)))
    if kind == "infection" and "grade" not in fields:
        need_days(draft, kind, fields)
