"""Gray's test and the three hazards of competing risks in words and tables; numbers are written out, never computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ivig_core.figures.groups import group_name
from ivig_core.figures.words import ABSENT, counted, estimate, is_number, p_phrase, p_value
from ivig_core.numbers import as_sentence
from ivig_core.study.survival.beside_death import DYING, INFECTION, SHARE, BesideDeath

HEADS = {
    INFECTION: "Hazard of infection (cause-specific)",
    DYING: "Hazard of death without one",
    SHARE: "Share with an infection (Fine–Gray)",
}
WHAT_EACH = (
    "Ratio of the hazard of infection: how much faster infections come in patients who are alive and have had none; "
    "it is the one for what IVIG may do. The hazard of death belongs beside it, as it decides who is left to have one. "
    "Fine–Gray: how the share of patients with an infection differs, the dead counted as never having one; it is the "
    "one for a forecast, and deaths alone can move it."
)
GRAY = "Gray’s test asks whether the shares differ over all of the time, as the log-rank test asks it of Kaplan–Meier."
SHARES = {"infection": "share with an infection", "death": "share with a death without one"}
FEW = 5
"""Events below which a test that holds for many is said to be unreliable."""


def gray_words(result: BesideDeath) -> str:
    """Gray's test of infection beside the curves: `Gray’s test p = 0.216`; empty where there is none."""
    p = gray_p(result)
    return "" if p is None else f"Gray’s test {p_phrase(p)}"


def gray_p(result: BesideDeath) -> float | None:
    """P of Gray's test of infection; None where there is none."""
    rows = result.tests[(result.tests["cause"] == INFECTION).to_numpy(bool)]
    return float(rows["p_value"].iloc[0]) if len(rows) and is_number(rows["p_value"].iloc[0]) else None


def gray_sentence(result: BesideDeath) -> str:
    """Both tests in a sentence, or why there is none; empty without groups."""
    if result.tests.empty:
        return ""
    said = [
        f"{SHARES[row['cause']]} χ² {row['chi2']:.2f}, {row['df']:.0f} df, {p_phrase(row['p_value'])}"
        if is_number(row["p_value"])
        else f"{SHARES[row['cause']]}: {str(row['note']).removesuffix('.')}"
        for row in result.tests.to_dict("records")
    ]
    deaths = _deaths(result)
    few = f" With {counted(deaths, 'death')} the test of deaths is no more than a hint." if 0 < deaths < FEW else ""
    return f"Gray’s test: {'; '.join(said)}.{few}"


def _deaths(result: BesideDeath) -> int:
    rows = result.rows[(result.rows["hazard"] == DYING).to_numpy(bool)]
    return int(rows["events"].max()) if len(rows) else 0


def hazards_table(result: BesideDeath) -> pd.DataFrame:
    """One line per group but the reference: the three ratios with their p."""
    lines = []
    for name, mine in result.rows.groupby("group", sort=False):
        compared = _compared(result, str(name), mine["reference"].iloc[0])
        lines.append({"Compared": compared, **three_ratios(mine)})
    return pd.DataFrame(lines)


def lines_on_paper(result: BesideDeath) -> pd.DataFrame:
    """The same for a page of paper, line by line: Gray's tests, then each ratio."""
    lines = [
        {"What": f"Gray’s test, {SHARES[row['cause']]}", "Compared": "all groups",
         "Value (95 % interval)": f"χ² {row['chi2']:.2f}, {row['df']:.0f} df", "p": p_value(row["p_value"])}
        for row in result.tests.to_dict("records")
        if is_number(row["p_value"])
    ]  # fmt: skip
    for row in result.rows.to_dict("records"):
        lines.append(
            {"What": HEADS[row["hazard"]], "Compared": _compared(result, row["group"], row["reference"]),
             "Value (95 % interval)": ratio_of(row) or "no estimate",
             "p": p_value(row["p_value"]) if is_number(row["p_value"]) else ABSENT}
        )  # fmt: skip
    return pd.DataFrame(lines)


def _compared(result: BesideDeath, group: str, reference: str) -> str:
    return " against ".join(group_name(result.group, name, result.landmark_day) for name in (group, reference))


def three_ratios(rows: pd.DataFrame) -> dict[str, str]:
    """Ratio with interval and p of each hazard, from the rows of one term."""
    return {HEADS[row["hazard"]]: _with_p(row) for row in rows.to_dict("records")}


def _with_p(row: Mapping[str, Any]) -> str:
    """`0.84 (0.34–2.08), p = 0.704`."""
    ratio = ratio_of(row)
    p = f", {p_phrase(row['p_value'])}" if ratio and is_number(row["p_value"]) else ""
    return f"{ratio}{p}" if ratio else "no estimate"


def ratio_of(row: Mapping[str, Any]) -> str:
    """Ratio with its interval; empty without an estimate."""
    return estimate(row["status"], row["hr"], row["ci_low"], row["ci_high"])


def why_none(rows: pd.DataFrame) -> list[str]:
    """Why a hazard has no ratio, each reason once; one that holds for all of them without their names."""
    none = [row for row in rows.to_dict("records") if not ratio_of(row)]
    reasons = [str(row["note"]).split("; ")[0] for row in none]
    if len(none) == len(rows) and len(set(reasons)) == 1:
        return [as_sentence(reasons[0])] if reasons[0] else []
    pairs = zip(none, reasons, strict=True)
    return list(dict.fromkeys(as_sentence(f"{HEADS[row['hazard']]}: {reason}") for row, reason in pairs if reason))
