"""How much a mapping may make of a file: many facts of each row can be far more than the file itself."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ivig_core.cohort.mapping.mapping import CohortMapping
from ivig_core.cohort.reading.gate import Limits, RefusedError


def check_columns(mapping: CohortMapping, limits: Limits) -> None:
    """`RefusedError` where a mapping makes more columns than allowed."""
    names = {name for sheet in mapping.sheets for block in sheet.blocks for name in block.fields}
    if len(names) > limits.max_columns:
        raise RefusedError(
            "too_wide", f"The mapping makes {len(names):,} columns; at most {limits.max_columns:,} are read here.",
            "Leave out of it the variables that the analysis does not need.",
        )  # fmt: skip


@dataclass
class Budget:
    """The cells that facts may still take."""

    limits: Limits
    spent: int = 0

    def spend(self, frame: pd.DataFrame) -> None:
        """Count the facts of one block; `RefusedError` where all are more than allowed."""
        self.spent += frame.size
        if self.spent > self.limits.max_cells:
            raise RefusedError(
                "too_many_cells",
                f"The mapping makes facts of more than {self.limits.max_cells:,} cells, the most that are read here.",
                "Leave out of it what the analysis does not need, or split the file.",
            )
