"""Published rate ratios on IVIG that can be assumed in place of the cohort's own."""

from __future__ import annotations

from dataclasses import dataclass

from ivig_core.errors import SpecError
from ivig_core.evidence.table import Lookup, find
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.whatif.assumptions import ENTERED, SAME, Assumptions, Effect, as_entered
from ivig_core.study.whatif.own_effect import own_effect, own_rows, severe_spec

ALL, SEVERE = "all_grade_infection", "grade_3_plus_infection"
CALM_HGG = "hypogammaglobulinemia and nonprogressive disease phase"
PREFIX = "published:"
ALL_GRADES, SEVERE_GRADES = 1, 3
ALIKE = "the same as on all infections"


@dataclass(frozen=True)
class Published:
    """A published ratio: what it is, where it stands in the table of published results, on all infections and on those
    of grade 3 and higher (None: not printed)."""

    label: str
    infections: Lookup
    severe: Lookup | None = None


def _daratumumab(model: str, endpoint: str = ALL) -> Lookup:
    return Lookup("lancman2026", endpoint=endpoint, exposed="on_ivig", measure="irr", model=model)


def _of_2021(endpoint: str, subgroup: str) -> Lookup:
    return Lookup("lancman2021", endpoint=endpoint, subgroup=subgroup, exposed="on_ivig", measure="irr")


PUBLISHED = {
    "published:2026": Published(
        "Haematologica 2026, daratumumab, all days", _daratumumab("sccs"), _daratumumab("sccs", SEVERE)
    ),
    "published:2026_without_30": Published(
        "Haematologica 2026, without 30 days before the first dose", _daratumumab("sccs_pre30")
    ),
    "published:2026_without_60": Published(
        "Haematologica 2026, without 60 days before the first dose", _daratumumab("sccs_pre60"),
        _daratumumab("sccs_pre60", SEVERE),
    ),
    "published:2021": Published("Lancman 2021, all patients", _of_2021("infection", "overall study population")),
    "published:2021_low_igg": Published(
        "Lancman 2021, low IgG without progression", _of_2021(ALL, CALM_HGG), _of_2021(SEVERE, CALM_HGG)
    ),
}  # fmt: skip


def effects(spec: AnalysisSpec) -> dict[str, str]:
    """Every effect that can be assumed: key and label, the cohort's own first."""
    own = {name: f"This cohort: {label}" for name, label in own_rows(spec).items()}
    return own | {key: item.label for key, item in PUBLISHED.items()} | {ENTERED: "Entered below"}


def effect_of(study: Study, spec: AnalysisSpec, assumed: Assumptions) -> Effect:
    """The effect that is assumed, or one whose `status` and `note` say why there is none; `SpecError` for a name that
    is none of `effects`."""
    if assumed.effect == ENTERED:
        return as_entered(assumed)
    if assumed.effect in PUBLISHED:
        return _published(assumed.effect, assumed, spec)
    try:
        return own_effect(study, spec, assumed)
    except SpecError:
        raise SpecError("effect", assumed.effect, f"one of {', '.join(effects(spec))}") from None


def _published(key: str, assumed: Assumptions, spec: AnalysisSpec) -> Effect:
    item = PUBLISHED[key]
    ratio = _ratio(item.infections)
    own = _ratio(item.severe) if item.severe is not None and assumed.effect_severe != SAME else None
    of_severe = severe_spec(spec)
    if of_severe is None:
        differs = _other_infections(spec, ALL_GRADES)
        return Effect(key, item.label, False, "ok", ratio, differs, "not_applicable", None, "the settings count none")
    if of_severe == spec:
        # All that is counted is of grade 3 and higher: the same infections have one ratio.
        printed = own or ratio
        differs = _other_infections(spec, ALL_GRADES if own is None else SEVERE_GRADES)
        return Effect(key, item.label, False, "ok", printed, differs, severe=printed, severe_note=ALIKE)
    note = "" if own else f"none is printed beside it; {ALIKE}" if item.severe is None else ALIKE
    differs = _other_infections(spec, ALL_GRADES)
    return Effect(key, item.label, False, "ok", ratio, differs, severe=own or ratio, severe_note=note)


def _other_infections(spec: AnalysisSpec, published: int) -> str:
    """Where the settings count other infections than those of `published` grade and higher: what was published."""
    counted = spec.endpoint
    grades = counted.min_grade == published and counted.max_grade is None
    if grades and not (counted.pathogens or counted.sites or counted.hospitalized):
        return ""
    what = "all infections" if published == ALL_GRADES else "infections of grade 3 and higher"
    return f"The published ratio is of {what}; the settings count others, for which it is assumed to be the same"


def _ratio(lookup: Lookup) -> tuple[float, float, float]:
    found = find(lookup)
    if found.number is None or found.interval is None:
        raise LookupError(f"{lookup} is printed without an interval")
    return (found.number, *found.interval)
