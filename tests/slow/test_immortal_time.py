"""IVIG that does nothing, started at random times: what each comparison finds in many cohorts.

Run by `make slow`. Writes `docs/immortal-time.md` and, where there is a Chromium, the picture in it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import numpy as np
import pytest

from ivig_core.figures.survival.side_by_side import side_by_side as draw
from ivig_core.figures.survival.side_by_side_words import LABELS
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from ivig_core.study.survival.side_by_side import NAIVE, side_by_side
from tests.core.study.survival.immortal import INTERVAL, LONGEST, MEAN_TO_EVENT, MEAN_TO_START, no_effect
from tests.paths import DOCS

PICTURE = "images/immortal-time.png"
COHORTS, PATIENTS, PICTURED = 500, 225, 5000
LANDMARK_DAY = 60
SPEC = AnalysisSpec().change(landmark_day=LANDMARK_DAY)


@pytest.fixture(scope="module")
def found() -> dict[str, np.ndarray]:
    """Log hazard ratio and its limits per comparison, one row per cohort; written down whatever they say."""
    rows = [
        side_by_side(Study(no_effect(PATIENTS, seed)), SPEC).rows.set_index("model")[["log_hr", "ci_low", "ci_high"]]
        for seed in range(COHORTS)
    ]
    made = {name: np.array([table.loc[name].to_numpy(float) for table in rows]) for name in LABELS}
    (DOCS / "immortal-time.md").write_text("\n".join(_page(made)) + "\n", encoding="utf-8")
    _picture()
    return made


def _covers(values: np.ndarray) -> float:
    return float(np.mean((values[:, 1] <= 1) & (values[:, 2] >= 1)))


def _page(made: dict[str, np.ndarray]) -> Iterator[str]:
    yield from f"""# Immortal time

IVIG that does nothing, started at times that have nothing to do with infections, in {COHORTS} simulated cohorts of
{PATIENTS} patients each (mean time to the first infection {MEAN_TO_EVENT} days, to IVIG {MEAN_TO_START} days, a dose
every {INTERVAL} days, records end with the first infection or after {LONGEST} days). The true hazard ratio is 1.

| comparison | median hazard ratio | 95 % intervals that hold 1 |
|---|---|---|""".splitlines()
    for name, values in made.items():
        label = LABELS[name] + (f" (day {LANDMARK_DAY})" if "landmark" in LABELS[name] else "")
        yield f"| {label} | {np.exp(np.median(values[:, 0])):.2f} | {100 * _covers(values):.1f} % |"
    yield from f"""
Whoever is infected early never gets the chance to be given IVIG, so that the group with IVIG is one of people who
stayed well for long: the naive comparison finds a benefit where there is none. Groups fixed at a landmark, and IVIG
counted from when it is given, do not.

![Naive, landmark and Simon–Makuch curves of {PICTURED:,} simulated patients: only the naive curves part]({PICTURE})

The picture is the figure of the dashboard (*Infection-free survival*, “Four designs”) for {PICTURED:,} such patients.
Written by `make slow` (`tests/slow/test_immortal_time.py`); a smaller run is part of `make test`
(`tests/core/study/survival/test_side_by_side.py`), for death as for infections. All four are wrong where the choice of
when to start depends on the patient's risk: none of them is adjusted for that.""".splitlines()


def _picture() -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        return
    from playwright.sync_api import sync_playwright

    figure = draw(side_by_side(Study(no_effect(PICTURED, COHORTS)), SPEC), SPEC.survival.survival_event)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 900})
        page.set_content(figure.to_html(include_plotlyjs=True))
        page.locator(".gtitle").wait_for()
        page.locator(".js-plotly-plot").screenshot(path=DOCS / PICTURE)
        browser.close()


def test_the_naive_comparison_finds_a_benefit(found):
    assert np.median(found[NAIVE][:, 0]) < np.log(0.7)
    assert _covers(found[NAIVE]) < 0.1


@pytest.mark.parametrize("name", [name for name in LABELS if name != NAIVE])
def test_the_others_do_not(found, name):
    values = found[name]
    assert abs(values[:, 0].mean()) < 3 * values[:, 0].std() / COHORTS**0.5
    # Three standard errors of a coverage of 95 % in 500 cohorts.
    assert _covers(values) == pytest.approx(0.95, abs=0.03)
