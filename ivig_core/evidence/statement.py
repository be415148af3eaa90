"""A published ratio as it is shown: which row it is read from, what it compares, and how it is written."""

from __future__ import annotations

from dataclasses import dataclass

from ivig_core.evidence.sources import BY_ID, Source, kind_of
from ivig_core.evidence.table import Result

IVIG, AROUND, GIVEN = "ivig", "around", "given"
"""Questions: IVIG on against off; the days before it and low IgG; who was given it sooner. Never put together."""
RATE, ODDS, HAZARD = "rate ratio", "odds ratio", "hazard ratio"
ANY_INFECTION, SEVERE, DEATH, FIRST_IVIG = "any infection", "grade ≥ 3", "death", "time to first IVIG"
BACTERIAL, VIRAL = "bacterial infection", "viral infection"
ENDPOINTS = (ANY_INFECTION, SEVERE, BACTERIAL, VIRAL, DEATH, FIRST_IVIG)
MODELS = {
    "sccs": "case series",
    "sccs_adjusted_progression": "case series, adjusted for progression",
    "sccs_adjusted_season": "case series, adjusted for season",
    "sccs_pre30": "case series, 30 days before IVIG apart",
    "sccs_pre60": "case series, 60 days before IVIG apart",
    "cox_univariable": "Cox, each variable alone",
    "cox_multivariable": "Cox, variables together",
    "within and between patients, periods on and off": "within and between patients",
    "GEE logistic, before and after": "logistic, patients as clusters",
    "adjusted Cox": "Cox, adjusted",
}
"""Models as the sources name them, in our words."""
NOT_STATED = "not stated"


@dataclass(frozen=True)
class Statement:
    """A published ratio, IVIG (or the level named) over its absence.

    `result`: the row it is read from. `compared`: what is compared, in words; two ratios are of the same quantity only
    where this is the same. `main`: false for another model of patients whose result stands above. `inverted`: printed
    the other way round. `repeats`: other rows of the same result. `label`: what it is of, short.
    """

    result: Result
    question: str
    endpoint: str
    label: str
    ratio_kind: str
    compared: str
    main: bool = True
    inverted: bool = False
    repeats: tuple[Result, ...] = ()

    @property
    def source(self) -> Source:
        """The study."""
        return BY_ID[self.result.study_id]

    @property
    def kind(self) -> str:
        """What the number was read in."""
        return kind_of(self.result)

    @property
    def model(self) -> str:
        """How it was estimated, in words."""
        return MODELS.get(self.result.model, NOT_STATED)

    @property
    def key(self) -> str:
        """A name of its own, for memories and downloads."""
        row = self.result
        return "|".join((row.study_id, row.endpoint, row.subgroup, row.exposed, row.model, row.source_location))

    @property
    def numbers(self) -> tuple[float, float, float] | None:
        """Ratio and 95 % limits as drawn; None where no ratio with an interval is printed."""
        if self.result.measure == "percent_reduction" or self.result.number is None or self.result.interval is None:
            return None
        ratio, (low, high) = self.result.number, self.result.interval
        return (1 / ratio, 1 / high, 1 / low) if self.inverted else (ratio, low, high)

    @property
    def texts(self) -> tuple[str, str, str]:
        """The same as written: printed decimals; of a ratio turned round two figures."""
        if not self.inverted:
            return self.result.estimate, self.result.ci_low, self.result.ci_high
        numbers = self.numbers or (0.0, 0.0, 0.0)
        ratio, low, high = (two_figures(value) for value in numbers)
        return ratio, low, high

    @property
    def text(self) -> str:
        """`0.57 (0.40–0.83)`; `60 % lower`, where that is all that is printed."""
        if self.result.measure == "percent_reduction":
            return f"{self.result.estimate} % lower"
        ratio, low, high = self.texts
        return f"{ratio} ({low}–{high})"

    @property
    def remark(self) -> str:
        """What has to be known to read the number; empty for most."""
        if not self.inverted:
            return ""
        row = self.result
        return f"printed as off over on, {row.estimate} ({row.ci_low}–{row.ci_high}), and shown turned round"


def two_figures(value: float) -> str:
    """A positive number with two figures, as the transcription writes a ratio that it turns round."""
    power = int(f"{value:.1e}".split("e")[1])
    return f"{value:.{max(1 - power, 0)}f}"
