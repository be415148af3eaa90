"""Cells of the case series from the cells of a registry: the terms of its model, and who has something to compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa

from ivig_core.estimate.cells import Cells, Factor
from ivig_core.estimate.cells import cells as make_cells
from ivig_core.estimate.rates.sccs import UNKNOWN, positions, terms_of
from ivig_core.estimate.result import RatioRow
from ivig_core.lazy import library
from ivig_core.registry.engine import Engine
from ivig_core.registry.table import Table, Value, flag, whole
from ivig_core.spec import ExposureSpec
from ivig_core.terms import exposure_states, exposure_terms

ibis = library("ibis")

EXPOSURE = "exposure"


@dataclass(frozen=True)
class Model:
    """The factors of a case series, exposure first: by name the terms, and the code of each level of the registry's
    cells among them; `nowhere`: adjusters that are known on no day."""

    factors: tuple[tuple[str, tuple[str, ...]], ...]
    codes: Mapping[str, Mapping[int, int]]
    nowhere: tuple[str, ...]

    @property
    def terms(self) -> tuple[str, ...]:
        """Every term of the model in the order of its rows."""
        return tuple(term for _, terms in self.factors for term in terms)


def model_of(exposure: ExposureSpec, adjust_for: Sequence[str], levels: Mapping[str, Mapping[int, str]],
             days: pd.DataFrame) -> Model:  # fmt: skip
    """The model from the levels of its adjusters (name by code) and the days in them (`counts.Counts.days`)."""
    states, terms = exposure_states(exposure), exposure_terms(exposure)
    factors = [(EXPOSURE, terms)]
    codes = {EXPOSURE: dict(enumerate(positions(states, terms).tolist()))}
    nowhere = []
    for axis in adjust_for:
        number, names = tuple(levels[axis]), tuple(levels[axis].values())
        in_level = days.groupby(axis)["days"].sum().reindex(number, fill_value=0).to_numpy(float)
        mine = terms_of(axis, names, in_level)
        factors.append((axis, mine))
        codes[axis] = dict(zip(number, positions(names, mine).tolist(), strict=True))
        known = [name != UNKNOWN.get(axis) for name in names]
        if axis in UNKNOWN and not in_level[known].any():
            nowhere.append(axis)
    return Model(tuple(factors), codes, tuple(nowhere))


def of_model(cells: Table, model: Model) -> Table:
    """Days and infections of patients with an infection by the codes of a model: `id`, a column a factor, `days`,
    `infections`, and `patterns`, in how many cells the patient has days."""
    columns = {
        name: _coded(cells["state" if name == EXPOSURE else name], model.codes[name]) for name, _ in model.factors
    }
    coded = cells.select("id", "days", "infections", **columns)
    names = list(columns)
    added = coded.group_by("id", *names).aggregate(
        days=whole(coded.days.sum()), infections=whole(coded.infections.sum())
    )
    mine = ibis.window(group_by="id")
    added = added.mutate(patterns=added.count().over(mine), total=added.infections.sum().over(mine))
    return added.filter(added.total > 0).drop("total")


def _coded(value: Value, codes: Mapping[int, int]) -> Value:
    moved = [(value == level, code) for level, code in codes.items() if code]
    return (ibis.cases(*moved, else_=0) if moved else ibis.literal(0)).cast("int32")


@dataclass(frozen=True)
class Alone:
    """Patients with an infection who have nothing to compare: all their days are in one cell.

    They are in no sum of the likelihood, and are counted: `patterns` are their cells, as codes of the factors.
    """

    patterns: np.ndarray
    patients: int
    infections: int


@dataclass(frozen=True)
class Size:
    """What there is to fit: `alone`, and of the other patients how many there are, their infections and cells."""

    alone: Alone
    patients: int
    infections: int
    cells: int

    def counted(self, row: RatioRow) -> RatioRow:
        """A row with everybody who has an infection counted."""
        everybody = self.alone.patients + self.patients
        infections = self.alone.infections + self.infections
        return replace(row, patients=everybody, patients_with_infection=everybody, infections=infections)


def size_of(engine: Engine, parts: Sequence[Table], model: Model) -> Size:
    """What there is to fit in cells of the model (`of_model`), one table a group of patients."""
    names = [name for name, _ in model.factors]
    found = []
    for part in parts:
        by = part.mutate(alone=flag(part.patterns == 1), share=1.0 / part.patterns)
        found.append(
            engine.rows(
                by.group_by("alone", *names).aggregate(
                    patients=by.share.sum(), infections=by.infections.sum(), cells=by.count()
                )
            ).to_pandas()
        )
    every = pd.concat(found)
    alone, others = every[every["alone"] == 1], every[every["alone"] == 0]
    return Size(
        Alone(
            alone[names].drop_duplicates().to_numpy(np.int64),
            int(alone["cells"].sum()),
            int(alone["infections"].sum()),
        ),
        round(float(others["patients"].sum())),
        int(others["infections"].sum()),
        int(others["cells"].sum()),
    )


def in_memory(engine: Engine, parts: Sequence[Table], model: Model, alone: Alone) -> Cells:
    """The cells as a fit takes them: patients with something to compare, and one made-up patient, with one day and one
    infection, for each cell in which others have all their days, so that it is known that it is there."""
    names = [name for name, _ in model.factors]
    made = pa.table({**{name: alone.patterns[:, at] for at, name in enumerate(names)}})
    columns = [[np.arange(made.num_rows), np.ones(made.num_rows), np.ones(made.num_rows), *alone.patterns.T]]
    begun = made.num_rows
    for part in parts:
        rows = engine.rows(part.filter(part.patterns > 1).select("id", "days", "infections", *names))
        who = rows.column("id").combine_chunks().dictionary_encode()
        patient = who.indices.to_numpy(zero_copy_only=False).astype(np.int64) + begun
        columns.append([patient, *(rows.column(name).to_numpy() for name in ("days", "infections", *names))])
        begun += len(who.dictionary)
    stratum, days, infections, *codes = (np.concatenate(part) for part in zip(*columns, strict=True))
    order = np.argsort(stratum, kind="stable")
    factors = [Factor(name, terms, code[order]) for (name, terms), code in zip(model.factors, codes, strict=True)]
    return make_cells(stratum[order], days[order], infections[order], factors)
