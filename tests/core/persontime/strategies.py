"""Random small cohorts and settings for property tests."""

from __future__ import annotations

import datetime as dt
import math

from hypothesis import strategies as st

from ivig_core.spec import AnalysisSpec
from tests.core.make import Patient

NAN = math.nan


def _day(low: int, high: int):
    return st.integers(low, high)


# Strategies that depend on nothing drawn stand outside: made anew for every example they cost more than what is tested.
STEPS = st.one_of(st.sampled_from([1, 2, 7, 14, 28, 31, 32, 44]), st.integers(1, 60))
"""Days between doses of a course: shorter than every window, as long as one, a day longer, and much longer."""
ROUTES = st.sampled_from(["iv", "sc"])
COURSE_LENGTHS = st.one_of(st.none(), st.integers(0, 120), st.integers(0, 2000))
OVERLAPS = st.one_of(st.none(), st.integers(0, 400))
STARTS = st.lists(st.integers(0, 6), min_size=2, max_size=4)
LATE = st.sampled_from([0, 0, 1])
FIRSTS = {earliest: st.one_of(_day(-60, 200), _day(earliest, -30)) for earliest in (-60, -2000)}
OVERLAP_FIRSTS = {earliest: _day(earliest, 100) for earliest in FIRSTS}


def _until(first: int, length: int | None) -> float:
    """The last day of what lasts so many days more; missing where it has no end."""
    return NAN if length is None else float(first + length)


@st.composite
def courses(draw, earliest=-60):
    """Many doses or one, open or ended, begun before follow-up or in it."""
    first = draw(FIRSTS[earliest])
    return (first, _until(first, draw(COURSE_LENGTHS)), float(draw(STEPS)), draw(ROUTES))


@st.composite
def overlapping_courses(draw, earliest=-60):
    """Courses of one rhythm, which may fall on the same days, and some of another."""
    step = draw(STEPS)
    first = draw(OVERLAP_FIRSTS[earliest])
    starts = draw(STARTS)
    ends = [_until(first + 6 * step, draw(OVERLAPS)) for _ in starts]
    return [
        (first + start * step + draw(LATE), end, float(step), draw(ROUTES))
        for start, end in zip(starts, ends, strict=True)
    ]


SPAN_FIRSTS, SPAN_LENGTHS = _day(-40, 200), st.one_of(st.none(), st.integers(0, 90))


@st.composite
def spans(draw):
    first = draw(SPAN_FIRSTS)
    return (first, _until(first, draw(SPAN_LENGTHS)))


SINGLE_SC = st.tuples(_day(-40, 200), st.just(NAN), st.just(NAN), st.just("sc"))
INFECTIONS = st.one_of(
    _day(-20, 210),
    st.tuples(
        _day(-20, 210),
        st.sampled_from([1, 2, 3, 4, 5, NAN]),
        st.sampled_from([None, "bacterial", "viral", "fungal", "mixed", "negative"]),
        st.sampled_from([None, "skin", "urinary"]),
        st.sampled_from([None, "yes", "no"]),
    ),
)
LABS = st.tuples(_day(-150, 200), st.sampled_from([0, 150, 199, 200, 399.5, 400, 699, 700, 1800]))
M_SPIKES = st.tuples(_day(-150, 200), st.sampled_from([0, 0.3, 2.0]))
COUNTS = st.tuples(_day(-150, 200), st.sampled_from([0, 0.3, 0.5, 0.99, 1.0, 4.2]), st.sampled_from(["anc", "alc"]))
THERAPIES = st.builds(
    lambda span, category, drug: (*span, category, drug),
    spans(),
    st.sampled_from(["anti_myeloma", "anti_myeloma", "anti_myeloma", "transplant", "car_t", "vaccine"]),
    st.sampled_from(["Teclistamab-cqyv", "DARA-RVd", "pomalidomide", None]),
)


def patients(earliest=-60, **more):
    return st.builds(
        Patient,
        days=st.integers(1, 200),
        doses=st.builds(
            list.__add__,
            st.lists(st.one_of(_day(-60, 220), courses(earliest), SINGLE_SC), max_size=5),
            st.one_of(st.just([]), overlapping_courses(earliest)),
        ),
        infections=st.lists(INFECTIONS, max_size=6),
        progressive=st.lists(spans(), max_size=3),
        prophylaxis=st.lists(spans(), max_size=2),
        igg=st.lists(LABS, max_size=5),
        m_spike=st.lists(M_SPIKES, max_size=4, unique_by=lambda item: item[0]),
        start=st.dates(dt.date(2019, 1, 1), dt.date(2023, 12, 31)),
        baseline=st.fixed_dictionaries({"heavy_chain": st.sampled_from([None, "none", "IgG", "IgA"])}),
        **more,
    )


TREATMENTS = {"counts": st.lists(COUNTS, max_size=4), "therapies": st.lists(THERAPIES, max_size=3)}
COHORTS = st.lists(patients(), min_size=1, max_size=5)
TREATED = st.lists(patients(**TREATMENTS), min_size=1, max_size=5)
"""Cohorts with blood counts and therapies as well."""
LONG_COURSES = st.lists(patients(earliest=-2000, **TREATMENTS), min_size=1, max_size=5)
"""Such cohorts in which a course may have begun years before follow-up."""


SETTINGS = st.fixed_dictionaries(
    {
        "window_days": st.sampled_from([0, 1, 10, 30, 42]),
        "window_days_sc": st.sampled_from([0, 10, 50]),
        "window_cuts": st.sampled_from([(), (5, 10, 21), (1,), (7, 14, 28), (2, 30)]),
        "dose_day": st.sampled_from(["on", "off", "excluded"]),
        "pre_exposure_days": st.sampled_from([0, 1, 30, 60]),
        "washout_days": st.sampled_from([0, 1, 14, 40]),
        "exclude_first_days": st.sampled_from([0, 1, 30]),
        "from_first_dose": st.booleans(),
        "time_band_days": st.sampled_from([10, 30, 183]),
        "time_last_band": st.sampled_from(["open", "closed"]),
        "therapy_levels": st.sampled_from(["class", "category"]),
        "hemisphere": st.sampled_from(["north", "south"]),
        "igg_carry_days": st.sampled_from([1, 30, 120]),
        "igg_blank_heavy_chain": st.sampled_from(["unknown", "total"]),
        "min_grade": st.sampled_from([1, 3]),
        "max_grade": st.sampled_from([None, 4]),
        "pathogens": st.sampled_from([(), ("viral",), ("bacterial", "negative"), ("mixed",)]),
        "sites": st.sampled_from([(), ("skin",)]),
        "hospitalized": st.sampled_from([None, "yes"]),
        "episode_gap_days": st.sampled_from([0, 1, 14]),
    }
)


def specs():
    return SETTINGS.map(_spec)


def _spec(settings: dict) -> AnalysisSpec:
    cuts = [cut for cut in settings["window_cuts"] if cut <= settings["window_days"]]
    return AnalysisSpec().change(**(settings | {"window_cuts": cuts}))
