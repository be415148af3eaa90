"""One ratio from the files of several hospitals, each hospital beside it, and how much they differ."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

import pandas as pd

from ivig_core.disclosure.rule import Rule, table_of
from ivig_core.estimate.contrast import OK
from ivig_core.estimate.hospitals.between import Heterogeneity, between, mean_by_likelihood
from ivig_core.estimate.hospitals.fixed import fixed
from ivig_core.estimate.result import RATIO_COLUMNS
from ivig_core.hospitals.agree import check_together
from ivig_core.hospitals.site import Site, SiteModel, SiteTerm
from ivig_core.numbers import Withheld, is_number
from ivig_core.spec import AnalysisSpec

FIXED, RANDOM, LIKELIHOOD, SITE = "pooled_fixed", "pooled_random", "pooled_random_likelihood", "site:"
IRR_COLUMNS = (*RATIO_COLUMNS, "adjust_for", "weight")
HETEROGENEITY_COLUMNS = ("adjust_for", "term", *(field.name for field in fields(Heterogeneity)))


@dataclass(frozen=True, eq=False)
class Pooled:
    """Several hospitals as one.

    `irr`: of each model and ratio the row of all hospitals (`pooled_fixed`), of their mean (`pooled_random`, and
    `pooled_random_likelihood` with hospitals that have no estimate of their own) and of each hospital by itself
    (`site:` and its name), in the columns of `estimate.result.RatioRow`, with `adjust_for`
    (names joined by commas, empty: crude) and `weight` (0–1): the hospital's part of the information at the pooled
    maximum. `heterogeneity`: a row of each model and ratio. Counts that a hospital withholds are `Withheld`.
    """

    spec: AnalysisSpec
    sites: tuple[Site, ...]
    irr: pd.DataFrame
    heterogeneity: pd.DataFrame
    notes: tuple[str, ...]


def pool(sites: Sequence[Site]) -> Pooled:
    """Ratios of all hospitals together.

    `pooled_fixed` is where the sum of the log-likelihoods is largest: for the crude ratio what one analysis of all data
    gives; with adjusters, each hospital has effects of its own of what is adjusted for. `pooled_random` is the mean
    over hospitals that have an estimate (`estimate.hospitals.between`), `pooled_random_likelihood` that over all that
    have anything to compare (`estimate.hospitals.marginal`).

    Raises
    ------
    HospitalError
        for files that cannot be put together: see `agree.check_together`.
    """
    check_together(sites)
    spec = AnalysisSpec.from_dict(sites[0].settings)
    irr, heterogeneity = list[dict[str, Any]](), list[dict[str, Any]]()
    for number, model in enumerate(sites[0].models):
        of_sites = [site.models[number] for site in sites]
        for at, term in enumerate(model.terms):
            rows, differ = _ratio(sites, of_sites, at, spec.model.ci_method)
            irr += rows
            heterogeneity.append({"adjust_for": ",".join(model.adjust_for), "term": term.term, **asdict(differ)})
    differences = pd.DataFrame(heterogeneity, columns=list(HETEROGENEITY_COLUMNS))
    return Pooled(spec, tuple(sites), table_of(irr, IRR_COLUMNS), differences, tuple(_notes(sites)))


def _ratio(
    sites: Sequence[Site], models: Sequence[SiteModel], at: int, ci_method: str
) -> tuple[list[dict[str, Any]], Heterogeneity]:
    """The rows of one ratio."""
    terms = [model.terms[at] for model in models]
    adjust_for, term = ",".join(models[0].adjust_for), terms[0].term
    one = fixed([part.part for part in terms], FIXED, term, ci_method)
    estimates = [
        (alone.log_irr, alone.se)
        for alone in (part.alone for part in terms)
        if alone.status == OK and alone.log_irr is not None and alone.se
    ]
    mean, differ = between(estimates, RANDOM, term)
    if left_out := sum(part.adds for part in terms) - len(estimates):
        said = f"{left_out} without an estimate left out, which biases this mean: see {LIKELIHOOD}"
        mean = replace(mean, note=f"{mean.note}; {said}")
    by_likelihood = mean_by_likelihood([part.part.profile for part in terms], LIKELIHOOD, term)
    whole = {"adjust_for": adjust_for, "weight": math.nan, **_summed(sites, terms)}
    rows = [{**asdict(row), **whole} for row in (one, mean, by_likelihood)]
    weights = _weights(terms, one.log_irr)
    for site, part, weight in zip(sites, terms, weights, strict=True):
        rows.append({
            "model": f"{SITE}{site.name}", "term": term, **asdict(part.alone), "adjust_for": adjust_for,
            "weight": weight, **_counts(site, part),
        })  # fmt: skip
    numbers = ("log_irr", "se", "irr", "ci_low", "ci_high", "p_value")
    return [{**row, **{name: math.nan if row[name] is None else row[name] for name in numbers}} for row in rows], differ


def _weights(terms: Sequence[SiteTerm], log_irr: float | None) -> list[float]:
    """Each hospital's part of the information at the pooled maximum; NaN where there is none."""
    if log_irr is None:
        return [math.nan for _ in terms]
    place = pd.Series([log_irr]).to_numpy()
    information = [float(part.part.profile.at(place).information[0, 0]) for part in terms]
    return [abs(one) / sum(information) for one in information]


def _counts(site: Site, part: SiteTerm) -> dict[str, object]:
    """The counts of a row of a hospital, with the words of what it withholds."""
    withheld = Withheld(Rule(site.threshold - 1, site.rounding).words)
    told = {name: site.counts[name] for name in ("patients", "patients_with_infection", "infections")}
    told["informative_patients"] = part.informative
    return {name: withheld if count is None else count for name, count in told.items()}


def _summed(sites: Sequence[Site], terms: Sequence[SiteTerm]) -> dict[str, float]:
    """Sums of rounded counts; withheld where a hospital withholds its own."""
    parts = [_counts(site, part) for site, part in zip(sites, terms, strict=True)]
    sums = dict[str, float]()
    for name in parts[0]:
        known = [count for part in parts if is_number(count := part[name])]
        sums[name] = int(sum(known)) if len(known) == len(parts) else Withheld("not told")
    return sums


def _notes(sites: Sequence[Site]) -> Iterator[str]:
    yield "Counts are those of the hospitals' files, rounded there; sums of them are not exact. Ratios are."
    silent = [site.name for site in sites if not any(term.adds for model in site.models for term in model.terms)]
    if silent:
        yield (
            f"{', '.join(silent)}: nothing to add; fewer patients than the threshold, perhaps none, have an infection "
            "and days both on and off IVIG. If there are some, they are in no ratio here."
        )
    if sites[0].settings["adjust_for"]:
        yield (
            "The adjusted ratio lets every hospital have effects of its own of what is adjusted for; effects common to "
            "all hospitals need rounds (`share --at`)."
        )
