"""Infections and doses of each patient against time, side by side; patients beyond the limit are marked."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from ivig_core.figures.frame import frame, legend_below, sentence
from ivig_core.figures.quality.cloud import draw, named
from ivig_core.figures.theme import INK, MUTED, Type, type_of
from ivig_core.figures.words import counted, listed, rate
from ivig_core.study.quality.by_patient import INFECTIONS, ByPatient

HEIGHT, AXIS = 300, 54
SPANS = {1: ((0.0, 1.0),), 2: ((0.0, 0.44), (0.56, 1.0))}
ROOM = 1.08


def by_patient(found: tuple[ByPatient, ...], *, presentation: bool = False) -> go.Figure:
    """A dot (or shaded cells) for every patient, a line at what the time lets expect, a dashed one at the limit."""
    sizes = type_of(presentation)
    shown = [item for item in found if item.none < item.patients]
    if not shown:
        return sentence("records_by_patient", "No infection and no dose is recorded of any patient.", sizes=sizes)
    figure = frame(
        "records_by_patient", finding(found), detail(found), alt(found), HEIGHT * sizes.scale, sizes=sizes,
        below=round(AXIS * sizes.scale), left=round(70 * sizes.scale), right=round(70 * sizes.scale),
    )  # fmt: skip
    names: set[str] = set()
    for number, item in enumerate(shown):
        begin, axis = len(figure.data), f"{number + 1 if number else ''}"
        _lines(figure, item, axis)
        draw(figure, item.cloud, (f"x{axis}", f"y{axis}"), sizes, np.asarray)
        for trace in figure.data[begin:]:
            if trace.type == "scatter":
                trace.showlegend = trace.name not in names
                names.add(trace.name)
        _axes(figure, item, axis, SPANS[len(shown)][number], sizes)
    legend_below(figure)
    return figure


def _lines(figure: go.Figure, item: ByPatient, axis: str) -> None:
    looks = (("Expected", item.rate * item.years, INK, "solid"), ("Limit", item.limit, MUTED, "dash"))
    for name, y, colour, dash in looks if len(item.years) else ():
        figure.add_scatter(
            x=item.years, y=y, xaxis=f"x{axis}", yaxis=f"y{axis}", mode="lines", name=name, hoverinfo="skip",
            line={"color": colour, "width": 1.5, "dash": dash},
        )  # fmt: skip


def _axes(figure: go.Figure, item: ByPatient, axis: str, span: tuple[float, float], sizes: Type) -> None:
    right, top = max(float(item.cloud.x[-1]), 0.1), float(item.cloud.y[-1])
    infections = item.kind == INFECTIONS
    figure.update_layout(
        {
            f"xaxis{axis}": {
                "domain": span, "anchor": f"y{axis}", "range": [-0.02 * right, right * ROOM], "fixedrange": True,
                "nticks": 7, "title": {"text": "Years of follow-up" if infections else "Years since the first dose"},
            },
            f"yaxis{axis}": {
                "anchor": f"x{axis}", "range": [-0.03 * top, top * ROOM], "fixedrange": True, "nticks": 6,
                "title": {"text": "Infections" if infections else "Doses"},
            },
        }
    )  # fmt: skip


def finding(found: tuple[ByPatient, ...]) -> str:
    """Whose numbers are beyond the limit; where nobody's are, that."""
    odd = [item for item in found if item.cloud.count_odd]
    if not any(len(item.years) for item in found):
        return "Too few patients or records to say whose numbers are beyond chance"
    if not odd:
        return "No patient has more infections or doses than chance explains"
    said = []
    for item in odd:
        patients = item.cloud.patients_odd
        first = item.cloud.odd.iloc[0]["value"]
        about = first if item.cloud.count_odd == 1 else f"{counted(item.cloud.count_odd, 'patient')}, first {first}"
        said.append(f"{named(patients)} ({about})")
    return f"Beyond what chance explains: {listed(said)}"


def detail(found: tuple[ByPatient, ...]) -> str:
    """How many patients have none of a kind, and what the limit is."""
    parts = [f"{item.none:,} without any {'infection' if item.kind == INFECTIONS else 'dose'}" for item in found]
    limited = any(len(item.years) for item in found)
    limit = "; chance puts anybody beyond the dashed limit in 1 of 20 such cohorts" if limited else ""
    return f"{counted(found[0].patients, 'patient')}, {listed(parts)}{limit}"


def alt(found: tuple[ByPatient, ...]) -> str:
    """The panels in words."""
    parts = [f"{item.kind} {rate(item.rate)} per year" for item in found if len(item.years)]
    odd = [f"{row.patient_id} {row.value}" for item in found for row in item.cloud.odd.head(3).itertuples()]
    head = listed(parts) if parts else detail(found)
    return f"Records by patient: {head}. Beyond the limit: {'; '.join(odd) or 'nobody'}."
