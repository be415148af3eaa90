"""Methods in words: rates, the within-patient comparison, subgroups, other models and settings."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ivig_core.figures.groups import variable_name
from ivig_core.figures.words import listed, lower
from ivig_core.report.words.references import Said
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.protocol import Protocol
from ivig_core.spec.protocol_words import DATED, standing
from ivig_core.study.describe import ADJUSTER_WORDS
from ivig_core.study.rates.intervals_in_force import AUTO, ROBUST

FALL_WINTER = {"north": "October–March", "south": "April–September"}
LAST_BAND = {"open": "the eighth open-ended", "closed": "as many as follow-up needed"}
THERAPY = {
    "class": "a bispecific antibody, an anti-CD38 antibody, another drug or none (of several the first of these)",
    "category": "on or off",
}
INTERVALS = {
    "auto": ("Intervals of ratios are Wald intervals, and profile-likelihood intervals where fewer than 5 infections "
             "lie in a level or its reference.", ("profile",)),
    "wald": ("Intervals of ratios are Wald intervals.", ()),
    "profile": ("Intervals of ratios are profile-likelihood intervals.", ("profile",)),
    "robust": ("Intervals of ratios are from a sandwich variance by patient with a t distribution, and Wald intervals "
               "where fewer than 5 patients tell, or these differ too little.", ()),
    "firth": ("Ratios are bias-reduced: half the log determinant of the conditional information was added to the log "
              "likelihood (Firth's penalty); their intervals and p values are from the penalised profile likelihood. "
              "A level without infections then has a finite ratio, which is said where it is given. Other models are "
              "not bias-reduced.", ("firth", "heinze")),
}  # fmt: skip

GATHER = (
    "They were chosen because infections of a patient lay closer together in time than chance would put them (Monte "
    "Carlo test of pairs up to 30 against pairs 61 to 180 days apart, within patients and periods); the ratio then "
    "counts an infection prevented together with those it would have brought."
)
NO_GATHER = (
    "Infections of a patient were not found to lie closer together in time than chance would put them (Monte Carlo "
    "test of pairs up to 30 against pairs 61 to 180 days apart), which would have called for robust intervals."
)


def rates(spec: AnalysisSpec) -> Iterator[Said]:
    """Rates and their intervals."""
    robust = spec.model.rate_ci == "robust"
    shown, other = "allow for repeated infections of a patient (sandwich variance)", "exact Poisson limits"
    first = f"their 95 % intervals {shown}, and are {other} where infections or patients are few"
    text = first if robust else f"their 95 % intervals are {other}, which take infections as independent"
    yield Said(f"Rates are infections per patient-year; {text}.", ("garwood",))
    yield Said(
        "How much patients' own rates differ was estimated as the variance of a gamma frailty over all patients, with "
        "a rate for each state of exposure and a profile-likelihood interval.", ("self_liang",),
    )  # fmt: skip


def ratio(spec: AnalysisSpec, robust: bool = False) -> Iterator[Said]:
    """The self-controlled case series, its adjustment, its intervals, and the rules about the first dose. `robust`:
    because infections were found to bring infections."""
    adjusted = [ADJUSTER_WORDS[name] for name in spec.model.adjust_for]
    yield Said(
        "The main analysis was a self-controlled case series: Poisson regression conditional on each patient's number "
        "of infections, which compares days on and off IVIG within patients and so accounts for all that does not "
        "change in a patient. Patients with an infection entered it; those who never had IVIG inform its adjustment "
        "only.",
        ("farrington", "whitaker"),
    )
    yield Said(f"It was adjusted for {listed(adjusted)}." if adjusted else "It was not adjusted for other factors.")
    text, sources = INTERVALS[ROBUST if robust else spec.model.ci_method]
    yield Said(text, sources)
    if spec.model.ci_method == AUTO:
        yield Said(GATHER if robust else NO_GATHER)
    if spec.model.ci_method != "firth":
        yield Said("Where one side had no infection the ratio is 0 or ∞, with an exact limit on the other side.")
    yield Said(
        "Because infections are a reason to start IVIG, the ratio is given under four rules about the time before the "
        "first dose: all days, without the 30 days before it, without the 60 days before it, and from it on."
    )


def fixed(spec: AnalysisSpec, protocol: Protocol | None) -> Iterator[Said]:
    """Whether the analysis is that of a protocol."""
    if protocol is None:
        yield Said("No analysis was prespecified in a protocol that this program was given.")
        return
    same = "was" if not protocol.differing(spec) else "is not"
    yield Said(f"This analysis {same} prespecified in a protocol: {_inside(standing(spec, protocol))} {DATED}")


def _inside(sentence: str) -> str:
    return f"{sentence[:1].lower()}{sentence[1:]}"


def subgroups(prespecified: Collection[str], robust: bool = False) -> Iterator[Said]:
    """How subgroups are compared, which the protocol named, and how p allows for their number."""
    names = listed([lower(variable_name(name)) for name in prespecified])
    which = f"Subgroups by {names} were prespecified; all others are exploratory" if names else (
        "All subgroups are exploratory"
    )  # fmt: skip
    test = "a Wald test with variances by patient" if robust else "a likelihood-ratio test"
    yield Said(
        f"Subgroups were compared in one model of exposure and level by {test}. "
        f"{which}; of these, IgG below 700 mg/dL, no recorded progression and IgG below 400 mg/dL had been named by "
        "earlier studies. Because IVIG raises measured IgG, these were by the level known before the first dose "
        "(nearest the start, else the last before the dose within the days that a value holds); patients of unknown "
        "level were not in the test. The row of the 2021 study is by IgG of the day, as that study had it.",
        ("lancman2021", "lancman2026"),
    )
    apart = "prespecified subgroups and all others apart" if names else "all of them together"
    yield Said(
        "Their p values are also given adjusted for the false-discovery rate over every subgroup that the cohort could "
        f"be looked at by, {apart}.",
        ("benjamini_hochberg",),
    )


def across(models: Collection[str]) -> Iterator[Said]:
    """Models that also compare patients with each other."""
    if "gee" in models:
        yield Said(
            "Across patients the ratio was estimated by Poisson regression with generalised estimating equations, "
            "independence as working correlation and variances corrected for few patients.", ("gee", "mancl"),
        )  # fmt: skip
    recurrent = {"andersen_gill": "the Andersen–Gill model", "pwp": "the gap-time model of Prentice, Williams and "
                 "Peterson"}  # fmt: skip
    used = [name for name in recurrent if name in models]
    if used:
        text = f"Recurrent infections were also analysed by {listed([recurrent[name] for name in used])}, with "
        yield Said(f"{text}variances by patient.", (*used, "lin_wei"))


def sensitivity(spec: AnalysisSpec, event_dependent: bool) -> Iterator[Said]:
    """What else was set, one change at a time."""
    part = spec.exposure
    yield Said(
        "In sensitivity analyses the ratio was adjusted, one by one and together, for disease phase, season (fall and "
        f"winter, {FALL_WINTER[part.hemisphere]}), time since the start (bands of {part.time_band_days} days, "
        f"{LAST_BAND[part.time_last_band]}) and antimicrobial prophylaxis; and one rule was changed at a time: 30 "
        "days of washout, dose days off IVIG or left out, the first 30 days left out, infections within 14 days "
        "joined, intervals by patient, and adjusted for functional IgG, which lies on the path from IVIG to infection."
    )
    yield Said(
        f"Where adjusted for, anti-myeloma therapy was {THERAPY[part.therapy_levels]}, with the first 100 days after a "
        "transplant or CAR-T apart; calendar time was in half-years; and blood counts were neutrophils below 1.0 and "
        f"lymphocytes below 0.5 ×10⁹/L, a value holding from the next day for at most {part.igg_carry_days} days."
    )
    if event_dependent:
        yield Said(
            "A further model allows infections to bring IVIG on, by comparing days on IVIG with later days only; it "
            "extends a published method to repeated doses.", ("event_dependent",),
        )  # fmt: skip
    yield Said("All p values are two-sided; where nothing else is said they are not adjusted for their number.")
