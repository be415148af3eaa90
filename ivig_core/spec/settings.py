"""The five parts of an analysis. They are apart so that moving the landmark does not refit the rate ratio."""

from __future__ import annotations

from dataclasses import dataclass

from ivig_core.errors import SpecError
from ivig_core.spec.conditions import Condition, DayFilter, Where, Within
from ivig_core.spec.kinds import CheckedPart, Choice, Choices, Flag, RisingWholes, Text, Whole, setting

PATHOGENS = ("bacterial", "viral", "fungal", "mixed", "negative")
SITES = ("upper_respiratory", "lower_respiratory", "urinary", "bloodstream", "gastrointestinal", "skin", "other")
ADJUSTERS = ("phase", "season", "time", "prophylaxis", "therapy", "calendar", "counts", "igg")
SURVIVAL_EVENTS = ("infection", "infection_or_death", "death", "progression_or_death")
IVIG_GROUPS = ("ivig_by_landmark", "ivig_ever", "ivig_strategy")
MAX_DAYS = 36_525


@dataclass(frozen=True)
class ExposureSpec(CheckedPart):
    """How follow-up is split: what counts as on IVIG, which days are at risk, and the time-varying states."""

    window_days: int = setting(30, Whole(0, 3650), "30 (2026 study)")
    window_days_sc: int = setting(10, Whole(0, 3650), "not stated")
    dose_day: str = setting("on", Choice(("on", "off", "excluded")), "not stated")
    pre_exposure_days: int = setting(0, Whole(0, 3650), "30 and 60 as sensitivity analyses (2026 study)")
    washout_days: int = setting(0, Whole(0, 3650), "none (2026 study)")
    window_cuts: tuple[int, ...] = setting((), RisingWholes(1, 3650), "not split")
    exclude_first_days: int = setting(0, Whole(0, MAX_DAYS), "none left out")
    from_first_dose: bool = setting(False, Flag(), "no: from the first daratumumab (2026 study)")
    time_band_days: int = setting(183, Whole(1, 3650), "not adjusted for time since start")
    time_last_band: str = setting("open", Choice(("open", "closed")), "not adjusted for time since start")
    hemisphere: str = setting("north", Choice(("north", "south")), "north; fall/winter against spring/summer")
    therapy_levels: str = setting("class", Choice(("class", "category")), "not adjusted for therapy")
    igg_carry_days: int = setting(120, Whole(1, 3650), "not stated")
    igg_cuts: tuple[int, ...] = setting((200, 400, 700), RisingWholes(1, 9999, False, 10), "700, 400, 200 mg/dL")
    igg_blank_heavy_chain: str = setting("unknown", Choice(("unknown", "total")), "not stated")

    def check(self) -> None:
        if self.window_cuts and self.window_cuts[-1] > self.window_days:
            raise SpecError("window_cuts", self.window_cuts, f"cuts no later than window_days ({self.window_days})")


@dataclass(frozen=True)
class EndpointSpec(CheckedPart):
    """Which infections count."""

    min_grade: int = setting(1, Whole(1, 5), "1, and 3 for grade 3–4")
    max_grade: int | None = setting(None, Whole(1, 5, optional=True), "no limit; 4 with grade 3–4")
    pathogens: tuple[str, ...] = setting((), Choices(PATHOGENS), "bacterial, viral, fungal: confirmed only")
    sites: tuple[str, ...] = setting((), Choices(SITES), "all")
    hospitalized: str | None = setting(None, Choice(("yes", "no"), optional=True), "not used")
    episode_gap_days: int = setting(0, Whole(0, 365), "not stated")

    def check(self) -> None:
        if self.max_grade is not None and self.max_grade < self.min_grade:
            raise SpecError("max_grade", self.max_grade, f"at least min_grade ({self.min_grade})")


@dataclass(frozen=True)
class ModelSpec(CheckedPart):
    """How rates and ratios are estimated."""

    population: str = setting("exposed", Choice(("exposed", "all")), "patients who received IVIG")
    adjust_for: tuple[str, ...] = setting((), Choices(ADJUSTERS), "phase and season, one at a time")
    ci_method: str = setting("auto", Choice(("auto", "wald", "profile", "robust", "firth")), "Wald")
    rate_ci: str = setting("robust", Choice(("robust", "exact")), "not stated")


@dataclass(frozen=True)
class SurvivalSpec(CheckedPart):
    """Infection-free survival: event, groups and landmark."""

    survival_event: str = setting(
        "infection_or_death",
        Choice(SURVIVAL_EVENTS),
        "infection of any grade and of grade 3 and higher, progression, death (2024 report)",
    )
    survival_group: str = setting(
        "ivig_by_landmark",
        Text(f"one of {', '.join((*IVIG_GROUPS, 'none'))}, or a baseline column of the file"),
        "primary prophylaxis against none (2024 report)",
    )
    landmark_day: int = setting(30, Whole(0, MAX_DAYS), "not stated; start within 30 days is advised (2024 report)")
    rmst_days: int = setting(365, Whole(1, MAX_DAYS), "not used")


@dataclass(frozen=True)
class SelectionSpec(CheckedPart):
    """Which patients and which of their days enter."""

    where: tuple[Condition, ...] = setting((), Where(), "everybody who met the entry criteria")
    within: tuple[DayFilter, ...] = setting((), Within(), "nonprogressive disease (2021 study)")
