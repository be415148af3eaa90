"""The vocabulary, written once: names of states and terms in tables, what a clinician reads, and one line of help."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

from ivig_core.spec import ExposureSpec

OBSERVATION, REFERENCE, PRE, WASHOUT, ON = "observation", "reference", "pre_ivig", "washout", "on_ivig"
NONPROGRESSIVE, PROGRESSIVE, PHASE_UNKNOWN = "nonprogressive", "progressive", "phase_unknown"
SPRING_SUMMER, FALL_WINTER, SEASON_UNKNOWN = "spring_summer", "fall_winter", "season_unknown"
OTHER_DAYS = "other_days"
NO_PROPHYLAXIS, PROPHYLAXIS = "no_prophylaxis", "prophylaxis"
IGG_UNKNOWN = "igg_unknown"
NO_THERAPY, ANTI_MYELOMA, FIRST_100_DAYS = "therapy_none", "therapy_anti_myeloma", "therapy_first_100_days"
OTHER_THERAPY, ANTI_CD38, BISPECIFIC = "therapy_other", "therapy_anti_cd38", "therapy_bispecific"
THERAPY_UNKNOWN, CALENDAR_UNKNOWN = "therapy_unknown", "calendar_unknown"
ANC_OK, ANC_LOW, ANC_UNKNOWN = "anc_ge_1", "anc_lt_1", "anc_unknown"
ALC_OK, ALC_LOW, ALC_UNKNOWN = "alc_ge_05", "alc_lt_05", "alc_unknown"
COUNTS_UNKNOWN = "counts_unknown"
NAMED_BY_STUDIES = "named_by_studies"
BEFORE_IVIG, OFF_SINCE = "before_ivig", "off_since"
TIME_BANDS = 8


class Word(NamedTuple):
    """What is shown for a name, and its help line."""

    label: str
    help: str = ""


WORDS = {
    ON: Word("On IVIG", "days from a dose to the end of its window, the dose day included"),
    OBSERVATION: Word("Off IVIG (treated patients)", "days of patients who had IVIG, outside every window"),
    REFERENCE: Word("Never had IVIG", "context, not a comparison"),
    "ever_ivig": Word("Since the first dose", "from the first dose of IVIG on, whatever follows"),
    PRE: Word("Before the first dose", "infections there may be why IVIG was started"),
    WASHOUT: Word("Just after IVIG", "days after a window closes, kept apart"),
    BEFORE_IVIG: Word("Before the first dose", "all days of follow-up before the first dose of IVIG"),
    OFF_SINCE: Word("Off IVIG since then", "days after the first dose that are outside every window"),
    NONPROGRESSIVE: Word("No recorded progression", "not the same as response"),
    PROGRESSIVE: Word("Progressive disease", "days inside a recorded progressive phase"),
    PHASE_UNKNOWN: Word("Disease phase not recorded"),
    SPRING_SUMMER: Word("Spring and summer", "April–September; October–March in the south"),
    FALL_WINTER: Word("Fall and winter", "October–March; April–September in the south"),
    SEASON_UNKNOWN: Word("Season not known"),
    PROPHYLAXIS: Word("On antimicrobial prophylaxis", "antiviral, antibacterial or antifungal, as recorded"),
    NO_PROPHYLAXIS: Word("No antimicrobial prophylaxis"),
    OTHER_DAYS: Word("All other known days"),
    IGG_UNKNOWN: Word("IgG not known", "no functional IgG within the days a value holds"),
    NO_THERAPY: Word("No anti-myeloma therapy", "no recorded row covers the day"),
    ANTI_MYELOMA: Word("On anti-myeloma therapy"),
    OTHER_THERAPY: Word("Other anti-myeloma therapy", "neither an anti-CD38 nor a bispecific antibody"),
    ANTI_CD38: Word("Anti-CD38 antibody", "with or without other drugs but a bispecific antibody"),
    BISPECIFIC: Word("Bispecific antibody", "with or without other drugs"),
    FIRST_100_DAYS: Word("First 100 days after transplant or CAR-T"),
    THERAPY_UNKNOWN: Word("Therapy not recorded"),
    CALENDAR_UNKNOWN: Word("Calendar date not known"),
    ANC_OK: Word("Neutrophils ≥ 1.0 ×10⁹/L"),
    ANC_LOW: Word("Neutrophils < 1.0 ×10⁹/L"),
    ANC_UNKNOWN: Word("Neutrophils not known", "no count within the days a value holds"),
    ALC_OK: Word("Lymphocytes ≥ 0.5 ×10⁹/L"),
    ALC_LOW: Word("Lymphocytes < 0.5 ×10⁹/L"),
    ALC_UNKNOWN: Word("Lymphocytes not known", "no count within the days a value holds"),
    COUNTS_UNKNOWN: Word("Blood counts not known", "no count within the days a value holds"),
}

THERAPIES = {
    "anti_myeloma": Word("Anti-myeloma"),
    "transplant": Word("Transplant"),
    "car_t": Word("CAR-T"),
    "antiviral_prophylaxis": Word("Antiviral", "prophylaxis"),
    "antibacterial_prophylaxis": Word("Antibacterial", "prophylaxis"),
    "antifungal_prophylaxis": Word("Antifungal", "prophylaxis"),
    "vaccine": Word("Vaccine"),
    "treatment_of_infection": Word("For infection", "treatment of an infection"),
    "other": Word("Other"),
}
"""Categories of therapy, in the order in which they are shown."""

ANALYTES = {
    "igg": Word("IgG", "total, as measured"),
    "functional_igg": Word("Functional IgG", "IgG minus M-spike; levels on IVIG include donor IgG"),
    "m_spike": Word("M-spike"),
    "anc": Word("Neutrophils"),
    "alc": Word("Lymphocytes"),
}

FACTORS = {
    "overall": Word("All infections"),
    NAMED_BY_STUDIES: Word(
        "Named by Lancman 2021, 2026", "low IgG and no progression in 2021, IgG < 400 mg/dL in 2026"
    ),
    "grade": Word("Grade", "CTCAE grade of the infection"),
    "pathogen": Word("Confirmed pathogen", "microbiologically confirmed only; testing may differ on IVIG"),
    "site": Word("Site"),
    "phase": Word("Disease phase"),
    "season": Word("Season"),
    "igg_before": Word(
        "IgG before the first dose", "functional, nearest day 0, else the last before the dose: no donor IgG is in it"
    ),
    "igg": Word("IgG of the day (exploratory)", "IgG minus M-spike; levels on IVIG include donor IgG"),
    "baseline_igg": Word("IgG at the start", "functional IgG nearest day 0, before any IVIG"),
    "baseline_igg_below": Word("Hypogammaglobulinemia at the start", "functional IgG nearest day 0, before any IVIG"),
    "hgg_days": Word("Low IgG by day (exploratory)", "functional IgG of the day below the highest cut-off, or not"),
    "nonprogressive_hgg_days": Word("2021: low IgG, no progression", "both on the same day, as in the 2021 study"),
    "time": Word("Time since start"),
    "prophylaxis": Word("Antimicrobial prophylaxis"),
    "dose_per_kg": Word("Dose per body weight", "g/kg of the latest dose"),
}

KEY_LEVELS = {
    "all": Word("All"),
    "igg_lt_700": Word("Hypogammaglobulinemia", "IgG < 700 mg/dL before IVIG"),
    NONPROGRESSIVE: Word("Nonprogressive disease", "no recorded progression"),
    "igg_lt_400": Word("IgG < 400 mg/dL", "before the first dose"),
}
"""The levels of the first screen; the help line stands under the name."""

MODELS = {
    "sccs": Word("Within-patient comparison", "self-controlled case series: each patient on against off IVIG"),
    "gee": Word("All treated patients together", "Poisson GEE: average of the patients, not within each"),
    "andersen_gill": Word("Recurrent infections", "Andersen–Gill: days since the start as the clock"),
    "pwp": Word("Time since the last infection", "Prentice–Williams–Peterson, gap time"),
}
"""Models of the rate ratio, in the order of their rows; the first is the primary one."""

NUMBERED: tuple[tuple[re.Pattern[str], Callable[..., str]], ...] = (
    (re.compile(rf"{ON}_(\d+)_(\d+)"), lambda first, last: f"On IVIG, days {first}–{last} since dose"),
    (re.compile(r"igg_lt_(\d+)"), lambda cut: f"IgG < {cut} mg/dL"),
    (re.compile(r"igg_ge_(\d+)"), lambda cut: f"IgG ≥ {cut} mg/dL"),
    (re.compile(r"igg_(\d+)_(\d+)"), lambda low, last: f"IgG {low}–<{last + 1} mg/dL"),
    (re.compile(r"time_band_(\d+)"), lambda number: f"Time band {number + 1}"),
    (re.compile(r"calendar_(\d+)_h([12])"), lambda year, half: f"{('January–June', 'July–December')[half - 1]} {year}"),
    (re.compile(r"day_(\d+)_(\d+)"), lambda first, last: f"Days {first}–{last}"),
    (re.compile(r"day_(\d+)_on"), lambda first: f"Day {first} and later"),
    (re.compile(r"nonprogressive_igg_lt_(\d+)"), lambda cut: f"IgG < {cut}, no progression"),
)


def on_ivig_states(exposure: ExposureSpec) -> tuple[str, ...]:
    """Names of the on-IVIG levels: `on_ivig`, or by days since the latest dose where `window_cuts` are set."""
    if not exposure.window_cuts:
        return (ON,)
    firsts = (0, *exposure.window_cuts)
    lasts = (*(cut - 1 for cut in exposure.window_cuts), exposure.window_days)
    return tuple(f"{ON}_{first}_{last}" for first, last in zip(firsts, lasts, strict=True))


def exposure_states(exposure: ExposureSpec) -> tuple[str, ...]:
    """Every state a day can be in, reference levels first; codes in person-time follow this order."""
    return (OBSERVATION, REFERENCE, PRE, WASHOUT, *on_ivig_states(exposure))


def exposure_terms(exposure: ExposureSpec) -> tuple[str, ...]:
    """Terms of the exposure that were asked for, in the order of a table of results."""
    pre = (PRE,) if exposure.pre_exposure_days else ()
    washout = (WASHOUT,) if exposure.washout_days else ()
    return (*on_ivig_states(exposure), *pre, *washout)


def igg_levels(cuts: tuple[int, ...]) -> tuple[str, ...]:
    """Names of the IgG levels from low to high, the highest (the reference) last, then unknown."""
    between = [f"igg_{low}_{high - 1}" for low, high in pairwise(cuts)]
    return (f"igg_lt_{cuts[0]}", *between, f"igg_ge_{cuts[-1]}", IGG_UNKNOWN)


def time_bands(number: int = TIME_BANDS) -> tuple[str, ...]:
    """Bands of time since the start; the first is the reference, the last is open-ended."""
    return tuple(f"time_band_{band}" for band in range(number))


def half_months() -> tuple[str, ...]:
    """Halves of months, cut after the 15th, and unknown: how finely season as a wave looks at the year."""
    return (*(f"half_month_{number}" for number in range(24)), "half_month_unknown")


def label(name: str) -> str:
    """What a page shows for a state, term or level; names of the user's own pass unchanged."""
    if name in WORDS:
        return WORDS[name].label
    for pattern, text in NUMBERED:
        if match := pattern.fullmatch(name):
            return text(*map(int, match.groups()))
    return name.replace("_", " ")
