"""Every rate and ratio of a registry is that of `analyze`: samples, reference cohorts and a million, DuckDB and Spark.

The million goes through the commands as a user starts them.

Run by `make slow`, never by `make test`: reading the million takes as much memory as `analyze` does. Writes
`docs/scale.json`, whatever it says.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivig_core import __version__
from ivig_core.registry.engine import Engine, opened
from ivig_core.simulate.files import write_simulated
from ivig_core.simulate.presets import get_preset
from tests.paths import DOCS, REFERENCE, SAMPLES
from tests.slow.registry.commands import MODELS, asked, distances, ivig, of_engine
from tests.spark import local_spark

SMALL = ("known_truth", "daratumumab", "crossover_2021", "bispecific", "sim43", "sim500")
MILLION = "bispecific_1000000"
ENGINES = ("duckdb", "spark")
CLOSE = 1e-9


@pytest.fixture(scope="module")
def places(tmp_path_factory) -> dict[str, tuple[Path, Path]]:
    """Each cohort as a file and as a folder of tables."""
    folder = tmp_path_factory.mktemp("cohorts")
    made = {}
    for name in SMALL:
        file = next(path for path in (SAMPLES / f"{name}.csv", REFERENCE / f"{name}.csv") if path.exists())
        ivig("convert", file, "-o", folder / name)
        made[name] = (file, folder / name)
    model = get_preset("bispecific")
    for place in (folder / f"{MILLION}.csv", folder / MILLION):
        write_simulated(model.model, 1_000_000, model.seed, place)
    return {**made, MILLION: (folder / f"{MILLION}.csv", folder / MILLION)}


@pytest.fixture(scope="module")
def engines(tmp_path_factory) -> Iterator[dict[str, Engine]]:
    """DuckDB, and Spark with all it compiles by itself."""
    with (
        local_spark(tmp_path_factory.mktemp("spark"), "2g"),
        opened("duckdb", "") as duck,
        opened("spark", "") as spark,
    ):
        yield {"duckdb": duck, "spark": spark}


@pytest.fixture(scope="module")
def found(places, engines) -> dict[str, dict]:
    """By cohort, model and engine: how many numbers were compared, and the largest distance with its place."""
    made: dict[str, dict] = {}
    for name, (file, folder) in places.items():
        for model in MODELS:
            wanted = asked("analyze", file, model)
            for engine in ENGINES:
                if name == MILLION:
                    got = asked("registry", folder, model, "--engine", engine)
                else:
                    got = of_engine(engines[engine], folder, model)
                apart = list(distances(wanted, got))
                far, where = max(apart)
                made[f"{name}, {model}, {engine}"] = {"compared": len(apart), "largest": far, "where": where}
    about = {"made": f"{dt.date.today():%Y-%m-%d}", "version": __version__, "tolerance": CLOSE, "found": made}
    (DOCS / "scale.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    return made


def test_every_number_is_that_of_analyze(found):
    assert len(found) == (len(SMALL) + 1) * len(MODELS) * len(ENGINES)
    assert {name: row for name, row in found.items() if not row["largest"] <= CLOSE} == {}
    assert all(row["compared"] > 30 for row in found.values())
