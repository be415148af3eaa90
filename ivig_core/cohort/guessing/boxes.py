"""Groups of boxes to tick (`inf_path___1`, “Pathogen (choice=Bacterial)”): one column of ours from many of theirs."""

from __future__ import annotations

import re

import numpy as np

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.guessing.days import MISSING
from ivig_core.cohort.guessing.draft import Draft, quoted
from ivig_core.cohort.guessing.values import translated
from ivig_core.cohort.mapping.apply import TICKED
from ivig_core.cohort.mapping.cells import is_missing
from ivig_core.cohort.mapping.mapping import Field

_CODE = re.compile(r"-?\d+")
# Boxes that say that nothing is known, beside the words that a cell says it with.
_NOTHING = {"not known", "not tested", "not applicable", "not asked", "not available", "no information"}


def has_codes(draft: Draft, name: str) -> bool:
    """Whether it is not known what a column or its boxes say: they have numbers that stand for something."""
    texts = draft.boxes[name].values() if name in draft.boxes else draft.head.texts(name)
    said = [draft.said(name, text) for text in texts]
    return bool(said) and all(_CODE.fullmatch(text) for text in said)


def add_boxes(
    draft: Draft, fields: dict[str, Field], name: str, target: str, kind: str, lines: np.ndarray | None = None
) -> None:
    """Add the field that a group of boxes means, called after its first box `name`; what is open becomes a question."""
    ours = BY_NAME[target]
    if ours.numeric or ours.type in ("day", "id"):
        return
    told = {
        box: text
        for box, text in draft.boxes[name].items()
        if not is_missing(text, MISSING) and text.casefold() not in _NOTHING
    }
    draft.used |= draft.boxes[name].keys()
    means: dict[str, str] = {}
    if ours.type == "text":
        open_ = [text for text in told.values() if _CODE.fullmatch(text)]
    else:
        means, open_ = translated(ours, told.values())
    item = Field(boxes={box: means.get(text, text) for box, text in told.items()})
    if open_:
        words = f" ({', '.join(ours.allowed)})" if ours.allowed else ""
        draft.ask(
            name,
            f"{quoted(open_)}: what do these boxes mean as {target}?",
            f"Say it in the mapping under values of {target}{words}, a blank for a box that means none; or give the "
            "data dictionary of the project beside the export, both in a ZIP.",
            kind, target, open_,
        )  # fmt: skip
    fields[target] = item
    _ask_of_several(draft, name, item, target, kind, lines)
    exact = name in draft.certain and not open_
    why = "boxes to tick" + ("; two kinds ticked are mixed" if target == "pathogen" else "")
    draft.guess(name, f"{kind}: {target}", why, "exact" if exact else "likely")


def ticks(draft: Draft, box: str, lines: np.ndarray) -> np.ndarray:
    """Which of some lines have a box ticked (bool)."""
    column = draft.head.column(box)
    ticked = np.array([text.casefold() in TICKED for text in column.stripped], bool)
    return ticked[column.codes[lines]]


def _ask_of_several(
    draft: Draft, name: str, item: Field, target: str, kind: str, lines: np.ndarray | None
) -> None:  # fmt: skip
    """Ask about rows with boxes ticked that cannot both be: two sites, or a pathogen and “none found”."""
    lines = draft.head.data if lines is None else lines
    by_meaning: dict[str, np.ndarray] = {}
    for box, text in item.boxes.items():
        by_meaning[text] = by_meaning.get(text, np.zeros(len(lines), bool)) | ticks(draft, box, lines)
    if not by_meaning or (target == "pathogen" and "negative" not in by_meaning) or BY_NAME[target].type == "text":
        return
    many = np.sum(list(by_meaning.values()), axis=0) > 1
    if target == "pathogen":
        many &= by_meaning["negative"]
    if not many.any():
        return
    shown = quoted(text for text, ticked in by_meaning.items() if (ticked & many).any())
    rows = ", ".join(str(row) for row in draft.head.grid.rows[lines[many]][:5])
    draft.ask(
        name,
        f"{int(many.sum()):,} rows have boxes ticked that cannot both be the {target} ({shown}): row {rows}.",
        "Correct it in the file, or leave out of the mapping the boxes that do not count.",
        kind, target,
    )  # fmt: skip
