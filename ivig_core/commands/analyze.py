"""`analyze`: every table of one analysis, as text or as one JSON object."""

from __future__ import annotations

import argparse
import json
from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from ivig_core.commands.options.load import add_reading_options, load
from ivig_core.commands.options.settings import add_settings_options, read_asked
from ivig_core.commands.options.share import add_share_options, share_rule
from ivig_core.disclosure.rule import Rule
from ivig_core.disclosure.share import shared_analysis, shared_fit
from ivig_core.errors import SpecError
from ivig_core.export import written
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.protocol import Protocol
from ivig_core.spec.protocol_words import DATED, standing
from ivig_core.study.analysis import Analysis, analyse
from ivig_core.study.analysis_json import to_json
from ivig_core.study.describe import sentence
from ivig_core.study.protocol.fit import Fit, check
from ivig_core.study.study import Study
from ivig_core.terms import MODELS

RATES = "rates"
REGISTRY_FROM = 300_000
"""Patients of a cohort that takes gigabytes of memory here (11.6 GB for a million): `registry` takes less than 2."""
NAMES = {
    "rates": ("rates",),
    "irr": tuple(MODELS),
    **{model: (model,) for model in MODELS},
    "forest": ("forest",),
    "survival": ("survival",),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cohort", metavar="COHORT", help=f"cohort file; from {REGISTRY_FROM:,} patients on "
                        "use `registry`")  # fmt: skip
    add_settings_options(parser)
    parser.add_argument("--only", default="", metavar="rates,sccs,…", help=f"tables to make: {', '.join(NAMES)}")
    parser.add_argument("--by", nargs="+", action="extend", default=[], metavar="COLUMN", help="subgroups that the "
                        "table has in any case, where a file has too many columns for all of them")  # fmt: skip
    add_reading_options(parser)
    add_share_options(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """0 done, 2 where the file or the settings are at fault; every problem goes to standard error."""
    spec, protocol = read_asked(args.spec, args.set)
    tables, rule = read_tables(args.only), share_rule(args)
    intake = load(args, args.cohort)
    if intake.cohort is None:
        return 2

    study = Study(intake.cohort)
    fitting = check(study, spec, protocol)
    by = (*args.by, *(name for name in fitting.known if name not in args.by))
    if rule is None:
        analysis, remarks = analyse(study, spec, tables, by), intake.remarks
    else:
        # What was done while reading is said with numbers of rows and patients.
        analysis, remarks = shared_tables(study, spec, tables, by, rule), ()
    analysis = replace(analysis, notes=(*analysis.notes, *large(len(study.full))))
    if protocol is not None:
        analysis = replace(
            analysis,
            notes=(*analysis.notes, *protocol_notes(spec, protocol, fitting if rule is None else shared_fit(fitting))),
        )
    if args.json:
        told = {} if rule is None else {"share": {"threshold": rule.threshold, "rounding": rule.rounding}}
        print(json.dumps({**to_json(analysis, remarks), **told}, allow_nan=False))
    else:
        print(text(analysis, remarks))
    return 0


def large(patients: int) -> tuple[str, ...]:
    """What is said of a cohort so large that another command does the same in less memory; nothing counts in it."""
    if patients < REGISTRY_FROM:
        return ()
    return (
        f"From {REGISTRY_FROM:,} patients on, `registry` gives the same rates and case series in memory that does not "
        "grow with the cohort, from the tables that `convert FILE -o FOLDER` writes.",
    )


def protocol_notes(spec: AnalysisSpec, protocol: Protocol, found: Fit) -> tuple[str, ...]:
    """What a protocol says of this analysis, in settings and names alone: nothing of them counts patients."""
    named = f"Prespecified subgroups: {', '.join(found.known)}; all others are exploratory."
    none = "The protocol names no subgroup of this analysis: all are exploratory."
    untold = f"Subgroups of the protocol without two levels under these settings: {', '.join(found.untold)}."
    rows = f"Prespecified rows of the sensitivity table: {', '.join(protocol.sensitivity)}."
    return (
        f"{standing(spec, protocol)} {DATED}",
        named if found.known else none,
        *([untold] if found.untold else []),
        *([rows] if protocol.sensitivity else []),
    )


def shared_tables(
    study: Study, spec: AnalysisSpec, tables: tuple[str, ...], by: Collection[str], rule: Rule
) -> Analysis:
    """The tables asked for as they are shared. Rates are made in any case: ratios are judged by their infections."""
    analysis = shared_analysis(analyse(study, spec, (*tables, RATES), by), rule)
    return analysis if RATES in tables else replace(analysis, rates=None, asked=tables)


def read_tables(only: str) -> tuple[str, ...]:
    """Names of tables; all of them where none is named."""
    names = [name.strip() for name in only.split(",") if name.strip()]
    if unknown := [name for name in names if name not in NAMES]:
        raise SpecError("--only", unknown[0], f"any of {', '.join(NAMES)}")
    return tuple(dict.fromkeys(table for name in names or NAMES for table in NAMES[name]))


def text(analysis: Analysis, remarks: tuple[str, ...]) -> str:
    """The analysis as plain text for a terminal."""
    parts = [sentence(analysis.spec), "", _table("Attrition", analysis.attrition)]
    for title, table in (("Rates", analysis.rates), ("Rate ratios", analysis.irr), ("Subgroups", analysis.forest)):
        if table is not None:
            parts.append(_table(title, table))
    if analysis.survival is not None:
        parts.append(_table("Survival: medians", analysis.survival.km.medians))
    parts += [f"Note: {note}" for note in (*remarks, *analysis.notes)]
    return "\n".join(parts)


def _table(title: str, table: pd.DataFrame) -> str:
    return f"{title}\n{written(table).to_string(index=False, float_format=lambda value: f'{value:.4g}', na_rep='')}\n"
