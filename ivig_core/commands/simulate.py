"""`simulate`: a synthetic cohort with known truth, as a cohort file or a folder of tables, and its truth beside it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ivig_core.simulate.files import truth_path, write_simulated
from ivig_core.simulate.presets import get_preset, preset_names


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    names = ", ".join(preset_names())
    parser.add_argument(
        "--preset", default=preset_names()[0], help=f"model to draw from: {names} (default %(default)s)"
    )
    parser.add_argument("--patients", type=int, help="number of patients (default: the preset's)")
    parser.add_argument("--seed", type=int, help="seed; the same seed gives the same patients (default: the preset's)")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        required=True,
        metavar="OUT",
        help="FILE.csv, a cohort file; or a folder (a name without an ending) for a Parquet table per record kind, "
        "which is faster and smaller: millions of patients in the memory of one block",
    )


def run(args: argparse.Namespace) -> int:
    """Write the files and print one line; 2 where the path cannot be written. A bad setting raises `SpecError`."""
    preset = get_preset(args.preset)
    patients = preset.patients if args.patients is None else args.patients
    seed = preset.seed if args.seed is None else args.seed
    try:
        truth = write_simulated(preset.model, patients, seed, args.output, preset.name)
    except OSError as error:
        reason = error.strerror or error
        print(f"error: cannot write {args.output}: {reason}; choose a folder that exists and is yours", file=sys.stderr)
        return 2
    realised = truth["realised"]
    print(
        f"{args.output}: synthetic, {realised['patients']} patients, {realised['patients_exposed']} of them with IVIG, "
        f"{realised['infections']} infections, seed {seed}; truth in {truth_path(args.output)}"
    )
    return 0
