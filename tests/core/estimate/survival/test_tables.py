"""The whole survival block against R on the reference cohorts, and data for which parts of it do not exist.

`*_expected.json` and the constants below: R 4.2.2, survival 3.5-3.
"""

import numpy as np
import pytest

from ivig_core.estimate.survival.kaplan_meier import kaplan_meier
from ivig_core.estimate.survival.landmark import survival_data
from ivig_core.estimate.survival.restricted_mean import restricted_mean
from ivig_core.estimate.survival.tables import survival_tables
from ivig_core.persontime.doses import first_dose_day
from tests.core.estimate.survival.survival_cohort import counted, reference_cohort, reference_survival, small_cohort

Z = 1.959963984540054
CASES = [(name, endpoint) for name in ("sim43", "sim500") for endpoint in ("all", "grade3plus")]
ORIGINS = [(0, "km_from_start", "aj_365_from_start"), (30, "km_landmark30", "aj_365_landmark")]


def numbers(values):
    return [float("nan") if v is None else float(v) for v in values]


def close(actual, expected):
    np.testing.assert_allclose(numbers(actual), numbers(expected), rtol=0, atol=1e-9)


def reference_data(name, endpoint, landmark_day, grouped=True):
    """The reference groups by first dose on or before day 30, also where time is from the start."""
    cohort = reference_cohort(name)
    labels = np.where(first_dose_day(cohort) <= 30, "g=1", "g=0") if grouped else np.full(len(cohort), "all")
    return survival_data(cohort, counted(cohort, endpoint), "infection", "by day 30", landmark_day, labels=labels)


@pytest.mark.parametrize(("landmark_day", "key", "_"), ORIGINS)
@pytest.mark.parametrize(("name", "endpoint"), CASES)
def test_medians_logrank_and_exclusions_equal_r(name, endpoint, landmark_day, key, _):
    expected = reference_survival(name)[endpoint]
    data = reference_data(name, endpoint, landmark_day)
    tables = survival_tables(data)
    medians = tables.km.medians
    assert medians["patients"].tolist() == expected[key]["n"]
    assert medians["events"].tolist() == expected[key]["events_by_group"]
    overall = survival_tables(reference_data(name, endpoint, landmark_day, grouped=False)).km.medians
    for column, theirs in (("median", "median"), ("ci_low", "lower"), ("ci_high", "upper")):
        close(medians[column], expected[key]["by_group"][theirs])
        close(overall[column], [expected[key]["overall"][theirs]])
    close(tables.logrank, [expected[key]["logrank_chisq"], 1, expected[key]["logrank_p"]])
    assert data.excluded == (expected["landmark_excluded"] if landmark_day else 0)


@pytest.mark.parametrize(("landmark_day", "key", "_"), ORIGINS)
@pytest.mark.parametrize(("name", "endpoint"), CASES)
def test_values_at_chosen_times_equal_r(name, endpoint, landmark_day, key, _):
    grouped, overall = (survival_tables(reference_data(name, endpoint, landmark_day, g)).km for g in (True, False))
    rows = reference_survival(name)[endpoint][key]["at"]
    assert len(rows) == 9
    for row in rows:
        values = (
            (overall if row["strata"] == "all" else grouped).at([row["time"]]).set_index("group").loc[row["strata"]]
        )
        close(
            values[["at_risk", "survival", "ci_low", "ci_high"]],
            [row["n_risk"], row["surv"], row["lower"], row["upper"]],
        )


@pytest.mark.parametrize(("landmark_day", "key", "_"), ORIGINS)
@pytest.mark.parametrize(("name", "endpoint"), CASES)
def test_restricted_mean_of_a_group_equals_r(name, endpoint, landmark_day, key, _):
    # group by group: R takes each to 365 days, ours are cut to a common horizon when compared
    data = reference_data(name, endpoint, landmark_day)
    for i, label in enumerate(("g=0", "g=1")):
        mine = (data.table["group"] == label).to_numpy()
        km = kaplan_meier(data.table["time"].to_numpy()[mine], data.is_event[mine], data.table["group"][mine])
        expected = reference_survival(name)[endpoint][key]
        close(
            restricted_mean(km, 365).iloc[0][["mean", "se"]],
            [expected["rmean_to_365"][i], expected["rmean_se"][i]],
        )


