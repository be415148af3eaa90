"""Named models with the size and seed of the sample that the command makes by default. A preset is one entry below."""

from __future__ import annotations

from dataclasses import dataclass

from ivig_core.errors import SpecError
from ivig_core.simulate.generator import Model
from ivig_core.simulate.model import SimulationModel
from ivig_core.simulate.populations import bispecific, crossover_2021, daratumumab


@dataclass(frozen=True)
class Preset:
    """A named model. `patients` and `seed` are used where the caller gives none."""

    name: str
    title: str
    model: Model
    patients: int
    seed: int


# Seeds of committed samples follow a rule, so that nobody picks a pretty cohort. known_truth: the first (from 1) with
# 84 patients on IVIG during follow-up, every allowed category present, a fatal infection, nobody with two infections
# on one day, and the true rate ratio on IVIG within the 95 % interval of the generating model, for all grades and for
# grade 3 and higher. The others: `python -m ivig_core.commands.choose_seed PRESET --seeds 300`. So such a sample
# proves nothing about coverage; that is simulated apart.
PRESETS: tuple[Preset, ...] = (
    Preset(
        name="known_truth",
        title="Simulated cohort with known truth",
        model=SimulationModel(),
        patients=120,
        seed=1012,
    ),
    Preset(
        name="daratumumab",
        title="IVIG because of infections, on daratumumab (as Lancman 2026)",
        model=daratumumab.ARMS,
        patients=143,
        seed=233,
    ),
    Preset(
        name="crossover_2021",
        title="IVIG that works only in part of the time (as Lancman 2021)",
        model=crossover_2021.ARMS,
        patients=68,
        seed=116,
    ),
    Preset(
        name="bispecific",
        title="Primary IVIG prophylaxis on bispecific antibodies (as Cheruvalath 2024)",
        model=bispecific.ARMS,
        patients=225,
        seed=164,
    ),
)


def preset_names() -> tuple[str, ...]:
    """Names of all presets, in the order of `PRESETS`."""
    return tuple(preset.name for preset in PRESETS)


def get_preset(name: str) -> Preset:
    """The preset called `name`; `SpecError` naming all of them if there is none."""
    for preset in PRESETS:
        if preset.name == name:
            return preset
    raise SpecError("preset", name, f"choose one of: {', '.join(preset_names())}")
