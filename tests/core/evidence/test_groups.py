"""Who is in which group."""

from __future__ import annotations

import pytest

from ivig_core.errors import EstimationError
from ivig_core.evidence.groups import ALL, IVIG, OTHERS, PRIMARY, REFERENCE
from tests.core.evidence.hand import groups
from tests.core.make import Patient

EIGHT = (
    Patient(doses=[20]),
    Patient(doses=[20], infections=[10]),
    Patient(doses=[20], infections=[20]),
    Patient(doses=[20], infections=[30]),
    Patient(doses=[-20]),
    Patient(doses=[-40]),
    Patient(doses=[100]),
    Patient(infections=[3]),
)


@pytest.mark.parametrize(
    ("name", "members"),
    [(ALL, "11111111"), (IVIG, "11111000"), (REFERENCE, "00000111"), (PRIMARY, "10011100"), (OTHERS, "01100011")],
)
def test_members(name, members):
    """A dose 40 days before follow-up starts IVIG before any infection, and no day of follow-up is on IVIG."""
    made = groups(*EIGHT)
    assert "".join(str(int(inside)) for inside in made.members(name)) == members
    assert len(made.study(name).full) == members.count("1")


def test_a_group_is_analysed_once():
    made = groups(*EIGHT)
    assert made.study(IVIG) is made.study(IVIG)


def test_a_group_without_patients_is_no_estimate():
    with pytest.raises(EstimationError, match="no patient with a day on IVIG"):
        groups(Patient()).study(IVIG)
