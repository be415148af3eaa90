"""What a simulated file contains: every kind and column, possible dates, monthly doses, and nothing to mend."""

import numpy as np
import pytest

from ivig_core.cohort.columns import COLUMNS, columns_of
from ivig_core.cohort.read import read_cohort
from ivig_core.simulate.files import write_simulated
from ivig_core.simulate.generator import simulate
from ivig_core.simulate.model import SimulationModel
from tests.core.simulate.reading import days, doses, of_kind

MODEL = SimulationModel()
KINDS = ("patient", "ivig", "infection", "lab", "phase", "therapy")


@pytest.fixture(scope="module")
def rows():
    """1000 patients in file format."""
    return simulate(MODEL, 1000, seed=11).rows


def spans(rows, kind):
    """Rows of a kind with first and last day, and first and last day at risk of the patient."""
    patients = of_kind(rows, "patient").set_index("patient_id")
    table = of_kind(rows, kind)
    at = patients.loc[table["patient_id"]]
    return table, days(table["start"]), days(table["end"]), days(at["start"]), days(at["end"])


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_of_every_kind_is_filled_somewhere_and_no_other(rows, kind):
    table = of_kind(rows, kind)
    own = {column.name for column in columns_of(kind)} - {"index_month"}
    filled = {name for name in table.columns if (table[name] != "").any()}
    assert filled == own


def test_every_allowed_category_occurs(rows):
    for column in COLUMNS:
        if column.allowed and column.name in rows.columns:
            expected = set(column.allowed) - ({"sc"} if column.name == "route" else set())
            assert expected == set(rows[column.name]) - {""}, column.name


def test_some_baseline_values_are_missing(rows):
    patients = of_kind(rows, "patient")
    for name in ("iss", "r_iss", "heavy_chain", "weight_kg", "infections_prior_year"):
        assert 0 < (patients[name] == "").mean() < 0.35, name
    assert (patients["age"] != "").all()


def test_patients_dates_fit_together(rows):
    patients = of_kind(rows, "patient")
    start, end, died = (days(patients[name]) for name in ("start", "end", "died_on"))
    contact, progressed = days(patients["last_contact"]), days(patients["progressed_on"])
    length = end - start + 1
    dead = ~np.isnan(died)
    assert length.max() <= MODEL.follow_up_days[1]
    assert (length[~dead] >= MODEL.follow_up_days[0]).all()
    assert (died[dead] >= end[dead]).all()
    assert not (contact <= end).any()
    alive_until = np.fmax(end, contact)
    assert (died[dead] == alive_until[dead]).all()
    known = ~np.isnan(progressed)
    assert ((progressed > start) & (progressed <= alive_until))[known].all()
    assert ((patients["death_cause"] != "") == dead).all()


def test_infections_lie_in_follow_up_and_fatal_ones_end_it(rows):
    table, start, end, first, last = spans(rows, "infection")
    assert ((start >= first) & (start <= last)).all()
    known = ~np.isnan(end)
    assert ((end >= start) & (end <= last))[known].all()
    fatal = (table["grade"] == "5").to_numpy()
    patients = of_kind(rows, "patient")
    by_infection = patients[(patients["death_cause"] == "infection").to_numpy()]
    assert fatal.any()
    assert (start[fatal] == last[fatal]).all()
    assert sorted(table["patient_id"][fatal]) == sorted(by_infection["patient_id"])
    nights = table["hospital_days"].replace("", "0").astype(int).to_numpy()
    assert ((nights > 0) == (table["hospitalized"] == "yes")).all()


@pytest.mark.parametrize("kind", ["phase", "therapy"])
def test_phases_and_therapies_start_in_follow_up_and_end_in_it_or_go_on(rows, kind):
    table, start, end, first, last = spans(rows, kind)
    known = ~np.isnan(end)
    assert ((start >= first) & (start <= last)).all()
    assert ((end >= start) & (end <= last))[known].all()
    if kind == "phase":
        same = (table["patient_id"].to_numpy()[1:] == table["patient_id"].to_numpy()[:-1]).nonzero()[0]
        order = np.lexsort((start, table["patient_id"].to_numpy()))
        s, e = start[order], np.where(known, end, last)[order]
        assert (s[same + 1] > e[same]).all()


def test_doses_are_about_monthly_and_within_follow_up(rows):
    patients = of_kind(rows, "patient").set_index("patient_id")
    first, last = days(patients["start"]), days(patients["end"])
    given = doses(rows)
    gaps = np.concatenate([np.diff(sorted(mine)) for mine in given.values()])
    regular = ((gaps >= 27) & (gaps <= 33)).mean()
    assert gaps.min() >= 27
    assert 0.70 < regular < 0.85
    at = patients.index.get_indexer(list(given))
    starts = np.array([mine[0] for mine in given.values()])
    assert (np.array([mine[-1] for mine in given.values()]) <= last[at]).all()
    assert 0.05 < (starts < first[at]).mean() < 0.11


def test_courses_step_by_their_interval(rows):
    table, start, end, _, last = spans(rows, "ivig")
    course = (table["interval_days"] != "").to_numpy()
    closed = course & ~np.isnan(end)
    assert (table["end"][~course] == "").all()
    assert closed.any()
    assert (course & np.isnan(end)).any()
    assert ((end - start)[closed] % 28 == 0).all()
    assert (end[closed] <= last[closed]).all()


def test_igg_less_m_spike_is_positive_and_rises_after_a_dose(rows):
    labs = of_kind(rows, "lab")
    chain = of_kind(rows, "patient").set_index("patient_id")["heavy_chain"]
    labs = labs[(chain.loc[labs["patient_id"]] == "IgG").to_numpy() & labs["analyte"].isin(["igg", "m_spike"])]
    assert not labs.duplicated(["patient_id", "start", "analyte"]).any()
    factor = labs["unit"].map({"mg/dL": 1.0, "g/dL": 1000.0, "g/L": 100.0})
    labs = labs.assign(mg=labs["value"].astype(float) * factor)
    wide = labs.pivot(index=["patient_id", "start"], columns="analyte", values="mg").dropna()
    functional = (wide["igg"] - wide["m_spike"]).reset_index(name="mg")
    assert functional["mg"].min() > 0
    given = {who: np.array(mine) for who, mine in doses(rows).items()}
    day = days(functional["start"])
    recent = np.array(
        [
            who in given and ((given[who] < at) & (given[who] >= at - 10)).any()
            for who, at in zip(functional["patient_id"], day, strict=True)
        ]
    )
    never = ~functional["patient_id"].isin(given).to_numpy()
    assert functional["mg"][recent].median() > functional["mg"][never].median() + 150


def test_rows_are_ordered_by_patient_kind_and_day(rows):
    kind = rows["record"].map({name: n for n, name in enumerate(KINDS)})
    order = np.lexsort((days(rows["start"]), kind, rows["patient_id"].astype(str)))
    assert (order == np.arange(len(rows))).all()


def test_the_reader_accepts_a_large_file_and_warns_only_of_two_infections_on_a_day(tmp_path):
    path = tmp_path / "cohort.csv"
    truth = write_simulated(MODEL, 1000, 11, path)
    intake = read_cohort(path)
    assert intake.cohort is not None
    assert not [problem for problem in intake.problems if problem.severity == "error"]
    assert len({problem.kind for problem in intake.problems}) <= 1
    assert len(intake.cohort) == 1000
    assert len(intake.cohort.infection) == truth["realised"]["infections"]
    assert intake.cohort.days.sum() == truth["realised"]["person_days"]
