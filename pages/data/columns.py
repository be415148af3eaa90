"""The columns of a hospital's own file: what each is taken for, why, and how that is changed."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from ivig_core.cohort.column_type import KINDS
from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.guessing.again import read_as
from ivig_core.cohort.guessing.header import head_of
from ivig_core.cohort.mapping import answer, edit
from ivig_core.cohort.mapping.changing import ID
from ivig_core.cohort.mapping.mapping import CohortMapping, Guess, SheetMapping
from ivig_core.figures.words import counted
from pages.data.waiting import Waiting, change, columns_shown
from pages.shell import exhibit, say
from pages.shell.escape import escape_markdown

NOTHING, OWN, NOT_SHOWN = "not used", "a variable of your own", "(not shown)"
SURE = {"exact": "our own name", "likely": "likely", "unsure": "please check"}
_EXAMPLES = 3
_WIDTHS = {"In your file": 170, "For example": 190, "Is taken for": 190, "Why": 250, "How sure": 100}


def columns_of_file(held: Waiting) -> None:
    table = column_table(held)
    unused = int((table["Is taken for"] == NOTHING).sum()) if len(table) else 0
    say.strong(f"{counted(len(table), 'column')}, {unused:,} not used")
    exhibit.table("columns_of_file", table, height="content" if len(table) <= 14 else 540,
                  widths=_WIDTHS, to_slides=False)  # fmt: skip


def column_table(held: Waiting) -> pd.DataFrame:
    """One row per column of the file: three of its values, what it is taken for, why, and how sure that is."""
    rows = []
    several = len(held.book.grids) > 1
    for grid in held.book.grids:
        head = head_of(grid)
        if head is None:
            continue
        sheet = next((item for item in held.mapping.sheets if item.sheet == grid.name), None)
        for name in head.names:
            examples = NOT_SHOWN if name in held.hidden else " · ".join(head.examples(name, _EXAMPLES))
            means, why, sure = _taken_for(held.mapping, sheet, grid.name, name)
            row = {"In your file": name, "For example": examples, "Is taken for": means, "Why": why, "How sure": sure}
            rows.append({"Sheet": grid.name, **row} if several else row)
    return pd.DataFrame(rows)


def _taken_for(mapping: CohortMapping, sheet: SheetMapping | None, grid: str, name: str) -> tuple[str, str, str]:
    told = [guess for guess in mapping.guesses if (guess.sheet, guess.column) == (grid, name)]
    used = [] if sheet is None else edit.uses(sheet, name)
    when = sheet is not None and any(name in block.when for block in sheet.blocks)
    if not used and not when:
        return NOTHING, "", ""
    names = () if sheet is None else edit.labels(sheet)
    means = dict.fromkeys(
        target if target == ID else OWN if target not in BY_NAME else f"{names[block]}: {target}"
        for block, target in used
    )
    said = [*means, *(["which kind of fact a row is"] if when else [])]
    shown = "; ".join(said[:4]) + (f" and {len(said) - 4} more" if len(said) > 4 else "")
    # A column that only tells what rows are may come without a reason of its own: nobody said anything of it.
    sure = _sure(told) if told or used else ""
    return shown, "; ".join(dict.fromkeys(guess.why for guess in told)), sure


def _sure(told: list[Guess]) -> str:
    order = ("unsure", "likely", "exact")
    found = [sure for sure in order if any(guess.sure == sure for guess in told)]
    return SURE[found[0]] if found else "you said so"


def change_one(held: Waiting) -> None:
    """Say of one column what it is instead."""
    with st.expander("Change what a column means"):
        sheets = {sheet.sheet: sheet for sheet in held.mapping.sheets}
        places = [(name, column) for name in sheets for column in columns_shown(held, name)]
        if not places:
            say.small("Say above which column tells the patients, or load a mapping.")
            return
        words = [escape_markdown(column if len(sheets) == 1 else f"{name}: {column}") for name, column in places]
        picked = st.selectbox("Column", words, index=None, key="map_column", placeholder="choose a column")
        if picked is None:
            return
        name, column = places[words.index(picked)]
        sheet = sheets[name]
        blocks = [*edit.labels(sheet)]
        more = [f"a new fact of kind {kind}" for kind in KINDS if kind != "patient" or "patient" not in blocks]
        own = [OWN] if edit.tells_of_patients(sheet) else []
        kind = st.selectbox("It belongs to", [NOTHING, *own, *blocks, *more], index=None, key="map_kind",
                            placeholder="choose")  # fmt: skip
        if not own:
            say.small("A variable of your own has to stand on the sheet of the patients.")
        if kind is None:
            return
        target = None
        if kind not in (NOTHING, OWN):
            record = kind.rsplit(" ", 1)[-1] if kind in more else sheet.blocks[blocks.index(kind)].record
            target = st.selectbox("as", edit.targets(record), index=None, key="map_target", placeholder="choose",
                                  format_func=lambda item: f"{item}: {BY_NAME[item].label}")  # fmt: skip
        ready = kind in (NOTHING, OWN) or target is not None
        st.button("Change it", key="map_change", disabled=not ready, on_click=_changed,
                  args=(held, name, column, kind, target, blocks, more))  # fmt: skip


def _changed(
    held: Waiting, name: str, column: str, kind: str, target: str | None, blocks: list[str], more: list[str]
) -> None:
    change(lambda mapping: _with(mapping, held, name, column, kind, target, blocks, more))


def _with(
    mapping: CohortMapping, held: Waiting, name: str, column: str, kind: str, target: str | None, blocks: list[str],
    more: list[str],
) -> CohortMapping:  # fmt: skip
    """The mapping in which a column is what was chosen; what of its cells is not understood is asked."""
    if kind == NOTHING:
        return edit.unused(mapping, name, column)
    if kind == OWN:
        return edit.own(mapping, name, column)
    if target is None:
        return mapping
    at, record = (len(blocks), kind.rsplit(" ", 1)[-1]) if kind in more else (blocks.index(kind), "")
    if record:
        mapping = edit.new_block(mapping, name, record)
    sheet = next(item for item in mapping.sheets if item.sheet == name)
    item, asked = read_as(held.book, mapping, name, column, sheet.blocks[at].record, target)
    return answer.asked(edit.means(mapping, name, column, at, target, item), asked)
