"""A site file as it is written."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ivig_core.estimate.hospitals.profile import REACH, STEP
from ivig_core.hospitals.definitions import DEFINITIONS, FORMAT, fingerprint
from ivig_core.hospitals.site import Site, SiteModel, SiteTerm

KIND = "ivig-hospital"


def site_json(site: Site) -> dict[str, Any]:
    """A site as a JSON object, described in `docs/json.md`."""
    return {
        "format": KIND,
        "version": FORMAT,
        "program": site.program,
        "name": site.name,
        "explanation": explanation(site),
        "definitions": {
            "version": DEFINITIONS, "fingerprint": fingerprint(site.settings), "settings": site.settings
        },
        "disclosure": {"threshold": site.threshold, "rounding": site.rounding},
        "counts": site.counts,
        "periods": list(site.periods),
        "grid": {"from": -REACH, "to": REACH, "step": STEP},
        "models": [_model(model) for model in site.models],
    }  # fmt: skip


def explanation(site: Site) -> list[str]:
    """What a data protection officer has to know of the file, in sentences that stand in it."""
    return [
        "This file holds no row, no date and no identifier: sums over patients alone. It is meant for the one who "
        "pools the hospitals of a study, and for nobody else.",
        f"Counts below {site.threshold}, 0 among them, are null; others are rounded to {site.rounding}.",
        "A profile is the log-likelihood of the rate ratio on IVIG at fixed values, with its slope and curvature. It "
        "tells exactly, also where it is small or 0, how many of the infections of patients with days both on and off "
        "IVIG came on IVIG and how many off it, and roughly how the shares of days on IVIG are spread over these "
        "patients; with few of them, nearly what the share of each is. It does not tell who they are, when they were "
        "treated or infected, or how long they were followed.",
        f"Where fewer than {site.threshold} patients have an infection and days both on and off IVIG, perhaps none, "
        "there is no profile, and the file does not tell which of the two it is.",
    ]


def _model(model: SiteModel) -> dict[str, Any]:
    return {
        "adjust_for": list(model.adjust_for),
        "terms": [_term(term) for term in model.terms],
        "factors": [asdict(factor) for factor in model.factors],
    }


def _term(term: SiteTerm) -> dict[str, Any]:
    part = term.part
    profile = {
        "value": part.profile.value.tolist(),
        "score": part.profile.score.tolist(),
        "information": part.profile.information.tolist(),
    }
    return {
        "term": term.term,
        "informative_patients": term.informative,
        "infections_to_5": {"level": part.own, "reference": part.reference} if term.adds else None,
        "alone": asdict(term.alone),
        "profile": profile if term.adds else None,
    }
