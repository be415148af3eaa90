"""Andersen–Gill and PWP gap-time against R, and where they have no answer.

R 4.2.2, survival 3.5-3, on the rows of `counting_rows` (`population=all` unless said otherwise), Efron's ties:

    AG    coxph(Surv(start, stop, event) ~ on + pre + phase + season, d, cluster = patient)
    PWP   coxph(Surv(g0, g1, event) ~ on + strata(enum), d, cluster = patient)
    pool  the same with strata(pmin(enum, k)), k the last number that 10 patients had: 7 in sim43, 15 in sim500
    more  pool with on + pre + phase + season + factor(time)

where enum, the running number of the infection, and g0, g1, the days since the last one, were made in R. Pairs are
coefficient and robust standard error.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ivig_core.estimate.fit import fit
from ivig_core.estimate.rates.counting import counting_rows, gap_time, risk_cells, risk_sets
from ivig_core.estimate.rates.recurrent import andersen_gill, clustered, cox, pwp
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.core.reference import cox_by_statsmodels, expected, reference_cohort

MORE = {"pre_exposure_days": 30, "adjust_for": "phase,season"}
AG = {
    ("sim43", "all"): [
        (-0.396447018876970, 0.198920777704462), (1.342592254184115, 0.264800378587948),
        (0.636220369653973, 0.187917557236288), (0.453840682107622, 0.161049223996850),
    ],
    ("sim500", "all"): [
        (-0.530186121771231, 0.0625653451712609), (1.007280060573728, 0.0960177323381019),
        (0.540585951592058, 0.0677163677067521), (0.231199948432066, 0.0469315894489809),
    ],
    ("sim43", "exposed"): [
        (-0.449012135756737, 0.197795977223383), (1.267987156342514, 0.277790288565137),
        (0.646611806528259, 0.190518998405731), (0.472689313282392, 0.158227665977636),
    ],
    ("sim500", "exposed"): [
        (-0.528568568890936, 0.0615770102613027), (1.000079831900470, 0.0943502159739481),
        (0.582589863306506, 0.0710549544263599), (0.222440667584897, 0.0511014557680620),
    ],
}  # fmt: skip
PWP = {"sim43": (-0.475775437843357, 0.196686581816729), "sim500": (-0.554509440129495, 0.0561918786896718)}
POOLED = {"sim43": (-0.408566568047292, 0.176722964803403), "sim500": (-0.549156834412519, 0.0560632913461758)}
PWP_MORE = {
    "sim43": [
        (-0.329936606464679, 0.188419472207975), (1.123325985225639, 0.253427116745936),
        (0.481712968217527, 0.229998866291354), (0.275378811654376, 0.173862965036288),
        (-0.174083768499620, 0.294745496192890), (-0.764688093715133, 0.345520792657835),
        (-1.490283914753340, 0.389576094432741), (-1.285180294233164, 0.378169445907777),
        (-1.465731427140255, 0.377307519665577), (-2.137137703682374, 0.556194575045498),
        (-1.770590984586686, 0.511716084336835),
    ],
    "sim500": [
        (-0.513406996197231, 0.0556972283670842), (0.986277453258790, 0.0929932227475771),
        (0.546284212847151, 0.0609302300752782), (0.232179553389391, 0.0454249928463705),
        (-0.310847755183180, 0.1021589451670060), (-0.517110522971041, 0.1147218404095050),
        (-0.702801561607139, 0.1211237165026953), (-0.906280883529489, 0.1386687322731805),
        (-1.028006071207922, 0.1440362451267959), (-1.260054726029274, 0.1585797998859541),
        (-1.318533434213930, 0.1551729018413719),
    ],
}  # fmt: skip
NUMBERS = ["irr", "log_irr", "se", "ci_low", "ci_high", "p_value"]
MODELS = pytest.mark.parametrize("model", [andersen_gill, pwp])


def rows(model, data, **changes):
    study, spec = Study(data), AnalysisSpec().change(**changes)
    return model(study.time(spec), study.infections(spec), spec.model).set_index("term")


def row(model, *people, term="on_ivig", **changes):
    return rows(model, cohort(*people), **changes).loc[term]


@pytest.mark.parametrize("name", ["sim43", "sim500"])
@pytest.mark.parametrize(("endpoint", "grade"), [("all", 1), ("grade3plus", 3)])
def test_andersen_gill_equals_the_reference(name, endpoint, grade):
    want = expected(name)["survival"][endpoint]["andersen_gill_efron_cluster"]
    got = rows(andersen_gill, reference_cohort(name), population="all", min_grade=grade).loc["on_ivig"]
    pairs = {"log_irr": "log_hr", "se": "se", "irr": "hr", "ci_low": "lower95", "ci_high": "upper95", "p_value": "p"}
    for column, key in pairs.items():
        assert got[column] == pytest.approx(want[key], rel=1e-8), column
    assert (got["infections"], got["ci_method"]) == (want["n_events"], "robust")


@pytest.mark.parametrize(("name", "population"), AG)
def test_andersen_gill_with_other_terms_equals_r(name, population):
    got = rows(andersen_gill, reference_cohort(name), population=population, **MORE)
    np.testing.assert_allclose(got[["log_irr", "se"]], AG[name, population], atol=1e-8, rtol=0)


@pytest.mark.parametrize("name", ["sim43", "sim500"])
def test_gap_time_with_a_stratum_per_infection_equals_r(name):
    study, spec = Study(reference_cohort(name)), AnalysisSpec()
    made = gap_time(counting_rows(study.time(spec), study.infections(spec), "all", ()), fewest=1)
    X = (made.factors[0].codes == 1)[:, None].astype(float)
    beta, naive = cox(fit(risk_cells(risk_sets(made)).cells))
    robust = clustered(risk_sets(made), X, beta, naive)
    assert (beta[0], robust[0]) == pytest.approx(PWP[name], abs=1e-8)


def test_numbers_at_risk_give_the_coefficients_of_the_rows():
    """Against statsmodels, which goes through the rows: ties, late entry, strata, several terms."""
    study, spec = (
        Study(reference_cohort("sim43")),
        AnalysisSpec().change(pre_exposure_days=30, adjust_for="phase,season"),
    )
    made = gap_time(counting_rows(study.time(spec), study.infections(spec), "all", spec.model.adjust_for))
    screened = fit(risk_cells(risk_sets(made)).cells)
    assert len(screened.terms) == len(screened.data.terms)
    X = np.column_stack([f.codes == code for f in made.factors for code in range(1, len(f.terms) + 1)]).astype(float)
    beta, naive = cox(screened)
    np.testing.assert_allclose(beta, cox_by_statsmodels(made, X)[0], atol=1e-8)
    np.testing.assert_allclose(naive, cox_by_statsmodels(made, X)[1], rtol=1e-6, atol=1e-10)


def test_standard_errors_do_not_depend_on_how_many_rows_are_taken_at_once(monkeypatch):
    study, spec = Study(reference_cohort("sim43")), AnalysisSpec()
    made = counting_rows(study.time(spec), study.infections(spec), "all", ())
    X = (made.factors[0].codes == 1)[:, None].astype(np.int8)
    beta, naive = cox(fit(risk_cells(risk_sets(made)).cells))
    at_once = clustered(risk_sets(made), X, beta, naive)
    monkeypatch.setattr("ivig_core.estimate.rates.recurrent.ROWS_AT_ONCE", 7)
    monkeypatch.setattr("ivig_core.estimate.rates.grouped_partial.EVENTS_AT_ONCE", 5)
    np.testing.assert_allclose(clustered(risk_sets(made), X, beta, naive), at_once, rtol=1e-12)
    np.testing.assert_allclose(cox(fit(risk_cells(risk_sets(made)).cells))[1], naive, rtol=1e-12)


@pytest.mark.parametrize("name", ["sim43", "sim500"])
def test_pwp_equals_r(name):
    got = rows(pwp, reference_cohort(name), population="all").loc["on_ivig"]
    assert (got["log_irr"], got["se"]) == pytest.approx(POOLED[name], abs=1e-8)
    got = rows(pwp, reference_cohort(name), population="all", **{**MORE, "adjust_for": "phase,season,time"})
    np.testing.assert_allclose(got[["log_irr", "se"]], PWP_MORE[name], atol=1e-8, rtol=0)
    assert f"one stratum from infection {7 if name == 'sim43' else 15} on" in got["note"].iloc[0]


def test_andersen_gill_by_hand():
    """Three patients, infections at times 11, 12, 66; the first is on IVIG at 11 and 12, nobody at 66.

    l(β) = β − 2 ln(2 + e^β) + const: e^β = 2, information 2·½·½ = ½.
    """
    people = [
        Patient(days=100, doses=[5], infections=[10]),
        Patient(days=100, doses=[80], infections=[11]),
        Patient(days=100, doses=[80], infections=[65]),
    ]
    got = row(andersen_gill, *people, window_days=8)
    assert got["irr"] == pytest.approx(2)
    assert got["se"] == pytest.approx(np.sqrt(2))
    assert (got["ci_method"], got["infections"]) == ("wald", 3)
    assert "fewer than 5 patients with an infection" in got["note"]


def test_time_is_the_clock_of_andersen_gill_but_not_of_gap_times():
    bands = [f"time_band_{n}" for n in range(1, 8)]
    got = rows(andersen_gill, reference_cohort("sim43"), adjust_for="time")
    assert set(got.loc[bands, "status"]) == {"not_identified"}
    assert "same time since the start" in got.loc["time_band_1", "note"]
    alone = rows(andersen_gill, reference_cohort("sim43"))
    np.testing.assert_allclose(got.loc["on_ivig", NUMBERS].astype(float), alone.loc["on_ivig", NUMBERS].astype(float))
    assert (rows(pwp, reference_cohort("sim43"), adjust_for="time").loc[bands[0], "status"]) == "ok"


@MODELS
def test_infections_of_a_day_are_one_event_and_the_note_says_how_many(model):
    people = [Patient(days=100, doses=[3 * n], infections=[5 + n, 40 + 2 * n, 70 - n]) for n in range(8)]
    twice = [Patient(days=100, doses=[3 * n], infections=[5 + n, 5 + n, 40 + 2 * n, 70 - n]) for n in range(8)]
    once, got = row(model, *people), row(model, *twice)
    assert got[NUMBERS].tolist() == once[NUMBERS].tolist()
    assert got["infections"] == once["infections"] == 24
    assert "counts infection-days, 8 merged with another infection of the same day" in got["note"]
    assert "merged" not in once["note"]


OFF = [Patient(days=100, doses=[2 * n], infections=[60 + n]) for n in range(6)]


@MODELS
def test_no_infection_on_ivig_is_a_ratio_of_zero_without_an_upper_limit(model):
    early = [Patient(days=100, doses=[80], infections=[10 + n]) for n in range(6)]
    got = row(model, *early, *[Patient(days=100, doses=[n]) for n in range(6)])
    assert (got["status"], got["irr"], got["ci_low"]) == ("no_events_exposed", 0, 0)
    assert got[["log_irr", "se", "ci_high", "p_value"]].isna().all()
    assert got["note"].startswith("no infection in this level at a time when days outside it were at risk too; ")


@MODELS
def test_no_infection_off_ivig_has_no_ratio(model):
    people = [Patient(days=100, doses=[0], infections=[5 + n]) for n in range(6)]
    got = row(model, *people, *[Patient(days=100, doses=[80]) for _ in range(6)])
    assert got["status"] == "no_events_reference"
    assert got[NUMBERS].isna().all()


@MODELS
def test_a_level_without_infections_leaves_the_other_terms_as_without_its_days(model):
    """None in the 10 days before the first dose: the ratio on IVIG is that of the rows without these days."""
    people = [Patient(days=100, doses=[20 + n], infections=[5, 25 + 3 * n, 80 - n]) for n in range(8)]
    people += [Patient(days=100, doses=[60 + n], infections=[22 + 4 * n, 30, 65 + 3 * n]) for n in range(8)]
    study, spec = Study(cohort(*people)), AnalysisSpec().change(pre_exposure_days=10)
    time, infections = study.time(spec), study.infections(spec)
    happened = infections[(time.table["state"] != "pre_ivig").to_numpy()[time.row_of(infections)]]
    time = time.count(happened)
    got = model(time, happened, spec.model).set_index("term")
    assert got.loc["pre_ivig", "status"] == "no_events_exposed"
    rest = replace(time, table=time.table[time.table["state"] != "pre_ivig"].reset_index(drop=True))
    want = model(rest, happened, AnalysisSpec().model).set_index("term")
    np.testing.assert_allclose(*(t.loc["on_ivig", NUMBERS].astype(float) for t in (got, want)), rtol=1e-9)


@MODELS
@pytest.mark.parametrize(
    ("people", "changes", "why"),
    [
        ([Patient(days=100, doses=[0]) for _ in range(6)], {}, "no infection: nothing to compare"),
        ([Patient(days=100, infections=[3]) for _ in range(6)], {}, "no patient had IVIG"),
        ([Patient(days=100, infections=[3]) for _ in range(6)], {"population": "all"}, "no day is in this level"),
        ([Patient(days=20, doses=[0], infections=[n]) for n in range(6)], {}, "every day is in this level"),
        ([Patient(days=20, doses=[0], infections=[1])], {"exclude_first_days": 30}, "no day is left to analyse"),
        (OFF, {"dose_day": "excluded", "window_days": 0}, "no patient had IVIG"),
    ],
    ids=[
        "no infections",
        "nobody had IVIG",
        "nobody had IVIG, all",
        "always on",
        "no days",
        "only dose days, left out",
    ],
)
def test_no_contrast_is_said(model, people, changes, why):
    got = row(model, *people, **changes)
    assert (got["status"], got["note"]) == ("no_contrast", why)
    assert got[NUMBERS].isna().all()


def test_states_that_are_never_at_risk_together_have_no_ratio():
    """Everybody on IVIG for the first 31 days: at no time is somebody else off it."""
    people = [Patient(days=100, doses=[0], infections=[n, 50 + n]) for n in range(6)]
    got = row(andersen_gill, *people)
    assert got["status"] == "no_contrast"
    assert got["note"].startswith("no infection happened while days in this level and days outside it")
    one = row(andersen_gill, Patient(days=100, doses=[0], infections=[0, 50]))
    assert one["status"] == "no_contrast"


@MODELS
def test_other_settings_of_follow_up_have_an_answer(model):
    for changes in ({"dose_day": "excluded"}, {"from_first_dose": True}, {"window_cuts": "14"}, {"dose_day": "off"}):
        got = rows(model, reference_cohort("sim43"), **changes)
        assert (got["status"] == "ok").all(), changes
        assert np.isfinite(got[NUMBERS].to_numpy(float)).all()


@MODELS
def test_intervals_of_rates_do_not_matter(model):
    one = rows(model, reference_cohort("sim43"), ci_method="profile", rate_ci="exact")
    assert one.equals(rows(model, reference_cohort("sim43")))
