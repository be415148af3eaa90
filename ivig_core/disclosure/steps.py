"""The steps of a curve, each of several patients: what shared curves are made of."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from ivig_core.disclosure.rule import Rule

GRID = 10
"""Days between which events are not told apart: no step falls on the day of one patient."""
ROW = 30
"""Days between rows of a curve, with the patients at risk."""


class Step(NamedTuple):
    """Rounded events of a stretch of days, and the patients at risk of them.

    `first`, `last`: the stretch on the grid (after the first, to the last), `middle`: where half of the events had
    come. `at_risk`: at the beginning, less half of those censored in the stretch, as in a life table.
    """

    first: int
    middle: int
    last: int
    events: int
    at_risk: int


class Course(NamedTuple):
    """What happened in one group up to each point of the grid, exact: events, and patients still under observation
    after it. `before`: patients at risk just before it. Point 0 is the beginning."""

    events: np.ndarray
    left: np.ndarray
    before: np.ndarray


def course(time: np.ndarray, events: np.ndarray, leaving: np.ndarray) -> Course:
    """From each distinct time its events and all who leave then."""
    points = np.arange(int(np.ceil(time.max() / GRID)) + 1) * GRID
    until, earlier = (np.searchsorted(time, points, side=side) for side in ("right", "left"))
    gone = np.append(0, leaving.cumsum())
    return Course(np.append(0, events.cumsum())[until], gone[-1] - gone[until], gone[-1] - gone[earlier])


def steps_of(known: Course, rule: Rule) -> list[Step]:
    """Stretches that each have more events than the threshold, exact and rounded, with more patients left after them.

    Events are rounded as they add up, so that the curve does not drift. Events after the last step are in none.
    """
    found, begun = list[Step](), 0
    for point in range(1, len(known.events)):
        own = known.events[point] - known.events[begun]
        told = rule.nearest(known.events[point]) - rule.nearest(known.events[begun])
        if rule.small(own, told, known.left[point]):
            continue
        censored = known.left[begun] - known.left[point] - own
        at_risk = rule.rounded(known.left[begun] - censored / 2)
        found.append(Step(begun, middle(known.events, begun, point), point, told, at_risk))
        begun = point
    return found


def middle(events: np.ndarray, first: int, last: int) -> int:
    """Point of the grid until which half of the events of a stretch had come."""
    return int(np.searchsorted(events[: last + 1], (events[first] + events[last]) / 2, side="left"))


def step_table(found: list[Step], known: Course, rule: Rule) -> pd.DataFrame:
    """`time`, `at_risk`, `events` of the steps, and a last row without events where the last stretch ends."""
    end = found[-1].last
    rows = [(step.middle * GRID, step.at_risk, step.events) for step in found if step.middle < end]
    rest = sum(step.events for step in found if step.middle == end)
    last = (end * GRID, found[-1].at_risk if rest else rule.rounded(known.left[end]), rest)
    return pd.DataFrame([*rows, last], columns=["time", "at_risk", "events"])
