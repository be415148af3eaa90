"""A simulated cohort on disk: the cohort file and its truth beside it, written block by block."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from ivig_core.errors import SpecError
from ivig_core.simulate.arms import as_arms
from ivig_core.simulate.generator import Model, simulate_blocks
from ivig_core.simulate.truth import Truth, describe


def truth_path(path: Path) -> Path:
    """Where the truth of the cohort file `path` is kept: `cohort.csv` → `cohort.truth.json`."""
    return path.with_suffix(".truth.json")


def write_simulated(model: Model, patients: int, seed: int, path: Path, preset: str | None = None) -> Truth:
    """Write `path` and `truth_path(path)`, return the truth. UTF-8, LF; memory does not grow with `patients`.

    Both files appear only when complete. Raises `SpecError` for bad settings and `OSError` where it cannot write.
    """
    if path.suffix.lower() != ".csv":
        raise SpecError("output", str(path), "a file name that ends in .csv")
    counts: Counter[str] = Counter()
    blocks = simulate_blocks(model, patients, seed, counts)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            for number, frame in enumerate(blocks):
                frame.to_csv(file, index=False, header=number == 0, lineterminator="\n")
        truth = describe(as_arms(model), patients, seed, preset, counts)
        text = json.dumps(truth, indent=2, ensure_ascii=False) + "\n"
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    truth_path(path).write_text(text, encoding="utf-8", newline="\n")
    return truth
