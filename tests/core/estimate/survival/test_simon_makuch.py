"""Simon–Makuch curves against R and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.estimate.cox.data import EVER, rows_ever_ivig, rows_from_start
from ivig_core.estimate.survival.simon_makuch import simon_makuch
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.designs import varying
from ivig_core.study.study import Study
from tests.core.estimate.survival.survival_cohort import reference_cohort, small_cohort

# R 4.2.2, survival 3.5.3, on the rows of `varying(…, "ever_ivig")` with survival_event "infection" (id, start, stop,
# event, after); for an origin o: e <- d[d$stop > o, ]; start = pmax(start, o) - o; stop = stop - o;
# summary(survfit(Surv(start, stop, event) ~ after, e, conf.type = "log-log", id = id), times = c(30, 100, 365),
#         extend = TRUE)
R = {
    ("sim43", 0, "no_ivig"): [
        (30, 32, 0.873433583960, 0.722042465280, 0.945322075233),
        (100, 18, 0.598551141082, 0.414374446866, 0.741555955379),
        (365, 0, 0.140638589793, 0.013154483374, 0.411306573757),
    ],
    ("sim43", 31, "ivig"): [
        (30, 6, 0.734693877551, 0.291004336341, 0.925890145483),
        (100, 13, 0.734693877551, 0.291004336341, 0.925890145483),
        (365, 6, 0.309143917307, 0.108210201122, 0.538071852087),
    ],
    ("sim500", 0, "ivig"): [
        (30, 74, 0.894382518542, 0.788590034386, 0.948893463562),
        (100, 116, 0.754251764337, 0.652068165150, 0.830262637834),
        (365, 72, 0.371592564368, 0.297539740609, 0.445545821875),
    ],
    ("sim500", 31, "no_ivig"): [
        (30, 270, 0.861674930800, 0.819598953051, 0.894569665888),
        (100, 152, 0.639131271457, 0.581093845381, 0.691326902665),
        (365, 17, 0.163454599650, 0.108279975824, 0.228620170065),
    ],
    ("sim500", 31, "ivig"): [
        (30, 102, 0.915600138125, 0.837750210894, 0.957033028106),
        (100, 120, 0.739283185464, 0.652876177572, 0.807336770068),
        (365, 67, 0.392144680484, 0.317447382117, 0.465928470939),
    ],
}


def _curve(curves, group: str):
    return curves.curves[curves.curves["group"] == group]


@pytest.mark.parametrize(("name", "origin", "group"), list(R))
def test_curves_equal_r(name, origin, group):
    design = varying(Study(reference_cohort(name)), AnalysisSpec().change(survival_event="infection"), EVER)
    curve = _curve(simon_makuch(design.rows, design.ivig.columns[:, 0] > 0, origin), group)
    for time, at_risk, *values in R[name, origin, group]:
        row = curve[curve["time"] <= time].iloc[-1]
        assert row[["survival", "ci_low", "ci_high"]].tolist() == pytest.approx(values, abs=1e-10)
        later = curve[curve["time"] >= time]
        assert (later["at_risk"].iloc[0] if len(later) else 0) == at_risk


def test_by_hand():
    """Four patients of 10 days; doses on day 2 (P0) and 4 (P1); infections on day 5 (P0), 7 (P2), 0 (P3)."""
    cohort = small_cohort([10, 10, 10, 10], infections=[(0, 5), (2, 7), (3, 0)], doses=[(0, 2), (1, 4)])
    rows = rows_from_start(np.arange(4), np.array([6, 10, 8, 1]), np.array([True, False, True, True]))
    rows, after = rows_ever_ivig(rows, cohort)
    made = simon_makuch(rows, after)
    ivig, none = _curve(made, "ivig"), _curve(made, "no_ivig")
    # P0 enters IVIG at 2, so he is at risk from time 3; P1 from time 5; P0 has his event at 6 with both at risk.
    assert ivig[["time", "at_risk", "events", "censored"]].to_numpy().tolist() == [
        [3, 1, 0, 0], [5, 2, 0, 0], [6, 2, 1, 0], [10, 1, 0, 1],
    ]  # fmt: skip
    assert ivig["survival"].tolist() == [1, 1, 0.5, 0.5]
    # All four begin without IVIG; P3 has his event at 1, P0 and P1 leave at 2 and 4, P2 has his at 8, alone.
    assert none[["time", "at_risk", "events", "censored"]].to_numpy().tolist() == [
        [1, 4, 1, 0], [2, 3, 0, 1], [4, 2, 0, 1], [8, 1, 1, 0],
    ]  # fmt: skip
    assert none["survival"].tolist() == [0.75, 0.75, 0.75, 0]
    assert made.medians[["group", "patients", "events"]].to_numpy().tolist() == [["ivig", 2, 1], ["no_ivig", 4, 2]]


def test_a_state_without_time_has_no_curve_and_a_gap_changes_nothing():
    cohort = small_cohort([10, 10], infections=[(0, 3)], doses=[(1, 8)])
    rows = rows_from_start(np.arange(2), np.array([4, 10]), np.array([True, False]))
    alone = simon_makuch(*rows_ever_ivig(rows, small_cohort([10, 10])))
    assert alone.groups == ["no_ivig"]
    late = simon_makuch(*rows_ever_ivig(rows, cohort), origin=5)
    assert late.groups == ["ivig", "no_ivig"]
    assert late.curves["survival"].tolist() == [1.0] * len(late.curves)
    assert simon_makuch(*rows_ever_ivig(rows, cohort), origin=20).curves.empty


def test_nobody_at_risk_between_two_who_enter():
    """IVIG from day 0 to 2 in one, from day 6 in the other: between them the curve goes on as it is."""
    cohort = small_cohort([3, 10], doses=[(0, 0), (1, 6)])
    rows = rows_from_start(np.arange(2), np.array([3, 10]), np.array([False, True]))
    curve = _curve(simon_makuch(*rows_ever_ivig(rows, cohort)), "ivig")
    assert curve[["time", "at_risk"]].to_numpy().tolist() == [[1, 1], [3, 1], [7, 1], [10, 1]]
    assert curve["survival"].tolist() == [1, 1, 1, 0]
