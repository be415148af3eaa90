"""The sample cohorts that come with the app."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from ivig_core.cohort.read import read_cohort
from ivig_core.errors import CohortError
from ivig_core.study.study import Study
from pages.shell.session import Held

FOLDER = Path(__file__).resolve().parents[2] / "sample_data"


@dataclass(frozen=True)
class Sample:
    """One entry of `samples.json`."""

    file: str
    title: str
    description: str
    synthetic: bool

    @property
    def key(self) -> str:
        return f"sample:{self.file}"

    @property
    def slug(self) -> str:
        """Its name in an address."""
        return Path(self.file).stem

    @property
    def short(self) -> str:
        """Its name where a title does not fit."""
        return self.slug.replace("_", " ")


def samples() -> tuple[Sample, ...]:
    """Every sample whose file is there, in the order of `samples.json`."""
    try:
        listed = json.loads((FOLDER / "samples.json").read_text(encoding="utf-8"))["samples"]
    except FileNotFoundError:
        return ()
    found = [
        Sample(item["file"], item["title"], item.get("description", ""), bool(item.get("synthetic", True)))
        for item in listed
    ]
    return tuple(sample for sample in found if (FOLDER / sample.file).is_file())


def read_sample(sample: Sample) -> Held:
    """Read a sample; it is stamped synthetic unless its entry says otherwise."""
    intake = read_cohort(FOLDER / sample.file, name=sample.title)
    if intake.cohort is None:
        raise CohortError(f"The sample {sample.title} cannot be read: its file is damaged. Choose another cohort.")
    cohort = replace(intake.cohort, synthetic=sample.synthetic)
    source = "sample, synthetic" if sample.synthetic else "sample"
    return Held(sample.title, source, Study(cohort), intake.notes, sample=sample.slug)
