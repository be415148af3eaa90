"""The group that others are compared with."""

import pytest

from ivig_core.estimate.survival.reference_group import reference_group


@pytest.mark.parametrize(
    ("groups", "reference"),
    [
        (["ivig", "no_ivig"], "no_ivig"),
        (["primary", "secondary", "none"], "none"),
        (["no", "yes"], "no"),
        (["I", "II", "III"], "I"),
        (["all"], "all"),
    ],
)
def test_those_without_ivig_else_the_first(groups, reference):
    assert reference_group(groups) == reference
