"""`strategy`: expected infections and IVIG under ways to give IVIG, as text or as one JSON object."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import fields
from typing import Any

from ivig_core.commands.options.load import add_reading_options, load
from ivig_core.commands.options.settings import add_settings_options, read_spec
from ivig_core.errors import EstimationError, SpecError, SpecListError
from ivig_core.evidence.effects import effect_of
from ivig_core.spec import AnalysisSpec
from ivig_core.study.analysis_json import number
from ivig_core.study.study import Study
from ivig_core.study.whatif.assumptions import Assumptions, Effect
from ivig_core.study.whatif.strategies import strategies
from ivig_core.study.whatif.strategy_result import AT_HIGHEST, AT_LOWEST, QUANTITIES, STRATEGIES, Leader, Strategies

NAMES = tuple(item.name for item in fields(Assumptions))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("cohort", metavar="COHORT", help="cohort file")
    add_settings_options(parser)
    parser.add_argument(
        "--assume", nargs="+", action="extend", default=[], metavar="key=value",
        help=f"change what is assumed: {', '.join(NAMES)}",
    )  # fmt: skip
    add_reading_options(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """0 done, also where the data allow no numbers (then a note says why); 2 where file or settings are at fault."""
    spec, assumed = read_spec(args.spec, args.set), read_assumptions(args.assume)
    loaded = load(args, args.cohort)
    if loaded.cohort is None:
        return 2
    study = Study(loaded.cohort)
    effect = effect_of(study, spec, assumed)
    try:
        found: Strategies | str = strategies(study, spec, assumed, effect)
    except EstimationError as reason:
        found = str(reason)
    if args.json:
        print(json.dumps(to_json(spec, assumed, effect, found, loaded.remarks), allow_nan=False))
    else:
        print(text(effect, found, loaded.remarks))
    return 0


def read_assumptions(changes: list[str]) -> Assumptions:
    """The assumptions with `key=value` changes; `SpecListError` with every one that is not allowed."""
    pairs = [change.partition("=") for change in changes]
    if wrong := [SpecError("--assume", "".join(pair), "key=value") for pair in pairs if not pair[1]]:
        raise SpecListError(wrong)
    return Assumptions.collect({name.strip(): value for name, _, value in pairs})


def to_json(
    spec: AnalysisSpec, assumed: Assumptions, effect: Effect, found: Strategies | str, remarks: tuple[str, ...]
) -> dict[str, Any]:
    """Strict JSON types; what is ∞ or has no number is None, and `…_status` says which."""
    head = {"spec": spec.to_dict(), "assumptions": assumed.to_dict(), "effect": _effect(effect)}
    if isinstance(found, str):
        return {
            **head,
            "cohort": dict.fromkeys(("patients", "patient_years", "infections", "severe")),
            "own_range": _range(None),
            "draws": 0,
            "strategies": [_missing(name, found) for name in STRATEGIES],
            "most_averted": None,
            "least_ivig": None,
            "notes": [*remarks, found],
        }
    return {
        **head,
        "cohort": {
            "patients": found.patients,
            "patient_years": found.patient_years,
            "infections": found.infections,
            "severe": found.severe,
        },
        "own_range": _range(found.span),
        "draws": found.draws,
        "strategies": [_nested(row) for row in found.table.to_dict("records")],
        "most_averted": _leader(found.most_averted),
        "least_ivig": _leader(found.least_ivig),
        "notes": [*remarks, *found.notes],
    }


def _effect(effect: Effect) -> dict[str, Any]:
    def parts(ratio: tuple[float, float, float] | None, status: str, note: str) -> dict[str, Any]:
        values = ratio or (None, None, None)
        return dict(zip(("irr", "ci_low", "ci_high"), values, strict=True)) | {"status": status, "note": note}

    return {
        "source": effect.source,
        "label": effect.label,
        "own": effect.own,
        "infections": parts(effect.ratio, effect.status, effect.note),
        "severe": parts(effect.severe, effect.severe_status, effect.severe_note),
    }


def _range(span: tuple[float, float] | None) -> dict[str, Any]:
    """The cohort's own ratio by what is done with days before the first dose; null where it is ∞."""
    return dict(zip(("low", "high"), map(number, span or (math.nan, math.nan)), strict=True))


def _nested(row: dict[str, Any]) -> dict[str, Any]:
    ends = {name: number(row[name]) for name in (AT_LOWEST, AT_HIGHEST)}
    return (
        {"strategy": row["strategy"], "status": row["status"], "note": row["note"]}
        | ends
        | {
            name: {
                "value": number(row[name]),
                "ci_low": number(row[f"{name}_low"]),
                "ci_high": number(row[f"{name}_high"]),
                "status": row[f"{name}_status"],
            }
            for name in QUANTITIES
        }
    )


def _missing(name: str, why: str) -> dict[str, Any]:
    empty = {"value": None, "ci_low": None, "ci_high": None, "status": "not_possible"}
    ends = dict.fromkeys((AT_LOWEST, AT_HIGHEST))
    return {"strategy": name, "status": "not_possible", "note": why} | ends | {each: dict(empty) for each in QUANTITIES}


def _leader(leader: Leader | None) -> dict[str, Any] | None:
    return None if leader is None else {"strategy": leader.strategy, "share": leader.share}


def text(effect: Effect, found: Strategies | str, remarks: tuple[str, ...]) -> str:
    """The result as plain text for a terminal."""
    if isinstance(found, str):
        return "\n".join([found, *(f"Note: {note}" for note in remarks)])
    columns = [f"{name}{part}" for name in QUANTITIES for part in ("", "_low", "_high")] + [AT_LOWEST, AT_HIGHEST]
    asked = [name for name in columns if found.table[name].notna().any()]
    table = found.table.set_index("strategy")[asked].T
    lines = [
        f"{found.patients:,} patients, {found.patient_years:,.1f} patient-years, {found.infections:,} infections; "
        f"{found.draws:,} draws. Effect: {effect.label} {effect.ratio}",
        table.to_string(float_format=lambda value: f"{value:.4g}", na_rep="–"),
        *(f"{row.strategy}: {row.note}" for row in found.table.itertuples() if row.note),
    ]
    return "\n".join([*lines, *(f"Note: {note}" for note in (*remarks, *found.notes))])
