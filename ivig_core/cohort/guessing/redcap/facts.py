"""Facts of rows: of a repeating instrument, or of visits, where a row has at most one of a kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from ivig_core.cohort.columns import BY_NAME, columns_of
from ivig_core.cohort.guessing.draft import Draft
from ivig_core.cohort.guessing.fields import fields_of_kind, need_days
from ivig_core.cohort.guessing.labs import lab_blocks
from ivig_core.cohort.guessing.names import Meaning, words_of
from ivig_core.cohort.guessing.redcap.doses import by_unit, dose_and_unit
from ivig_core.cohort.guessing.values import translated
from ivig_core.cohort.mapping.mapping import Block, Field

_DRUG = {"drug", "med", "medication", "agent", "regimen", "product", "substance", "medicine", "name"}


@dataclass(frozen=True)
class Rows:
    """Some lines of an export, and what the mapping says of them: `when` as in `Block`."""

    lines: np.ndarray
    when: dict[str, tuple[str, ...]] = field(default_factory=dict)


def row_facts(
    draft: Draft, who: Field, kind: str, named: dict[str, Meaning], rows: Rows, day: str | None = None
) -> None:  # fmt: skip
    """The block of one kind of fact; `day` is the day of the row where the fact has none of its own.

    A column of yes and no says which rows have a fact at all.
    """
    gates = [name for name, what in named.items() if is_gate(draft, name, what, kind)]
    told = {name: what for name, what in named.items() if name not in gates}
    dosed = dose_and_unit(told) if kind == "ivig" else None
    told = {name: what for name, what in told.items() if name not in (dosed or ())}
    fields = {"patient_id": who} | fields_of_kind(draft, told, kind, lines=rows.lines)
    own_day = "start" in fields
    if not own_day and day is not None:
        fields["start"] = replace(draft.field(day, "start", record=kind, lines=rows.lines), values={})
        draft.guess(day, f"{kind}: start", "the day of the row")
    needs = tuple(name for name in fields if name != "patient_id" and (name != "start" or own_day))
    if not needs and not gates and dosed is None:
        return
    when = dict(rows.when)
    for name in gates:
        when[name] = tuple(text for text in draft.head.texts(name) if draft.says_yes(name, text)) or ("yes",)
        draft.guess(name, f"{kind}: a row where it says {', '.join(when[name])}", "it holds yes and no")
        ask_of_gate(draft, name, kind, fields if own_day else {}, rows.lines)
    # Where it says yes, a row without a day is named by the checks.
    block = Block(kind, fields, when, needs=("patient_id",) if gates else needs)
    draft.blocks += [block] if dosed is None else by_unit(draft, block, *dosed, rows.lines)
    need_days(draft, kind, fields)
    for column in columns_of(kind):
        if kind in column.required and column.name not in {*fields, "record", "start", "end", "grade", "unit"}:
            draft.ask("", f"No column was recognised as the {column.name} of {kind} rows.",
                      f"Name it in the mapping as {column.name} of {kind}, or leave the block of {kind} out of it.",
                      kind, column.name)  # fmt: skip


def told_by_texts(draft: Draft, kind: str, named: dict[str, Meaning], columns: Iterable[str]) -> dict[str, Meaning]:
    """`named` with what only the texts of a column tell: which laboratory value it is, which drug."""
    if any(what.attribute in ("analyte", "drug") for what in named.values()):
        return named
    for name in columns:
        texts = [draft.said(name, text) for text in draft.head.texts(name)]
        free = bool(texts) and (name not in named or named[name].attribute in ("", "value", "pathogen", "organism"))
        if kind == "lab" and free and not translated(BY_NAME["analyte"], texts)[1]:
            return named | {name: Meaning("lab", "analyte")}
        called = _DRUG & set(words_of(name)) and not draft.is_dated(name) and not draft.is_numeric(name)
        if kind == "therapy" and free and called:
            return named | {name: Meaning("therapy", "drug")}
    return named


def is_gate(draft: Draft, name: str, what: Meaning, kind: str) -> bool:
    """Whether a column says yes or no to having a fact of a kind at all: `ivig_yn`, “IVIG given?”."""
    plain = kind in ("ivig", "infection") and what.kind == kind and what.attribute in ("", "day", "start")
    return plain and name not in draft.boxes and draft.is_yes_no(name)


def ask_of_gate(draft: Draft, gate: str, kind: str, fields: dict[str, Field], lines: np.ndarray) -> None:
    """Ask about rows that have a day of a fact which a column of yes and no denies."""
    day = fields.get("start")
    if day is None or day.column is None:
        return
    dated = draft.head.column(day.column).filled()[lines]
    column = draft.head.column(gate)
    no = np.array([bool(text) and not draft.says_yes(gate, text) for text in column.stripped], bool)[
        column.codes[lines]
    ]
    if count := int((dated & no).sum()):
        draft.ask(gate, f"It says no on {count:,} rows that have a day in {day.column}.",
                  f"Correct it in the file, or leave {gate} out of the mapping: then each row with a day is {kind}.",
                  kind)  # fmt: skip


def row_labs(draft: Draft, who: Field, named: dict[str, Meaning], rows: Rows, day: str | None = None) -> None:
    """Laboratory values of rows: on the day of the row; else on the first day at risk where that stands in the row."""
    labs = {name: what for name, what in named.items() if what.kind == "lab" and what.analyte}
    if not labs:
        return
    day = day or day_of_rows(draft, named)
    first = next((block.fields.get("start") for block in draft.blocks if block.record == "patient"), None)
    start = first.column if first is not None else None
    for name, what in labs.items():
        if what.attribute != "value":
            continue
        one = {other: meant for other, meant in labs.items() if other == name or meant.attribute != "value"}
        has_value = draft.head.column(name).filled()[rows.lines]
        beside = any(meant.attribute in ("day", "start") and meant.analyte == what.analyte for meant in labs.values())
        undated = has_value & ~_filled(draft, day, rows.lines)
        if beside or not undated.any():
            lab_blocks(draft, who, one, day, rows.when)
        elif (undated & ~_filled(draft, start, rows.lines)).any():
            draft.ask(name, f"{what.analyte} has rows without a day.",
                      "Name the column of its day in the mapping as start of lab, or leave it out.",
                      "lab", "start")  # fmt: skip
        else:
            if day is not None and (has_value & ~undated).any():
                lab_blocks(draft, who, one, day, rows.when | {day: ("*",)})
            lab_blocks(draft, who, one, None, rows.when | ({day: ("",)} if day else {}))


def day_of_rows(draft: Draft, named: dict[str, Meaning]) -> str | None:
    """The column of the day of each row: one that says nothing of what happened on it."""
    dated = {name: what for name, what in named.items() if draft.is_dated(name) and not what.number}
    plain = [name for name, what in dated.items() if not what.kind and what.attribute in ("day", "start")]
    of_labs = [name for name, what in dated.items()
               if what.kind == "lab" and not what.analyte and what.attribute in ("", "day", "start")]  # fmt: skip
    return next(iter([*plain, *of_labs]), None)


def _filled(draft: Draft, name: str | None, lines: np.ndarray) -> np.ndarray:
    return np.zeros(len(lines), bool) if name is None else draft.head.column(name).filled()[lines]


def needing(block: Block) -> Block:
    """A block of patients that takes only rows in which something of the patient stands."""
    return replace(block, needs=tuple(name for name in block.fields if name != "patient_id") or ("patient_id",))
