"""Part h: how a registry on DuckDB grows, from tables that never come into memory."""

from __future__ import annotations

import time
from pathlib import Path

from bench.clock import say
from bench.core import CRUDE, FULL, SEED, SMALLER_PRESET
from bench.fresh import fresh, peak_bytes
from bench.growth import megabytes
from bench.growth_steps import Cost
from bench.line import Line, Target, duration, growth
from ivig_core.registry.analysis import analyse_registry
from ivig_core.registry.engine import DUCKDB, opened
from ivig_core.registry.intake.source import find
from ivig_core.simulate.files import write_simulated
from ivig_core.simulate.presets import get_preset
from ivig_core.spec import AnalysisSpec

SMALL, LARGE = 100_000, 1_000_000
TARGET = Target(1.05)
MODELS = {"crude": CRUDE, "full model": FULL}


def measure(folder: Path) -> list[Line]:
    """Exponents of processor time and of peak memory, every size and model in an interpreter of its own."""
    costs = {size: _costs(folder / f"registry_{size}", size) for size in (SMALL, LARGE)}
    lines = []
    for model in MODELS:
        small, large = costs[SMALL][model], costs[LARGE][model]
        head, ratio = f"{SMALL:,} → {LARGE:,} patients as tables, rates and {model}", LARGE / SMALL
        lines.append(growth("h", f"{head}: processor time", small.seconds, large.seconds, ratio, duration, TARGET))
        lines.append(growth("h", f"{head}: memory", small.bytes, large.bytes, ratio, megabytes, TARGET))
    return lines


def _costs(place: Path, patients: int) -> dict[str, Cost]:
    say(f"  simulating {patients:,} patients")
    write_simulated(get_preset(SMALLER_PRESET).model, patients, SEED, place)
    found = {}
    for model, spec in MODELS.items():
        found[model] = cost = fresh(analyse, place, spec)
        say(f"  {patients:,} patients, {model}: {duration(cost.seconds)} of a processor, {megabytes(cost.bytes)}")
    return found


def analyse(place: Path, spec: AnalysisSpec) -> Cost:
    """Processor time of all threads, and the most memory that the process ever held, everything included."""
    before = time.process_time()
    with opened(DUCKDB, str(place)) as engine:
        analyse_registry(engine, find(engine, str(place)), spec)
    return Cost(time.process_time() - before, peak_bytes())
