"""Part c: how time and memory grow with the number of patients, every size and step in an interpreter of its own."""

from __future__ import annotations

import os
import shutil
import statistics
from pathlib import Path

from bench import growth_steps
from bench.clock import say
from bench.core import SMALLER_PRESET
from bench.fresh import KilledError, fresh
from bench.growth_steps import Cost
from bench.line import EXPONENT, Line, Target, duration, growth

SMALL = 10_000
LARGE = (1_000_000, 800_000, 600_000, 500_000, 400_000, 300_000, 200_000, 100_000)
SMALL_RUNS = 5
TARGET = Target(1.1)
SHARE = 0.8
"""Of what is free, how much may be used: less makes the machine swap or other programs stop."""
STEPS = {
    "simulate": f"simulate to a file ({SMALLER_PRESET})",
    "read": "read and check",
    "analyse": "person-time and crude rate ratio (memory: with the cohort)",
}


def measure(folder: Path) -> list[Line]:
    """Exponents of time and memory from the small to the largest size that the machine has room for."""
    rounds = [_costs(folder, SMALL) for _ in range(SMALL_RUNS)]
    small = {
        step: Cost(*map(statistics.median, zip(*(costs[step] for costs in rounds), strict=True))) for step in STEPS
    }
    # All files of a size are there at once: cohort file, truth and the cohort kept for the last step.
    on_disk = sum(path.stat().st_size for path in folder.glob(f"growth_{SMALL}.*"))
    in_memory = max(cost.bytes for cost in small.values())
    say(f"  {SMALL:,} patients take {megabytes(in_memory)} of memory and {megabytes(on_disk)} of disk")
    size, why = largest(in_memory, free_memory(), on_disk, shutil.disk_usage(folder).free)
    try:
        large = _costs(folder, size)
    except KilledError as killed:
        return [Line("c", f"{SMALL:,} → {size:,} patients: {killed}", "", "", float("nan"), EXPONENT, TARGET)]
    finally:
        for path in folder.glob("growth_*"):
            path.unlink()
    lines = [Line("c", why, "", "", float("nan"), EXPONENT)] if why else []
    for step, name in STEPS.items():
        head, ratio = f"{SMALL:,} → {size:,} patients, {name}", size / SMALL
        lines.append(growth("c", f"{head}: time", small[step].seconds, large[step].seconds, ratio, duration, TARGET))
        lines.append(growth("c", f"{head}: memory", small[step].bytes, large[step].bytes, ratio, megabytes, TARGET))
    return lines


def _costs(folder: Path, patients: int) -> dict[str, Cost]:
    """Cost of every step at one size; its files stay in the folder."""
    path, kept = folder / f"growth_{patients}.csv", folder / f"growth_{patients}.cohort"
    found = {}
    for step, work, arguments in (
        ("simulate", growth_steps.simulate, (path, patients)),
        ("read", growth_steps.read_and_check, (path, kept)),
        ("analyse", growth_steps.analyse, (kept,)),
    ):
        found[step] = cost = fresh(work, *arguments)
        say(f"  {patients:,} patients, {step}: {duration(cost.seconds)}, {megabytes(cost.bytes)}")
    return found


def largest(in_memory: float, free: float, on_disk: float, free_disk: float) -> tuple[int, str]:
    """The largest size that fits, from what `SMALL` patients take, and why it is no larger (empty if it is the first).

    Memory and disk are taken to grow in proportion.
    """
    for size in LARGE:
        factor = size / SMALL
        if in_memory * factor <= SHARE * free and on_disk * factor <= SHARE * free_disk:
            break
    if size == LARGE[0]:
        return size, ""
    factor = LARGE[0] / SMALL
    needs, has, what = (
        (in_memory, free, "memory") if in_memory * factor > SHARE * free else (on_disk, free_disk, "disk")
    )
    why = f"{LARGE[0]:,} patients would need {gigabytes(needs * factor)} of {what}, {gigabytes(has)} are free"
    return size, f"{why}: {size:,} instead"


def free_memory() -> int:
    """Memory that a new process can have, in bytes."""
    try:
        listed = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines())
        return int(listed["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def megabytes(count: float) -> str:
    return f"{count / 1e6:,.0f} MB"


def gigabytes(count: float) -> str:
    return f"{count / 1e9:.0f} GB"
