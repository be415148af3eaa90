"""Infection with death competing beside Kaplan–Meier, against R (4.2.2, survival 3.5-3) at day 365.

`a <- summary(survfit(Surv(time, factor(cause, 0:2)) ~ group, d), times = 365, extend = TRUE)` (a$pstate, a$lower,
a$upper) and `b <- summary(survfit(Surv(time, cause == 1) ~ group, d, conf.type = "log-log"), 365, extend = TRUE)`
(1 - b$surv, 1 - b$upper, 1 - b$lower).
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.errors import EstimationError
from ivig_core.estimate.survival.competing_beside import AT_COLUMNS, CURVE_COLUMNS, competing
from ivig_core.estimate.survival.landmark import survival_data
from tests.core.estimate.survival.survival_cohort import small_cohort
from tests.core.estimate.survival.survival_reference import data

NAN = float("nan")
# at risk, infections, deaths, infection, lower, upper, death, 1 − Kaplan–Meier, lower, upper
R = {
    ("sim43", "everybody"): [
        (6, 31, 2, 0.764303991036822, 0.639710732517681, 0.913163655103548, 0.0474806201550388, 0.795326985779384,
         0.648542691043732, 0.909876872962),
    ],
    ("sim43", "infection"): [
        (0, 4, 1, 0.8, 0.516125760342172, 1, 0.2, 1, NAN, NAN),
        (6, 22, 0, 0.741709183673469, 0.593281069051294, 0.927271308395651, 0, 0.741709183673469, 0.569558442044005,
         0.886259357163211),
    ],
    ("sim500", "everybody"): [
        (92, 353, 20, 0.728869284424726, 0.6894983078376, 0.770488379360809, 0.0411876115991219, 0.750672654052281,
         0.709230698505825, 0.790261322535834),
    ],
    ("sim500", "infection"): [
        (19, 45, 3, 0.647677956004569, 0.542256575684307, 0.773594555612129, 0.0431402695486797, 0.667343343470234,
         0.550686272027775, 0.780017743580746),
        (65, 241, 15, 0.714898634907007, 0.667195315178936, 0.766012660108134, 0.0438199267399387, 0.739622253535401,
         0.689006712424383, 0.787810712313502),
    ],
}  # fmt: skip


@pytest.mark.parametrize(("name", "comparison"), R)
def test_a_year_equals_r(name, comparison):
    at = competing(data(name, comparison)).at(365)
    assert tuple(at) == AT_COLUMNS
    assert set(at["note"]) == {""}
    np.testing.assert_allclose(at.iloc[:, 2:12].to_numpy(float), R[name, comparison], atol=1e-12)
    np.testing.assert_allclose(at["difference"], [row[7] - row[3] for row in R[name, comparison]], atol=1e-12)


def test_infection_or_death_has_the_same_incidences():
    mine, other = (competing(data("sim43", name)) for name in ("landmark", "infection"))
    assert mine.curves.equals(other.curves)
    assert not any("cause-specific" in note for note in other.notes)


def cohort_of(*patients):
    """Patients as (days, infection day or None, died on the last day)."""
    return small_cohort(
        [days for days, _, _ in patients],
        infections=[(at, day) for at, (_, day, _) in enumerate(patients) if day is not None],
        died={at: days - 1 for at, (days, _, died) in enumerate(patients) if died},
    )


def result_of(*patients, **more):
    cohort = cohort_of(*patients)
    settings = {"event": "infection", "group": "none", "landmark_day": 0} | more
    return competing(survival_data(cohort, cohort.infection, **settings))


def test_four_patients_by_hand():
    # of 4, one dies at 10, one has an infection at 20, one is censored at 30, one has an infection at 40
    curves = result_of((10, None, True), (50, 19, False), (30, None, False), (60, 39, False)).curves
    assert tuple(curves) == CURVE_COLUMNS
    assert curves[["time", "at_risk", "infections", "deaths", "censored"]].to_numpy().tolist() == [
        [10, 4, 0, 1, 0], [20, 3, 1, 0, 0], [30, 2, 0, 0, 1], [40, 1, 1, 0, 0],
    ]  # fmt: skip
    assert curves["infection"].tolist() == pytest.approx([0, 1 / 4, 1 / 4, 3 / 4])
    assert curves["death"].tolist() == pytest.approx([1 / 4] * 4)
    assert curves["one_minus_km"].tolist() == pytest.approx([0, 1 / 3, 1 / 3, 1])


def test_after_the_last_day_there_is_no_number_and_the_day_is_said():
    row = result_of((10, 4, False), (30, None, False)).at(31).iloc[0]
    assert np.isnan([row["infection"], row["one_minus_km"], row["difference"]]).all()
    assert (row["note"], row["infections"], row["at_risk"]) == ("observed to day 30", 1, 0)
    before = result_of((10, 4, False), (30, None, False)).at(2).iloc[0]
    assert (before["infection"], before["difference"], before["infections"], before["note"]) == (0, 0, 0, "")


def test_where_the_last_one_dies_only_kaplan_meier_is_unknown():
    row = result_of((10, 4, False), (30, None, True)).at(31).iloc[0]
    assert (row["infection"], row["death"]) == (0.5, 0.5)
    assert np.isnan(row["difference"])
    assert row["note"] == "observed to day 30"


@pytest.mark.parametrize("event", ["death", "progression_or_death"])
def test_death_does_not_compete_with_itself(event):
    cohort = small_cohort([50, 60], died={0: 49}, progressed={1: 20})
    with pytest.raises(EstimationError, match="nothing competes with it"):
        competing(survival_data(cohort, cohort.infection, event, "none", 0))


def test_nobody_gives_empty_tables():
    result = result_of((10, 4, False), landmark_day=30)
    assert result.curves.empty
    assert result.at(365).empty
    assert result.groups == []


@settings(derandomize=True, max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 30), st.none() | st.integers(0, 29), st.booleans()).map(
            lambda p: (p[0], p[1] if p[1] is not None and p[1] < p[0] else None, p[2])
        ),
        min_size=1,
        max_size=30,
    ),
    st.integers(0, 31),
)
def test_patients_add_up_and_kaplan_meier_is_never_lower(patients, day):
    result = result_of(*patients)
    curves = result.curves
    gone = curves[["infections", "deaths", "censored"]].sum(axis=1)
    assert gone.sum() == len(patients)
    assert (curves["at_risk"] + gone.cumsum() - gone == len(patients)).all()
    assert (curves["one_minus_km"] >= curves["infection"] - 1e-12).all()
    assert (curves["infection"] + curves["death"] <= 1 + 1e-12).all()
    row = result.at(day).iloc[0]
    assert row["infections"] == curves.loc[curves["time"] <= day, "infections"].sum()
