"""A site file as it is read: every field checked, and nothing taken on trust."""

from __future__ import annotations

from typing import Any

from ivig_core.disclosure.rule import LARGEST_THRESHOLD, MOST_APART
from ivig_core.errors import HospitalError, SpecError
from ivig_core.estimate.contrast import NO_CONTRAST
from ivig_core.estimate.fit import FEW
from ivig_core.estimate.hospitals.check import fault
from ivig_core.estimate.hospitals.fixed import NOTHING, Part
from ivig_core.estimate.hospitals.profile import NODES, REACH, STEP, Profile
from ivig_core.hospitals.definitions import DEFINITIONS, FORMAT, fingerprint, settings_of
from ivig_core.hospitals.fields import Fields, object_of
from ivig_core.hospitals.site import Alone, Levels, Site, SiteModel, SiteTerm
from ivig_core.hospitals.site_json import KIND
from ivig_core.hospitals.summarise import COUNTS, PERIOD_COLUMNS
from ivig_core.spec import AnalysisSpec
from ivig_core.terms import OBSERVATION, REFERENCE, exposure_terms, on_ivig_states

NAME = 80
STATUSES = (
    "ok", "no_events_exposed", "no_events_reference", "no_contrast", "not_identified", "no_convergence",
)  # fmt: skip
METHODS = ("wald", "profile", "exact")
MOST_LEVELS = 400


def read_site(data: bytes, file: str) -> Site:
    """The site of a file's bytes; `file`: how messages call it.

    Raises
    ------
    HospitalError
        for a file that `share` of this version did not write: what is wrong, where, and what to do.
    """
    told = Fields(object_of(data, file), file)
    kind = told.get("format")
    if kind != KIND:
        raise HospitalError(f"{file}: not a file of a hospital (its format is not {KIND}); it is made by `share`")
    version_fits(told)
    name = told.text("name", NAME)
    definitions = told.inside("definitions")
    spec, settings = settings_in(definitions)
    disclosure = told.inside("disclosure")
    _grid(told.inside("grid"))
    return Site(
        name=name,
        program=told.text("program", NAME),
        settings=settings,
        threshold=disclosure.whole("threshold", 2, LARGEST_THRESHOLD + 1),
        rounding=disclosure.whole("rounding", 1, MOST_APART),
        counts={one: told.inside("counts").count(one) for one in (*COUNTS, "person_days")},
        periods=_periods(told, spec),
        models=_models(told, spec),
    )


def version_fits(told: Fields) -> None:
    """`HospitalError` where another version of the format or of the definitions wrote the file."""
    definitions = told.inside("definitions")
    for what, found, ours in (
        ("format", told.get("version"), FORMAT), ("definitions", definitions.get("version"), DEFINITIONS)
    ):  # fmt: skip
        if found != ours:
            raise HospitalError(
                f"{told.place}: version {str(found)[:20]} of the {what}, and this program has {ours}: all hospitals "
                "and who pools them need the same version of the program"
            )


def settings_in(definitions: Fields) -> tuple[AnalysisSpec, dict[str, Any]]:
    """The settings of a file, and as it has them; `HospitalError` where they and their fingerprint do not fit."""
    settings = definitions.inside("settings").told
    try:
        spec, errors = AnalysisSpec.collect(settings)
        if errors:
            raise errors[0]
        ours = settings_of(spec)
    except SpecError as error:
        raise HospitalError(f"{definitions.place}: {error}") from None
    if ours != settings or definitions.get("fingerprint") != fingerprint(ours):
        raise HospitalError(
            f"{definitions.place}: settings and fingerprint do not belong together; take the file as `share` wrote it"
        )
    return spec, ours


def _grid(grid: Fields) -> None:
    if [grid.number(name) for name in ("from", "to", "step")] != [-REACH, REACH, STEP]:
        raise HospitalError(f"{grid.place}: not the grid of this version of the program")


def _periods(told: Fields, spec: AnalysisSpec) -> tuple[dict[str, Any], ...]:
    known = (*exposure_terms(spec.exposure), OBSERVATION, REFERENCE)
    rows = told.objects("periods", len(known))
    for row in rows:
        if row.get("period") not in known:
            raise row.wrong("period", row.get("period"), "a period of these settings")
    return tuple(
        {"period": row.text("period"), **{name: row.count(name) for name in PERIOD_COLUMNS[1:]}} for row in rows
    )


def _models(told: Fields, spec: AnalysisSpec) -> tuple[SiteModel, ...]:
    wanted = [(), spec.model.adjust_for] if spec.model.adjust_for else [()]
    rows = told.objects("models", len(wanted))
    if [row.texts("adjust_for", 10) for row in rows] != wanted:
        raise HospitalError(f"{told.place}, models: not the models of the settings; take the file as `share` wrote it")
    return tuple(_model(row, names, spec) for row, names in zip(rows, wanted, strict=True))


def _model(row: Fields, adjust_for: tuple[str, ...], spec: AnalysisSpec) -> SiteModel:
    terms = on_ivig_states(spec.exposure)
    found = row.objects("terms", len(terms))
    if tuple(one.get("term") for one in found) != terms:
        raise HospitalError(f"{row.place}, terms: not the terms of the settings; take the file as `share` wrote it")
    factors = [
        Levels(one.text("name"), one.text("reference"), one.texts("levels", MOST_LEVELS))
        for one in row.objects("factors", 20)
    ]
    return SiteModel(adjust_for, tuple(_term(one) for one in found), tuple(factors))


def _term(row: Fields) -> SiteTerm:
    term, alone, informative = row.text("term"), _alone(row.inside("alone")), row.count("informative_patients")
    if informative is None:
        if row.get("profile") is not None or row.get("infections_to_5") is not None or alone.status != NO_CONTRAST:
            raise HospitalError(f"{row.place}: a profile without a number of patients behind it")
        return SiteTerm(term, alone, NOTHING, None)
    infections, told = row.inside("infections_to_5"), row.inside("profile")
    profile = Profile(*(told.vector(name, NODES) for name in ("value", "score", "information")))
    if wrong := fault(profile):
        raise HospitalError(f"{told.place}: {wrong}; take the file as `share` wrote it")
    part = Part(profile, infections.whole("level", 0, FEW), infections.whole("reference", 0, FEW))
    return SiteTerm(term, alone, part, informative)


def _alone(row: Fields) -> Alone:
    status, method = row.get("status"), row.get("ci_method")
    if status not in STATUSES:
        raise row.wrong("status", status, f"any of {', '.join(STATUSES)}")
    if method is not None and method not in METHODS:
        raise row.wrong("ci_method", method, f"any of {', '.join(METHODS)}")
    numbers = {name: row.number(name) for name in ("log_irr", "se", "irr", "ci_low", "ci_high", "p_value")}
    return Alone(status=status, ci_method=method, note=row.text("note"), **numbers)
