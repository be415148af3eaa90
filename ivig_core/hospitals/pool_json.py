"""The JSON of `pool`, described in `docs/json.md`."""

from __future__ import annotations

from typing import Any

from ivig_core.hospitals.pool import Pooled
from ivig_core.study.analysis_json import records


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
        "notes": list(pooled.notes),
    }  # fmt: skip
