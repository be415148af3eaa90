"""A spec in one plain sentence: what was counted, in whom, and compared how."""

from __future__ import annotations

from collections.abc import Iterable

from ivig_core.spec import AnalysisSpec, EndpointSpec, ExposureSpec

ADJUSTER_WORDS = {
    "phase": "disease phase",
    "season": "season",
    "time": "time since start",
    "prophylaxis": "antimicrobial prophylaxis",
    "therapy": "anti-myeloma therapy",
    "calendar": "calendar half-year",
    "counts": "neutrophil and lymphocyte counts",
    "igg": "functional IgG (a mediator: it lies on the path from IVIG to infection)",
}
WITHIN_WORDS = {
    "phase:nonprogressive": "days without recorded progression",
    "phase:progressive": "days of progressive disease",
    "phase:unknown": "days of unknown disease phase",
    "igg:unknown": "days of unknown functional IgG",
}

DONOR = " (levels on IVIG include donor IgG)"


def sentence(spec: AnalysisSpec) -> str:
    """What was analysed, in one sentence that names every setting that differs from the default."""
    parts = [
        f"{infections(spec.endpoint)} in {patients(spec)}",
        window(spec.exposure),
        *time_rules(spec.exposure),
        *days_within(spec),
        *comparison(spec),
    ]
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def infections(endpoint: EndpointSpec) -> str:
    """Which infections count, as a phrase."""
    sites = _any_of(site.replace("_", " ") for site in endpoint.sites)
    kinds = _any_of(endpoint.pathogens)
    words = [word for word in (kinds or sites, "infections", grade(endpoint)) if word]
    # Both have to hold: a pathogen of these, at a site of these.
    if kinds and sites:
        words.append(f"({sites})")
    if endpoint.hospitalized:
        words.append("with admission" if endpoint.hospitalized == "yes" else "without admission")
    if endpoint.episode_gap_days:
        words.append(f"(those within {endpoint.episode_gap_days} days joined into one episode)")
    return " ".join(words)


def grade(endpoint: EndpointSpec) -> str:
    """The grades that count, as a phrase."""
    low, high = endpoint.min_grade, endpoint.max_grade
    if low == 1 and high is None:
        return "of any grade"
    if high is None:
        return f"of grade {low} or higher" if low < 5 else "of grade 5"
    return f"of grade {low}" if low == high else f"of grades {low}–{high}"


def patients(spec: AnalysisSpec) -> str:
    """Which patients enter, as a phrase."""
    where = spec.selection.where
    if not where:
        return "all patients"
    return "patients with " + " and ".join(
        f"{item.column.replace('_', ' ')} {item.op} {' or '.join(item.values)}" for item in where
    )


def window(exposure: ExposureSpec) -> str:
    """What on IVIG means, as a phrase."""
    text = f"on IVIG from the dose day to day {exposure.window_days} after it"
    if exposure.dose_day != "on":
        text += f" (dose days {'count as off IVIG' if exposure.dose_day == 'off' else 'left out'})"
    if exposure.window_days_sc != ExposureSpec().window_days_sc:
        text += f" (to day {exposure.window_days_sc} after a subcutaneous dose)"
    if exposure.window_cuts:
        text += f", split at days {_any_of(map(str, exposure.window_cuts), 'and')}"
    return text


def time_rules(exposure: ExposureSpec) -> list[str]:
    """Rules on which days are analysed or kept apart, as phrases."""
    rules = []
    if exposure.pre_exposure_days:
        rules.append(f"the {exposure.pre_exposure_days} days before the first dose kept apart")
    if exposure.washout_days:
        rules.append(f"the {exposure.washout_days} days after a window kept apart")
    if exposure.from_first_dose:
        rules.append("follow-up from the first dose on")
    if exposure.exclude_first_days:
        rules.append(f"without the first {exposure.exclude_first_days} days")
    return rules + _state_rules(exposure)


def _state_rules(exposure: ExposureSpec) -> list[str]:
    default = ExposureSpec()
    rules = []
    if exposure.hemisphere != default.hemisphere:
        rules.append("seasons of the southern hemisphere")
    if exposure.time_band_days != default.time_band_days:
        rules.append(f"time since start in bands of {exposure.time_band_days} days")
    if exposure.time_last_band != default.time_last_band:
        rules.append("as many bands of time as follow-up needs")
    if exposure.therapy_levels != default.therapy_levels:
        rules.append("anti-myeloma therapy on or off, whatever the class of drug")
    if exposure.igg_cuts != default.igg_cuts:
        rules.append(f"IgG cut at {_any_of(map(str, exposure.igg_cuts), 'and')} mg/dL")
    if exposure.igg_carry_days != default.igg_carry_days:
        rules.append(f"an IgG value or blood count holds {exposure.igg_carry_days} days")
    if exposure.igg_blank_heavy_chain != default.igg_blank_heavy_chain:
        rules.append("total IgG where the heavy chain is not recorded")
    return rules


def days_within(spec: AnalysisSpec) -> list[str]:
    """Filter on days, as at most one phrase."""
    words = [
        WITHIN_WORDS.get(str(item), f"days with functional IgG {item.value} mg/dL{DONOR}")
        for item in spec.selection.within
    ]
    return [f"only {' and '.join(words)}"] if words else []


def comparison(spec: AnalysisSpec) -> list[str]:
    """How it is compared, as phrases."""
    adjusted = [ADJUSTER_WORDS[name] for name in spec.model.adjust_for]
    parts = ["compared within patients" + (f", adjusted for {_any_of(adjusted, 'and')}" if adjusted else "")]
    if spec.model.ci_method != "auto":
        parts.append("bias-reduced (Firth)" if spec.model.ci_method == "firth" else f"{spec.model.ci_method} intervals")
    if spec.model.population == "all":
        parts.append("patients who never had IVIG counted as off IVIG in the rates")
    return parts


def _any_of(words: Iterable[str], last: str = "or") -> str:
    *rest, end = list(words) or [""]
    return f"{', '.join(rest)} {last} {end}" if rest else end
