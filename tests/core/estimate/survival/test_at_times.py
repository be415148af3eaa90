"""Survival at chosen times and its difference against R (4.2.2, survival 3.5-3).

`s <- summary(survfit(Surv(time, event) ~ group, d, conf.type = "log-log"), times = c(183, 365), extend = TRUE)`; with
S and se from it: difference and its limits S1 - S2 ± qnorm(.975) sqrt(se1² + se2²), and for p
`x <- (log(-log(S1)) - log(-log(S2)))^2 / sum((se / S)^2 / log(S)^2)`, `pchisq(x, 1, lower.tail = FALSE)`.
"""

import numpy as np
import pytest

from ivig_core.estimate.survival.at_times import ALL_OR_NOBODY, UNKNOWN, differences_at, survival_at
from ivig_core.estimate.survival.kaplan_meier import kaplan_meier
from ivig_core.estimate.survival.tables import survival_tables
from tests.core.estimate.survival.survival_reference import data

NAN = float("nan")
DAYS = (183, 365)
# at risk, survival, lower, upper: ivig at 183 and 365, then no_ivig
AT = {
    "sim43": [
        (1, 0.2, 0.00836903990665312, 0.581853026048367),
        (0, 0, NAN, NAN),
        (14, 0.491071428571429, 0.3086588754150692, 0.65035214959484),
        (6, 0.258290816326531, 0.113740642836789, 0.430441557955995),
    ],
    "sim500": [
        (41, 0.607213718820862, 0.485966446690257, 0.70830053072606),
        (19, 0.309181774446751, 0.202455994961406, 0.422038368445967),
        (144, 0.428200910327383, 0.375474777474058, 0.479798975000985),
        (65, 0.241281438353053, 0.19581678227021, 0.289459429217795),
    ],
}
# ivig minus no_ivig: difference, lower, upper, p
APART = {
    "sim43": [
        (-0.291071428571429, -0.683156321413221, 0.101013464270364, 0.182057507849382),
        (-0.258290816326531, NAN, NAN, NAN),  # the curve of ivig is at 0
    ],
    "sim500": [
        (0.179012808493479, 0.0555611446239599, 0.302464472362997, 0.00866178413589804),
        (0.0679003360936983, -0.0533625010683647, 0.189163173255761, 0.265164430668308),
    ],
}


@pytest.mark.parametrize("name", AT)
def test_reference_cohorts_equal_r(name):
    km = survival_tables(data(name, "landmark")).km
    at = survival_at(km, DAYS)
    assert at[["group", "days"]].to_numpy().tolist() == [[g, d] for g in ("ivig", "no_ivig") for d in DAYS]
    actual = at[["at_risk", "survival", "ci_low", "ci_high"]].to_numpy(float)
    np.testing.assert_allclose(actual, AT[name], atol=1e-12)
    apart = differences_at(km, DAYS)
    assert set(apart["reference"]) == {"no_ivig"}
    actual = apart[["difference", "ci_low", "ci_high", "p_value"]].to_numpy(float)
    np.testing.assert_allclose(actual, APART[name], atol=1e-12)


def curves(*groups):
    """Each group as (time, event) pairs."""
    rows = [(time, event, name) for name, group in zip("abc", groups, strict=False) for time, event in group]
    time, event, group = zip(*rows, strict=True)
    return kaplan_meier(np.array(time), np.array(event), np.array(group))


def test_after_the_last_day_there_is_no_value_and_the_day_is_said():
    km = curves([(10, 1), (40, 0)], [(20, 1), (90, 0)])
    at = survival_at(km, [40, 41])
    assert at["survival"].tolist() == pytest.approx([0.5, NAN, 0.5, 0.5], nan_ok=True)
    assert at["note"].tolist() == ["", "observed to day 40", "", ""]
    late = differences_at(km, [41]).iloc[0]
    assert np.isnan([late["difference"], late["p_value"]]).all()
    assert late["note"] == UNKNOWN


def test_no_interval_where_nobody_or_everybody_had_the_event():
    km = curves([(10, 1), (40, 0)], [(20, 1), (30, 1)])
    before, between, after = differences_at(km, [5, 15, 35]).to_dict("records")
    for row, difference in ((before, 0), (between, 0.5), (after, -0.5)):
        assert row["difference"] == pytest.approx(difference)
        assert np.isnan([row["ci_low"], row["ci_high"], row["p_value"]]).all()
        assert row["note"] == ALL_OR_NOBODY


def test_limits_stay_between_minus_one_and_one():
    # 1/2 with variance 1/8 against 1/3 with variance 2/27: the upper limit would be 1.041
    row = differences_at(curves([(10, 1), (12, 1), (40, 0)], [(11, 1), (90, 0)]), [15]).iloc[0]
    assert row["difference"] == pytest.approx(1 / 6)
    assert row["ci_low"] == pytest.approx(1 / 6 - 1.959963984540054 * (1 / 8 + 2 / 27) ** 0.5)
    assert row["ci_high"] == 1


def test_every_group_against_the_first_at_each_time():
    three = differences_at(curves([(10, 1), (40, 0)], [(20, 1), (90, 0)], [(30, 1), (50, 0)]), [25, 15])
    assert three[["days", "group", "reference"]].to_numpy().tolist() == [
        [15, "b", "a"], [15, "c", "a"], [25, "b", "a"], [25, "c", "a"],
    ]  # fmt: skip


def test_one_group_has_no_difference_and_no_times_no_rows():
    one = curves([(10, 1), (40, 0)])
    assert differences_at(one, [20]).empty
    assert survival_at(one, []).empty
    nobody = kaplan_meier(np.array([], dtype=int), np.array([], dtype=bool), [])
    assert survival_at(nobody, [20]).empty
