"""Each setting alone and many together, on samples, reference cohorts and odd people: a registry equals `analyze`."""

from __future__ import annotations

import random

import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.errors import SpecError
from ivig_core.registry.engine import DUCKDB, opened
from ivig_core.study.study import Study
from tests.core.registry.same import BY_QUERY, apart, odd_people, of_cohort, studied, written
from tests.paths import SAMPLES, SHARED_VALIDATION

CHOICES: dict[str, tuple] = {
    "window_days": (0, 7, 60), "window_days_sc": (0, 30), "dose_day": ("off", "excluded"),
    "pre_exposure_days": (30, 60), "washout_days": (20, 60), "window_cuts": ("7", "3,14"),
    "exclude_first_days": (40,), "from_first_dose": (True,),
    "time_band_days": (90,), "time_last_band": ("closed",), "hemisphere": ("south",), "therapy_levels": ("category",),
    "min_grade": (2, 3), "max_grade": (3,), "pathogens": ("bacterial", "negative,mixed", "viral,mixed"),
    "sites": ("skin,urinary",), "hospitalized": ("yes", "no"), "episode_gap_days": (14, 60), "population": ("all",),
    "adjust_for": ("phase", "season", "time", "prophylaxis", "therapy", "calendar", "phase,season,time",
                   "season,therapy,calendar"),
    "ci_method": ("wald", "profile", "robust", "firth"), "rate_ci": ("exact",), "where": ("age>=65", "sex=female"),
    "within": ("phase:nonprogressive", "phase:progressive", "phase:unknown"),
}  # fmt: skip
FILES = [
    *sorted(SAMPLES.glob("*.csv")),
    *(SHARED_VALIDATION / f"{name}.csv" for name in ("sim43", "sim500")),
]


@pytest.fixture(scope="module")
def engine():
    with opened(DUCKDB, "") as found:
        yield found


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def real(request, tmp_path_factory):
    if not request.param.exists():
        pytest.skip(f"{request.param.name} is not handed on with the project")
    cohort = read_cohort(request.param).cohort
    assert cohort is not None
    return written(cohort, tmp_path_factory.mktemp("tables")), Study(cohort)


def together(seed: int, number: int) -> list[dict]:
    """Random combinations of settings that are allowed together."""
    rng = random.Random(seed)
    found = []
    while len(found) < number:
        settings = {name: rng.choice(values) for name, values in CHOICES.items() if rng.random() < 0.3}
        if settings.get("window_days", 30) < 14:
            settings.pop("window_cuts", None)
        found.append(settings)
    return found


@pytest.mark.parametrize("name", CHOICES)
def test_each_setting_alone(engine, real, name):
    folder, study = real
    for value in CHOICES[name]:
        assert apart(engine, folder, study, **{name: value}) == [], value


@pytest.mark.parametrize("seed", range(3))
def test_settings_together(engine, real, seed):
    folder, study = real
    for settings in together(seed, 5):
        assert apart(engine, folder, study, **settings) == [], settings


@pytest.mark.parametrize("calendar", ["dates", "none"])
@pytest.mark.parametrize("seed", range(20))
def test_odd_people(engine, tmp_path, seed, calendar):
    cohort = odd_people(seed, number=(2, 10, 40)[seed % 3], calendar=calendar)
    folder, study = written(cohort, tmp_path / "tables"), studied(cohort, tmp_path)
    for settings in together(seed + 100, 3):
        try:
            found = apart(engine, folder, study, **settings)
        except SpecError:
            # Two patients need not have a woman among them: then neither takes the filter.
            with pytest.raises(SpecError):
                of_cohort(study, **settings)
            continue
        assert found == [], settings


@pytest.mark.parametrize("seed", range(4))
def test_fit_by_queries(engine, real, seed):
    folder, study = real
    for settings in together(seed, 3):
        settings = {name: value for name, value in settings.items() if name != "ci_method"}
        found = apart(engine, folder, study, BY_QUERY, ci_method="robust", **settings)
        # Never another number, nor one where `analyze` has none; none only where terms may separate and it is said.
        ratios = [text for text in found if ".log_irr: " in text]
        assert [text for text in ratios if ".log_irr: None, " not in text] == [], settings
        rows = [text.partition(".log_irr")[0] for text in ratios]
        assert [row for row in rows if f"{row}.status: 'no_convergence', 'ok'" not in found] == [], settings
