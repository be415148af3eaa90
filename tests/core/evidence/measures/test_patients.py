"""Baseline, follow-up, IVIG, IgG and therapy of patients, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ivig_core.errors import EstimationError
from ivig_core.evidence.groups import ALL, IVIG, OTHERS
from ivig_core.evidence.measured import DAYS, MONTHS
from ivig_core.evidence.measures import patients
from ivig_core.persontime.baseline import BASELINE_IGG
from tests.core.evidence.hand import MONTH, close, groups
from tests.core.make import Patient


def of(column, *values):
    return groups(*(Patient(baseline={column: value}) for value in values))


def test_size_is_fixed_by_design():
    found = patients.size(IVIG)(groups(Patient(doses=[3]), Patient()))
    assert (found.estimate, found.design, found.low) == (1, True, None)
    assert patients.size(IVIG)(groups(Patient())).estimate == 0


def test_baseline_is_of_patients_with_a_value():
    close(patients.baseline_median(ALL, "age", "years")(of("age", 50.0, 60.0, 71.0, None)), 60)
    close(patients.baseline_share(ALL, "iss", "III")(of("iss", "III", "I", None, "II")), 100 / 3)
    prior = of("infections_prior_year", 0.0, 4.0, 7.0, 2.0, None)
    close(patients.band_share(ALL, "infections_prior_year", "4+")(prior), 50)
    close(patients.band_share(ALL, "infections_prior_year", "0")(prior), 25)
    with pytest.raises(EstimationError, match="denominator is 0"):
        patients.baseline_share(ALL, "iss", "III")(of("iss", None))


def igg(*values, **more):
    return Patient(igg=list(values), baseline={"heavy_chain": "IgA"}, **more)


def test_igg_at_the_start_before_the_first_dose_and_ever():
    made = groups(
        igg((-100, 100), (-5, 650), (20, 380), (35, 900), doses=[30]),
        igg((-20, 300), (120, 150)),
        igg((50, 199), doses=[50]),
        Patient(doses=[60]),
    )
    close(patients.baseline_igg_below(ALL, 700)(made), 100)
    close(patients.baseline_igg_below(ALL, 400)(made), 50)
    close(patients.baseline_median(ALL, BASELINE_IGG, "mg/dL")(made), 475)
    close(patients.igg_before_first_dose(IVIG)(made), 380)
    close(patients.ever_below(ALL, 400)(made), 2)
    close(patients.ever_below(ALL, 200)(made), 1)
    close(patients.ever_below(ALL, 400, share=True)(made), 50)


def test_functional_igg_is_without_the_m_spike():
    made = groups(Patient(igg=[(0, 1500)], m_spike=[(0, 1.0)], baseline={"heavy_chain": "IgG"}))
    close(patients.ever_below(ALL, 700)(made), 1)


def test_follow_up_and_first_infection():
    made = groups(Patient(days=100, infections=[9, 20]), Patient(days=200, infections=[29]), Patient(days=400))
    close(patients.follow_up(ALL)(made), 200 / MONTH)
    close(patients.first_infection(ALL, DAYS)(made), 20)
    close(patients.first_infection(ALL, MONTHS)(made), 20 / MONTH)


def test_ivig_of_a_patient():
    """Windows: days 0–20 of the dose on day −10, then 40–70; 50–99 of doses on days 50, 78; one course of 4 doses."""
    course = (0, 90, 30, "iv")
    made = groups(Patient(doses=[-10, 40]), Patient(doses=[50, 78]), Patient(doses=[course]), Patient())
    close(patients.first_dose(IVIG, DAYS)(made), 0)
    close(patients.first_dose(IVIG, MONTHS)(groups(Patient(doses=[61]))), 61 / MONTH)
    close(patients.dose_count(IVIG)(made), 2)
    close(patients.months_on_ivig(IVIG)(made), 52 / MONTH)
    close(patients.proportion_on_ivig(IVIG)(made), 52)


def test_therapy_counts_where_it_reaches_into_follow_up():
    spans = ((-20, -1), (-20, 0), (99, np.nan), (100, np.nan))
    made = groups(*(Patient(prophylaxis=[span]) for span in spans))
    close(patients.therapy_share(ALL, "category", "antiviral_prophylaxis")(made), 50)
    close(patients.therapy_share(ALL, "drug", "Aciclovir")(made), 50)
    close(patients.therapy_share(ALL, "drug", "aciclovir", begins_by=98)(made), 25)
    close(patients.therapy_share(ALL, "drug", "fluconazole")(made), 0)
    close(patients.therapy_share(ALL, "drug", "fluconazole")(groups(Patient())), 0)


def test_index_therapy_other_than_one():
    made = of("index_therapy", "Teclistamab", "investigational BCMA bispecific", None)
    close(patients.index_therapy_without(ALL, "teclistamab")(made), 50)


def test_later_ivig_is_after_an_infection():
    made = groups(Patient(doses=[9]), Patient(doses=[9], infections=[9]), Patient(infections=[3]), Patient())
    close(patients.later_ivig(OTHERS)(made), 100 / 3)
