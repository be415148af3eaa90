"""Ratios of several hospitals as tables, and a file of a hospital in words, part by part."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.estimate.hospitals.profile import GRID, Profile
from ivig_core.export import rows_of
from ivig_core.figures.hospitals.lines import BY_LIKELIHOOD, MEAN, NO_ALONE, REASONS, TOGETHER, note_of, of_ratio
from ivig_core.figures.hospitals.words import model_name
from ivig_core.figures.words import ABSENT, count, counted, estimate, is_number, lower, p_value, percent, ratio
from ivig_core.hospitals.pool import FIXED, LIKELIHOOD, RANDOM, SITE, Pooled
from ivig_core.hospitals.site import Site
from ivig_core.hospitals.site_json import site_json
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.words import WORDS, text_of
from ivig_core.terms import label

OVERALL = {FIXED: f"{TOGETHER} (fixed effect)", RANDOM: f"{MEAN} (random effects)", LIKELIHOOD: BY_LIKELIHOOD}
EXAMPLES = 2
WITHHELD_HERE = "withheld (null)"


def in_words(pooled: Pooled, adjust_for: str, term: str) -> pd.DataFrame:
    """One row for each hospital and for all of them, every cell text."""
    irr = of_ratio(pooled.irr, adjust_for, term)
    return pd.DataFrame([
        {
            "Hospital": _name(record),
            "Rate ratio (95 %)": _ratio(record),
            "p": p_value(record["p_value"]),
            "Part": percent(record["weight"]),
            "Patients": count(record["patients"]),
            "Infections": count(record["infections"]),
            "With days on and off": count(record["informative_patients"]),
            "Remark": note_of(record),
        }
        for record in rows_of(irr)
    ])  # fmt: skip


def in_full(pooled: Pooled, adjust_for: str, term: str) -> pd.DataFrame:
    """The rows of `Pooled.irr` with every digit, and how much the hospitals differ in the columns `between_…`."""
    irr = of_ratio(pooled.irr, adjust_for, term)
    differ = rows_of(of_ratio(pooled.heterogeneity, adjust_for, term))[0]
    told = {f"between_{name}": value for name, value in differ.items() if name not in ("adjust_for", "term")}
    is_mean = irr["model"] == RANDOM
    return irr.assign(**{name: [value if mean else None for mean in is_mean] for name, value in told.items()})


def rounds_in_words(irr: pd.DataFrame) -> pd.DataFrame:
    """The terms of a model common to all hospitals, every cell text; `irr` of `hospitals.rounds.PooledRound`."""
    return pd.DataFrame([
        {
            "Term": label(str(record["term"])), "Rate ratio (95 %)": _ratio(record), "p": p_value(record["p_value"]),
            "Remark": str(record["note"]),
        }
        for record in rows_of(irr)
    ])  # fmt: skip


def _name(record: dict[str, Any]) -> str:
    model = str(record["model"])
    return OVERALL.get(model, model.removeprefix(SITE))


def _ratio(record: dict[str, Any]) -> str:
    text = estimate(record["status"], record["irr"], record["ci_low"], record["ci_high"])
    return text or REASONS.get(record["status"], NO_ALONE)


def parts_of(site: Site) -> pd.DataFrame:
    """A file of a hospital, a row for each part of it: what it is, how many bytes it takes, and what it holds.

    Every cell is text. Counts are those of the file: rounded, and withheld where they are small.
    """
    told = site_json(site)
    rows = [*_head(site, told), *_counts(site, told), *_models(site, told)]
    return pd.DataFrame(rows, columns=["Part", "What it is", "Bytes", "In this file"])


def _head(site: Site, told: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    spec = AnalysisSpec.from_dict(site.settings)
    changed = [f"{WORDS[name].label}: {text_of(name, spec.get(name))}" for name in spec.changed if name in WORDS]
    yield "name", "what the hospital calls itself", _size(told, "name"), site.name
    kind = _size(told, "format", "version", "program", "grid")
    yield (
        "format, version, program, grid",
        "what wrote the file; the same in every hospital",
        kind,
        (
            f"version {told['version']}, program {site.program}, ratios from {ratio(math.exp(GRID[0]))} to "
            f"{ratio(math.exp(GRID[-1]))}"
        ),
    )
    yield (
        "explanation",
        "sentences for whoever opens the file",
        _size(told, "explanation"),
        (f"{len(told['explanation'])} sentences"),
    )
    yield (
        "definitions",
        "the settings of the analysis and a fingerprint of them",
        _size(told, "definitions"),
        ("; ".join(changed) or "all settings at their default"),
    )
    yield (
        "disclosure",
        "how counts are hidden",
        _size(told, "disclosure"),
        (f"counts below {site.threshold} withheld, others rounded to {site.rounding}"),
    )


def _counts(site: Site, told: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    shown = [f"{name.replace('_', ' ')} {_count(value)}" for name, value in site.counts.items()]
    yield "counts", "how large the hospital is", _size(told, "counts"), ", ".join(shown)
    for row in site.periods[:EXAMPLES]:
        shown = [f"{name.replace('_', ' ')} {_count(value)}" for name, value in row.items() if name != "period"]
        yield (
            f"periods: {lower(label(row['period']))}", "the same, of days on IVIG and off it",
            f"{len(json.dumps(row)):,}", ", ".join(shown),
        )  # fmt: skip
    if rest := site.periods[EXAMPLES:]:
        names = ", ".join(lower(label(row["period"])) for row in rest)
        yield "periods: others", "the same, of other days", f"{len(json.dumps(rest)):,}", names


def _models(site: Site, told: dict[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    for model, written in zip(site.models, told["models"], strict=True):
        name = model_name(",".join(model.adjust_for))
        for term, row in zip(model.terms, written["terms"], strict=True):
            about = f"{name}, {lower(label(term.term))}"
            alone = estimate(term.alone.status, term.alone.irr, term.alone.ci_low, term.alone.ci_high)
            yield f"{about}: alone", "the ratio of this hospital by itself", _size(row, "alone"), alone or ABSENT
            few = row["infections_to_5"]
            yield f"{about}: patients", "patients with an infection and days both on and off IVIG; infections on and " \
                "off IVIG, counted to 5 and no further", _size(row, "informative_patients", "infections_to_5"), (
                f"{_count(term.informative)} patients" + (f"; infections {few['level']} and {few['reference']}" if few
                                                          else "")
            )  # fmt: skip
            yield (
                f"{about}: profile",
                "log-likelihood with slope and curvature at fixed ratios",
                _size(row, "profile"),
                (_profile(term.part.profile) if term.adds else "none: too few patients, perhaps none"),
            )
        if model.factors:
            levels = sum(len(factor.levels) + 1 for factor in model.factors)
            yield (
                f"{name}: levels",
                "names of what is compared; no number",
                _size(written, "factors"),
                (f"{levels} levels of {counted(len(model.factors), 'factor')}"),
            )


def _profile(profile: Profile) -> str:
    at = int(np.argmin(np.abs(GRID - math.log(0.5))))
    three = ", ".join(f"{values[at]:.3f}" for values in (profile.value, profile.score, profile.information))
    return f"{3 * len(GRID)} numbers; at a ratio of {ratio(math.exp(GRID[at]))}: {three}".replace("-", "−")


def _count(value: object) -> str:
    return count(value) if is_number(value) else WITHHELD_HERE


def _size(told: dict[str, Any], *names: str) -> str:
    return f"{sum(len(json.dumps(told[name])) for name in names):,}"
