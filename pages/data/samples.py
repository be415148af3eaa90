"""The sample cohorts on the pages: each with its key on the shelf, read when it is chosen."""

from __future__ import annotations

from dataclasses import replace

from ivig_core.cohort.read import read_cohort
from ivig_core.errors import CohortError, SampleError
from ivig_core.samples import Sample, samples
from ivig_core.study.study import Study
from pages.shell import session
from pages.shell.session import Held


def listed() -> tuple[Sample, ...]:
    """Every sample; none where their list is damaged, which is then said: a user's own file needs no sample."""
    try:
        return samples()
    except SampleError as reason:
        session.tell(str(reason))
        return ()


def key_of(sample: Sample) -> str:
    """Under which a sample stands on the shelf of a session."""
    return f"sample:{sample.file}"


def read_sample(sample: Sample) -> Held:
    """Read a sample; it is stamped synthetic unless its entry says otherwise."""
    intake = read_cohort(sample.path, name=sample.title)
    if intake.cohort is None:
        raise CohortError(f"The sample {sample.title} cannot be read: its file is damaged. Choose another cohort.")
    cohort = replace(intake.cohort, synthetic=sample.synthetic)
    source = "sample, synthetic" if sample.synthetic else "sample"
    return Held(sample.title, source, Study(cohort), intake.notes, sample=sample.slug)
