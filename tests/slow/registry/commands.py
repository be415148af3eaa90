"""Commands run as a user runs them, each in a process of its own, and how far their JSON is apart."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ivig_core.registry.analysis import analyse_registry
from ivig_core.registry.engine import Engine
from ivig_core.registry.intake.source import find
from ivig_core.registry.registry_json import to_json
from ivig_core.spec import AnalysisSpec
from tests.paths import ROOT

MODELS: dict[str, tuple[str, ...]] = {
    "crude": (),
    "full": ("pre_exposure_days=30", "adjust_for=phase,season,time"),
}
SPARK_OPTIONS = "--master local[2] --driver-memory 4g pyspark-shell"


def ivig(*arguments: str | Path) -> str:
    """Standard output of a command; Spark has two cores of this machine and 4 GB."""
    done = subprocess.run(
        [sys.executable, "-m", "ivig_core", *map(str, arguments)],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "PYSPARK_SUBMIT_ARGS": SPARK_OPTIONS},
    )  # fmt: skip
    return done.stdout


def asked(command: str, place: Path, model: str, *options: str) -> dict[str, Any]:
    """Size, rates and case series of a cohort under a model of `MODELS`."""
    chosen = ("--set", *MODELS[model]) if MODELS[model] else ()
    answer = json.loads(ivig(command, place, "--json", "--only", "rates,sccs", *options, *chosen))
    return {name: answer[name] for name in ("cohort", "rates", "irr")}


def of_engine(engine: Engine, folder: Path, model: str) -> dict[str, Any]:
    """The same of a folder, on an engine that is open."""
    spec = AnalysisSpec().change(**dict(each.split("=") for each in MODELS[model]))
    answer = to_json(analyse_registry(engine, find(engine, str(folder)), spec))
    return {name: answer[name] for name in ("cohort", "rates", "irr")}


def distances(one: object, two: object, place: str = "") -> Iterator[tuple[float, str]]:
    """How far each number of one JSON object is from its counterpart, relative to its size or to 1, and where; infinite
    where there is none or a text differs."""
    if isinstance(one, dict) and isinstance(two, dict) and one.keys() == two.keys():
        for name in one:
            yield from distances(one[name], two[name], f"{place}.{name}")
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for at, pair in enumerate(zip(one, two, strict=True)):
            yield from distances(*pair, f"{place}[{at}]")
    elif type(one) is type(two) and isinstance(one, int | float):
        yield abs(one - two) / max(1.0, abs(one)), place
    else:
        yield (0.0 if one == two else math.inf), place
