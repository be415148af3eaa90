"""Labels of states and terms, and names of a user's own that only look like them."""

import pytest

from ivig_core.terms import label


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("on_ivig", "On IVIG"),
        ("on_ivig_7_13", "On IVIG, days 7–13 since dose"),
        ("igg_lt_200", "IgG < 200 mg/dL"),
        ("igg_200_399", "IgG 200–<400 mg/dL"),
        ("igg_ge_700", "IgG ≥ 700 mg/dL"),
        ("time_band_0", "Time band 1"),
        ("on_ivig_x", "on ivig x"),
        ("igg_high", "igg high"),
        ("ward_7", "ward 7"),
    ],
)
def test_label(name, text):
    assert label(name) == text
