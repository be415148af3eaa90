"""`analyze`: the JSON contract, exit statuses, settings."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from ivig_core.__main__ import main
from ivig_core.spec import AnalysisSpec
from tests.core.reference import expected
from tests.paths import REFERENCE, ROOT

SIM43 = str(REFERENCE / "sim43.csv")


def analyze(capsys, *arguments, status=0):
    assert main(["analyze", *arguments]) == status
    return capsys.readouterr()


def result(capsys, *arguments):
    return json.loads(analyze(capsys, *arguments, "--json").out)


def test_contract(capsys):
    got = result(capsys, SIM43)
    assert list(got) == ["spec", "cohort", "attrition", "rates", "frailty", "irr", "forest", "survival", "notes"]
    assert got["spec"] == AnalysisSpec().to_dict()
    assert got["cohort"] == {
        "patients": 43, "patients_with_infection": 34, "patients_exposed": 37, "person_days": 32344, "infections": 157,
    }  # fmt: skip
    assert set(got["attrition"][0]) == {"step", "patients", "infections", "person_days"}
    assert set(got["rates"][0]) == {"period", "infections", "person_days", "rate", "ci_low", "ci_high"}
    assert set(got["irr"][0]) == {
        "model", "term", "status", "log_irr", "se", "irr", "ci_low", "ci_high", "p_value", "ci_method", "patients",
        "patients_with_infection", "informative_patients", "infections", "note",
    }  # fmt: skip
    assert set(got["forest"][0]) == {
        "factor", "level", "status", "patients", "infections_on", "infections_off", "person_days_on", "person_days_off",
        "irr", "ci_low", "ci_high", "p_value", "p_interaction", "note",
    }  # fmt: skip
    survival = got["survival"]
    assert set(survival) == {
        "event", "group", "landmark_day", "excluded", "curves", "medians", "logrank", "restricted_mean",
        "cumulative_incidence", "cox",
    }  # fmt: skip
    assert set(survival["curves"][0]) == {
        "group", "time", "at_risk", "events", "censored", "survival", "ci_low", "ci_high",
    }  # fmt: skip
    assert set(survival["medians"][0]) == {"group", "patients", "events", "median", "ci_low", "ci_high"}
    assert set(survival["logrank"]) == {"chi2", "df", "p_value"}
    assert set(survival["restricted_mean"][0]) == {"group", "days", "mean", "se"}
    assert set(survival["cumulative_incidence"][0]) == {"group", "time", "cause", "cif", "ci_low", "ci_high"}
    assert list(survival["cox"][0]) == [
        "model", "term", "status", "log_hr", "se", "hr", "ci_low", "ci_high", "p_value", "note",
    ]  # fmt: skip


def test_periods_and_terms(capsys):
    settings = ["window_cuts=7,14,21", "pre_exposure_days=30", "washout_days=7", "adjust_for=phase,season,time,igg"]
    got = result(capsys, SIM43, "--only", "rates,irr", "--set", *settings)
    windows = ["on_ivig_0_6", "on_ivig_7_13", "on_ivig_14_20", "on_ivig_21_30", "pre_ivig", "washout"]
    assert [row["period"] for row in got["rates"]] == [*windows, "observation", "reference"]
    bands = [f"time_band_{number}" for number in range(1, 8)]
    igg = ["igg_lt_200", "igg_200_399", "igg_400_699", "igg_unknown"]
    terms = [*windows, "progressive", "fall_winter", *bands, *igg]
    for model in ("sccs", "gee", "andersen_gill", "pwp"):
        assert [row["term"] for row in got["irr"] if row["model"] == model] == terms
    assert "forest" not in got
    assert "survival" not in got


@pytest.mark.parametrize("name", ["sim43", "sim500"])
@pytest.mark.parametrize("endpoint", ["all", "grade3plus"])
def test_survival_from_start_and_landmark_equals_r(capsys, name, endpoint):
    """survival 3.5-3: `survfit`, `survdiff`; deaths censored (`survival_event=infection`)."""
    grade = {"all": "1", "grade3plus": "3"}[endpoint]
    want = expected(name)["survival"][endpoint]
    base = [
        str(REFERENCE / f"{name}.csv"),
        "--only",
        "survival",
        "--set",
        "survival_event=infection",
        f"min_grade={grade}",
    ]
    start = result(capsys, *base, "survival_group=none", "landmark_day=0")["survival"]
    close(start["medians"], [want["km_from_start"]["overall"]])
    for row in want["km_from_start"]["at"][:3]:
        at = [curve for curve in start["curves"] if curve["time"] <= row["time"]][-1]
        assert [at["survival"], at["ci_low"], at["ci_high"]] == pytest.approx(
            [row["surv"], row["lower"], row["upper"]], abs=1e-9
        )
    landmark = result(capsys, *base)["survival"]
    km = want["km_landmark30"]
    by_group = [{key: km["by_group"][key][group] for key in ("median", "lower", "upper")} for group in (1, 0)]
    close(landmark["medians"], by_group)
    assert [row["patients"] for row in landmark["medians"]] == [km["n"][1], km["n"][0]]
    assert landmark["excluded"] == want["landmark_excluded"]
    assert landmark["logrank"]["chi2"] == pytest.approx(km["logrank_chisq"], abs=1e-9)
    assert landmark["logrank"]["p_value"] == pytest.approx(km["logrank_p"], abs=1e-9)
    means = {row["group"]: row for row in landmark["restricted_mean"]}
    for group, mean, se in zip(("no_ivig", "ivig"), km["rmean_to_365"], km["rmean_se"], strict=True):
        if means[group]["days"] == 365:
            assert [means[group]["mean"], means[group]["se"]] == pytest.approx([mean, se], abs=1e-9)


def close(medians, want):
    got = [[row["median"], row["ci_low"], row["ci_high"]] for row in medians]
    assert got == [[item["median"], item["lower"], item["upper"]] for item in want]


def test_groups_of_a_baseline_variable_and_of_nothing(capsys):
    sexes = result(capsys, SIM43, "--only", "survival", "--set", "survival_group=sex")["survival"]
    assert [row["group"] for row in sexes["medians"]] == ["female", "male"]
    alone = result(capsys, SIM43, "--only", "survival", "--set", "survival_group=none")["survival"]
    assert [row["group"] for row in alone["medians"]] == ["all"]
    assert alone["logrank"] == {"chi2": None, "df": None, "p_value": None}


@pytest.mark.parametrize("settings", [["survival_group=ivig_ever"], ["landmark_day=0"]])
def test_naive_groups_always_carry_the_immortal_time_warning(capsys, settings):
    notes = result(capsys, SIM43, "--only", "survival", "--set", *settings)["notes"]
    assert any("Immortal time" in note for note in notes)


def test_a_failed_estimator_does_not_change_the_exit_status(capsys):
    got = result(capsys, SIM43, "--only", "survival,rates", "--set", "survival_event=progression_or_death")
    assert got["survival"]["curves"] == []
    assert any("progressed_on" in note for note in got["notes"])
    assert got["rates"][0]["infections"] == 40


def test_settings_from_a_file_and_changed(capsys, tmp_path):
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(AnalysisSpec().change(window_days=42, adjust_for="season").to_dict()))
    got = result(capsys, SIM43, "--spec", str(path), "--only", "irr", "--set", "window_days=20", "--set", "min_grade=3")
    assert (got["spec"]["window_days"], got["spec"]["min_grade"]) == (20, 3)
    assert got["spec"]["adjust_for"] == ["season"]


FAULTS = {
    "unknown setting": (["--set", "windowdays=3"], "did you mean window_days"),
    "value not allowed": (["--set", "window_days=soon"], "window_days = 'soon'"),
    "no equals sign": (["--set", "window_days"], "key=value"),
    "unknown table": (["--only", "rates,magic"], "magic"),
    "unknown column in a filter": (["--set", "where=ward=3"], "a baseline column of this cohort"),
    "unknown group": (["--set", "survival_group=ward"], "ivig_by_landmark"),
    "settings file missing": (["--spec", "nowhere.json"], "nowhere.json"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faulty_settings_end_with_2_and_say_what_is_allowed(capsys, fault):
    arguments, words = FAULTS[fault]
    said = analyze(capsys, SIM43, *arguments, status=2)
    assert words in said.err
    assert said.out == ""


def test_every_faulty_setting_is_named(capsys):
    said = analyze(capsys, SIM43, "--set", "min_grade=9", "rate_ci=banana", "oops", "pathogens=virus", status=2).err
    assert [line.split()[1] for line in said.splitlines()] == ["--set", "min_grade", "pathogens", "rate_ci"]


def test_settings_file_that_is_no_object(capsys, tmp_path):
    path = tmp_path / "spec.json"
    path.write_text("[1, 2]")
    assert "JSON object" in analyze(capsys, SIM43, "--spec", str(path), status=2).err


def test_faulty_cohort_ends_with_2_and_every_problem(capsys, tmp_path):
    path = tmp_path / "cohort.csv"
    path.write_text("patient_id,record,start,end,grade\nA,patient,0,10,\nA,infection,3,,9\nA,infection,4,,x\n")
    said = analyze(capsys, str(path), "--json", status=2)
    assert said.out == ""
    assert "9" in said.err
    assert "rows 3, 4" in said.err
    assert "“x” is not" in said.err


def test_a_missing_file_ends_with_2(capsys):
    assert "nowhere.csv" in analyze(capsys, "nowhere.csv", status=2).err


def test_plain_text_says_what_was_analysed(capsys):
    text = analyze(capsys, SIM43, "--only", "rates,sccs").out
    assert text.startswith("Infections of any grade in all patients;")
    assert "on_ivig" in text
    assert "0.6041" in text


def test_the_command_line_as_a_process():
    """Output that a pipe cuts off is no error, and a terminal of plain ASCII gets the text all the same."""
    command = f"{sys.executable} -m ivig_core analyze tests/reference/sim43.csv --json"
    for shell in (
        f"{command} | head -c 10",
        f"PYTHONIOENCODING=ascii {command.removesuffix('--json')} --only forest",
    ):
        done = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {shell}"], capture_output=True, cwd=ROOT, env={**os.environ}, check=False
        )
        assert b"Traceback" not in done.stderr, done.stderr
    assert done.returncode == 0


def test_numbers_are_given_in_full_precision(capsys):
    row = result(capsys, SIM43, "--only", "sccs")["irr"][0]
    assert row["log_irr"] == pytest.approx(expected("sim43")["sccs"]["all"]["on"]["log_irr"], abs=1e-9)
    assert row["irr"] == np.exp(row["log_irr"])


def test_the_models_of_the_rate_ratio_come_one_below_the_other(capsys):
    got = result(capsys, SIM43, "--only", "irr", "--set", "population=all", "pre_exposure_days=30")
    assert [(row["model"], row["term"]) for row in got["irr"]] == [
        (model, term) for model in ("sccs", "gee", "andersen_gill", "pwp") for term in ("on_ivig", "pre_ivig")
    ]
    assert "rates" not in got
    only = result(capsys, SIM43, "--only", "sccs", "--set", "population=all", "pre_exposure_days=30")
    assert only["irr"] == got["irr"][:2]


def test_andersen_gill_over_all_patients_equals_r(capsys):
    """`coxph(Surv(start, stop, event) ~ on, cluster = id, ties = "efron")`, survival 3.5-3: log HR and robust SE."""
    row = result(capsys, SIM43, "--only", "andersen_gill", "--set", "population=all")["irr"][0]
    answer = expected("sim43")["survival"]["all"]["andersen_gill_efron_cluster"]
    assert row["log_irr"] == pytest.approx(answer["log_hr"], abs=1e-5)
    assert row["se"] == pytest.approx(answer["se"], abs=1e-5)
    assert row["infections"] == answer["n_events"]


@pytest.mark.parametrize("endpoint", ["all", "grade3plus"])
@pytest.mark.parametrize("name", ["sim43", "sim500"])
def test_cox_at_the_landmark_and_time_varying_equals_r(capsys, name, endpoint):
    """`coxph(Surv(start, stop, event) ~ on)` and `coxph(Surv(time, event) ~ group)`, Efron, survival 3.5-3."""
    grade = {"all": "1", "grade3plus": "3"}[endpoint]
    want = expected(name)["survival"][endpoint]
    settings = ["survival_event=infection", f"min_grade={grade}"]
    got = result(capsys, str(REFERENCE / f"{name}.csv"), "--only", "survival", "--set", *settings)["survival"]["cox"]
    rows = {(row["model"], row["term"]): row for row in got}
    for row, block in (
        (rows["time_varying", "on_ivig"], want["cox_tv_first_efron"]),
        (rows["landmark", "ivig"], want["cox_landmark_group_efron"]),
    ):
        assert row["log_hr"] == pytest.approx(block["log_hr"], abs=1e-5)
        assert row["se"] == pytest.approx(block["se"], abs=1e-5)
        assert row["ci_low"] == pytest.approx(block["lower95"], rel=1e-5)
        assert row["p_value"] == pytest.approx(block["p"], abs=1e-5)