@pytest.mark.parametrize(("landmark_day", "_", "key"), ORIGINS)
@pytest.mark.parametrize(("name", "endpoint"), CASES)
def test_cumulative_incidence_at_a_year_equals_r(name, endpoint, landmark_day, _, key):
    grouped, overall = (
        survival_tables(reference_data(name, endpoint, landmark_day, g)).cumulative_incidence.at(365)
        for g in (True, False)
    )
    for row in reference_survival(name)[endpoint][key]:
        table = overall if row["strata"] == "all" else grouped[grouped["group"] == row["strata"].replace("grp", "g=")]
        infection, death = table.iloc[0], table.iloc[1]
        assert (infection["cause"], death["cause"]) == ("infection", "death")
        close(infection[["cif", "ci_low", "ci_high"]], [row["cif_infection"], row["lower"], row["upper"]])
        close([death["cif"]], [row["cif_death"]])
        if row["cif_death"]:
            close([np.log(death["cif"] / death["ci_low"]) / Z * death["cif"]], [row["se_death"]])


# infection_or_death, in R from the file itself: Surv(t, infection or death on the last day) ~ group, log-log.
# (chi2, p), started later, then by group: patients, events, median, lower, upper
NAN = float("nan")
LANDMARK = {
    ("sim43", "all"): (
        (1.74341996298955, 0.186706077614144),
        27,
        [(5, 5, 173, 9, NAN), (32, 26, 155, 101, 302)],
    ),
    ("sim43", "grade3plus"): (
        (0.0170593872186078, 0.896082574458542),
        28,
        [(5, 3, 334, 28, NAN), (33, 21, 516, 237, 874)],
    ),
    ("sim500", "all"): (
        (3.44356610011888, 0.0634984977162709),
        253,
        [(75, 64, 270, 182, 301), (350, 302, 146, 130, 176)],
    ),
    ("sim500", "grade3plus"): (
        (0.950916506523365, 0.329486118149037),
        289,
        [(84, 53, 436, 321, 672), (392, 262, 393, 358, 505)],
    ),
}
NAIVE = {
    ("sim43", "all"): (
        (0.00312107709425256, 0.955448077892485),
        (3133, 18),
        [(37, 33, 158, 59, 225), (6, 4, 146, 23, NAN)],
    ),
    ("sim43", "grade3plus"): (
        (0.128769641664345, 0.719711142743682),
        (4346, 8),
        [(37, 26, 471, 225, 891), (6, 3, 268, 23, NAN)],
    ),
    ("sim500", "all"): (
        (0.674435779766228, 0.411509353788195),
        (33104, 188),
        [(391, 348, 158, 125, 186), (109, 93, 144, 115, 180)],
    ),
    ("sim500", "grade3plus"): (
        (1.82755897552164, 0.176416139412389),
        (47617, 97),
        [(391, 268, 422, 369, 534), (109, 71, 393, 231, 522)],
    ),
}


def compare(name, endpoint, event, group, landmark_day):
    cohort = reference_cohort(name)
    data = survival_data(cohort, counted(cohort, endpoint), event, group, landmark_day)
    return data, survival_tables(data)


@pytest.mark.parametrize(("name", "endpoint"), CASES)
def test_infection_or_death_at_the_landmark_equals_r(name, endpoint):
    data, tables = compare(name, endpoint, "infection_or_death", "ivig_by_landmark", 30)
    test, later, medians = LANDMARK[name, endpoint]
    assert tables.km.groups == ["ivig", "no_ivig"]
    close(tables.logrank, [test[0], 1, test[1]])
    close(tables.km.medians.iloc[:, 1:].to_numpy().ravel(), np.ravel(medians))
    assert data.started_later == later
    assert (data.excluded_event, data.excluded_censored) == (data.excluded, 0)


