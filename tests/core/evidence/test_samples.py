"""The tables in the samples' README are what the command makes of the samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivig_core.cohort.read import read_cohort
from ivig_core.commands.published import sample_file
from ivig_core.evidence.compare import compare
from ivig_core.evidence.comparisons import COMPARISONS
from ivig_core.evidence.text import markdown, replace_block
from tests.paths import SAMPLES

README = SAMPLES / "README.md"


@pytest.mark.parametrize("comparison", COMPARISONS, ids=[item.study for item in COMPARISONS])
def test_readme_agrees_with_the_sample(comparison):
    """To mend it: `python -m ivig_core published STUDY --write sample_data/README.md`."""
    sample = Path(sample_file(comparison.study))
    if not sample.exists():
        pytest.skip(f"there is no sample {sample.name} yet")
    block = markdown(comparison, compare(comparison, read_cohort(sample).cohort))
    text = README.read_text(encoding="utf-8")
    assert text == replace_block(text, comparison.study, block)
