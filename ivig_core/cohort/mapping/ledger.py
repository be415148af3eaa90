"""What became of every row of a file: facts, or left out with a reason. Nothing is lost on the way without a word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

LEFT_OUT_COLUMNS = ["sheet", "row", "reason", "beginning"]


def left_out_table(sheet: str, rows: np.ndarray, reason: np.ndarray | str, beginning: np.ndarray | str) -> pd.DataFrame:
    """Lines of one sheet that became no fact, one row each: sheet, row, reason, and how the line begins (blank where
    that could be a patient's)."""
    table = pd.DataFrame({"sheet": sheet, "row": rows, "reason": reason, "beginning": beginning})
    return table.astype({"sheet": "category", "reason": "category", "row": np.int64})


@dataclass(frozen=True, eq=False)
class Ledger:
    """The account of an import: `rows` = `used` + the number of `left_out`.

    `rows`: rows of all sheets, titles and headers included. `used`: rows of which at least one fact was made. `made`:
    facts by kind before identical ones are counted once; `facts`: by kind in the cohort (none where the file has
    errors); `repeated`: facts that were identical to another one. `left_out` has every row that became
    nothing (columns `LEFT_OUT_COLUMNS`).
    """

    rows: int
    used: int
    made: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, int] = field(default_factory=dict)
    repeated: int = 0
    left_out: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LEFT_OUT_COLUMNS))

    @property
    def reasons(self) -> dict[str, int]:
        """Rows that were left out by reason, most frequent first."""
        counts = self.left_out["reason"].astype("str").value_counts()
        return {str(reason): int(count) for reason, count in counts.items()}

    @property
    def adds_up(self) -> bool:
        """Whether every row and every fact is accounted for."""
        rows = self.rows == self.used + len(self.left_out)
        return rows and (not self.facts or sum(self.made.values()) == sum(self.facts.values()) + self.repeated)

    def as_json(self) -> dict[str, object]:
        """The account as plain values, without the list of rows."""
        return {
            "rows": self.rows,
            "used": self.used,
            "left_out": [{"reason": reason, "rows": rows} for reason, rows in self.reasons.items()],
            "made": dict(self.made),
            "facts": dict(self.facts),
            "repeated": self.repeated,
        }

    def sentences(self) -> tuple[str, ...]:
        """The account in words: rows, facts by kind, what was left out and why."""
        made, facts = sum(self.made.values()), sum(self.facts.values())
        said = [f"{self.rows:,} rows in the file = {self.used:,} used + {len(self.left_out):,} left out."]
        if len(self.left_out):
            said.append("Left out: " + _listed(self.reasons) + ".")
        if self.facts:
            same = f" + {self.repeated:,} identical to another one and counted once" if self.repeated else ""
            said.append(f"{made:,} facts made = {facts:,} in the cohort ({_listed(self.facts)}){same}.")
        else:
            said.append(f"{made:,} facts made ({_listed(self.made)}); none is in a cohort, because there are errors.")
        return tuple(said)


def _listed(counts: Mapping[str, int]) -> str:
    shown: Iterable[tuple[str, int]] = ((name, count) for name, count in counts.items() if count)
    return ", ".join(f"{count:,} {name}" for name, count in shown) or "none"
