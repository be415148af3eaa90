"""Which subgroups and rows of a protocol a cohort has."""

from __future__ import annotations

from typing import NamedTuple

from ivig_core.errors import SpecError
from ivig_core.persontime.baseline import baseline_columns
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.protocol import PROTOCOL, Protocol
from ivig_core.study.rates.factors import BASELINE_HGG, NOT_OF_PATIENTS, factors
from ivig_core.study.study import Study
from ivig_core.study.trust.rows.every import further, variants


class Fit(NamedTuple):
    """Prespecified subgroups: those that can be looked at, those that these settings leave without two levels, and
    those that are nothing of this cohort."""

    known: tuple[str, ...] = ()
    untold: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


NO_FIT = Fit()
"""Of no protocol."""


def fit(study: Study, spec: AnalysisSpec, protocol: Protocol | None) -> Fit:
    """How the subgroups of a protocol fit a cohort under some settings; nothing without a protocol."""
    if protocol is None or not protocol.subgroups:
        return Fit()
    offered = set(factors(study, spec))
    there = {*offered, *factors(study, AnalysisSpec()), *baseline_columns(study.full), *NOT_OF_PATIENTS, BASELINE_HGG}
    names = protocol.subgroups
    return Fit(
        tuple(name for name in names if name in offered),
        tuple(name for name in names if name in there - offered),
        tuple(name for name in names if name not in there),
    )


def check(study: Study, spec: AnalysisSpec, protocol: Protocol | None) -> Fit:
    """The same; `SpecError` for a subgroup or a row of the sensitivity table that this program cannot make here."""
    found = fit(study, spec, protocol)
    if found.missing:
        raise SpecError(
            f"{PROTOCOL}.subgroups", found.missing[0],
            f"a subgroup of this cohort ({', '.join(factors(study, spec))}); load the file with this column, or take "
            "the name out",
        )  # fmt: skip
    rows = {**row_names(protocol.primary), **row_names(spec)} if protocol is not None else {}
    if protocol is not None and (unknown := [name for name in protocol.sensitivity if name not in rows]):
        raise SpecError(f"{PROTOCOL}.sensitivity", unknown[0], f"any of {', '.join(rows)}")
    return found


def row_names(spec: AnalysisSpec) -> dict[str, str]:
    """Rows of the sensitivity tables that a protocol can name, and what each is called."""
    return {row.name: row.label for row in (*variants(spec), *further(spec)) if row.name != "set"}
