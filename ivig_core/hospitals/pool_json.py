"""The JSON of `pool`, described in `docs/json.md`."""

from __future__ import annotations

from typing import Any

from ivig_core.hospitals.pool import Pooled
from ivig_core.hospitals.rounds import PooledRound
from ivig_core.study.analysis_json import number, records


def pool_json(pooled: Pooled) -> dict[str, Any]:
    """What `pool --json` prints: strict JSON types, absent and withheld numbers as None."""
    return {
        "spec": pooled.spec.to_dict(),
        "sites": [
            {
                "name": site.name, "program": site.program, "threshold": site.threshold, "rounding": site.rounding,
                **site.counts, "periods": list(site.periods),
            }
            for site in pooled.sites
        ],
        "irr": records(pooled.irr),
        "heterogeneity": records(pooled.heterogeneity),
        "rounds": None,
        "notes": list(pooled.notes),
    }  # fmt: skip


def pool_round_json(pooled: PooledRound) -> dict[str, Any]:
    """What `pool --json` prints of the answers to a round, in the same shape."""
    places = zip(pooled.request.terms, pooled.request.beta.tolist(), strict=True)
    return {
        "spec": pooled.spec.to_dict(),
        "sites": [
            {"name": one.name, "program": one.program, "threshold": one.threshold, "rounding": one.rounding,
             **one.counts, "periods": []}
            for one in pooled.sites
        ],
        "irr": records(pooled.irr),
        "heterogeneity": [],
        "rounds": {
            "round": pooled.round, "converged": pooled.converged, "largest_step": number(pooled.step),
            "next": [{"term": term.term, "log_irr": value} for term, value in places],
        },
        "notes": list(pooled.notes),
    }  # fmt: skip
