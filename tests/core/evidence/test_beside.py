"""The cohort's own ratio beside a published one: the comparisons' number, or a reason; never for a made-up likeness."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.evidence.beside import NO_MODEL, own, owns, resembles
from ivig_core.evidence.compare import compare
from ivig_core.evidence.comparisons import COMPARISONS
from ivig_core.evidence.first_ivig import SUPPLEMENT, TABLE_1, TEXT
from ivig_core.evidence.quantity import Comparison
from ivig_core.evidence.statement import AROUND, GIVEN, IVIG
from ivig_core.evidence.statements import statements
from ivig_core.figures.evidence.tables import own_text
from ivig_core.samples import samples
from ivig_core.simulate.cohort import simulate_cohort
from ivig_core.spec import AnalysisSpec
from ivig_core.study.cox.ratios import first_ivig
from ivig_core.study.rates.models import sccs
from ivig_core.study.study import Study
from tests.core.make import Patient, cohort
from tests.paths import SAMPLES

SPEC = AnalysisSpec()
EVERY = tuple(item for question in (IVIG, AROUND, GIVEN) for item in statements(question))


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(read_cohort(SAMPLES / "known_truth.csv").cohort)


def test_as_in_the_comparison_with_the_study(study):
    """Rows that `ivig published` has too are the same number."""
    ratios = [item for part in COMPARISONS for item in part.quantities if item.lookup and item.lookup.measure == "irr"]
    only = Comparison("", "", "", tuple(ratios), ())
    rows = {row.published: row.measured for row in compare(only, study.full)}
    both = [item for item in EVERY if item.result in rows]
    assert len(both) == len(rows) == 15
    for item in both:
        assert own(study, SPEC, item).measured == rows[item.result]


def test_hazard_ratios_of_a_first_ivig_are_those_of_the_core(study):
    alone = {row["term"]: row for row in first_ivig(study, SPEC).rows.to_dict("records")}
    terms = {"Age, per 5 years": "age", "Women against men": "sex=female", "ISS II against I": "iss=II"}
    for item in statements(GIVEN):
        found = own(study, SPEC, item)
        if item.result.source_location == TEXT:
            assert found.reason == NO_MODEL
        if item.result.source_location == TABLE_1 and item.label in terms:
            assert found.measured.estimate == pytest.approx(alone[terms[item.label]]["hr"])
        if item.result.source_location == TABLE_1 and item.label == "Light chain kappa against lambda":
            assert found.measured.estimate == pytest.approx(1 / alone["light_chain=lambda"]["hr"])
        if item.result.source_location == SUPPLEMENT and item.label == "Age, per 5 years":
            assert found.measured.estimate != pytest.approx(alone["age"]["hr"])


def test_settings_of_the_page_do_not_matter_but_the_choice_of_patients_does(study):
    (first,) = [item for item in statements(IVIG) if item.label == "Infection" and item.source.name == "Lancman 2026"]
    everybody = own(study, SPEC, first)
    assert own(study, SPEC.change(window_days=90, min_grade=3), first) is everybody
    women = SPEC.change(where="sex=female")
    wanted = sccs(study, women.change(ci_method="wald")).set_index("term")["irr"]["on_ivig"]
    assert own(study, women, first).measured.estimate == pytest.approx(wanted)


def test_no_number_beside_the_study_that_a_sample_resembles():
    names = {"daratumumab": "lancman2026", "crossover_2021": "lancman2021", "bispecific": "cheruvalath2024"}
    for sample in samples():
        made = replace(read_cohort(sample.path, name=sample.title).cohort, synthetic=True)
        assert resembles(made) == names.get(sample.slug, "")
        assert resembles(replace(made, synthetic=False)) == ""
    simulated = Study(simulate_cohort("crossover_2021", 20, 3))
    for item, found in zip(statements(IVIG), owns(simulated, SPEC, statements(IVIG)).values(), strict=True):
        if item.result.study_id == "lancman2021":
            assert found.measured is None
            assert "made to resemble Lancman 2021" in found.reason


@pytest.mark.parametrize(
    "made",
    [
        cohort(Patient()),
        cohort(Patient(doses=[10], infections=[(5, 2), (20, 3)])),
        cohort(*(Patient(doses=[10 + at]) for at in range(8))),
        cohort(*(Patient(infections=[(5, 2)]) for _ in range(8))),
        cohort(*(Patient(doses=[0], infections=[(3, 3)]) for _ in range(3))),
    ],
    ids=["one, nothing", "one", "no infections", "no IVIG", "never off"],
)
def test_little_data_gives_a_number_or_a_reason(made):
    found = owns(Study(made), SPEC, EVERY)
    assert all((item.measured is None) == bool(item.reason) for item in found.values())
    assert not any("nan" in own_text(item) or "inf" in own_text(item) for item in found.values())


def test_progress_is_told_to_the_end(study):
    told: list[float] = []
    owns(study, SPEC, statements(AROUND), told.append)
    assert told == pytest.approx([at / 5 for at in range(1, 6)])
