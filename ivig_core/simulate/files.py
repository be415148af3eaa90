"""A simulated cohort on disk: a cohort file or a folder of tables, its truth beside it, written block by block."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ivig_core.errors import SpecError
from ivig_core.simulate.arms import as_arms
from ivig_core.simulate.generator import Model, record_blocks, simulate_blocks
from ivig_core.simulate.parquet import write_blocks
from ivig_core.simulate.truth import Truth, describe


def truth_path(path: Path) -> Path:
    """Where the truth of the cohort at `path` is kept: `cohort.csv` or folder `cohort` → `cohort.truth.json`."""
    return path.with_suffix(".truth.json")


def write_simulated(model: Model, patients: int, seed: int, path: Path, preset: str | None = None) -> Truth:
    """Write `path` and `truth_path(path)`, return the truth; memory does not grow with `patients`.

    A name that ends in .csv: the cohort file (UTF-8, LF). A name without an ending: a folder with a Parquet table per
    record kind, which holds the same facts. Files appear only when all are complete. Raises `SpecError` for bad
    settings and `OSError` where it cannot write.
    """
    counts: Counter[str] = Counter()
    if path.suffix.lower() == ".csv":
        _write_csv(model, patients, seed, path, counts)
    elif not path.suffix:
        _write_tables(model, patients, seed, path, counts)
    else:
        raise SpecError(
            "output", str(path), "a file name that ends in .csv, or a name without an ending for a folder of tables"
        )
    truth = describe(as_arms(model), patients, seed, preset, counts)
    text = json.dumps(truth, indent=2, ensure_ascii=False) + "\n"
    truth_path(path).write_text(text, encoding="utf-8", newline="\n")
    return truth


def _write_csv(model: Model, patients: int, seed: int, path: Path, counts: Counter[str]) -> None:
    blocks = simulate_blocks(model, patients, seed, counts)
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding="utf-8", newline="") as file:
            for number, frame in enumerate(blocks):
                frame.to_csv(file, index=False, header=number == 0, lineterminator="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write_tables(model: Model, patients: int, seed: int, folder: Path, counts: Counter[str]) -> None:
    blocks = record_blocks(model, patients, seed, counts)
    with _made(folder):
        try:
            for part in write_blocks(blocks, folder):
                part.replace(part.with_suffix(""))
        finally:
            for part in folder.glob("*.parquet.part"):
                part.unlink()


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """A folder that is there; one that had to be made goes again where nothing came to be in it."""
    new = not folder.is_dir()
    if new:
        folder.mkdir()
    try:
        yield
    finally:
        if new and not any(folder.iterdir()):
            folder.rmdir()
