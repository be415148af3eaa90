"""How the rows of a specification curve lie to 1 without effect: simulated cohorts as bars, this one as a line."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, sentence
from ivig_core.figures.theme import INK, MUTED, REFERENCE_GREY, Type, pale, type_of
from ivig_core.figures.words import OK, counted, percent, ratio
from ivig_core.study.whatif.curve.if_nothing import CurveIfNothing

HEIGHT, AXIS, LEFT, ROOM = 210, 62, 74, 26
"""Px of the plots, of their axes, left of them, and above them for the names of lines."""
BINS = 20
MIDDLE = (0.05, 0.5, 0.95)
WIDEST = 20.0
TICKS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.4, 2.0, 3.0, 5.0, 10.0, 20.0)
FEWEST_TICKS = 3
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
SPANS = ((0.0, 0.29), (0.355, 0.645), (0.71, 1.0))


class Measure(NamedTuple):
    """One way in which rows lie to 1: `name` on its axis, this cohort's value and those of simulated cohorts, and
    whether it is a share."""

    name: str
    mine: float
    theirs: np.ndarray
    is_share: bool

    @property
    def limits(self) -> tuple[float, float, float]:
        """5 %, 50 % and 95 % of the simulated cohorts: values among them, so that ∞ is no number between two."""
        low, middle, high = np.nanquantile(self.theirs, MIDDLE, method="inverted_cdf").tolist()
        return low, middle, high

    def words(self, value: float) -> str:
        if self.is_share:
            return percent(value)
        return ratio(value) if math.isfinite(value) else "∞"

    @property
    def as_far(self) -> int:
        """Simulated cohorts whose rows lie at least as far below 1."""
        further = self.theirs >= self.mine if self.is_share else self.theirs <= self.mine
        return int(further.sum())


def measures(found: CurveIfNothing) -> list[Measure]:
    """Both shares, and the median of the ratios."""
    assert found.observed is not None
    assert found.nothing is not None
    names = ("Ratio below 1", "Interval below 1", "Median ratio (log scale)")
    pairs = zip(names, found.observed, found.nothing, (True, True, False), strict=True)
    return [Measure(name, float(mine[0]), theirs, is_share) for name, mine, theirs, is_share in pairs]


def curve_nothing(found: CurveIfNothing, *, presentation: bool = False) -> go.Figure:
    """Three plots side by side: shares of definitions with a ratio and with an interval below 1, and the median ratio.
    Bars are simulated cohorts (darker: the middle 90 %), the line is this cohort."""
    sizes = type_of(presentation)
    if found.status != OK:
        return sentence("curve_nothing", finding(found), sizes=sizes)
    figure = frame(
        "definitions_without_effect", finding(found), detail(found), alt(found), (HEIGHT + ROOM) * sizes.scale,
        sizes=sizes, below=round(AXIS * sizes.scale), left=round(LEFT * sizes.scale), right=16,
    )  # fmt: skip
    top = HEIGHT / (HEIGHT + ROOM)
    for place, measure in enumerate(measures(found)):
        _plot(figure, measure, place, top, sizes)
    figure.update_layout(bargap=0, yaxis={"title": {"text": "Simulated<br>cohorts", "font": {"size": sizes.text}}})
    return figure


def _plot(figure: go.Figure, measure: Measure, place: int, top: float, sizes: Type) -> None:
    name = str(place + 1) if place else ""
    edges = _edges(measure)
    shown = _inside(measure, measure.theirs[~np.isnan(measure.theirs)])
    number = np.histogram(shown, edges)[0]
    low, _, high = (_inside(measure, np.array(limit)) for limit in measure.limits)
    middle = (edges[1:] > low) & (edges[:-1] <= high)
    figure.add_bar(
        x=(edges[1:] + edges[:-1]) / 2 if measure.is_share else np.sqrt(edges[1:] * edges[:-1]), y=number,
        width=np.diff(edges), xaxis=f"x{name}", yaxis=f"y{name}", name=measure.name, showlegend=False,
        marker={"color": [pale(REFERENCE_GREY, 0.85 if inside else 0.4) for inside in middle],
                "line": {"width": 0.5, "color": "white"}},
        hovertext=[f"{counted(n, 'simulated cohort')}: {measure.words(a)} to {measure.words(b)}"
                   for n, a, b in zip(number.tolist(), edges[:-1], edges[1:], strict=True)],
        hoverinfo="text",
    )  # fmt: skip
    mine = float(_inside(measure, np.array(measure.mine)))
    figure.add_shape(
        type="line", xref=f"x{name}", x0=mine, x1=mine, yref="paper", y0=0, y1=top, line={"color": INK, "width": 2.5},
        name="own",
    )  # fmt: skip
    at = mine if measure.is_share else math.log10(mine)
    start, end = (edges[0], edges[-1]) if measure.is_share else np.log10(edges[[0, -1]])
    side = (at - start) / (end - start)
    figure.add_annotation(
        text=f"<b>This cohort {measure.words(measure.mine)}</b>", xref=f"x{name}", x=at, yref="paper", y=top,
        yanchor="bottom", xanchor="left" if side < 0.3 else "right" if side > 0.7 else "center", showarrow=False,
        font={"size": sizes.text, "color": INK}, name="own",
    )  # fmt: skip
    figure.update_layout({
        f"xaxis{name}": _axis(measure, edges) | {"domain": SPANS[place], "anchor": f"y{name}"},
        f"yaxis{name}": {"domain": [0, top], "anchor": f"x{name}", "fixedrange": True, "nticks": 4,
                         "rangemode": "tozero"},
    })  # fmt: skip


def _edges(measure: Measure) -> np.ndarray:
    if measure.is_share:
        return np.linspace(-0.5 / BINS, 1 + 0.5 / BINS, BINS + 2)
    every = _inside(measure, np.append(measure.theirs[~np.isnan(measure.theirs)], measure.mine))
    return np.geomspace(every.min() / 1.05, every.max() * 1.05, BINS + 1)


def _inside(measure: Measure, value: np.ndarray) -> np.ndarray:
    return value if measure.is_share else np.clip(value, 1 / WIDEST, WIDEST)


def _axis(measure: Measure, edges: np.ndarray) -> dict[str, object]:
    shared = {"fixedrange": True, "title": {"text": measure.name, "standoff": 6}, "linecolor": MUTED}
    if measure.is_share:
        return shared | {
            "range": [edges[0], edges[-1]],
            "tickvals": SHARES,
            "ticktext": [percent(share) for share in SHARES],
        }
    low, high = float(edges[0]), float(edges[-1])
    marks = [mark for mark in TICKS if low <= mark <= high]
    marks = marks if len(marks) >= FEWEST_TICKS else [float(f"{mark:.2g}") for mark in np.geomspace(low, high, 3)]
    return shared | {
        "type": "log", "range": [math.log10(low), math.log10(high)], "tickvals": marks,
        "ticktext": [f"{mark:g}" for mark in marks],
    }  # fmt: skip


def finding(found: CurveIfNothing) -> str:
    """The share of ratios below 1 without effect and in this cohort; or why that is not known."""
    if found.status != OK:
        return f"Not known how definitions lie to 1 without an effect: {found.note}"
    below = measures(found)[0]
    return (
        f"With no effect, {below.words(below.limits[1])} of definitions are below 1 in cohorts like this one "
        f"({_reach(below)}); here {_mine(below)}"
    )


def detail(found: CurveIfNothing) -> str:
    """In how many simulated cohorts as many ratios are below 1; the same of intervals and of the median ratio."""
    below, clear, middle = measures(found)
    return (
        f"As many or more in {_as_far(below, found)}. Intervals below 1: {_without(clear)}, here {_mine(clear)}, "
        f"as many or more in {_as_far(clear, found)}. Median ratio: {_without(middle)}, here {_mine(middle)}, "
        f"as low or lower in {_as_far(middle, found)}. {counted(found.definitions, 'definition')}, "
        f"{counted(found.simulations, 'simulated cohort')}"
    )


def _without(measure: Measure) -> str:
    return f"{measure.words(measure.limits[1])} ({_reach(measure)})"


def _reach(measure: Measure) -> str:
    low, _, high = map(measure.words, measure.limits)
    return f"middle 90 %: {low} to {high}"


def _mine(measure: Measure) -> str:
    return measure.words(measure.mine)


def _as_far(measure: Measure, found: CurveIfNothing) -> str:
    return f"{percent(measure.as_far / found.simulations) if measure.as_far else 'none'} of them"


def alt(found: CurveIfNothing) -> str:
    """The figure in words."""
    return f"Bars: simulated cohorts in which IVIG does nothing; line: this cohort. {finding(found)}. {detail(found)}."
