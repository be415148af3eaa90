"""Numbers and kinds of infections, counted by hand."""

from __future__ import annotations

import pytest

from ivig_core.errors import EstimationError
from ivig_core.evidence.groups import ALL, IVIG, REFERENCE
from ivig_core.evidence.measured import percent
from ivig_core.evidence.measures import infections
from tests.core.evidence.hand import close, groups
from tests.core.make import Patient

# The infection on day −3 is history, the one on day 100 comes after follow-up; the last patient has no IVIG.
TREATED = Patient(
    doses=[20],
    infections=[
        (-3, 3, "viral"), (5, 1, "viral", "upper_respiratory", "no"), (30, 3, "bacterial", "lower_respiratory", "yes"),
        (40, 4, "mixed", "urinary", "yes"), (80, 5, "negative"), (100, 2, "fungal"),
    ],
    progressive=[(35, 45)],
)  # fmt: skip
UNTREATED = Patient(infections=[(9, 2, "fungal", "skin"), (10, float("nan"), None, None)])
BLANK = [None] * 6


def made(**columns):
    return groups(TREATED, UNTREATED, Patient(), **columns)


def test_numbers():
    close(infections.number(ALL)(made()), 6)
    close(infections.number(IVIG, min_grade=3)(made()), 3)
    close(infections.number(IVIG, min_grade=5)(made()), 1, 0.02532, 5.5716)
    close(infections.number_confirmed(REFERENCE, "fungal")(made()), 1)


def test_patients():
    close(infections.patients(ALL)(made()), 2)
    found = infections.patients(REFERENCE, min_grade=3)(made())
    assert (found.estimate, found.low, found.unit) == (0, 0, "patients")
    assert found.high == pytest.approx(2 * percent(0, 2).high / 100)


def test_shares_are_of_infections_with_an_entry():
    close(infections.share(ALL, "site", ("upper_respiratory", "lower_respiratory"))(made()), 50)
    close(infections.share(ALL, "hospitalized", ("yes",))(made()), 200 / 3)


def test_confirmed_are_three_kinds_without_mixed():
    close(infections.share_of_confirmed(IVIG, "bacterial")(made()), 50)
    close(infections.share_of_confirmed(ALL, "fungal")(made()), 100 / 3)


def test_covid_is_read_from_the_organism():
    organism = [None, "SARS-CoV-2", "E. coli", "COVID-19", None, None, "sars cov 2", None]
    close(infections.share_covid(ALL)(made(organism=organism)), 50)
    close(infections.share_covid(ALL)(made()), 0)


def test_progression_is_the_phase_on_the_day():
    close(infections.share_in_progression(IVIG)(made()), 25)
    with pytest.raises(EstimationError, match="records no disease phase"):
        infections.share_in_progression(ALL)(groups(UNTREATED))


def test_blood_counts_are_of_infections_with_a_value():
    anc = [9.0, 1.0, 0.4, None, 0.8, 9.0, 3.0, None]
    close(infections.median_count(ALL, "anc")(made(anc=anc)), 0.9)
    close(infections.share_below(ALL, "anc", 1.0, min_grade=3, max_grade=4)(made(anc=anc)), 100)
    close(infections.share_below(ALL, "anc", 1.0, min_grade=1, max_grade=2)(made(anc=anc)), 0)
    close(infections.share_below(ALL, "anc", 0.5)(made(anc=anc)), 25)
