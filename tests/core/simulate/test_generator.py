"""Determinism, independence of blocks, realised counts and the marginal effects of the simulation."""

import json
import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from ivig_core.errors import SpecError
from ivig_core.simulate.generator import BLOCK, simulate, simulate_blocks
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.truth import SCHEDULED
from tests.core.simulate.reading import doses, of_kind, person_days

MODEL = SimulationModel()


@pytest.fixture(scope="module")
def big():
    """4000 patients, four blocks."""
    return simulate(MODEL, 4000, seed=7)


def test_same_seed_same_rows_other_seed_other_rows():
    one, two, other = (simulate(MODEL, 40, seed) for seed in (3, 3, 4))
    assert one.rows.equals(two.rows)
    assert one.truth == two.truth
    assert not one.rows.equals(other.rows)


def test_a_patient_does_not_depend_on_how_many_are_drawn(big):
    few = simulate(MODEL, BLOCK + 5, seed=7).rows
    assert few.equals(big.rows.head(len(few)))


def test_blocks_are_bounded_and_make_up_the_whole(big):
    counts = Counter()
    sizes = []
    for frame in simulate_blocks(MODEL, BLOCK + 5, 7, counts):
        sizes.append(frame["patient_id"].nunique())
    assert sizes == [BLOCK, 5]
    assert counts["patients"] == BLOCK + 5


@pytest.mark.parametrize(("patients", "seed", "field"), [(0, 1, "patients"), (-3, 1, "patients"), (10, -1, "seed")])
def test_bad_size_or_seed_is_refused_before_anything_is_drawn(patients, seed, field):
    with pytest.raises(SpecError, match=field):
        simulate_blocks(MODEL, patients, seed)


def test_truth_is_plain_json_with_parameters_and_logarithms():
    truth = simulate(MODEL, 30, seed=2, preset="known_truth").truth
    assert json.loads(json.dumps(truth, allow_nan=False)) == json.loads(json.dumps(truth))
    assert truth["synthetic"] is True
    assert (truth["preset"], truth["patients"], truth["seed"]) == ("known_truth", 30, 2)
    effects = truth["true_effects"]
    assert effects["all_grades"]["on_ivig"]["log_irr"] == pytest.approx(math.log(0.60))
    assert effects["grade_3_plus"]["on_ivig"]["log_irr"] == pytest.approx(math.log(0.40))
    assert effects["all_grades"]["pre_ivig"]["irr"] == 2.5
    assert effects["all_grades"]["time_band_7"]["irr"] == pytest.approx(0.95**7)
    (arm,) = truth["arms"]
    assert arm["model"]["dose_interval_days"] == (27, 33)
    assert arm["model"]["marginals"]["heavy_chain"]["IgG"] == 0.54
    assert truth["ivig_starts"] == SCHEDULED


def test_realised_counts_are_those_of_the_file():
    cohort = simulate(MODEL, 150, seed=5)
    realised, rows = cohort.truth["realised"], cohort.rows
    given = doses(rows)
    follow = person_days(rows)
    ids = of_kind(rows, "patient")["patient_id"].to_numpy()
    state = np.full(len(follow.day), "observation", dtype=object)
    date = follow.date.astype(int)
    exposed = set()
    for code, who in enumerate(ids):
        mine = np.flatnonzero(follow.patient == code)
        for dose in given.get(who, []):
            state[mine[(date[mine] >= dose) & (date[mine] <= dose + 30)]] = "on_ivig"
        if (state[mine] == "on_ivig").any():
            exposed.add(who)
        else:
            state[mine] = "reference"
        if who in given:
            before = given[who][0] - date[mine]
            state[mine[(before >= 1) & (before <= 30)]] = "pre_ivig"
    for name, counts in realised["by_state"].items():
        here = state == name
        assert counts["person_days"] == here.sum(), name
        assert counts["infections"] == follow.infections[here].sum(), name
        assert counts["infections_grade_3_plus"] == follow.severe[here].sum(), name
    assert realised["patients_exposed"] == len(exposed)
    assert realised["doses"] == sum(len(given[who]) for who in given)
    assert realised["infections"] == len(of_kind(rows, "infection")) == sum(realised["by_grade"].values())
    assert realised["rows"] == rows["record"].value_counts().to_dict()
    assert sum(realised["deaths"].values()) == (of_kind(rows, "patient")["died_on"] != "").sum()


def test_season_and_phase_ratios_are_near_the_parameters(big):
    follow = person_days(big.rows)
    for flag, true in ((follow.winter, MODEL.irr_fall_winter), (follow.progressive, MODEL.irr_progressive)):
        (yes, n_yes), (no, n_no) = follow.rate(flag), follow.rate(~flag)
        # Infections of a patient share a frailty, so twice the Poisson standard error.
        assert abs(math.log(yes / no / true)) < 3 * 2 * math.sqrt(1 / n_yes + 1 / n_no)


def test_severe_infections_are_a_smaller_part_on_ivig(big):
    on, off = (big.truth["realised"]["by_state"][name] for name in ("on_ivig", "observation"))
    unknown = 1 - MODEL.share_grade_unknown
    for counts, expected in ((on, 0.2 * 0.40 / 0.60 * unknown), (off, 0.2 * unknown)):
        share = counts["infections_grade_3_plus"] / counts["infections"]
        assert abs(share - expected) < 3 * math.sqrt(expected * (1 - expected) / counts["infections"])


def test_never_treated_share_and_their_lower_rate(big):
    treated = len(doses(big.rows))
    assert abs(1 - treated / 4000 - MODEL.share_never_ivig) < 0.03
    states = big.truth["realised"]["by_state"]
    rate = {name: states[name]["infections"] / states[name]["person_days"] for name in states}
    assert rate["reference"] < rate["observation"]
    assert rate["pre_ivig"] > 2 * rate["observation"]


def test_infections_in_the_year_before_go_with_those_in_follow_up(big):
    patients = of_kind(big.rows, "patient")
    many = patients["infections_prior_year"].isin(["3", "4", "5", "6"]).to_numpy()
    none = (patients["infections_prior_year"] == "0").to_numpy()
    follow = person_days(big.rows)
    assert follow.rate(many[follow.patient])[0] > 1.5 * follow.rate(none[follow.patient])[0]


def test_a_share_of_zero_leaves_nobody_untreated():
    model = replace(MODEL, share_never_ivig=0.0, share_course_rows=0.0, share_dose_before_start=0.0)
    rows = simulate(model, 50, seed=1).rows
    assert len(doses(rows)) == 50
    assert (rows["interval_days"] == "").all()
