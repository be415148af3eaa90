"""The sample cohorts that come with the program."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ivig_core.errors import SpecError
from ivig_core.home import HOME

FOLDER = HOME / "sample_data"


@dataclass(frozen=True)
class Sample:
    """One entry of `samples.json`."""

    file: str
    title: str
    description: str
    synthetic: bool

    @property
    def path(self) -> Path:
        """The cohort file."""
        return FOLDER / self.file

    @property
    def slug(self) -> str:
        """Its name in an address and on the command line."""
        return self.path.stem

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
    return tuple(sample for sample in found if sample.path.is_file())


def sample_file(name: str) -> Path:
    """The cohort file of a sample, such as "daratumumab"; `SpecError` with the names for any other."""
    known = {sample.slug: sample.path for sample in samples()}
    if name not in known:
        raise SpecError("sample", name, f"one of {', '.join(known)}")
    return known[name]
