"""When doses are given under a rule: from a day on, by IgG at visits, or after infections. Days as in `persontime`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

LOOK_BACK = 365
"""Days of the 12 months in which infections are counted, the day of the latest one among them."""
DAYS_PER_MONTH = 365.25 / 12
LONG_AGO = -(1 << 20)


@dataclass(frozen=True)
class Rhythm:
    """A dose every `interval` days; a day is on IVIG from a dose to `window` days after it (both inside)."""

    interval: int
    window: int

    @property
    def no_gap(self) -> bool:
        """Whether the windows of doses in this rhythm meet."""
        return self.interval <= self.window + 1

    def doses(self, months: float) -> int:
        """Doses of a course of so many months: as many intervals as come closest to it, and at least one."""
        return max(round(months * DAYS_PER_MONTH / self.interval), 1)

    def left(self, visits: int) -> int:
        """Of the days from one visit to the next those on IVIG (they come first), `visits` after the latest dose."""
        return int(np.clip(self.window + 1 - visits * self.interval, 0, self.interval))


class Given(NamedTuple):
    """Courses: which path (or patient) each is of, its first day, and how many doses lie in follow-up."""

    path: np.ndarray
    start: np.ndarray
    doses: np.ndarray


def from_day(follow_up: np.ndarray, day: int, months: float, rhythm: Rhythm) -> Given:
    """One course from `day` on, `months` long or to the end of follow-up, for everybody who is followed that long."""
    who = np.flatnonzero(follow_up > day)
    start = np.full(len(who), day)
    return Given(who, start, _within(follow_up[who], start, rhythm.doses(months), rhythm))


def _within(follow_up: np.ndarray, start: np.ndarray, doses: int, rhythm: Rhythm) -> np.ndarray:
    return np.minimum(doses, (follow_up - 1 - start) // rhythm.interval + 1)


def on_windows(given: Given, rhythm: Rhythm, not_before: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Days on IVIG as windows (number of the course, first and last day), no day in two of them.

    `not_before`: the first day of each course that no earlier course of the same path covers.
    """
    course = np.arange(len(given.start))
    if rhythm.no_gap:
        last = given.start + (given.doses - 1) * rhythm.interval + rhythm.window
        return course, np.maximum(given.start, not_before), last
    course = np.repeat(course, given.doses)
    nth = np.arange(len(course)) - np.repeat(np.cumsum(given.doses) - given.doses, given.doses)
    first = given.start[course] + nth * rhythm.interval
    return course, first, first + rhythm.window


class AfterInfections(NamedTuple):
    """`number` infections within 12 months bring on a course of `months`, its first dose `delay` days after the last
    of them. During a course, and until its next dose would be due, infections are counted but bring on no other."""

    number: int
    months: float
    delay: int


class Events(NamedTuple):
    """Potential infections, sorted by path and day: those that happen off IVIG, and more where IVIG would raise the
    rate. One of them happens where `mark` (uniform below 1) is below the path's chance, off or on IVIG."""

    path: np.ndarray
    day: np.ndarray
    mark: np.ndarray


class Triggered(NamedTuple):
    """What the rule gives: the courses, for each the first day no earlier one covers, and which events happened."""

    given: Given
    not_before: np.ndarray
    happened: np.ndarray


def after_infections(
    events: Events, follow_up: np.ndarray, chance: np.ndarray, rule: AfterInfections, rhythm: Rhythm
) -> Triggered:
    """Follow every path from one potential infection to the next.

    `follow_up`: days of each path. `chance`: 2 × paths, the chance of a potential infection off and on IVIG (1 off IVIG
    where IVIG lowers the rate). All paths go in step: their first event, their second one, and so on.
    """
    paths = len(follow_up)
    number = np.bincount(events.path, minlength=paths)
    opens = np.cumsum(number) - number
    state = _Paths.new(paths, rule.number)
    happened = np.zeros(len(events.day), bool)
    found: list[tuple[np.ndarray, ...]] = []
    who = np.flatnonzero(number)
    turn = 0
    while len(who):
        at = opens[who] + turn
        day = events.day[at]
        yes = events.mark[at] < chance[state.on(who, day, rhythm).astype(int), who]
        happened[at] = yes
        hit, day = who[yes], day[yes]
        start = day + rule.delay
        begins = state.recurs(hit, day) & (day > state.busy[hit]) & (start < follow_up[hit])
        hit, start = hit[begins], start[begins]
        if len(hit):
            doses = _within(follow_up[hit], start, rhythm.doses(rule.months), rhythm)
            found.append((hit, start, doses, state.begin(hit, start, doses, rhythm)))
        turn += 1
        who = who[number[who] > turn]
    parts = [np.concatenate(part) for part in zip(*found, strict=True)] or [np.zeros(0, np.int64)] * 4
    return Triggered(Given(*parts[:3]), parts[3], happened)


