"""Doses with a column for their unit beside them: a block for each unit that it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ivig_core.cohort.guessing.draft import Draft, quoted
from ivig_core.cohort.guessing.names import Meaning, unit_of
from ivig_core.cohort.mapping.mapping import Block

_TARGETS = {"g": "dose_g", "mg": "dose_g", "g/kg": "dose_g_per_kg", "mg/kg": "dose_g_per_kg"}
_SPELLED = {"gram": "g", "grams": "g", "gramm": "g", "milligram": "mg", "milligrams": "mg"}


def dose_and_unit(named: dict[str, Meaning]) -> tuple[str, str] | None:
    """The columns of a dose whose header says no unit and of its unit; None where there are not both."""
    dose = next((name for name, what in named.items() if what.attribute == "dose" and not what.unit), None)
    unit = next((name for name, what in named.items() if what.attribute == "unit" and what.kind in ("", "ivig")), None)
    return (dose, unit) if dose is not None and unit is not None else None


def by_unit(draft: Draft, block: Block, dose: str, unit: str, lines: np.ndarray) -> list[Block]:
    """The block of doses once for each unit; a row with neither dose nor unit is a dose whose grams are not known.
    A unit that means nothing here is asked for."""
    said: dict[str, list[str]] = {}
    for text in draft.head.texts(unit, lines):
        label = draft.said(unit, text)
        name = _SPELLED.get(label.casefold(), unit_of(f"({label})"))
        said.setdefault(name if name in _TARGETS else "", []).append(text)
    blocks = []
    column = draft.head.column(unit)
    for name, texts in said.items():
        if not name:
            labels = (draft.said(unit, text) for text in texts)
            draft.ask(unit, f"{quoted(labels)}: which unit of the dose is this?",
                      "Say it in the mapping: a block of ivig with these texts under when, and the dose as dose_g or "
                      "dose_g_per_kg; or give the data dictionary of the project beside the export, both in a ZIP.",
                      "ivig", "dose_g", texts, dose)  # fmt: skip
            continue
        here = lines[np.array([text in texts for text in column.stripped], bool)[column.codes[lines]]]
        target = _TARGETS[name]
        item = draft.field(dose, target, unit=name, record="ivig", lines=here)
        draft.guess(dose, f"ivig: {target}", f"in {name} where {unit} says {quoted(texts)}")
        needs = (*block.needs, target) if block.needs != ("patient_id",) else block.needs
        blocks.append(
            replace(block, fields={**block.fields, target: item}, when={**block.when, unit: tuple(texts)}, needs=needs)
        )
    draft.used |= {dose, unit}
    without = replace(block, when={**block.when, unit: ("",)})
    bare = lines[~column.filled()[lines] & draft.head.column(dose).filled()[lines]]
    if len(bare):
        draft.ask(unit, f"{len(bare):,} doses have no unit: they would be read as doses of unknown grams.",
                  "Fill in the unit, or say in the mapping what a blank means.",
                  "ivig", "dose_g", ("",), dose)  # fmt: skip
    return [*blocks, without]
