"""Filters on patients, as `study.select` has them, said to an engine."""

from __future__ import annotations

from collections.abc import Sequence
from operator import ge, gt, le, lt
from typing import NamedTuple

from ivig_core.cohort.baseline_columns import BASELINE
from ivig_core.cohort.checks.identify import is_identifying_header
from ivig_core.cohort.columns import BY_NAME, RESERVED
from ivig_core.cohort.reading.missing import NOT_KNOWN, SENTINELS
from ivig_core.errors import SpecError
from ivig_core.lazy import library
from ivig_core.registry.engine import Engine
from ivig_core.registry.intake.cells import Cell, as_text, read
from ivig_core.registry.table import Table, Value, flag
from ivig_core.spec import Condition
from ivig_core.study.select import SHOWN_LEVELS

ibis = library("ibis")

COMPARE = {">=": ge, "<=": le, ">": gt, "<": lt}
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$"


class Variable(NamedTuple):
    """A baseline column: its cells, and whether they are numbers. `listed`: it is one of the format's columns."""

    cell: Cell
    number: bool
    listed: bool = False


def variables(engine: Engine, patient: Table, where: Sequence[Condition]) -> dict[str, Variable]:
    """The baseline columns that conditions name.

    Raises
    ------
    SpecError
        for a column that the table of patients does not have, or whose name says that it tells who a patient is: the
        message of a level that nobody has would list names.
    """
    own = [
        name
        for name in patient.columns
        if name not in BY_NAME and name not in RESERVED and not is_identifying_header(name)
    ]
    known = (*(column.name for column in BASELINE), *own)
    found = {}
    for condition in where:
        name = condition.column
        if name not in known:
            raise SpecError("where", str(condition), f"a baseline column of this registry: {', '.join(known)}")
        if name in own:
            found[name] = _own(engine, patient, patient[name])
        else:
            column = BY_NAME[name]
            raw = patient[name] if name in patient.columns else ibis.literal(None, "string")
            found[name] = Variable(read(column, raw), column.numeric, True)
    return found


def _own(engine: Engine, patient: Table, raw: Value) -> Variable:
    """A column of the user's own: numbers where all of its cells are; NA and the like, and −99 where no other number is
    below 0, are not known."""
    if not raw.type().is_string():
        text, number = as_text(raw), raw.type().is_numeric()
        value = raw.cast("float64") if number else text
        if raw.type().is_floating():
            value = ibis.ifelse(raw.isnan(), ibis.null(), value)
    else:
        text = as_text(raw)
        text = ibis.ifelse(text.lower().isin(sorted(NOT_KNOWN)), ibis.null(), text)
        value = ibis.ifelse(text.re_search(NUMBER), text.try_cast("float64"), ibis.null())
        count = engine.rows(patient.aggregate(texts=text.count(), numbers=value.count()))
        number = count["texts"][0].as_py() == count["numbers"][0].as_py()
    if not number:
        return Variable(Cell(text, text), False)
    below = flag((value < 0) & ~value.isin(SENTINELS)).max()
    if not engine.rows(patient.aggregate(below=below))["below"][0].as_py():
        value = ibis.ifelse(value.isin(SENTINELS), ibis.null(), value)
    return Variable(Cell(value, text), True)


def meets(engine: Engine, patients: Table, condition: Condition, number: bool) -> Value:
    """Whether patients (with the column of a condition under its name) meet it; a missing value meets none.

    Raises
    ------
    SpecError
        for a number asked of a column of text, a text asked of one of numbers, or a level that nobody has.
    """
    value = patients[condition.column]
    if condition.op in COMPARE:
        if not number and engine.rows(patients.aggregate(n=value.count()))["n"][0].as_py():
            raise SpecError("where", str(condition), f"= or !=, because {condition.column} holds text")
        return COMPARE[condition.op](value if number else value.try_cast("float64"), float(condition.values[0]))
    equal = value.isin(_numbers(condition) if number else _levels(engine, patients, condition))
    return value.notnull() & (equal if condition.op == "=" else ~equal)


def _numbers(condition: Condition) -> list[float]:
    try:
        return [float(value) for value in condition.values]
    except ValueError as error:
        raise SpecError("where", str(condition), f"a number, because {condition.column} holds numbers") from error


def _levels(engine: Engine, patients: Table, condition: Condition) -> list[str]:
    """The values of a column of text that a condition names, whatever their case."""
    name = condition.column
    levels = sorted(
        value for value in engine.rows(patients.select(name).distinct())[name].to_pylist() if value is not None
    )
    wanted = {value.casefold() for value in condition.values}
    if unknown := wanted - {level.casefold() for level in levels}:
        named = ", ".join(levels[:SHOWN_LEVELS]) + (", …" if len(levels) > SHOWN_LEVELS else "")
        missing = next(value for value in condition.values if value.casefold() in unknown)
        raise SpecError("where", str(condition), f"“{missing}” is no value of {name} here: {named}")
    return [level for level in levels if level.casefold() in wanted]
