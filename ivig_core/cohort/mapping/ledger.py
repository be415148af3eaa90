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
    """The account of an import: `rows` = `used` + the number of `left_out` + those `set_aside`.

    `rows`: rows of all sheets, titles and headers included. `used`: rows of which at least one fact was made. `made`:
    facts by kind before identical ones are counted once; `facts`: by kind in the cohort (none where there are errors);
    `repeated`: facts that were identical to another one. `left_out` has every row that became
    nothing (columns `LEFT_OUT_COLUMNS`). `set_aside` counts, by reason, rows that were left out while a large file was
    read and are not listed; `rows` has them too.
    """

    rows: int
    used: int
    made: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, int] = field(default_factory=dict)
    repeated: int = 0
    left_out: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=LEFT_OUT_COLUMNS))
    set_aside: Mapping[str, int] = field(default_factory=dict)

    @property
    def reasons(self) -> dict[str, int]:
        """Rows that were left out by reason, most frequent first."""
        counts = self.left_out["reason"].astype("str").value_counts()
        listed = {str(reason): int(count) for reason, count in counts.items()}
        together = {
            reason: listed.get(reason, 0) + self.set_aside.get(reason, 0) for reason in {**listed, **self.set_aside}
        }
        return dict(sorted(together.items(), key=lambda item: -item[1]))

    @property
    def out(self) -> int:
        """How many rows were left out."""
        return len(self.left_out) + sum(self.set_aside.values())

    @property
    def adds_up(self) -> bool:
        """Whether every row and every fact is accounted for."""
        rows = self.rows == self.used + self.out
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
        said = [f"{self.rows:,} rows in the file = {self.used:,} used + {self.out:,} left out."]
        if self.out:
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
