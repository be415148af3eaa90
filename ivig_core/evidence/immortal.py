"""The 2024 study of prophylaxis with and without immortal time: medians against incidences, as its abstract prints."""

from __future__ import annotations

from dataclasses import dataclass

from ivig_core.evidence.table import MORE, Lookup, Result, find, published

STUDY_ID = "cheruvalath2024"
FREE, FREE_SEVERE = "infection_free_survival", "infection_free_survival_grade_3_plus"
WITHIN_YEAR = "cumulative_incidence_12_months"
ROWS = (
    ("Median months without infection", FREE, "median", ""),
    ("Median months without infection of grade ≥ 3", FREE_SEVERE, "median", ""),
    ("Infection within 12 months, immortal time accounted for", "infection", WITHIN_YEAR, " %"),
    ("Grade ≥ 3 within 12 months, immortal time accounted for", "infection_grade_3_plus", WITHIN_YEAR, " %"),
)
OPEN = "not printed"


@dataclass(frozen=True)
class Pair:
    """What is printed of patients with primary prophylaxis and without, with the p-value of the comparison."""

    about: str
    primary: Result
    without: Result
    unit: str

    @property
    def texts(self) -> tuple[str, str, str]:
        """Both groups and p as printed."""
        return _text(self.primary, self.unit), _text(self.without, self.unit), self.primary.p_value


def pairs() -> tuple[Pair, ...]:
    """The four comparisons, medians first."""
    return tuple(
        Pair(about, _row(endpoint, measure, "primary_ivig"), _row(endpoint, measure, "none"), unit)
        for about, endpoint, measure, unit in ROWS
    )


def finding() -> str:
    """What the two ways of counting say, from the numbers printed."""
    medians, _, incidence, _ = pairs()
    return (
        f"The same patients, counted twice: {medians.primary.estimate} against {medians.without.estimate} months "
        f"without infection (p = {medians.primary.p_value}), but {incidence.primary.estimate} % against "
        f"{incidence.without.estimate} % with one by 12 months (p = {incidence.primary.p_value})"
    )


def _row(endpoint: str, measure: str, exposed: str) -> Result:
    return find(Lookup(STUDY_ID, endpoint, exposed=exposed, measure=measure), published(MORE))


def _text(result: Result, unit: str) -> str:
    high = result.ci_high or OPEN
    limits = f" ({result.ci_low}–{high})" if result.ci_low else ""
    return f"{result.estimate}{unit}{limits}"