@dataclass
class _Paths:
    """What a path remembers: its last infections (paths × number), and its latest course."""

    recent: np.ndarray
    start: np.ndarray
    doses: np.ndarray
    busy: np.ndarray
    tail: np.ndarray

    @classmethod
    def new(cls, paths: int, number: int) -> _Paths:
        never = np.full(paths, LONG_AGO)
        return cls(np.full((paths, number), LONG_AGO), never, np.ones(paths, np.int64), never.copy(), never.copy())

    def on(self, who: np.ndarray, day: np.ndarray, rhythm: Rhythm) -> np.ndarray:
        """Whether a day is on IVIG: in a window of the latest course, or still in one of the course before it."""
        since = day - self.start[who]
        latest = np.minimum(since // rhythm.interval, self.doses[who] - 1)
        return (since >= 0) & (since - latest * rhythm.interval <= rhythm.window) | (day <= self.tail[who])

    def recurs(self, who: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Note an infection; whether it is the last of enough of them within 12 months."""
        self.recent[who, :-1] = self.recent[who, 1:]
        self.recent[who, -1] = day
        return day - self.recent[who, 0] < LOOK_BACK

    def begin(self, who: np.ndarray, start: np.ndarray, doses: np.ndarray, rhythm: Rhythm) -> np.ndarray:
        """A new course; the first day that the one before it does not cover."""
        before = self.start[who] + (self.doses[who] - 1) * rhythm.interval + rhythm.window
        self.tail[who] = before
        self.start[who], self.doses[who] = start, doses
        self.busy[who] = start + doses * rhythm.interval - 1
        return before + 1


class ByIgg(NamedTuple):
    """A dose at a visit where IgG is below `start`, then one at every visit until IgG is `stop` or more.

    `rise` (mg/dL) right after a dose, halved every `half_life` days, is added to the patient's own IgG.
    """

    start: float
    stop: float
    rise: float
    half_life: float


@dataclass
class AtVisits:
    """IVIG by IgG at visits a rhythm apart, the first one on day 0; arrays have any one shape of paths.

    `dosed`: whether each path is between a first and a last dose; `since`: visits since the latest dose.
    """

    rule: ByIgg
    rhythm: Rhythm
    dosed: np.ndarray
    since: np.ndarray
    infused: np.ndarray

    @classmethod
    def new(cls, rule: ByIgg, rhythm: Rhythm, shape: tuple[int, ...]) -> AtVisits:
        return cls(rule, rhythm, np.zeros(shape, bool), np.full(shape, 1 << 15, np.int32), np.zeros(shape))

    def only(self, patients: int) -> AtVisits:
        """Those still followed: the first so many patients (last axis but one)."""
        if self.dosed.shape[-2] == patients:
            return self
        first = (part[..., :patients, :] for part in (self.dosed, self.since, self.infused))
        return AtVisits(self.rule, self.rhythm, *first)

    def visit(self, own: np.ndarray) -> np.ndarray:
        """The next visit, `own` IgG without IVIG (mg/dL): who is given a dose (bool)."""
        self.infused *= 0.5 ** (self.rhythm.interval / self.rule.half_life)
        measured = own + self.infused
        self.dosed = np.where(self.dosed, measured < self.rule.stop, measured < self.rule.start)
        self.since = np.where(self.dosed, 0, self.since + 1)
        self.infused += self.rule.rise * self.dosed
        return self.dosed
