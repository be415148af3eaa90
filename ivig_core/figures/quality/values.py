"""IgG, amounts of doses and days between doses over time, in a row each; what can hardly be meant is marked."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, legend_below, sentence
from ivig_core.figures.quality.cloud import dates, draw, named
from ivig_core.figures.theme import MUTED, pale, type_of
from ivig_core.figures.words import is_number, listed
from ivig_core.study.quality.values import AMOUNT, GAP, IGG, Values

HEIGHT, SPACE, AXIS = 165, 0.06, 50
WORDS = {IGG: ("IgG value", "IgG values"), AMOUNT: ("dose", "doses"), GAP: ("gap", "gaps")}
AXES = {IGG: "IgG (mg/dL)", AMOUNT: "Dose ({unit})", GAP: "Days between doses"}
STEPS = (1, 2, 5)
MOST_TICKS = 7


def values(found: tuple[Values, ...], *, presentation: bool = False) -> go.Figure:
    """A row for each kind of value, on a logarithmic axis; dashed lines are the limits, beyond which a value is odd."""
    sizes = type_of(presentation)
    if not found:
        return sentence(
            "values_over_time", "No IgG value, no amount and no gap between doses is recorded.", sizes=sizes
        )
    figure = frame(
        "values_over_time", finding(found), detail(found), alt(found), HEIGHT * len(found) * sizes.scale, sizes=sizes,
        below=round(AXIS * sizes.scale), left=round(86 * sizes.scale), right=round(70 * sizes.scale),
    )  # fmt: skip
    height = (1 + SPACE) / len(found) - SPACE
    seen: set[str] = set()
    for row, item in enumerate(found):
        axis = f"y{row + 1 if row else ''}"
        before = len(figure.data)
        draw(figure, item.cloud, ("x", axis), sizes, dates if item.dates else np.asarray, log=True)
        _once(figure, before, seen)
        top = 1 - row * (height + SPACE)
        _axis(figure, item, axis, (max(top - height, 0.0), top))
    last = found[-1]
    figure.update_layout(
        xaxis={
            "anchor": f"y{len(found) if len(found) > 1 else ''}", "fixedrange": True,
            "type": "date" if last.dates else "linear",
            "title": {"text": None if last.dates else "Months since the first day at risk"},
        }
    )  # fmt: skip
    if seen:
        legend_below(figure)
    return figure


def _once(figure: go.Figure, begin: int, seen: set[str]) -> None:
    """One entry of the legend for all rows."""
    for trace in figure.data[begin:]:
        if trace.type == "scatter":
            trace.showlegend = trace.name not in seen
            seen.add(trace.name)


def _axis(figure: go.Figure, item: Values, axis: str, domain: tuple[float, float]) -> None:
    low, high = float(item.cloud.y[0]), float(item.cloud.y[-1])
    figure.update_layout(
        {
            axis.replace("y", "yaxis"): {
                "domain": domain, "type": "log", "range": [np.log10(low), np.log10(high)], "fixedrange": True,
                "tickvals": _ticks(low, high),
                "tickformat": ",", "anchor": "x", "title": {"text": AXES[item.kind].format(unit=item.unit)},
            }
        }
    )  # fmt: skip
    below, above = item.limits
    for at in (below, above):
        if is_number(at) and low < at < high:
            figure.add_shape(type="line", x0=0, x1=1, xref="x domain", y0=at, y1=at, yref=axis, name="limit",
                             line={"color": MUTED, "width": 1, "dash": "dash"})  # fmt: skip
    if item.kind == IGG and item.cloud.lowest < below:
        figure.add_shape(type="rect", x0=0, x1=1, xref="x domain", y0=low, y1=below, yref=axis, line_width=0,
                         fillcolor=pale("#8A6D00", 0.12), layer="below", name="as if in g/L",
                         label={"text": "where g/L read as mg/dL would lie", "textposition": "bottom left",
                                "font": {"color": MUTED}})  # fmt: skip


def _ticks(low: float, high: float) -> list[float]:
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    for steps in (STEPS, (1,)):
        ticks = [float(f"{step}e{power}") for power in powers for step in steps]
        inside = [tick for tick in ticks if low <= tick <= high]
        if len(inside) <= MOST_TICKS:
            break
    return inside


def _counted(number: int, kind: str) -> str:
    one, many = WORDS[kind]
    return f"{number:,} {one if number == 1 else many}"


def finding(found: tuple[Values, ...]) -> str:
    """How many values of each kind look wrong, and whose."""
    odd = [item for item in found if item.cloud.count_odd]
    if not odd:
        return f"No value looks wrong among {listed([_counted(item.cloud.points, item.kind) for item in found])}"
    said = [f"{_counted(item.cloud.count_odd, item.kind)} ({named(item.cloud.patients_odd, 2)})" for item in odd]
    total = sum(item.cloud.count_odd for item in odd)
    return f"{'Looks' if total == 1 else 'Look'} wrong: {listed(said)}"


def detail(found: tuple[Values, ...]) -> str:
    """How many there are, and which doses have no amount."""
    text = listed([_counted(item.cloud.points, item.kind) for item in found])
    lacking = sum(item.without for item in found)
    more = f"; {lacking:,} {'dose row' if lacking == 1 else 'dose rows'} without such an amount" if lacking else ""
    cells = "; darker cells hold more" if any(item.cloud.usual is None for item in found) else ""
    return f"{text}{more}{cells}"


def alt(found: tuple[Values, ...]) -> str:
    """The rows in words: range of each, and the values that look wrong."""
    parts = [f"{WORDS[item.kind][1]} {_spread(item)}" for item in found]
    odd = [
        f"{row.patient_id} {row.value}, {row.why}" for item in found for row in item.cloud.odd.head(3).itertuples()
    ]  # fmt: skip
    return f"Values over time: {'; '.join(parts)}. Look wrong: {'; '.join(odd) or 'none'}."


def _spread(item: Values) -> str:
    low, high = item.cloud.lowest, item.cloud.highest
    return f"from {low:,.3g} to {high:,.4g} {item.unit}"
