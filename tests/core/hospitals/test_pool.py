"""Hospitals that share no row give the ratio of all their patients together."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.cohort.read import COMMAND_LIMITS, read_cohort
from ivig_core.hospitals.pool import pool
from ivig_core.hospitals.pool_json import pool_json
from ivig_core.spec import AnalysisSpec
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from tests.core.hospitals.hospitals import five, in_rounds, sites_of
from tests.core.make import Patient, cohort
from tests.paths import SHARED_VALIDATION

SPEC = AnalysisSpec()
ADJUSTED = SPEC.change(adjust_for=("phase", "season", "time"))


def close(got, wanted, within=1e-6):
    for name in ("log_irr", "se"):
        assert got[name] == pytest.approx(wanted[name], abs=within), name
    for name in ("ci_low", "ci_high"):
        assert np.log(got[name]) == pytest.approx(np.log(wanted[name]), abs=within), name


def row(pooled, model, adjust_for=""):
    """The row of one model on IVIG."""
    table = pooled.irr
    found = table[(table["model"] == model) & (table["adjust_for"] == adjust_for)]
    return found.iloc[0]


@pytest.mark.parametrize("ci_method", ["wald", "profile", "auto"])
def test_five_hospitals_are_the_whole_in_any_order(ci_method):
    spec = SPEC.change(ci_method=ci_method)
    whole, parts = five()
    sites = sites_of(parts, spec)
    wanted, got = sccs(whole, spec).iloc[0], row(pool(sites), "pooled_fixed")
    assert (got["status"], got["ci_method"]) == ("ok", wanted["ci_method"])
    close(got, wanted)
    close(row(pool([sites[at] for at in (3, 0, 4, 2, 1)]), "pooled_fixed"), got, within=1e-12)


@pytest.mark.parametrize("spec", [SPEC, ADJUSTED, SPEC.change(pre_exposure_days=30, washout_days=15)])
def test_one_hospital_pooled_alone_is_its_own_analysis(spec):
    study = five()[1][0]
    pooled, own = pool(sites_of([study], spec)), sccs(study, spec).iloc[0]
    adjust_for = ",".join(spec.model.adjust_for)
    close(row(pooled, "pooled_fixed", adjust_for), own)
    close(row(pooled, "site:A", adjust_for), own)
    assert row(pooled, "pooled_random", adjust_for)["status"] == "too_few_hospitals"


def test_hospitals_without_infections_on_ivig_or_at_all_take_part():
    quiet = [Patient(days=300 + at, doses=[100], infections=[20, 40 + at]) for at in range(9)]
    well, untreated = [Patient(days=300, doses=[50])] * 12, [Patient(days=200, infections=[9])] * 12
    busy = [
        Patient(days=200 + 9 * at, doses=[60, 90], infections=[at, 70 + at, 150] if at % 3 else [65])
        for at in range(20)
    ]
    groups = [busy, quiet, well, untreated]
    pooled = pool(sites_of([Study(cohort(*group)) for group in groups], SPEC))
    close(row(pooled, "pooled_fixed"), sccs(Study(cohort(*(one for group in groups for one in group))), SPEC).iloc[0])
    status = {name: row(pooled, f"site:{name}")["status"] for name in "ABCD"}
    assert status == {"A": "ok", "B": "no_events_exposed", "C": "no_contrast", "D": "no_contrast"}
    assert pooled.irr.loc[pooled.irr["status"] != "ok", ["log_irr", "se"]].isna().all(axis=None)
    assert row(pooled, "site:B")[["irr", "ci_low"]].tolist() == [0, 0]
    alone = sccs(Study(cohort(*quiet)), SPEC).iloc[0]
    assert row(pooled, "site:B")["ci_high"] == pytest.approx(alone["ci_high"], rel=1e-8)
    assert [row(pooled, f"site:{name}")["weight"] for name in "CD"] == [0, 0]
    assert "1 without an estimate left out" in row(pooled, "pooled_random")["note"]
    assert any("C, D: nothing to add" in note for note in pooled.notes)


def test_no_hospital_with_infections_on_ivig_gives_the_exact_bound():
    groups = [
        [Patient(days=300 + at, doses=[100], infections=[20, 40 + at]) for at in range(9)],
        [Patient(days=200 + at, doses=[100], infections=[5 + at]) for at in range(8)],
    ]
    got = row(pool(sites_of([Study(cohort(*group)) for group in groups], SPEC)), "pooled_fixed")
    whole = sccs(Study(cohort(*groups[0], *groups[1])), SPEC).iloc[0]
    assert got["status"] == whole["status"] == "no_events_exposed"
    assert [got["ci_high"], got["p_value"]] == pytest.approx([whole["ci_high"], whole["p_value"]], rel=1e-6)
    assert np.isnan(got["log_irr"])


def test_every_level_of_a_window_has_rows_and_a_heterogeneity():
    spec = SPEC.change(window_cuts=(10,), adjust_for=("season",))
    pooled = pool(sites_of(five()[1][:3], spec))
    assert set(pooled.irr["term"]) == {"on_ivig_0_9", "on_ivig_10_30"}
    assert len(pooled.heterogeneity) == 4
    assert (pooled.heterogeneity["hospitals"] >= 3).all()
    told = pool_json(pooled)
    assert [one["name"] for one in told["sites"]] == list("ABC")
    assert {row["adjust_for"] for row in told["irr"]} == {"", "season"}


@pytest.mark.skipif(not SHARED_VALIDATION.exists(), reason="the shared validation cohorts are not here")
def test_sim500_in_five_hospitals():
    whole = read_cohort(SHARED_VALIDATION / "sim500.csv", COMMAND_LIMITS).cohort
    rng = np.random.default_rng(5)
    places = rng.permutation(np.repeat(range(5), (200, 125, 100, 50, 25)))
    studies = [Study(whole.subset(places == number)) for number in range(5)]
    got = row(pool(sites_of(studies, SPEC)), "pooled_fixed")
    close(got, sccs(Study(whole), SPEC).iloc[0])
    found = in_rounds(studies, ADJUSTED)
    assert (found.converged, found.round) == (True, 5)
    close(found.irr.iloc[0], sccs(Study(whole), ADJUSTED).iloc[0], within=1e-8)
