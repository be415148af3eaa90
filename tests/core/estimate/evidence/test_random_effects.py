"""The summary of several studies against R's metafor, and what holds of any."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivig_core.errors import EstimationError
from ivig_core.estimate.evidence.random_effects import error_of, random_effects

# R 4.2.2, metafor 3.8-1:
#   r <- rma(yi=log(ratios), vi=errors^2, method="PM", test="adhoc", control=list(tol=1e-12, maxiter=1000))
#   p <- predict(r, pi.type="riley")
#   c(r$beta, r$ci.lb, r$ci.ub, r$tau2, r$QE, r$QEp, r$I2, r$pval, p$pi.lb, p$pi.ub)
METAFOR = (
    # three studies that differ, three that do not, five that differ, five that do not
    (
        (0.57, 0.45, 0.10), (0.186, 0.370, 1.118),
        (-0.7588026770, -2.0462613802, 0.5286560262, 0.1186583142, 2.5688188784, 0.2768140109, 43.4972253168,
         0.1266306400, -6.5564192970, 5.0388139431),
    ),
    (
        (0.57, 0.60, 0.63), (0.186, 0.19, 0.17),
        (-0.5085713867, -0.9590973975, -0.0580453759, 0.0, 0.1579553867, 0.9240605369, 0.0, 0.0398719237,
         -1.8390240380, 0.8218812646),
    ),
    (
        (0.57, 0.92, 0.35, 0.71, 1.20), (0.186, 0.094, 0.30, 0.118, 0.25),
        (-0.3442714857, -0.8868230271, 0.1982800557, 0.1534866858, 16.6643102532, 0.0022458097, 86.0995285428,
         0.1529006869, -1.7375603450, 1.0490173735),
    ),
    (
        (0.57, 0.62, 0.55, 0.66, 0.60), (0.186, 0.2, 0.30, 0.25, 0.15),
        (-0.5116603174, -0.7595368183, -0.2637838165, 0.0, 0.3323076983, 0.9876342680, 0.0, 0.0045901553,
         -0.7957839448, -0.2275366900),
    ),
)  # fmt: skip


@pytest.mark.parametrize(("ratios", "errors", "wanted"), METAFOR)
def test_as_metafor(ratios, errors, wanted):
    found = random_effects([math.log(ratio) for ratio in ratios], errors)
    logs = [math.log(value) for value in (found.ratio, found.ci_low, found.ci_high)]
    ends = [math.log(value) for value in (found.predicted_low, found.predicted_high)]
    told = (found.tau2, found.q, found.p_heterogeneity, 100 * found.i2, found.p_value)
    assert (*logs, *told, *ends) == pytest.approx(wanted, rel=1e-5, abs=1e-8)
    assert found.studies == len(ratios)


STUDIES = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.05, 1.5)), min_size=3, max_size=8)


@settings(max_examples=40)
@given(STUDIES, st.floats(-1, 1))
def test_what_holds_of_any_summary(studies, shift):
    """Between the studies, not narrower than the common effect, inside its prediction; moved with the studies."""
    logs, errors = zip(*studies, strict=True)
    found = random_effects(logs, errors)
    assert min(logs) - 1e-9 <= math.log(found.ratio) <= max(logs) + 1e-9
    assert found.predicted_low <= found.ci_low < found.ratio < found.ci_high <= found.predicted_high
    common = 2 * 1.959964 / math.sqrt(sum(error**-2 for error in errors))
    assert math.log(found.ci_high / found.ci_low) >= common * (1 - 1e-6)
    # The estimating equation of Paule and Mandel holds wherever there is spread, and Q shows none where there is not.
    weights = [1 / (error**2 + found.tau2) for error in errors]
    left = sum(w * (log - math.log(found.ratio)) ** 2 for w, log in zip(weights, logs, strict=True))
    assert left == pytest.approx(len(logs) - 1, abs=1e-4) if found.tau2 else left <= len(logs) - 1 + 1e-9
    moved = random_effects([log + shift for log in logs], errors)
    assert math.log(moved.ratio) == pytest.approx(math.log(found.ratio) + shift, abs=1e-6)
    turned = random_effects([-log for log in logs], errors)
    assert turned.ci_low == pytest.approx(1 / found.ci_high, rel=1e-6)


def test_too_few_and_impossible_studies():
    with pytest.raises(EstimationError, match="2 studies are too few"):
        random_effects([0.1, 0.2], [0.1, 0.1])
    for logs, errors in (([0.1, 0.2, 0.3], [0.1, 0.1, 0.0]), ([0.1, math.inf, 0.3], [0.1, 0.1, 0.1])):
        with pytest.raises(EstimationError, match="cannot be summarised"):
            random_effects(logs, errors)


def test_standard_error_of_printed_limits():
    assert error_of(math.exp(-1.959963985), math.exp(1.959963985)) == pytest.approx(1.0)