@pytest.mark.parametrize(("name", "endpoint"), CASES)
def test_naive_infection_or_death_equals_r(name, endpoint):
    data, tables = compare(name, endpoint, "infection_or_death", "ivig_by_landmark", 0)
    test, credited, medians = NAIVE[name, endpoint]
    close(tables.logrank, [test[0], 1, test[1]])
    close(tables.km.medians.iloc[:, 1:].to_numpy().ravel(), np.ravel(medians))
    assert (data.immortal_days, data.events_before_dose) == credited


@pytest.mark.parametrize(
    ("name", "test", "medians", "means"),
    [
        (
            "sim43",
            (5.89655725021932, 0.0151705097608384),
            [(5, 2, 575, 173, NAN), (37, 4, NAN, 1209, NAN)],
            [(326.6, 34.3460041343968), (365, 0)],
        ),
        (
            "sim500",
            (2.13610612107589, 0.143866654679174),
            [(90, 13, NAN, 1608, NAN), (408, 93, NAN, NAN, NAN)],
            [(352.291850221864, 5.38291236970938), (351.206588218266, 2.80151424161262)],
        ),
    ],
)
def test_overall_survival_at_the_landmark_equals_r(name, test, medians, means):
    data, tables = compare(name, "all", "death", "ivig_by_landmark", 30)
    close(tables.logrank, [test[0], 1, test[1]])
    close(tables.km.medians.iloc[:, 1:].to_numpy().ravel(), np.ravel(medians))
    close(tables.restricted_mean[["mean", "se"]].to_numpy().ravel(), np.ravel(means))
    assert tables.restricted_mean["days"].tolist() == [365, 365]
    assert data.excluded_event == data.excluded > 0
    assert tables.cumulative_incidence.curves.empty


@pytest.mark.parametrize(
    ("name", "test", "patients"),
    [
        ("sim43", (3.67519913846821, 2, 0.159199114267434), [19, 18, 6]),
        ("sim500", (15.1296418850602, 2, 0.000518370177511189), [201, 190, 109]),
    ],
)
def test_overall_survival_by_strategy_equals_r(name, test, patients):
    _, tables = compare(name, "all", "death", "ivig_strategy", 0)
    assert tables.km.groups == ["primary", "secondary", "none"]
    assert tables.km.medians["patients"].tolist() == patients
    close(tables.logrank, test)


def small_tables(*days, event="infection_or_death", group="ivig_by_landmark", landmark_day=30, rmst_days=365, **more):
    cohort = small_cohort(list(days), **more)
    return survival_tables(survival_data(cohort, cohort.infection, event, group, landmark_day), rmst_days)


def test_nobody_left_after_the_landmark_is_said():
    tables = small_tables(20, 30, infections=[(0, 3)])
    assert tables.excluded == 2
    assert tables.km.curves.empty
    assert tables.restricted_mean.empty
    assert tables.cumulative_incidence.curves.empty
    assert tables.logrank is None
    assert tables.notes[-1] == "No patients are left to compare: no survival curve."
    assert not any("0 of the 0" in note for note in tables.notes)


def test_no_event_gives_flat_curves_and_the_reason():
    tables = small_tables(90, 80, doses=[(0, 5)])
    assert tables.km.curves["survival"].tolist() == [1, 1]
    assert tables.km.medians["median"].isna().all()
    assert tables.logrank is None
    assert any(note.startswith("No patient had an infection or death") for note in tables.notes)
    assert sum("log-rank" in note for note in tables.notes) == 1


def test_one_group_has_no_logrank_and_the_reason():
    tables = small_tables(90, 80, infections=[(0, 60)])
    assert tables.logrank is None
    assert tables.notes[-1] == "No log-rank test: only one group has patients."


def test_without_groups_a_missing_logrank_is_no_news():
    tables = small_tables(90, 80, infections=[(0, 60)], group="none", landmark_day=0, rmst_days=70)
    assert tables.km.groups == ["all"]
    assert tables.logrank is None
    assert tables.notes == ()


def test_a_shortened_horizon_is_said_with_the_group_that_ends_first():
    tables = small_tables(61, 81, 131, doses=[(0, 5)], infections=[(2, 60)])
    assert tables.restricted_mean["days"].tolist() == [30, 30]  # day 60 is time 30 from the landmark
    assert tables.notes[-1].startswith("Restricted mean to day 30 instead of 365: nobody in group ivig")
