"""What a clinician reads for a setting: its label, one line of help, and the words for its values. Written once."""

from __future__ import annotations

from typing import Any, NamedTuple

from ivig_core.spec.analysis_spec import SETTINGS, AnalysisSpec


class SettingWord(NamedTuple):
    """Label and help line of a setting; `chip` is how a changed value is shown in a few words."""

    label: str
    help: str
    chip: str


WORDS: dict[str, SettingWord] = {
    "window_days": SettingWord(
        "Days a dose counts",
        "On IVIG means from the dose day to this many days after it; overlapping windows merge.",
        "Window {} days",
    ),
    "window_days_sc": SettingWord(
        "Days a subcutaneous dose counts", "The same for subcutaneous immunoglobulin.", "Subcutaneous window {} days"
    ),
    "dose_day": SettingWord("The dose day itself", "What the day of an infusion counts as.", "Dose day: {}"),
    "pre_exposure_days": SettingWord(
        "Days before the first dose kept apart",
        "Infections there may be why IVIG was started: kept out of the comparison.",
        "{} days before the first dose apart",
    ),
    "washout_days": SettingWord(
        "Days after IVIG kept apart",
        "Washout: days after a window closes form a period of their own.",
        "Washout {} days",
    ),
    "window_cuts": SettingWord(
        "Split days on IVIG at",
        "Days since the latest dose at which a new period begins, as in 7, 14, 21: shows waning before the next dose.",
        "Window split at days {}",
    ),
    "exclude_first_days": SettingWord(
        "Leave out the first days",
        "Days from the start of follow-up that are not analysed.",
        "Without the first {} days",
    ),
    "from_first_dose": SettingWord(
        "Only from the first dose on", "Nothing before a patient's first dose counts.", "Only from the first dose on"
    ),
    "time_band_days": SettingWord(
        "Length of a time band",
        "Days in one band of time since start, where the model adjusts for it.",
        "Time bands of {} days",
    ),
    "time_last_band": SettingWord(
        "Last time band",
        "Open-ended: the eighth goes on to the end. As wide as the others: as many bands as follow-up needs.",
        "Last time band: {}",
    ),
    "therapy_levels": SettingWord(
        "Therapy, where adjusted for",
        "By class: bispecific, anti-CD38, other. Either way the first 100 days after transplant or CAR-T are apart.",
        "Therapy: {}",
    ),
    "hemisphere": SettingWord("Hemisphere", "Fall and winter are October–March in the north.", "Hemisphere: {}"),
    "igg_carry_days": SettingWord(
        "Days an IgG value holds",
        "From the day after the blood test; then it is unknown. Blood counts likewise.",
        "IgG holds {} days",
    ),
    "igg_cuts": SettingWord(
        "IgG cut-offs (mg/dL)", "Functional IgG (IgG minus M-spike) is grouped at these values.", "IgG cut at {} mg/dL"
    ),
    "igg_blank_heavy_chain": SettingWord(
        "IgG where the heavy chain is blank",
        "Without the heavy chain it is not known whether IgG contains the M-spike.",
        "Heavy chain blank: {}",
    ),
    "min_grade": SettingWord("Grade", "CTCAE grade; infections of unknown grade count only in “any grade”.", "{}"),
    "max_grade": SettingWord("Highest grade", "Infections above it do not count.", "Up to grade {}"),
    "pathogens": SettingWord(
        "Pathogen", "Microbiologically confirmed only; testing may differ on IVIG. None chosen: all infections.", "{}"
    ),
    "sites": SettingWord("Site", "None chosen: all infections.", "{}"),
    "hospitalized": SettingWord("Hospital admission", "Whether the patient was admitted for the infection.", "{}"),
    "episode_gap_days": SettingWord(
        "Join infections within",
        "Days; infections that start this close are one episode. One pneumonia coded twice otherwise counts twice.",
        "Infections within {} days joined",
    ),
    "population": SettingWord(
        "Patients in the rates",
        "Patients who never had IVIG can count as off IVIG in the table of rates; the within-patient ratio never does.",
        "Rates: {}",
    ),
    "adjust_for": SettingWord(
        "Adjust for",
        "Time-varying factors in the model. Functional IgG lies on the path from IVIG to infection (a mediator).",
        "Adjusted for {}",
    ),
    "ci_method": SettingWord(
        "Interval of ratios",
        "Automatic: Wald, profile likelihood where infections are few, robust where infections bring infections. "
        "Bias-reduced (Firth) also moves the ratio: towards 1 where infections are few.",
        "Ratio intervals: {}",
    ),
    "rate_ci": SettingWord(
        "Interval of rates",
        "Robust allows for repeated infections in a patient; exact Poisson is too narrow then.",
        "Rate intervals: {}",
    ),
    "survival_event": SettingWord("Event", "What ends the time that is counted.", "Event: {}"),
    "survival_group": SettingWord("Compare", "Groups whose curves are drawn.", "Compared: {}"),
    "landmark_day": SettingWord(
        "Groups fixed at day",
        "Landmark: groups by what had happened by then; patients with an earlier event are left out.",
        "Groups fixed at day {}",
    ),
    "rmst_days": SettingWord(
        "Mean time up to day",
        "Restricted mean: average time without an event up to this day.",
        "Mean time up to day {}",
    ),
    "where": SettingWord("Patients", "Only patients with these values at the start.", "{}"),
    "within": SettingWord(
        "Only days with",
        "Only that part of every patient's follow-up. IgG is that of the day: levels on IVIG include donor IgG.",
        "Only days with {}",
    ),
}

