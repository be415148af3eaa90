"""The sample cohorts that come with the program."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivig_core.errors import SampleError, SpecError
from ivig_core.home import HOME

FOLDER = HOME / "sample_data"
LIST = "samples.json"


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
    """Every sample whose file is there, in the order of `samples.json`; `SampleError` where that file is damaged."""
    try:
        text = (FOLDER / LIST).read_text(encoding="utf-8")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as reason:
        raise _damaged(f"it cannot be read ({type(reason).__name__})") from reason
    try:
        found = [_sample(number, item) for number, item in enumerate(_listed(text), start=1)]
    except json.JSONDecodeError as reason:
        raise _damaged(f"line {reason.lineno}, column {reason.colno}: {reason.msg}") from reason
    except RecursionError as reason:
        raise _damaged("its brackets are nested too deep") from reason
    return tuple(sample for sample in found if sample.path.is_file())


def _listed(text: str) -> list[Any]:
    content = json.loads(text)
    listed = content.get("samples") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise _damaged("it has no list called “samples”")
    return listed


def _sample(number: int, item: Any) -> Sample:
    """One entry; a file of another folder is none of ours."""
    known: dict[str, Any] = item if isinstance(item, dict) else {}
    file, title, description = known.get("file", ""), known.get("title", ""), known.get("description", "")
    if not all(isinstance(text, str) for text in (file, title, description)) or not (file and title):
        raise _damaged(f"sample {number} needs a “file” and a “title”, both texts")
    if Path(file).name != file:
        raise _damaged(f"the “file” of sample {number} has to be a name without a folder")
    return Sample(file, title, description, bool(known.get("synthetic", True)))


def _damaged(why: str) -> SampleError:
    return SampleError(
        f"The samples cannot be listed: {FOLDER.name}/{LIST} is damaged ({why}). Put back the file that came with the "
        "program. Your own file can be loaded all the same."
    )


def sample_file(name: str) -> Path:
    """The cohort file of a sample, such as "daratumumab"; `SpecError` with the names for any other."""
    known = {sample.slug: sample.path for sample in samples()}
    if name not in known:
        raise SpecError("sample", name, f"one of {', '.join(known)}")
    return known[name]
