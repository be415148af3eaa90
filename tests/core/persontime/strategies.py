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


STEPS = st.one_of(st.sampled_from([1, 2, 7, 14, 28, 31, 32, 44]), st.integers(1, 60))
"""Days between doses of a course: shorter than every window, as long as one, a day longer, and much longer."""


@st.composite
def courses(draw, earliest=-60):
    """Many doses or one, open or ended, begun before follow-up or in it."""
    first = draw(st.one_of(_day(-60, 200), _day(earliest, -30)))
    last = draw(st.one_of(st.just(NAN), st.integers(first, first + 120), st.integers(first, first + 2000)))
    return (first, float(last), float(draw(STEPS)), draw(st.sampled_from(["iv", "sc"])))


@st.composite
def overlapping_courses(draw, earliest=-60):
    """Courses of one rhythm, which may fall on the same days, and some of another."""
    step = draw(STEPS)
    first = draw(_day(earliest, 100))
    starts = draw(st.lists(st.integers(0, 6), min_size=2, max_size=4))
    lasts = st.one_of(st.just(NAN), st.integers(first + 6 * step, first + 400))
    ends = [float(draw(lasts)) for _ in starts]
    return [
        (first + start * step + draw(st.sampled_from([0, 0, 1])), end, float(step), draw(st.sampled_from(["iv", "sc"])))
        for start, end in zip(starts, ends, strict=True)
    ]


@st.composite
def spans(draw):
    first = draw(_day(-40, 200))
    return (first, float(draw(st.one_of(st.just(NAN), st.integers(first, first + 90)))))


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


@st.composite
def patients(draw, earliest=-60):
    def some(of, at_most):
        return draw(st.lists(of, max_size=at_most))

    labs = st.tuples(_day(-150, 200), st.sampled_from([0, 150, 199, 200, 399.5, 400, 699, 700, 1800]))
    return Patient(
        days=draw(st.integers(1, 200)),
        doses=some(st.one_of(_day(-60, 220), courses(earliest), SINGLE_SC), 5)
        + draw(st.one_of(st.just([]), overlapping_courses(earliest))),
        infections=some(INFECTIONS, 6),
        progressive=some(spans(), 3),
        prophylaxis=some(spans(), 2),
        igg=some(labs, 5),
        m_spike=draw(
            st.lists(st.tuples(_day(-150, 200), st.sampled_from([0, 0.3, 2.0])), max_size=4, unique_by=lambda x: x[0])
        ),
        start=draw(st.dates(dt.date(2019, 1, 1), dt.date(2023, 12, 31))),
        baseline={"heavy_chain": draw(st.sampled_from([None, "none", "IgG", "IgA"]))},
    )


COHORTS = st.lists(patients(), min_size=1, max_size=5)
LONG_COURSES = st.lists(patients(earliest=-2000), min_size=1, max_size=5)
"""Cohorts in which a course may have begun years before follow-up."""


@st.composite
def specs(draw):
    window = draw(st.sampled_from([0, 1, 10, 30, 42]))
    cuts = [cut for cut in draw(st.sampled_from([(), (5, 10, 21), (1,), (7, 14, 28), (2, 30)])) if cut <= window]
    return AnalysisSpec().change(
        window_days=window,
        window_days_sc=draw(st.sampled_from([0, 10, 50])),
        window_cuts=cuts,
        dose_day=draw(st.sampled_from(["on", "off", "excluded"])),
        pre_exposure_days=draw(st.sampled_from([0, 1, 30, 60])),
        washout_days=draw(st.sampled_from([0, 1, 14, 40])),
        exclude_first_days=draw(st.sampled_from([0, 1, 30])),
        from_first_dose=draw(st.booleans()),
        time_band_days=draw(st.sampled_from([10, 30, 183])),
        hemisphere=draw(st.sampled_from(["north", "south"])),
        igg_carry_days=draw(st.sampled_from([1, 30, 120])),
        igg_blank_heavy_chain=draw(st.sampled_from(["unknown", "total"])),
        min_grade=draw(st.sampled_from([1, 3])),
        max_grade=draw(st.sampled_from([None, 4])),
        pathogens=draw(st.sampled_from([(), ("viral",), ("bacterial", "negative"), ("mixed",)])),
        sites=draw(st.sampled_from([(), ("skin",)])),
        hospitalized=draw(st.sampled_from([None, "yes"])),
        episode_gap_days=draw(st.sampled_from([0, 1, 14])),
    )
