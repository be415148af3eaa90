"""Samples that many sessions open in one run of the tests: each is read once and keeps what was computed of it.

Only the app, which runs in threads of its own, gets these. What a test itself asks of the core, to compare it with a
page, is computed afresh: a result that is kept under a key which leaves out a setting is then another number.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import fields
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

import ivig_core.cohort.read
import pages.data.samples
from ivig_core.cohort.cohort import Cohort
from ivig_core.study.memo import Memo
from ivig_core.study.study import Study
from tests.paths import SAMPLES

KEPT = 2000


class Remembered:
    """What sessions of the app share while it is `on`."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.on = True
        self._read, self._init = ivig_core.cohort.read.read_cohort, Study.__init__
        self._kept_read = cache(self._read)
        # A cohort is held with its results: as long as it is, no other table has the identity of one of its own.
        self._samples: dict[int, Cohort] = {}
        self._results: dict[tuple[object, ...], tuple[Memo, Memo]] = {}
        for module in (ivig_core.cohort.read, pages.data.samples):
            patch.setattr(module, "read_cohort", self._reading())
        patch.setattr(Study, "__init__", self._making())

    def _reading(self) -> Callable:
        def read_cohort(source, *rest, **more):
            if not self._shares() or not isinstance(source, str | Path) or Path(source).parent != SAMPLES:
                return self._read(source, *rest, **more)
            intake = self._kept_read(source, *rest, **more)
            if intake.cohort is not None:
                self._samples[id(intake.cohort.patients)] = intake.cohort
            return intake

        return read_cohort

    def _making(self) -> Callable:
        def init(study: Study, cohort: Cohort) -> None:
            self._init(study, cohort)
            if self._shares() and id(cohort.patients) in self._samples:
                kept = self._results.setdefault(_identity(cohort), (Memo(KEPT), Memo(KEPT)))
                study._days, study._tables = kept

        return init

    def _shares(self) -> bool:
        return self.on and threading.current_thread() is not threading.main_thread()


def _identity(cohort: Cohort) -> tuple[object, ...]:
    values = (getattr(cohort, item.name) for item in fields(cohort))
    return tuple(id(value) if isinstance(value, pd.DataFrame) else value for value in values)
