"""E-values against the examples that their authors print."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivig_core.estimate.trust.e_value import HAZARD, ODDS, as_risk_ratio, e_value


def test_the_authors_example():
    """VanderWeele & Ding 2017: maternal breastfeeding, RR 3.9 (1.8–8.7): 7.2 and 3.0."""
    found = e_value(3.9, 1.8, 8.7)
    assert found.estimate == pytest.approx(3.9 + math.sqrt(3.9 * 2.9))
    assert round(found.estimate, 2) == 7.26
    assert round(found.limit, 1) == 3.0


def test_below_one_is_as_strong_as_its_inverse():
    below, above = e_value(0.64, 0.5, 0.8), e_value(1 / 0.64, 1 / 0.8, 1 / 0.5)
    assert below.estimate == pytest.approx(above.estimate)
    assert below.limit == pytest.approx(above.limit)


def test_an_interval_that_holds_one_needs_no_hidden_cause():
    assert e_value(0.8, 0.6, 1.1).limit == 1
    assert e_value(1.0, 0.5, 2.0).estimate == 1


def test_a_ratio_of_none_cannot_be_explained_away_but_its_limit_can():
    found = e_value(0.0, 0.0, 0.5)
    assert found.estimate == math.inf
    assert found.limit == pytest.approx(2 + math.sqrt(2))


def test_common_hazards_and_odds_are_converted():
    """Table 2 of the paper: √OR; (1 − 0.5^√HR)/(1 − 0.5^√(1/HR)), here by hand for HR 0.56 (√ = 0.748)."""
    assert as_risk_ratio(4.0, ODDS, common=True) == 2
    by_hand = (1 - 0.5**0.7483314773547883) / (1 - 0.5**1.3363062095621219)
    assert as_risk_ratio(0.56, HAZARD, common=True) == pytest.approx(by_hand)
    assert as_risk_ratio(0.56, HAZARD, common=False) == 0.56


@pytest.mark.parametrize("numbers", [(0.5, 0.6, 0.8), (-0.1, -0.2, 0.5)])
def test_what_is_no_interval_is_refused(numbers):
    with pytest.raises(ValueError, match="no ratio"):
        e_value(*numbers)


@given(st.floats(0.01, 100), st.floats(1.01, 3), st.sampled_from([HAZARD, ODDS]))
def test_a_conversion_keeps_the_side_and_the_limit_never_needs_more(ratio, width, scale):
    low, high = ratio / width, ratio * width
    assert (as_risk_ratio(ratio, scale, common=True) < 1) == (ratio < 1)
    found = e_value(ratio, low, high, scale, common=True)
    assert 1 <= found.limit <= found.estimate