VALUES: dict[tuple[str, Any], str] = {
    ("dose_day", "on"): "on IVIG",
    ("dose_day", "off"): "off IVIG",
    ("dose_day", "excluded"): "left out",
    ("igg_blank_heavy_chain", "unknown"): "unknown",
    ("igg_blank_heavy_chain", "total"): "use total IgG",
    ("min_grade", 1): "Any grade",
    ("min_grade", 2): "Grade 2 or higher",
    ("min_grade", 3): "Grade 3 or higher",
    ("min_grade", 4): "Grade 4 or higher",
    ("min_grade", 5): "Grade 5",
    ("max_grade", None): "No limit",
    ("hospitalized", None): "Admitted or not",
    ("hospitalized", "yes"): "Admitted",
    ("hospitalized", "no"): "Not admitted",
    ("population", "exposed"): "patients who had IVIG",
    ("population", "all"): "all patients",
    ("adjust_for", "phase"): "disease phase",
    ("adjust_for", "season"): "season",
    ("adjust_for", "time"): "time since start",
    ("adjust_for", "prophylaxis"): "antimicrobial prophylaxis",
    ("adjust_for", "therapy"): "anti-myeloma therapy",
    ("adjust_for", "calendar"): "calendar half-year",
    ("adjust_for", "counts"): "blood counts",
    ("time_last_band", "open"): "open-ended",
    ("time_last_band", "closed"): "as wide as the others",
    ("therapy_levels", "class"): "by class of drug",
    ("therapy_levels", "category"): "on or off",
    ("adjust_for", "igg"): "functional IgG (mediator)",
    ("ci_method", "auto"): "automatic",
    ("ci_method", "wald"): "Wald",
    ("ci_method", "profile"): "profile",
    ("ci_method", "robust"): "robust",
    ("ci_method", "firth"): "bias-reduced (Firth)",
    ("rate_ci", "robust"): "robust",
    ("rate_ci", "exact"): "exact Poisson",
    ("survival_event", "infection"): "first infection",
    ("survival_event", "infection_or_death"): "first infection or death",
    ("survival_event", "death"): "death (overall survival)",
    ("survival_event", "progression_or_death"): "progression or death",
    ("survival_group", "ivig_by_landmark"): "IVIG started by the landmark",
    ("survival_group", "ivig_ever"): "IVIG ever (biased)",
    ("survival_group", "ivig_strategy"): "IVIG before or after an infection",
    ("survival_group", "none"): "nothing: one curve",
    ("within", "phase:nonprogressive"): "no recorded progression",
    ("within", "phase:progressive"): "progressive disease",
    ("within", "phase:unknown"): "disease phase not recorded",
    ("within", "igg:unknown"): "IgG not known",
}

NOTHING_CHOSEN = {
    "where": "all patients",
    "within": "all days",
    "pathogens": "all infections",
    "sites": "all infections",
    "adjust_for": "nothing",
    "window_cuts": "not split",
}
SIGNS = {">=": "≥", "<=": "≤", "!=": "is not", "=": "is"}

_ORDINARY_YES_NO = {True: "yes", False: "no"}


def value_words(name: str, value: Any) -> str:
    """One value, or one of several values, of a setting in words."""
    if isinstance(value, bool):
        return _ORDINARY_YES_NO[value]
    key = str(value) if name == "within" else value
    if (name, key) in VALUES:
        return VALUES[name, key]
    if name == "within":
        return f"IgG {value.value.replace('>=', '≥ ').replace('<', '< ')} mg/dL" if hasattr(value, "value") else key
    if name == "where":
        return f"{value.column.replace('_', ' ')} {SIGNS.get(value.op, value.op)} {' or '.join(value.values)}"
    return "none" if value is None else str(value).replace("_", " ")


def text_of(name: str, value: Any) -> str:
    """The whole value of a setting in words."""
    if isinstance(value, tuple):
        return ", ".join(value_words(name, item) for item in value) or NOTHING_CHOSEN.get(name, "none")
    return value_words(name, value)


def chip(spec: AnalysisSpec, name: str) -> str:
    """A changed setting in a few words."""
    text = WORDS[name].chip.format(text_of(name, spec.get(name)))
    return f"{text[:1].upper()}{text[1:]}"


def help_line(name: str) -> str:
    """What a setting means, its default and what the published studies used."""
    item = SETTINGS[name]
    papers = item.metadata["papers"]
    used = f" Published studies: {papers}." if papers else ""
    return f"{WORDS[name].help} Default: {text_of(name, item.default)}.{used}"
