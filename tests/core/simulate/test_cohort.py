"""A simulated cohort in memory is the one in the file."""

from __future__ import annotations

import pandas as pd
import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.errors import SpecError
from ivig_core.samples import sample_file
from ivig_core.simulate.cohort import simulate_cohort


@pytest.mark.parametrize("name", ["known_truth", "bispecific"])
def test_the_preset_is_the_sample(name):
    drawn, read = simulate_cohort(name), read_cohort(sample_file(name)).checked()
    assert drawn.synthetic
    for table in ("patients", "ivig", "infection", "lab", "phase", "therapy"):
        pd.testing.assert_frame_equal(getattr(drawn, table), getattr(read, table))


def test_size_and_seed():
    assert len(simulate_cohort("known_truth", 7, 3)) == 7
    with pytest.raises(SpecError, match="known_truth"):
        simulate_cohort("no such preset")
