"""The figure draws the simulated ratios and both intervals, and says where the cohort lies among them."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.figures.theme import alt_text, finding
from ivig_core.figures.whatif.null import null
from ivig_core.study.whatif.null import IfNothing
from tests.core.figures.studies import trace

RATIOS = np.append(np.geomspace(0.5, 1.4, 99), np.inf)
FOUND = IfNothing(
    "ok", "", 0.64, 0.44, 0.93, 0.84, 0.66, 1.05, 0.76, 0.52, 1.1, 0.15, 100, RATIOS
)  # fmt: skip


@pytest.mark.parametrize("presentation", [False, True])
def test_bars_lines_and_words(presentation):
    figure = null(FOUND, presentation=presentation)
    assert sum(trace(figure, "ratios without effect").y) == len(RATIOS)
    assert list(trace(figure, "As analysed interval").x) == [0.44, 0.93]
    assert list(trace(figure, "Calibrated interval").x) == [0.52, 1.1]
    assert list(trace(figure, "Calibrated").x) == [0.76]
    (own,) = [shape for shape in figure.layout.shapes if shape.name == "own ratio"]
    assert own.x0 == own.x1 == 0.64
    assert finding(figure) == "With no effect, cohorts like this one give 0.84 (0.66–1.05); this one gives 0.64"
    assert "calibrated 0.76 (0.52–1.10), p = 0.15. Bars" in alt_text(figure)


def test_a_sentence_without_numbers():
    figure = null(IfNothing("not_identified", "fewer than 20 patients on IVIG"))
    assert not figure.data
    assert finding(figure).endswith("without an effect: fewer than 20 patients on IVIG")
