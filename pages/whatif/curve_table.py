"""The rows of a specification curve as tables: in words, and in full."""

from __future__ import annotations

import pandas as pd

from ivig_core.figures.whatif.curve_words import HEADS, View, paper_words, ratio_words
from ivig_core.figures.words import p_value
from ivig_core.study.whatif.curve.sentences import GROUPS, choice_words

MARK = "◆ in force"


def table_in_words(view: View) -> pd.DataFrame:
    """One line a definition, as drawn from left to right."""
    columns: dict[str, list[str]] = {"Rate ratio (95 % interval)": [], "p": [], "Mark": []}
    groups: dict[str, list[str]] = {HEADS[name]: [] for name in GROUPS}
    for row in view.order.tolist():
        columns["Rate ratio (95 % interval)"].append(ratio_words(view, row))
        columns["p"].append(p_value(view.records[row]["p_value"]))
        columns["Mark"].append(_marks(view, row))
        for name in GROUPS:
            groups[HEADS[name]].append(_value_words(view, name, row))
    return pd.DataFrame({**columns, **groups})


def full_table(view: View) -> pd.DataFrame:
    """Every column of the rows in the order in which they are drawn, with their marks."""
    table = view.curve.table.iloc[view.order].reset_index(drop=True)
    reasons = [[item.name for item in view.against if item.rows[row]] for row in view.order.tolist()]
    return table.assign(
        adjust_for=[",".join(names) for names in table["adjust_for"]],
        in_force=[row == view.in_force for row in view.order.tolist()],
        published=["; ".join(paper_words(item) for item in view.papers.get(row, ())) for row in view.order.tolist()],
        check_against=[",".join(names) for names in reasons],
        place=range(1, len(table) + 1),
    )


def _value_words(view: View, name: str, row: int) -> str:
    record = view.records[row]
    if name == "before":
        return choice_words(name, (record["pre_exposure_days"], record["from_first_dose"]))
    value = record[name]
    if name == "adjust_for":
        return ", ".join(choice_words(name, item) for item in value) or "nothing"
    return choice_words(name, value)


def _marks(view: View, row: int) -> str:
    papers = [f"★ {item.paper}" for item in view.papers.get(row, ())]
    return "; ".join([*([MARK] if row == view.in_force else []), *papers, *(["pale"] if view.pale[row] else [])])
