"""Which terms of a case series have an estimate, from sums over patients, as `estimate.contrast` says it of cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ivig_core.estimate.cells import Cells, Factor
from ivig_core.estimate.cells import cells as make_cells
from ivig_core.estimate.contrast import (
    NO_CONTRAST,
    NO_EXPOSED,
    NO_REFERENCE,
    NOT_IDENTIFIED,
    OK,
    ON_NEITHER_SIDE,
    Screen,
    drop_aliased,
)
from ivig_core.lazy import library
from ivig_core.registry.engine import Engine
from ivig_core.registry.fit.by_query import Place, QueryLikelihood
from ivig_core.registry.fit.series import Model, Size
from ivig_core.registry.table import Table, flag

ibis = library("ibis")


class Screened(NamedTuple):
    """The outcome of the checks in `Screen`, of which `data` has one made-up patient with every cell that there is,
    and the likelihood of what is left to fit. `left_out`: levels without infections."""

    screen: Screen
    likelihood: QueryLikelihood
    left_out: tuple[Place, ...]


def screen(engine: Engine, parts: Sequence[Table], model: Model, size: Size) -> Screened:
    """Terms without contrast, terms that cannot be told apart and levels without infections, in this order.

    `parts`: cells of patients with days in two cells and more.
    """
    patterns = _patterns(engine, parts, model, size)
    result = Screen(_made_up(patterns, model), status=dict.fromkeys(model.terms, OK))
    seen = _seen(engine, parts, model)
    _count(result, seen, size)
    result.columns = [index for index, term in enumerate(model.terms) if result.status[term] == OK]
    of = QueryLikelihood(engine, parts, (), tuple(name for name, _ in model.factors), patterns)
    _drop(result, of, model, "cannot be told apart from", "", "has no patient with days in the reference level")
    gone, left = _without_empty(engine, parts, model, seen)
    if gone:
        _say_empty(result, model, gone)
        names = ", ".join(sorted({_level_name(model, level) for level, _ in gone.items()}))
        of = QueryLikelihood(engine, left, (), of.factors, patterns)
        _drop(
            result, of, model, "cannot be told apart from", f" once days without infections ({names}) are left out",
            f"nothing is left to compare with once days without infections ({names}) are left out",
        )  # fmt: skip
    return Screened(result, _likelihood(result, of, model), tuple(gone))


def _likelihood(result: Screen, of: QueryLikelihood, model: Model) -> QueryLikelihood:
    places = [(name, code) for name, terms in model.factors for code in range(1, len(terms) + 1)]
    return QueryLikelihood(of.engine, of.parts, tuple(places[at] for at in result.columns), of.factors, of.patterns)


def _drop(result: Screen, of: QueryLikelihood, model: Model, apart: str, when: str, alone: str) -> None:
    if result.columns:
        information = _likelihood(result, of, model).at(np.zeros(len(result.columns))).information
        drop_aliased(result, apart, when, alone, information)


def _patterns(engine: Engine, parts: Sequence[Table], model: Model, size: Size) -> np.ndarray:
    names = [name for name, _ in model.factors]
    found = [engine.rows(part.select(*names).distinct()).to_pandas()[names].to_numpy(np.int64) for part in parts]
    return np.unique(np.concatenate([size.alone.patterns.reshape(-1, len(names)), *found]), axis=0)


def _made_up(patterns: np.ndarray, model: Model) -> Cells:
    ones = np.ones(len(patterns))
    factors = [Factor(name, terms, patterns[:, at]) for at, (name, terms) in enumerate(model.factors)]
    return make_cells(np.zeros(len(patterns), np.int64), ones, ones, factors)


class Level(NamedTuple):
    """Of patients with days both in a level and outside it: how many, their infections in the level and in the
    reference of its factor."""

    patients: int
    own: int
    reference: int


def _seen(engine: Engine, parts: Sequence[Table], model: Model) -> dict[Place, Level]:
    """Every level of the model, references included."""
    levels = [(name, code) for name, terms in model.factors for code in range(len(terms) + 1)]
    total = np.zeros((len(levels), 3), np.int64)
    for part in parts:
        sums = {"cells": part.count()}
        for name, code in levels:
            here = part[name] == code
            sums[f"{name}_{code}"] = flag(here).sum()
            sums[f"{name}_{code}_n"] = ibis.ifelse(here, part.infections, 0).sum()
        of = part.group_by("id").aggregate(**sums)
        wanted = {}
        for at, (name, code) in enumerate(levels):
            both = (of[f"{name}_{code}"] > 0) & (of[f"{name}_{code}"] < of.cells)
            wanted[f"patients_{at}"] = flag(both).sum()
            wanted[f"own_{at}"] = ibis.ifelse(both, of[f"{name}_{code}_n"], 0).sum()
            wanted[f"reference_{at}"] = ibis.ifelse(both, of[f"{name}_0_n"], 0).sum()
        row = engine.rows(of.aggregate(**wanted)).to_pylist()[0]
        total += [[int(row[f"{what}_{at}"] or 0) for what in Level._fields] for at in range(len(levels))]
    return {level: Level(*numbers) for level, numbers in zip(levels, total.tolist(), strict=True)}


def _count(result: Screen, seen: dict[Place, Level], size: Size) -> None:
    for name, terms in result.data.factors:
        for code, term in enumerate(terms, start=1):
            level = seen[name, code]
            result.informative[term], result.own[term], result.reference[term] = level
            if not size.patients + size.alone.patients:
                result.fail(term, NO_CONTRAST, "no patient with an infection: there is nothing to compare")
            elif not level.patients:
                number = [factor for factor, _ in result.data.factors].index(name)
                there = (result.data.codes[:, number] == code).any()
                days = "both in this level and outside it" if there else "in this level"
                result.fail(term, NO_CONTRAST, f"no patient with an infection has days {days}")


def _without_empty(
    engine: Engine, parts: Sequence[Table], model: Model, seen: dict[Place, Level]
) -> tuple[dict[Place, bool], Sequence[Table]]:
    """Levels without an infection of patients with days in them and outside (True: from the start), and the cells
    without them, until there is none."""
    gone: dict[Place, bool] = {}
    while found := [level for level, number in seen.items() if number.patients and not number.own]:
        parts = [engine.keep(_without(part, found)) for part in parts]
        gone = {**{level: not gone for level in found}, **gone}
        seen = _seen(engine, parts, model)
    return gone, parts


def _without(part: Table, levels: Sequence[Place]) -> Table:
    mine = ibis.window(group_by="id")
    many = part.count().over(mine)
    out = ibis.literal(False)
    for name, code in levels:
        out = out | ((part[name] == code) & (flag(part[name] == code).sum().over(mine) < many))
    left = part.mutate(out=out)
    left = left.filter(~left.out).drop("out")
    left = left.mutate(left=left.infections.sum().over(mine))
    return left.filter(left.left > 0).drop("left")


def _say_empty(result: Screen, model: Model, gone: dict[Place, bool]) -> None:
    for name, terms in model.factors:
        for code, term in enumerate(terms, start=1):
            if (name, code) in gone and (name, 0) in gone:
                result.fail(term, NOT_IDENTIFIED, ON_NEITHER_SIDE)
            elif (name, code) in gone or (name, 0) in gone:
                mine = (name, code) in gone
                where = "in this level" if mine else "in the reference level"
                if gone[name, code if mine else 0]:
                    note = f"no infection {where} among patients with days in it and outside it"
                    result.fail(term, NO_EXPOSED if mine else NO_REFERENCE, note)
                else:
                    result.fail(
                        term, NOT_IDENTIFIED, f"the infections {where} are of patients without other days, once levels "
                        "without infections are left out",
                    )  # fmt: skip


def _level_name(model: Model, level: Place) -> str:
    name, code = level
    return dict(model.factors)[name][code - 1] if code else f"reference of {name}"
