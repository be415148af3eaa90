"""A cohort in another shape and style of headers is the same cohort."""

from __future__ import annotations

import pytest

from ivig_core.cohort.read import read_cohort
from tests.core.cohort.mapping.tables import book_of, imported
from tests.paths import SAMPLES
from tests.shapes import camel, numbered_last, sheet_rows, spaced, underscored, wide_rows

STYLES = {"known_truth": underscored, "bispecific": spaced, "crossover_2021": camel, "daratumumab": numbered_last}


@pytest.mark.parametrize("sample", STYLES)
def test_a_sample_as_a_wide_table_or_as_sheets_is_the_same_cohort(sample):
    cohort = read_cohort(SAMPLES / f"{sample}.csv").cohort

    for book in (book_of(Sheet1=wide_rows(cohort, STYLES[sample])), book_of(**sheet_rows(cohort))):
        made, problems = imported(book)

        assert problems == ()
        assert made.cohort.fingerprint == cohort.fingerprint
        assert made.ledger.adds_up
        assert made.ledger.reasons == {"header": len(book.grids)}
