"""Weights for ends that events bring about: against R's SCCS, and against numerical integration."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate

from ivig_core.errors import EstimationError
from ivig_core.estimate.cells import Factor, cells
from ivig_core.estimate.fit import ratio_rows
from ivig_core.estimate.trust.end_after_event import EndModel, end_model
from ivig_core.estimate.trust.lifetimes import GAMMA, WEIBULL, Lifetime

YEAR = 365.25


def people(number: int = 400, seed: int = 11) -> np.ndarray:
    """Rows (end, event, on, off, died), days from 1: one event each, a fifth of which often kill soon after."""
    generator, rows = np.random.default_rng(seed), []
    while len(rows) < number:
        until = int(generator.integers(500, 1500))
        on = int(generator.integers(50, until - 50))
        off = min(on + int(generator.integers(60, 400)), until)
        day = np.arange(1, until + 1)
        events = generator.random(until) < 0.0008 * np.where((day >= on) & (day <= off), 0.6, 1.0)
        hazard = np.full(until, 0.0003)
        if not events.any():
            continue
        event = int(day[np.argmax(events)])
        hazard[event:] = 0.0009
        hazard[event:] += 0.06 * (generator.random() < 0.2)
        deaths = generator.random(until) < hazard
        end = int(day[np.argmax(deaths)]) if deaths.any() else until
        if end > event and on <= end:
            rows.append((end, event, on, min(off, end), deaths.any()))
    return np.array(rows, float)


def fitted(rows: np.ndarray, model: EndModel, ages: tuple[int, ...]) -> list[tuple[float, float]]:
    """Log ratios and standard errors with the intervals of R: from a first day to a last one, begun at 0."""
    stratum, low, high, events, on, age = [], [], [], [], [], []
    for number, (end, event, first, last, _) in enumerate(rows.tolist()):
        inner = [day for day in (first - 1, last, *(start - 1 for start in ages)) if 0 < day < end]
        cuts = sorted({-1, end, *inner})
        for before, until in pairwise(cuts):
            stratum.append(number)
            low.append(before + 1)
            high.append(until)
            events.append(before < event <= until)
            on.append(first - 1 <= before and until <= last)
            age.append(sum(before + 1 >= start for start in ages))
    which, start, stop = (np.array(values) for values in (stratum, low, high))
    end, died = rows[which, 0] / YEAR, rows[which, 4] == 1
    weight = np.where(stop > start, model.weight(start / YEAR, stop / YEAR, end, died), 1e-15)
    factors = [Factor("on", ("on",), np.array(on, int))]
    factors += [Factor("age", ("age2", "age3", "age4"), np.array(age))] if ages else []
    table = cells(which, weight, np.array(events, int), factors)
    return [(row.log_irr, row.se) for row in ratio_rows(table, "weighted", "wald")]


def test_as_r():
    """R 4.2.2, SCCS 1.7 (survival 3.5-3), with the rows of `people` as columns aend, aevent, on, off, cen, astart 0:

    `eventdepenobs(event ~ on + age, indiv, astart, aend, aevent, adrug = on, aedrug = off, censor = cen,
    agegrp = c(300, 600, 900))`, and without age. Its search stops at the nearest maximum: the first model has
    −313.78930 from its own start and −272.8759266 from `initval = c(-2.5, 1, 0, -2, 0, 0, 0)`; the last −295.6790984
    and −279.9690775, while another start reaches −279.7060. It takes the second from the first of these, as we do.
    """
    rows = people()
    end, event, died = rows[:, 0] / YEAR, rows[:, 1] / YEAR, rows[:, 4] == 1
    model = end_model(event, end, died)
    best = [-272.8759266, -272.6434945, -279.5297212, -279.7060245]
    assert [4 - value / 2 for value in model.aic] == pytest.approx(best, abs=1e-5)
    assert (model.late.family, model.age) == (GAMMA, True)
    expected = [
        (-0.5421738562, 0.148448037), (-0.0497315584, 0.128022852), (-0.1951711676, 0.147007175),
        (-0.4099793484, 0.179484177),
    ]  # fmt: skip
    assert np.array(fitted(rows, model, (300, 600, 900))) == pytest.approx(np.array(expected), abs=1e-6)
    assert fitted(rows, model, ()) == [pytest.approx((-0.56552274, 0.146095261), abs=1e-6)]


@pytest.mark.parametrize("died", [True, False])
@pytest.mark.parametrize("age", [True, False])
@pytest.mark.parametrize("family", [WEIBULL, GAMMA])
def test_weights_are_the_integral_of_what_follows_an_event(family, age, died):
    late = Lifetime(family, 1.7, 0.8 if age else 1.4)
    model = EndModel(0.2, 0.3, late, age, 0.0, ())
    end = 2.5

    def after(when: float) -> float:
        span = np.array([end - when])
        both = late.log_density if died else late.log_survival
        lasting = np.exp(both(np.array([end])) - late.log_survival(np.array([when]))) if age else np.exp(both(span))
        early = np.exp(-span / 0.2) / (0.2 if died else 1)
        return float((0.3 * early + 0.7 * lasting)[0])

    for low, high in ((0.1, 0.9), (1.9, 2.5)):
        wanted, _ = integrate.quad(after, low, high)
        found = model.weight(*(np.array([value]) for value in (low, high, end)), np.array([died]))
        assert found == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("family", [WEIBULL, GAMMA])
def test_slopes_are_those_of_a_difference(family):
    span, step = np.array([0.01, 0.4, 3.0]), 1e-5
    for name in ("log_survival", "log_density"):
        slopes = getattr(Lifetime(family, 1.3, 0.7), f"{name}_slopes")(span)
        for row, (mu, nu) in ((1, (step, 0)), (2, (0, step))):
            lives = (Lifetime(family, 1.3 * np.exp(sign * mu), 0.7 * np.exp(sign * nu)) for sign in (1, -1))
            up, down = (getattr(life, name)(span) for life in lives)
            assert slopes[row] == pytest.approx((up - down) / (2 * step), abs=1e-5)


def test_without_a_death_there_is_nothing_to_fit():
    with pytest.raises(EstimationError, match="no death"):
        end_model(np.array([0.1]), np.array([1.0]), np.array([False]))


def test_an_exponential_lifetime_gives_flat_weights_for_the_dead_and_the_living():
    """One hazard whatever the time since the event: an end tells nothing of when the event was, but for elapsed time,
    which is the same in both."""
    model = EndModel(2.0, 1.0, Lifetime(WEIBULL, 2.0, 1.0), False, 0.0, ())
    low, high, end = np.array([0.0, 1.0]), np.array([1.0, 2.0]), np.full(2, 3.0)
    dead, living = (model.weight(low, high, end, np.full(2, died)) for died in (True, False))
    assert dead / dead.sum() == pytest.approx(living / living.sum())
    assert living[1] / living[0] == pytest.approx(np.exp(0.5))
