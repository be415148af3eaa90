"""`power`: patients and infections that a study needs, by formula and by simulation."""

from __future__ import annotations

import argparse
import json
import math
from dataclasses import asdict
from typing import Any

import pandas as pd

from ivig_core.commands.options.load import add_reading_options, load
from ivig_core.commands.options.settings import add_settings_options, read_spec
from ivig_core.errors import SpecError
from ivig_core.study.study import Study
from ivig_core.study.whatif.size.plan import LIMITS, NAMES, OPTIONAL, StudyPlan
from ivig_core.study.whatif.size.simulated import MOST_STUDIES, STUDIES, Simulated, simulated_studies
from ivig_core.study.whatif.size.size import StudySize, study_size

HELP = {
    "ratio": "rate ratio on IVIG that is to be seen",
    "power": "probability of a clear result, 0 to 1",
    "alpha": "two-sided level",
    "follow_up_days": "days at risk of a patient; with any of these three the days on IVIG are not the cohort's",
    "on_days": "days on IVIG of a patient given it",
    "share_on": "proportion of patients given IVIG, 0 to 1",
    "rate": "infections per patient-year off IVIG",
    "variance": "variance of the rate between patients",
    "start_by_rate": "exponent with which first courses go with a patient's own rate",
    "first_per_year": "first courses started per patient-year off IVIG without a recent infection",
    "again_per_year": "the same for further courses",
    "trigger": "factor on both after an infection",
    "trigger_days": "days after an infection that count",
    "doses": "mean doses of a course",
    "interval_days": "days between two doses",
    "season": "rate in winter against summer",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("cohort", metavar="COHORT", help="cohort file")
    add_settings_options(parser)
    usual = StudyPlan()
    for name in NAMES:
        default = "as in the cohort" if name in OPTIONAL else f"{getattr(usual, name):g}"
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=int if LIMITS[name].whole else float, default=getattr(usual, name),
            metavar="NUMBER", help=f"{HELP[name]} ({default})",
        )  # fmt: skip
    parser.add_argument(
        "--studies",
        type=int,
        default=STUDIES,
        metavar="NUMBER",
        help=f"simulated studies of each size, 0: none ({STUDIES})",
    )
    parser.add_argument("--seed", type=int, default=1, metavar="NUMBER", help="of the simulation (1)")
    add_reading_options(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """0 done, 2 where the file, the settings or the plan are at fault; every problem goes to standard error."""
    spec = read_spec(args.spec, args.set)
    plan = StudyPlan(**{name: getattr(args, name) for name in NAMES})
    if not 0 <= args.studies <= MOST_STUDIES:
        raise SpecError("--studies", args.studies, f"a whole number from 0 to {MOST_STUDIES:,}")
    if args.seed < 0:
        raise SpecError("--seed", args.seed, "a whole number from 0")
    intake = load(args, args.cohort)
    if intake.cohort is None:
        return 2
    study = Study(intake.cohort)
    size = study_size(study, spec, plan)
    found = simulated_studies(study, spec, plan, args.studies, args.seed) if args.studies else None
    notes = [*intake.remarks, *size.notes, *([found.note] if found is not None and found.note else [])]
    if args.json:
        print(json.dumps({"spec": spec.to_dict(), **to_json(size, found), "notes": notes}, allow_nan=False))
    else:
        print(text(size, found, notes))
    return 0


def to_json(size: StudySize, found: Simulated | None) -> dict[str, Any]:
    """The blocks of `docs/json.md`; `simulation` null where none was asked for."""
    return {
        "plan": [asdict(item) for item in size.inputs],
        "formula": {
            "infections_per_patient": size.infections_per_patient,
            "share_infected": size.share_infected,
            "share_of_days_on_ivig": size.on_share,
            "sizes": [asdict(item) for item in size.sizes],
            "curve": _rows(size.curve),
        },
        "simulation": None if found is None else {
            "studies": found.studies,
            "infections_per_patient": found.infections_per_patient,
            "share_given_ivig": found.share_on,
            "share_of_days_on_ivig": found.on_share,
            "sizes": _rows(found.table),
            "needed": [asdict(item) for item in found.needed],
        },
    }  # fmt: skip


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table; a ratio of ∞ and a number that does not exist are null."""
    return [
        {name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def text(size: StudySize, found: Simulated | None, notes: list[str]) -> str:
    """The same for a terminal."""
    parts = [_table("Planned with", [asdict(item) for item in size.inputs])]
    parts.append(_table("By formula", [asdict(item) for item in size.sizes]))
    if found is not None and found.studies:
        parts.append(_table("By simulation", found.table.to_dict("records")))
        parts.append(_table("Patients needed by simulation", [asdict(item) for item in found.needed]))
    return "\n".join([*parts, *(f"Note: {note}" for note in notes)])


def _table(title: str, rows: list[dict[str, Any]]) -> str:
    table = pd.DataFrame(rows)
    return f"{title}\n{table.to_string(index=False, float_format=lambda value: f'{value:.4g}', na_rep='')}\n"
