"""What else changes: therapy, half-years, blood counts, closed bands of time, season as a wave, and dose, against R."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.errors import EstimationError
from ivig_core.persontime.therapy import class_of
from ivig_core.spec import ADJUSTERS, AnalysisSpec
from ivig_core.study.rates import models
from ivig_core.study.rates.dose_levels import by_dose
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.paths import SAMPLES

WALD = AnalysisSpec().change(ci_method="wald")
SETTINGS = {
    "class": {"adjust_for": "therapy"},
    "on or off": {"adjust_for": "therapy", "therapy_levels": "category"},
    "calendar": {"adjust_for": "calendar"},
    "counts": {"adjust_for": "counts"},
    "bands": {"adjust_for": "time", "time_last_band": "closed"},
    "together": {"adjust_for": "therapy,calendar,counts"},
}
# Log ratio on IVIG and its standard error. Every day of follow-up was laid out from the CSV by a script in R, with the
# therapy, half-year, counts and band of the day, then added up and fitted by
# gnm(n ~ on + level, eliminate = id, family = poisson, offset = log(days), tolerance = 1e-12); R 4.2.2, gnm 1.1-2.
GNM = {
    "daratumumab": {
        "class": (-0.5018508733, 0.1950048560), "on or off": (-0.4622441754, 0.1914275814),
        "calendar": (-0.4846325473, 0.1945414453), "counts": (-0.4471416978, 0.1909703149),
        "bands": (-0.4837603056, 0.1962497492), "together": (-0.5189405256, 0.1977992766),
    },
    "bispecific": {
        "class": (-0.6586923094, 0.1859513638), "on or off": (-0.6120712015, 0.1841327913),
        "calendar": (-0.6186771657, 0.1849132900), "counts": (-0.5963298788, 0.1824551504),
        "bands": (-0.6109405987, 0.1841040872), "together": (-0.6348811476, 0.1867658088),
    },
}  # fmt: skip
TERMS = {
    ("daratumumab", "class", "therapy_other"): (0.3362746157, 0.2736561559),
    ("daratumumab", "class", "therapy_first_100_days"): (0.6948331018, 0.5836528333),
    ("daratumumab", "counts", "anc_lt_1"): (1.2133506094, 0.5977168008),
    ("daratumumab", "counts", "alc_lt_05"): (0.1185949836, 0.2317266225),
    ("bispecific", "class", "therapy_none"): (1.7631275291, 1.2289039299),
    ("bispecific", "counts", "alc_lt_05"): (0.5192590509, 0.2608714669),
}


@cache
def sample(name: str) -> Study:
    found = read_cohort(SAMPLES / f"{name}.csv").cohort
    assert found is not None
    return Study(found)


@pytest.mark.parametrize("name", GNM)
@pytest.mark.parametrize("model", SETTINGS)
def test_ratios_are_those_of_gnm_by_the_day(name, model):
    spec = WALD.change(**SETTINGS[model])
    table = models.sccs(sample(name), spec).set_index("term")
    assert table.loc["on_ivig", ["log_irr", "se"]].tolist() == pytest.approx(GNM[name][model], abs=1e-6)
    for (of, which, term), want in TERMS.items():
        if (of, which) == (name, model):
            assert table.loc[term, ["log_irr", "se"]].tolist() == pytest.approx(want, abs=1e-6), term
    alone = models.sccs_on_ivig(sample(name), spec).set_index("term")
    assert alone.loc["on_ivig"].equals(table.loc["on_ivig"])
    assert alone.index.tolist() == table.index.tolist()


def test_season_as_a_wave_is_that_of_gnm():
    """By half-months as above; by the day, `sin(2 * pi * (yday + 0.5) / days of the year)`, R gives −0.458316."""
    table = models.season_harmonic(sample("daratumumab"), WALD).set_index("term")
    want = {
        "on_ivig": (-0.45880740791, 0.19169252030), "season_sin": (0.01712499009, 0.09000628169),
        "season_cos": (0.19359547754, 0.08913938542),
    }  # fmt: skip
    for term, numbers in want.items():
        assert table.loc[term, ["log_irr", "se"]].tolist() == pytest.approx(numbers, abs=1e-6), term
    assert table.loc["on_ivig", "log_irr"] == pytest.approx(-0.458316, abs=1e-3)
    assert "6 January, then 1.48 times" in table.loc["on_ivig", "note"]


@pytest.mark.parametrize(
    ("name", "logs", "p"),
    [
        ("daratumumab", (-0.5153060450, -0.2062236448), 0.5123679583),
        ("bispecific", (-0.7734086566, -0.0967693304), 0.1127962909),
    ],
)
def test_ratios_by_dose_are_those_of_gnm(name, logs, p):
    """`gnm(n ~ low + high, eliminate = id, …)` by the g/kg of the latest dose, and the difference of the deviances."""
    found = by_dose(sample(name), WALD)
    assert found.rows["level"].tolist() == ["≤ 0.40 g/kg", "> 0.40 g/kg"]
    assert np.log(found.rows["irr"]).tolist() == pytest.approx(logs, abs=1e-6)
    assert found.rows["p_interaction"].tolist() == pytest.approx([p, p], abs=1e-6)
    for method in ("robust", "firth"):
        other = by_dose(sample(name), WALD.change(ci_method=method)).rows
        assert other["p_interaction"].iloc[0] == pytest.approx(p, abs=0.2)
        assert (other["status"] == "ok").all()


def test_the_dose_of_a_day_is_the_latest_one_and_every_day_on_ivig_has_one():
    """0.5 g/kg on day 10 (40 g over 80 kg), 0.2 on day 30, under the skin on day 100, unknown weight in the other."""
    people = [
        Patient(days=150, doses=[10], infections=[12, 40], grams=40.0, baseline={"weight_kg": 80.0}),
        Patient(days=150, doses=[30], infections=[2, 31], grams=20.0, baseline={"weight_kg": 100.0}),
        Patient(days=150, doses=[(100, np.nan, np.nan, "sc")], infections=[100], grams=9.0),
        Patient(days=150, doses=[50], infections=[49, 51], grams=30.0),
    ]
    found = by_dose(Study(cohort(*people)), WALD)
    assert found.rows["level"].tolist() == ["≤ 0.20 g/kg", "> 0.20 g/kg", "Under the skin", "g/kg not known"]
    assert found.rows["person_days_on"].tolist() == [31, 31, 11, 31]
    assert found.rows["infections_on"].tolist() == [1, 2, 1, 1]
    assert (found.unknown, found.all_doses, found.alike) == (1, 4, False)


@pytest.mark.parametrize(
    "people",
    [
        [Patient(days=1, doses=[0], infections=[0])],
        [Patient(days=300, infections=[3]), Patient(days=200)],
        [Patient(days=300, doses=[30])],
        [Patient(days=300, doses=[100], infections=[20, 30]), Patient(days=20, doses=[(-5, np.nan, np.nan, "sc")])],
        [Patient(days=400, doses=[100], infections=[110, 120])],
    ],
    ids=["one day", "no IVIG", "no infections", "none on IVIG", "none off IVIG"],
)
def test_odd_cohorts_have_a_row_with_a_reason_for_every_term(people):
    study, spec = Study(cohort(*people)), AnalysisSpec().change(adjust_for=",".join(ADJUSTERS))
    for table in (models.sccs(study, spec), models.gee(study, spec), by_dose(study, spec).rows):
        without = table[(table["status"] != "ok").to_numpy(bool)]
        assert (without["note"] != "").all()
        assert not (table["irr"].to_numpy(float) > 1e4).any()
    try:
        wave = models.season_harmonic(study, spec)
    except EstimationError:
        return
    assert (wave["note"] != "").all()


def test_half_years_need_dates():
    people = [Patient(days=400, doses=[100], infections=[20, 110], start=None)] * 3
    study = Study(cohort(*people, calendar="none"))
    row = models.sccs(study, WALD.change(adjust_for="calendar")).set_index("term").loc["calendar_unknown"]
    assert (row["status"], "study days" in row["note"]) == ("no_contrast", True)
    with pytest.raises(EstimationError, match="calendar dates"):
        models.season_harmonic(study, WALD)


@pytest.mark.parametrize(
    ("drug", "name"),
    [
        ("teclistamab-cqyv", "bispecific"), ("Elrexfio", "bispecific"), ("talquetamab + daratumumab", "bispecific"),
        ("Etentamig", "bispecific"), ("DARATUMUMAB", "anti_cd38"), ("Dara-RVd", "anti_cd38"), ("DRd", "anti_cd38"),
        ("D-VRd", "anti_cd38"), ("IsaPd", "anti_cd38"), ("Sarclisa", "anti_cd38"), ("pomalidomide", "other"),
        ("VRd", "other"), ("trastuzumab", "other"), ("dexamethasone", "other"), ("", "other"),
    ],
)  # fmt: skip
def test_classes_of_drugs(drug, name):
    assert class_of(drug) == f"therapy_{name}"


def confounded(patients: int, ratio: float, seed: int) -> Study:
    """Patients under daratumumab, then a bispecific antibody that triples infections and brings IVIG on in most."""
    rng = np.random.default_rng(seed)
    people = []
    for _ in range(patients):
        days, change = 720, int(rng.integers(150, 450))
        first = change + int(rng.integers(15, 60)) if rng.random() < 0.8 else int(rng.integers(0, 500))
        doses = list(range(first, min(first + 28 * int(rng.integers(3, 9)), days), 28))
        on = np.zeros(days, bool)
        for dose in doses:
            on[dose : dose + 31] = True
        rate = rng.gamma(2, 0.5) * 1.2 / 365.25 * np.where(np.arange(days) >= change, 3.0, 1.0) * np.where(on, ratio, 1)
        therapies = [(0, change - 1.0, "anti_myeloma", "daratumumab"), (change, np.nan, "anti_myeloma", "teclistamab")]
        infections = np.flatnonzero(rng.random(days) < rate).tolist()
        people.append(Patient(days=days, doses=doses, infections=infections, therapies=therapies))
    return Study(cohort(*people))


def test_a_therapy_that_brings_infections_and_ivig_biases_the_crude_ratio_alone():
    """Truth 0.60, 500 patients; 400 cohorts are in docs/therapy.md."""
    study = confounded(500, 0.6, seed=20261128)
    crude, adjusted = (
        models.sccs_on_ivig(study, WALD.change(adjust_for=names)).set_index("term").loc["on_ivig"]
        for names in ((), ("therapy",))
    )
    assert crude["ci_low"] > 0.7
    assert adjusted["ci_low"] < 0.6 < adjusted["ci_high"]
    assert adjusted["se"] < 0.1
