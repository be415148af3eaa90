"""Both edges of every window, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.persontime.split import person_time
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort

NAN = np.nan


def rows(patient, *axes, **settings):
    """(first day, last day, state or axis value) of each interval of one patient."""
    spec = AnalysisSpec().change(**settings)
    table = person_time(cohort(patient), spec.exposure, axes).table
    column = axes[0] if axes else "state"
    return list(zip(table["start_day"], table["end_day"], table[column].astype(str), strict=True))


def infections(patient, **settings):
    """Infections counted by state."""
    spec = AnalysisSpec().change(**settings)
    time = Study(cohort(patient)).time(spec)
    by_state = time.table.groupby("state", observed=True)["infections"].sum()
    return by_state[by_state > 0].to_dict()


OFF, ON = "observation", "on_ivig"

WINDOWS = {
    "dose day to day 30 count, day 31 does not": (
        Patient(days=60, doses=[10]), {}, [(0, 9, OFF), (10, 40, ON), (41, 59, OFF)]),
    "overlapping windows merge": (
        Patient(days=80, doses=[0, 30]), {}, [(0, 60, ON), (61, 79, OFF)]),
    "a gap of one day stays a gap": (
        Patient(days=80, doses=[0, 32]), {}, [(0, 30, ON), (31, 31, OFF), (32, 62, ON), (63, 79, OFF)]),
    "a dose before follow-up counts where its window reaches in": (
        Patient(days=40, doses=[-30]), {}, [(0, 0, ON), (1, 39, OFF)]),
    "a dose 31 days before follow-up does not": (
        Patient(days=40, doses=[-31]), {}, [(0, 39, "reference")]),
    "a dose on the last day": (
        Patient(days=40, doses=[39]), {}, [(0, 38, OFF), (39, 39, ON)]),
    "a dose after follow-up is no exposure": (
        Patient(days=40, doses=[40]), {"pre_exposure_days": 30}, [(0, 39, "reference")]),
    "follow-up of one day": (
        Patient(days=1, doses=[0]), {}, [(0, 0, ON)]),
    "no doses": (
        Patient(days=5), {}, [(0, 4, "reference")]),
    "a course, dose by dose": (
        Patient(days=100, doses=[(0, 60.0, 50.0, "iv")]), {},
        [(0, 30, ON), (31, 49, OFF), (50, 80, ON), (81, 99, OFF)]),
    "an open-ended course goes on to the end": (
        Patient(days=100, doses=[(10, NAN, 28.0, "iv")]), {}, [(0, 9, OFF), (10, 99, ON)]),
    "subcutaneous doses have their own window": (
        Patient(days=40, doses=[(5, NAN, NAN, "sc")]), {}, [(0, 4, OFF), (5, 15, ON), (16, 39, OFF)]),
    "the dose day off": (
        Patient(days=60, doses=[10, 20]), {"dose_day": "off"},
        [(0, 10, OFF), (11, 19, ON), (20, 20, OFF), (21, 50, ON), (51, 59, OFF)]),
    "the dose day excluded": (
        Patient(days=60, doses=[10]), {"dose_day": "excluded"}, [(0, 9, OFF), (11, 40, ON), (41, 59, OFF)]),
    "30 days before the first dose": (
        Patient(days=80, doses=[40]), {"pre_exposure_days": 30},
        [(0, 9, OFF), (10, 39, "pre_ivig"), (40, 70, ON), (71, 79, OFF)]),
    "only before the first dose, and not into follow-up's past": (
        Patient(days=90, doses=[5, 60]), {"pre_exposure_days": 30},
        [(0, 4, "pre_ivig"), (5, 35, ON), (36, 59, OFF), (60, 89, ON)]),
    "no days before a first dose that was given before follow-up": (
        Patient(days=60, doses=[-40, 30]), {"pre_exposure_days": 30}, [(0, 29, OFF), (30, 59, ON)]),
    "washout after the window closes": (
        Patient(days=60, doses=[0]), {"washout_days": 7}, [(0, 30, ON), (31, 37, "washout"), (38, 59, OFF)]),
    "washout of a dose before follow-up reaches in": (
        Patient(days=80, doses=[-35, 40]), {"washout_days": 7},
        [(0, 2, "washout"), (3, 39, OFF), (40, 70, ON), (71, 77, "washout"), (78, 79, OFF)]),
    "before the first dose goes before washout; on goes before both": (
        Patient(days=100, doses=[0, 35]), {"washout_days": 10, "pre_exposure_days": 60},
        [(0, 30, ON), (31, 34, "washout"), (35, 65, ON), (66, 75, "washout"), (76, 99, OFF)]),
    "days since the latest dose": (
        Patient(days=60, doses=[0, 20]), {"window_cuts": "7,14,21"},
        [(0, 6, "on_ivig_0_6"), (7, 13, "on_ivig_7_13"), (14, 19, "on_ivig_14_20"), (20, 26, "on_ivig_0_6"),
         (27, 33, "on_ivig_7_13"), (34, 40, "on_ivig_14_20"), (41, 50, "on_ivig_21_30"), (51, 59, OFF)]),
    "the first days left out": (
        Patient(days=60, doses=[10]), {"exclude_first_days": 30}, [(30, 40, ON), (41, 59, OFF)]),
    "a patient whose on-IVIG days are all left out had IVIG all the same": (
        Patient(days=80, doses=[0]), {"exclude_first_days": 40}, [(40, 79, OFF)]),
    "from the first dose on": (
        Patient(days=60, doses=[10, 50]), {"from_first_dose": "yes"}, [(10, 40, ON), (41, 49, OFF), (50, 59, ON)]),
    "from a first dose before follow-up: all of it": (
        Patient(days=40, doses=[-10]), {"from_first_dose": "yes"}, [(0, 20, ON), (21, 39, OFF)]),
    "from the first dose: never exposed have no time": (
        Patient(days=40), {"from_first_dose": "yes"}, []),
    "from the first dose and without the first days": (
        Patient(days=60, doses=[10]), {"from_first_dose": "yes", "exclude_first_days": 5},
        [(15, 40, ON), (41, 59, OFF)]),
}  # fmt: skip


@pytest.mark.parametrize("case", WINDOWS)
def test_windows(case):
    patient, settings, want = WINDOWS[case]
    assert rows(patient, **settings) == want


AXES = {
    "progressive phase, both days inside": (
        Patient(days=30, progressive=[(5, 9.0)]), "phase", {},
        [(0, 4, "nonprogressive"), (5, 9, "progressive"), (10, 29, "nonprogressive")]),
    "an open phase goes on to the end": (
        Patient(days=30, progressive=[(-5, NAN)]), "phase", {}, [(0, 29, "progressive")]),
    "prophylaxis": (
        Patient(days=30, prophylaxis=[(29, NAN)]), "prophylaxis", {},
        [(0, 28, "no_prophylaxis"), (29, 29, "prophylaxis")]),
    "bands of time, the eighth open-ended": (
        Patient(days=100), "time", {"time_band_days": 10},
        [(10 * k, 10 * k + 9, f"time_band_{k}") for k in range(7)] + [(70, 99, "time_band_7")]),
    "an IgG value holds from the next day": (
        Patient(days=130, igg=[(0, 650)], baseline={"heavy_chain": "IgA"}), "igg", {},
        [(0, 0, "igg_unknown"), (1, 120, "igg_400_699"), (121, 129, "igg_unknown")]),
    "a value of before follow-up reaches in; the next one takes over": (
        Patient(days=100, igg=[(-20, 399), (40, 700)], baseline={"heavy_chain": "none"}), "igg", {},
        [(0, 40, "igg_200_399"), (41, 99, "igg_ge_700")]),
    "IgG myeloma: the M-spike of up to 30 days before is taken off": (
        Patient(days=40, igg=[(0, 2500)], m_spike=[(-30, 2.4)], baseline={"heavy_chain": "IgG"}), "igg", {},
        [(0, 0, "igg_unknown"), (1, 39, "igg_lt_200")]),
    "the higher of two M-spikes of a day is taken off": (
        Patient(days=40, igg=[(0, 2500)], m_spike=[(-1, 2.0), (-1, 2.2), (-1, 1.9)], baseline={"heavy_chain": "IgG"}),
        "igg", {}, [(0, 0, "igg_unknown"), (1, 39, "igg_200_399")]),
    "IgG myeloma without a recent M-spike: not known": (
        Patient(days=40, igg=[(0, 2500)], m_spike=[(-31, 2.4)], baseline={"heavy_chain": "IgG"}), "igg", {},
        [(0, 39, "igg_unknown")]),
    "heavy chain blank: not known": (
        Patient(days=40, igg=[(-1, 500)]), "igg", {}, [(0, 39, "igg_unknown")]),
    "heavy chain blank, taken as total IgG on request": (
        Patient(days=40, igg=[(-1, 500)]), "igg", {"igg_blank_heavy_chain": "total"}, [(0, 39, "igg_400_699")]),
}  # fmt: skip


@pytest.mark.parametrize("case", AXES)
def test_axes(case):
    patient, axis, settings, want = AXES[case]
    assert rows(patient, axis, **settings) == want


def test_season_turns_on_the_first_of_april_and_october():
    import datetime as dt

    spring = Patient(days=200, start=dt.date(2022, 3, 30))
    want = [(0, 1, "fall_winter"), (2, 184, "spring_summer"), (185, 199, "fall_winter")]
    assert rows(spring, "season") == want
    other = {"fall_winter": "spring_summer", "spring_summer": "fall_winter"}
    assert rows(spring, "season", hemisphere="south") == [(a, b, other[name]) for a, b, name in want]


def test_disease_phase_is_unknown_in_a_file_that_records_none():
    assert rows(Patient(days=9), "phase") == [(0, 8, "phase_unknown")]


INFECTIONS = {
    "on the first and on the last day": (Patient(days=60, doses=[0], infections=[0, 59]), {}, {ON: 1, OFF: 1}),
    "on day 30 and on day 31 after a dose": (Patient(days=60, doses=[0], infections=[30, 31]), {}, {ON: 1, OFF: 1}),
    "two on one day count twice": (Patient(days=60, doses=[0], infections=[40, 40]), {}, {OFF: 2}),
    "before and after follow-up do not count": (Patient(days=60, doses=[0], infections=[-1, 60]), {}, {}),
    "on an excluded dose day": (
        Patient(days=60, doses=[5], infections=[5, 6]), {"dose_day": "excluded"}, {ON: 1}),
    "in the days before the first dose": (
        Patient(days=90, doses=[40], infections=[9, 10, 39, 40]), {"pre_exposure_days": 30},
        {OFF: 1, "pre_ivig": 2, ON: 1}),
    "14 days apart are one episode, dated at the first": (
        Patient(days=60, doses=[0], infections=[25, 39, 53]), {"episode_gap_days": 14}, {ON: 1}),
    "15 days apart are two": (
        Patient(days=60, doses=[0], infections=[20, 35]), {"episode_gap_days": 14}, {ON: 1, OFF: 1}),
    "an episode keeps its highest grade": (
        Patient(days=60, doses=[0], infections=[(25, 1), (35, 3)]), {"episode_gap_days": 14, "min_grade": 3}, {ON: 1}),
    "an episode that began before follow-up is not of it": (
        Patient(days=60, doses=[0], infections=[-3, 5]), {"episode_gap_days": 14}, {}),
    "grade unknown counts without a limit of grade": (
        Patient(days=60, doses=[0], infections=[(5, NAN)]), {}, {ON: 1}),
    "grade unknown does not count with a lowest grade": (
        Patient(days=60, doses=[0], infections=[(5, NAN), (6, 2)]), {"min_grade": 2}, {ON: 1}),
    "grade unknown does not count with a highest grade": (
        Patient(days=60, doses=[0], infections=[(5, NAN), (6, 2)]), {"max_grade": 5}, {ON: 1}),
    "grades 1 to 2": (
        Patient(days=60, doses=[0], infections=[(5, 1), (6, 2), (7, 3)]), {"max_grade": 2}, {ON: 2}),
    "pathogen: blank is no pathogen": (
        Patient(days=60, doses=[0], infections=[(5, 1, "viral"), (6, 2), (7, 3, "bacterial")]),
        {"pathogens": "viral,bacterial"}, {ON: 2}),
}  # fmt: skip


@pytest.mark.parametrize("case", INFECTIONS)
def test_infections(case):
    patient, settings, want = INFECTIONS[case]
    assert infections(patient, **settings) == want


def test_only_days_in_a_state():
    patient = Patient(
        days=100, doses=[0], infections=[10, 50, 90], progressive=[(40, 60.0)], igg=[(-1, 300), (69, 900)],
        baseline={"heavy_chain": "none"},
    )  # fmt: skip
    for within, days, count in (
        ("phase:nonprogressive", 79, 2),
        ("phase:progressive", 21, 1),
        ("igg:<400", 70, 2),
        ("igg:>=400", 30, 1),
        ("igg:<700; phase:nonprogressive", 49, 1),
        ("igg:unknown", 0, 0),
    ):
        spec = AnalysisSpec().change(within=within)
        time = Study(cohort(patient)).time(spec)
        assert (time.person_days, time.infections) == (days, count), within


def test_no_patients_at_all():
    built = cohort(Patient(days=5)).subset(np.array([False]))
    time = Study(built).time(AnalysisSpec())
    assert (time.person_days, time.infections, time.patients) == (0, 0, 0)
