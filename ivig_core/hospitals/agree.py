"""Whether the files of several hospitals can be put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from ivig_core.errors import HospitalError, SpecError
from ivig_core.hospitals.definitions import differing, settings_of
from ivig_core.hospitals.request import Request
from ivig_core.hospitals.site import Site
from ivig_core.spec import AnalysisSpec

MOST_SITES = 200


def check_together(sites: Sequence[Site]) -> None:
    """Raise `HospitalError` for no file, too many, two of one name, the same data twice, or other definitions: then it
    names every setting that differs, with the value of each hospital."""
    if not sites:
        raise HospitalError("no file of a hospital was given")
    if len(sites) > MOST_SITES:
        raise HospitalError(f"{len(sites):,} files are more than can be put together ({MOST_SITES})")
    names = Counter(site.name for site in sites)
    if twice := [name for name, number in names.items() if number > 1]:
        raise HospitalError(
            f"{names[twice[0]]} files are of the hospital {twice[0]!r}: give each file once, and each hospital a name "
            "of its own with `share --name`"
        )
    if lines := _disagreements(sites):
        raise HospitalError("the files are of other definitions and cannot be put together:\n" + "\n".join(lines))
    for number, site in enumerate(sites):
        for earlier in sites[:number]:
            if _same_data(earlier, site):
                raise HospitalError(
                    f"the files of {earlier.name!r} and {site.name!r} hold the same log-likelihood: one cohort counts "
                    "once"
                )


def _disagreements(sites: Sequence[Site]) -> list[str]:
    named = {name for site in sites[1:] for name, *_ in differing(sites[0].settings, site.settings)}
    return [
        f"{name}: {'; '.join(f'{site.name} has {_said(site.settings[name])}' for site in sites)}"
        for name in sites[0].settings
        if name in named
    ]


def check_asked(spec: AnalysisSpec, request: Request) -> None:
    """Raise `SpecError` where settings that are given are not those of the hospitals' question."""
    for name, given, asked in differing(settings_of(spec), request.settings):
        raise SpecError(name, given, f"{_said(asked)}, as the hospitals were asked; leave --set and --spec out")


def _said(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None or value == "" else str(value)


def _same_data(one: Site, other: Site) -> bool:
    """Whether two hospitals have the very same profiles; those without any are all alike."""
    pairs = [
        (first.part.profile, second.part.profile)
        for a, b in zip(one.models, other.models, strict=True)
        for first, second in zip(a.terms, b.terms, strict=True)
        if first.adds or second.adds
    ]
    return bool(pairs) and all(
        np.array_equal(first.value, second.value) and np.array_equal(first.score, second.score)
        for first, second in pairs
    )
