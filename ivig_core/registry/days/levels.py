"""Names of the levels of axes by the codes that the cells of a registry have."""

from __future__ import annotations

from collections.abc import Sequence

from ivig_core.cohort.reading.dates import Written
from ivig_core.lazy import library
from ivig_core.persontime.calendar import EPOCH
from ivig_core.persontime.therapy import therapy_levels
from ivig_core.registry.days.axes import FIRST_HALF
from ivig_core.registry.days.civil import JULY, half_of
from ivig_core.registry.engine import Engine
from ivig_core.registry.table import Table
from ivig_core.spec import ExposureSpec
from ivig_core.terms import (
    CALENDAR_UNKNOWN,
    FALL_WINTER,
    NO_PROPHYLAXIS,
    NONPROGRESSIVE,
    PHASE_UNKNOWN,
    PROGRESSIVE,
    PROPHYLAXIS,
    SEASON_UNKNOWN,
    SPRING_SUMMER,
    time_bands,
)

ibis = library("ibis")


def level_names(
    engine: Engine, axes: Sequence[str], patients: Table, exposure: ExposureSpec, bands: int, written: Written
) -> dict[str, dict[int, str]]:
    """By axis the name of each code, in the order of `persontime.states.levels`. `patients`: those who are analysed,
    whose follow-up says which half-years there are; `bands`: how many bands of time."""
    fixed: dict[str, Sequence[str]] = {
        "phase": (NONPROGRESSIVE, PROGRESSIVE, PHASE_UNKNOWN),
        "season": (SPRING_SUMMER, FALL_WINTER, SEASON_UNKNOWN),
        "time": time_bands(bands),
        "prophylaxis": (NO_PROPHYLAXIS, PROPHYLAXIS),
        "therapy": therapy_levels(exposure),
    }
    return {
        axis: _half_years(engine, patients, written) if axis == "calendar" else dict(enumerate(fixed[axis]))
        for axis in axes
    }


def _half_years(engine: Engine, patients: Table, written: Written) -> dict[int, str]:
    """Every half-year in which some patient is at risk."""
    if written != "dates":
        return {0: CALENDAR_UNKNOWN}
    halves = patients.select(
        low=half_of(patients.day0, JULY) - FIRST_HALF,
        high=half_of(patients.day0 + patients.days - 1, JULY) - FIRST_HALF,
    )
    spans = engine.rows(halves.distinct()).to_pylist()
    numbers = sorted({number for span in spans for number in range(span["low"], span["high"] + 1)})
    return {number: f"calendar_{EPOCH + number // 2}_h{number % 2 + 1}" for number in numbers} or {0: CALENDAR_UNKNOWN}
