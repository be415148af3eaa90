"""One patient over time, worked by hand, and all patients together against the tables of rates."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.errors import SpecError
from ivig_core.persontime.split import PersonTime
from ivig_core.study.patients.timeline import Timeline, timeline
from ivig_core.study.rates.by_period import incidence_rates
from ivig_core.study.study import Study
from ivig_core.terms import BEFORE_IVIG, OBSERVATION, OFF_SINCE, ON, PRE, REFERENCE, WASHOUT
from tests.core.figures.studies import SPEC, reference_study, study
from tests.core.make import Patient

THREE_DOSES = Patient(
    days=200, doses=[50, 70, 150], infections=[(10, 2), (49, 1), (50, 3), (100, 2), (101, 2), (180, 4)]
)


def of(*patients: Patient, spec=SPEC, patient: int = 0) -> Timeline:
    return timeline(study(*patients), spec, patient)


def periods(line: Timeline) -> dict[str, tuple[int, int]]:
    table = line.periods
    return {
        name: (number, days)
        for name, number, days in zip(table["period"], table["infections"], table["days"], strict=True)
    }


def some(number: int) -> Study:
    """Patients of a reference cohort, treated and not."""
    full = reference_study("sim43").full
    return Study(full.subset(np.arange(len(full)) < number))


def test_infections_and_days_before_on_and_off():
    line = of(THREE_DOSES)
    # Windows 50–100 and 150–180.
    assert periods(line) == {BEFORE_IVIG: (2, 50), ON: (3, 51 + 31), OFF_SINCE: (1, 49 + 19)}
    assert line.periods["rate"].tolist() == pytest.approx([2 / 50 * 365.25, 3 / 82 * 365.25, 1 / 68 * 365.25])
    assert (line.first_dose, line.since_dose) == (50, 49)


def test_days_since_the_last_dose_at_each_infection():
    line = of(THREE_DOSES)
    np.testing.assert_array_equal(line.infections["since_dose"], [np.nan, np.nan, 0, 30, 31, 30])
    assert line.infections["state"].tolist() == [OBSERVATION, OBSERVATION, ON, ON, OBSERVATION, ON]


def test_a_dose_day_that_counts_as_off_is_not_before_the_first_dose():
    line = of(THREE_DOSES, spec=SPEC.change(dose_day="off"))
    assert periods(line) == {BEFORE_IVIG: (2, 50), ON: (2, 19 + 30 + 30), OFF_SINCE: (2, 68 + 3)}


@pytest.mark.parametrize(
    "settings",
    [
        {}, {"pre_exposure_days": 30, "washout_days": 14}, {"dose_day": "off"}, {"dose_day": "excluded"},
        {"from_first_dose": True}, {"exclude_first_days": 40}, {"within": "phase:nonprogressive"},
        {"min_grade": 3, "adjust_for": "phase,season,time", "window_cuts": "7,14"}, {"episode_gap_days": 14},
    ],
)  # fmt: skip
def test_all_patients_together_are_the_tables_of_rates(settings):
    of_all, spec = some(12), SPEC.change(**settings)
    found: dict[str, np.ndarray] = {REFERENCE: np.zeros(2, int)}
    for patient in range(12):
        for name, numbers in periods(timeline(of_all, spec, patient)).items():
            found[name] = found.get(name, 0) + np.array(numbers)
    rates = incidence_rates(of_all, spec.change(window_cuts=())).set_index("period")[["infections", "person_days"]]
    off = [name for name in (OBSERVATION, PRE, WASHOUT) if name in rates.index]
    assert found[ON].tolist() == rates.loc[ON].tolist()
    assert (found[BEFORE_IVIG] + found[OFF_SINCE]).tolist() == rates.loc[off].sum().tolist()
    assert found[REFERENCE].tolist() == rates.reindex([REFERENCE], fill_value=0).loc[REFERENCE].tolist()


def test_nothing_of_person_time_is_lost_for_a_patient():
    of_all = some(12)
    table = of_all.time(SPEC).table
    for patient in range(12):
        mine = table[table["patient"] == patient]
        line = timeline(of_all, SPEC, patient)
        assert line.segments["days"].sum() == mine["days"].sum()
        assert line.infections["counted"].sum() == mine["infections"].sum() == line.segments["infections"].sum()


def test_neighbours_do_not_mix():
    one, two, three = Patient(infections=[5], igg=[(3, 500)]), THREE_DOSES, Patient(doses=[1], progressive=[(2, 9)])
    alone, among = of(two), of(one, two, three, patient=1)
    for name in ("igg", "counts", "doses", "segments", "infections", "therapies", "periods"):
        assert getattr(alone, name).equals(getattr(among, name)), name


def test_an_infection_that_does_not_count_says_why():
    patient = Patient(days=100, infections=[(-5, 2), (3, 3), (40, 1), (60, 3), (100, 4)])
    line = of(patient, spec=SPEC.change(min_grade=2, exclude_first_days=10))
    assert line.infections["reason"].tolist() == [
        "before follow-up", "on a day that is not analysed", "not of the kind that counts", "", "after follow-up",
    ]  # fmt: skip
    assert line.infections["counted"].tolist() == [False, False, False, True, False]


def test_infections_of_one_episode_are_one_with_the_highest_grade():
    line = of(Patient(infections=[(10, 1), (15, 3), (40, 2)]), spec=SPEC.change(episode_gap_days=7))
    assert line.infections[["day", "grade", "counted"]].to_numpy().tolist() == [
        [10, 3, True],
        [15, 3, False],
        [40, 2, True],
    ]
    assert "episode" in line.infections["reason"][1]


def test_functional_igg_and_its_level_by_day():
    patient = Patient(
        igg=[(5, 900), (20, 1500), (20, 1400), (90, 800)], m_spike=[(5, 0.5), (20, 1.25)],
        baseline={"heavy_chain": "IgG"},
    )  # fmt: skip
    table = of(patient).igg
    assert table["igg"].tolist() == [900, 1400, 800]
    assert table["count"].tolist() == [1, 2, 1]
    np.testing.assert_array_equal(table["functional"], [400, 150, np.nan])
    assert table["level"].tolist() == ["igg_400_699", "igg_lt_200", "igg_unknown"]
    assert of(patient).m_spike["value"].tolist() == [0.5, 1.25]
    cut = of(patient, spec=SPEC.change(igg_cuts="500")).igg
    assert cut["level"].tolist() == ["igg_lt_500", "igg_lt_500", "igg_unknown"]


def test_courses_are_doses_and_grams_come_from_the_weight_where_they_are_not_recorded():
    line = of(Patient(days=100, doses=[-40, (10, 80, 28, "sc")], grams=30))
    assert line.doses["day"].tolist() == [-40, 10, 38, 66]
    assert line.doses["route"].tolist() == ["iv", "sc", "sc", "sc"]
    assert line.doses["grams"].tolist() == [30] * 4
    assert of(Patient(doses=[3])).doses["grams"].isna().all()
    weighed = study(Patient(doses=[3], baseline={"weight_kg": 80.0}))
    weighed.full.ivig["dose_g_per_kg"] = 0.5
    assert timeline(weighed, SPEC, 0).doses["grams"].tolist() == [40]


def test_a_dose_before_follow_up_that_does_not_reach_in_leaves_no_day_on_ivig():
    line = of(Patient(days=60, doses=[-50], infections=[10]))
    assert periods(line) == {REFERENCE: (1, 60)}
    assert (line.first_dose, line.since_dose) == (-50, 109)


def test_counts_of_infections_join_those_of_blood_tests_once():
    made = study(Patient(infections=[5], counts=[(5, 0.8, "anc"), (9, 1.1, "anc"), (9, 0.4, "alc")]))
    made.full.infection["anc"] = 0.8
    made.full.infection["alc"] = 0.2
    table = timeline(made, SPEC, 0).counts
    assert table[["analyte", "day", "value"]].to_numpy().tolist() == [
        ["anc", 5, 0.8], ["anc", 9, 1.1], ["alc", 5, 0.2], ["alc", 9, 0.4],
    ]  # fmt: skip
    assert table["at_infection"].tolist() == [False, False, True, False]


def test_phases_cover_follow_up_and_an_open_one_goes_on():
    line = of(Patient(days=100, progressive=[(20, 40), (80, np.nan)]))
    assert line.phases.to_numpy().tolist() == [
        [0, 19, "nonprogressive", False], [20, 40, "progressive", False], [41, 79, "nonprogressive", False],
        [80, 99, "progressive", True],
    ]  # fmt: skip
    assert line.marks.to_numpy().tolist() == [[20, "progression"], [80, "progression"], [99, "followed"]]
    assert of(Patient()).phases.empty


def test_an_open_therapy_reaches_to_the_end_and_says_that_it_goes_on():
    line = of(Patient(days=100, therapies=[(-30, -10, "transplant", "melphalan"), (5, np.nan, "anti_myeloma", "x")]))
    assert line.therapies[["day", "end_day", "going_on"]].to_numpy().tolist() == [[-30, -10, False], [5, 99, True]]


def test_death_and_last_contact_may_come_after_follow_up():
    dead = of(Patient(days=50, died=70))
    assert (dead.died, dead.last_day, dead.marks["kind"].tolist()) == (True, 70, ["death"])
    seen = of(Patient(days=50, last_contact=90))
    assert (seen.died, seen.last_day, seen.marks["day"].tolist()) == (False, 90, [90])


def test_a_patient_without_anything_has_empty_frames_and_one_period():
    line = of(Patient(days=30, start=None))
    for name in ("igg", "m_spike", "counts", "doses", "infections", "phases", "therapies"):
        assert getattr(line, name).empty, name
    assert periods(line) == {REFERENCE: (0, 30)}
    assert np.isnan(line.since_dose)


def test_no_day_left_to_analyse():
    line = of(THREE_DOSES, spec=SPEC.change(exclude_first_days=1000))
    assert line.segments.empty
    assert line.periods["days"].sum() == 0
    assert line.periods["rate"].isna().all()


@pytest.mark.parametrize("code", [-1, 1])
def test_a_code_that_does_not_exist_is_refused(code):
    with pytest.raises(SpecError, match="code from 0 to 0"):
        of(Patient(), patient=code)


def test_person_time_is_not_searched_row_by_row(monkeypatch):
    """Rows of one patient are found by bisection, never by looking through those of all."""
    made = reference_study("sim500")
    made.time(SPEC), made.infections(SPEC)
    looked = []
    monkeypatch.setattr(PersonTime, "row_of", lambda self, rows: looked.append(len(rows)))
    timeline(made, SPEC, 250)
    assert not looked
