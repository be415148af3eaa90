"""What is compared with each study, one module or package a study; a new study is one entry here."""

from __future__ import annotations

from ivig_core.evidence.comparisons import bispecific, crossover_2021, daratumumab
from ivig_core.evidence.quantity import Comparison

COMPARISONS: tuple[Comparison, ...] = (daratumumab.COMPARISON, crossover_2021.COMPARISON, bispecific.COMPARISON)

BY_STUDY: dict[str, Comparison] = {comparison.study: comparison for comparison in COMPARISONS}
